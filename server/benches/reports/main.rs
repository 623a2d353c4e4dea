//! `make bench`: a client's year in each report, with 10 and with 100 million messages in the roll-ups, against plain
//! SQL, on both databases.
//!
//! The roll-ups are loaded directly, in all their levels, as that number of messages from a hundred clients would leave
//! them. Only 100,000 of the messages exist. `BENCH_MILLIONS` is the larger number, in millions. A wrong answer is an
//! error, and a slow one is only printed.

#![allow(clippy::cast_precision_loss, reason = "figures for people")]

#[path = "../support/durable_postgres.rs"]
mod durable_postgres;
#[allow(dead_code, reason = "each bench uses a part of it")]
#[path = "../support/http.rs"]
mod http;
mod load;
#[path = "../../tests/it/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "each bench uses a part of it")]
#[path = "../support/program.rs"]
mod program;
#[path = "../support/run.rs"]
mod run;
#[allow(dead_code, reason = "each bench uses a part of it")]
#[path = "../support/times.rs"]
mod times;

use domain::{
    database::Database,
    reports::{ReportPage, query::StatisticsQuery},
};
use program::{Program, Server};
use sea_orm::{ConnectionTrait as _, Statement};
use std::{
    env,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};
use times::{Times, milliseconds};
use values::answer::Answer;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Requests per case.
const TURNS: usize = 300;

/// The reports, and the bare SQL as the lower bound of each.
const REPORTS: [(&str, &str); 5] = [
    (
        "day",
        "SELECT day, SUM(sent_messages), SUM(cost) FROM roll_ups WHERE client_id = {} AND level = 'day' AND day BETWEEN '{from}' AND '{to}' GROUP BY day",
    ),
    (
        "operator",
        "SELECT country, operator, SUM(sent_messages), SUM(cost) FROM roll_ups WHERE client_id = {} AND level = 'month_split' AND day BETWEEN '{from}' AND '{to}' GROUP BY country, operator",
    ),
    (
        "sender",
        "SELECT sender_id, SUM(sent_messages), SUM(cost) FROM roll_ups WHERE client_id = {} AND level = 'month_split' AND day BETWEEN '{from}' AND '{to}' GROUP BY sender_id",
    ),
    (
        "viber-sender",
        "SELECT sender_id, SUM(sent_messages), SUM(cost) FROM roll_ups WHERE client_id = {} AND level = 'month_split' AND channel = 'viber' AND day BETWEEN '{from}' AND '{to}' GROUP BY sender_id",
    ),
    (
        "country",
        "SELECT country, SUM(sent_messages), SUM(cost) FROM roll_ups WHERE client_id = {} AND level = 'month_split' AND day BETWEEN '{from}' AND '{to}' GROUP BY country",
    ),
];

fn main() -> ExitCode {
    run::run(bench())
}

async fn bench() -> Result<(), Failure> {
    let millions: i64 = match env::var("BENCH_MILLIONS") {
        Ok(number) => number.parse().map_err(|_| format!("BENCH_MILLIONS is a number, not “{number}”"))?,
        Err(_) => 100,
    };
    let sizes = [millions * 100_000, millions * 1_000_000];
    let folder = tempfile::Builder::new().prefix("clientele-bench-").tempdir()?;
    let urls = sizes.map(|size| format!("sqlite://{}?mode=rwc", folder.path().join(format!("{size}.db")).display()));
    bench_on("SQLite", &urls, sizes, folder.path()).await?;
    let urls = sizes.map(|_| postgres::database_url());
    durable_postgres::restart(&urls[0]).await?;
    bench_on("PostgreSQL", &urls, sizes, folder.path()).await
}

async fn bench_on(name: &str, urls: &[String; 2], sizes: [i64; 2], folder: &Path) -> Result<(), Failure> {
    let mut medians = Vec::new();
    for (url, messages) in urls.iter().zip(sizes) {
        let program = Program { database_url: url.clone(), folder: folder.to_owned() };
        program.run(&["demo", "--clients", "100", "--messages", "0"], "").await?;
        program.create_administrator().await?;
        let database = Database::connect(url).await?;
        let (client, from, to) = load::fill(&database, messages).await?;
        println!("\nReports of a year on {name}, {messages} messages counted, load average {}", times::load_average());
        println!(
            "{:<14} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "report", "rows", "data p50", "p99", "page p50", "p99", "SQL p50", "p99"
        );
        let server = Server::start(&program).await?;
        let session = server.sign_in()?;
        let mut sum = Duration::ZERO;
        for (report, sql) in REPORTS {
            let sql = sql.replace("{}", &client.to_string()).replace("{from}", &from).replace("{to}", &to);
            let bare = bare(&database, &sql).await?;
            let address = format!("from={from}&to={to}");
            let data = format!(
                "/rpc/read_report?id={client}&report={report}&address={}",
                form_urlencoded::byte_serialize(address.as_bytes()).collect::<String>()
            );
            let answer = server.get(&session, &data)?;
            let answer: Answer<StatisticsQuery, ReportPage> = serde_json::from_slice(&answer.body)?;
            let rows = answer.content.total;
            let data = ask(&server, &session, &data)?;
            let page = ask(&server, &session, &format!("/clients/{client}/statistics/{report}?{address}"))?;
            let figures = [&data, &page, &bare].map(|times| {
                format!("{:>9} {:>9}", milliseconds(times.percentile(50)), milliseconds(times.percentile(99)))
            });
            println!("{report:<14} {rows:>6} {}", figures.join(" "));
            let p99 = page.percentile(99);
            let said = if p99 <= Duration::from_millis(20) { "reached" } else { "missed" };
            println!("  the page's p99: {} ms, at most 20: {said}", milliseconds(p99));
            sum += data.percentile(50);
        }
        medians.push(sum);
    }
    let ratio = medians[1].as_secs_f64() / medians[0].as_secs_f64();
    let said = if ratio <= 1.2 { "reached" } else { "missed" };
    println!("ten times the messages cost {ratio:.2} times as much, at most 1.20: {said}");
    Ok(())
}

fn ask(server: &Server, session: &str, path: &str) -> Result<Times, Failure> {
    let mut connection = server.connect(session)?;
    for _ in 0..TURNS / 10 {
        connection.get(path, "identity")?;
    }
    let mut times = Vec::new();
    for _ in 0..TURNS {
        let sent = Instant::now();
        connection.get(path, "identity")?;
        times.push(sent.elapsed());
    }
    Ok(Times::new(times))
}

async fn bare(database: &Database, sql: &str) -> Result<Times, Failure> {
    let mut times = Vec::new();
    for _ in 0..TURNS {
        let begun = Instant::now();
        let statement = Statement::from_string(database.backend(), sql);
        let rows = database.reader().query_all_raw(statement).await?;
        times.push(begun.elapsed());
        if rows.is_empty() {
            return Err(format!("nothing was found by {sql}").into());
        }
    }
    Ok(Times::new(times))
}
