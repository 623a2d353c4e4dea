//! `make bench`: the queue with 100,000 waiting names, and the Names tab of a client with 10,000, against bare SQL, on
//! both databases.
//!
//! The bare SQL finds the keys of a page's names and skips the ones before them one by one. The queue skips whole
//! days, so it may be faster on late pages. Names or totals that differ from the bare SQL are an error, and a slow
//! answer is only printed.

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

use chrono::Days;
use domain::{
    database::Database,
    ids::ClientId,
    names::{NameList, rules},
};
use program::{Program, Server};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};
use std::{
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};
use times::{Times, milliseconds};
use values::{answer::Answer, time};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Requests per case.
const TURNS: usize = 300;

/// Names per page.
const PER_PAGE: usize = 20;

/// Target for the p99 of a page.
const AT_MOST: Duration = Duration::from_millis(10);

/// The orders of the queue and of the tab.
const QUEUE_ORDER: &str = "status_at, client_id, name_key";
const TAB_ORDER: &str = "name_key";

fn main() -> ExitCode {
    run::run(bench())
}

async fn bench() -> Result<(), Failure> {
    let folder = tempfile::Builder::new().prefix("clientele-bench-").tempdir()?;
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display());
    bench_on("SQLite", url, folder.path()).await?;
    let url = postgres::database_url();
    durable_postgres::restart(&url).await?;
    bench_on("PostgreSQL", url, folder.path()).await
}

async fn bench_on(name: &str, database_url: String, folder: &Path) -> Result<(), Failure> {
    let program = Program { database_url, folder: folder.to_owned() };
    program.run(&["demo", "--clients", "1000", "--messages", "0"], "").await?;
    program.create_administrator().await?;
    let database = Database::connect(&program.database_url).await?;
    let (client, open) = load::fill(&database).await?;
    let server = Server::start(&program).await?;
    let session = server.sign_in()?;
    println!("\nNames on {name}, load average {}", times::load_average());
    println!(
        "{:<28} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  p99 of the page at most {} ms",
        "page",
        "names",
        "data p50",
        "p99",
        "page p50",
        "p99",
        "SQL p50",
        "p99",
        AT_MOST.as_millis()
    );
    for case in queue().into_iter().chain(tab(client, &open)) {
        let total = case.check(&database, &server, &session).await?;
        let data = ask(&server, &session, &case.data())?;
        let page = ask(&server, &session, &case.page())?;
        let bare = bare(&database, &case.keys(database.backend())).await?;
        let figures = [&data, &page, &bare].map(|times| {
            format!("{:>9} {:>9}", milliseconds(times.percentile(50)), milliseconds(times.percentile(99)))
        });
        let said = if page.percentile(99) <= AT_MOST { "reached" } else { "missed" };
        println!("{:<28} {total:>7} {}  {said}", case.name, figures.join(" "));
    }
    Ok(())
}

/// A page, and the bare SQL for it.
struct Case {
    /// Name in the table of results.
    name: &'static str,
    /// Path of the page, and path of the data up to the address.
    paths: [String; 2],
    /// Query string of the page's address.
    address: String,
    /// Condition for the names on all pages, with its values.
    filter: (String, Vec<Value>),
    /// Order of the names.
    order: &'static str,
    /// Number of the page, from 1.
    page: usize,
    /// Number of names, if the load determines it; otherwise they are counted.
    total: Option<usize>,
    /// Whether the first name looks like another client's.
    alike: bool,
}

/// Pages of the queue.
fn queue() -> Vec<Case> {
    let case = |name, page: usize| Case {
        name,
        paths: ["/names".to_owned(), "/rpc/list_queue?".to_owned()],
        address: if page == 1 { String::new() } else { format!("page={page}") },
        filter: ("status = 'New'".to_owned(), Vec::new()),
        order: QUEUE_ORDER,
        page,
        total: Some(load::WAITING),
        alike: page == 1,
    };
    let last = load::WAITING / PER_PAGE;
    let before = time::end_of_day(time::today() - Days::new(7));
    vec![
        case("queue, first page", 1),
        case("queue, middle page", last / 2),
        case("queue, last page", last),
        Case {
            address: "questionnaire=filled&older_than=7".to_owned(),
            filter: ("status = 'New' AND filled = TRUE AND status_at < $1".to_owned(), vec![before.into()]),
            total: None,
            alike: false,
            ..case("queue, filled and a week old", 1)
        },
    ]
}

/// Pages of a client's tab, one with a name open.
fn tab(client: i64, open: &str) -> Vec<Case> {
    let of_client = format!("client_id = {client} AND status IN ('New', 'Checked', 'Rejected')");
    let case = |name, address: &str, page| Case {
        name,
        paths: [format!("/clients/{client}/names"), format!("/rpc/list_names?id={client}&")],
        address: address.to_owned(),
        filter: (of_client.clone(), Vec::new()),
        order: TAB_ORDER,
        page,
        total: Some(load::OF_ONE),
        alike: page == 1,
    };
    vec![
        case("tab, first page", "", 1),
        case("tab, middle page", "page=250", 250),
        Case { order: "status_at DESC, name_key DESC", ..case("tab, sorted", "sort=changed&dir=desc&page=100", 100) },
        Case {
            filter: (format!("{of_client} AND name_key LIKE '%77%'"), Vec::new()),
            total: Some(load::SERIES),
            alike: false,
            ..case("tab, searched", "q=77", 1)
        },
        case("tab, a name open", &format!("name={open}"), 1),
    ]
}

impl Case {
    fn page(&self) -> String {
        let mark = if self.address.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.paths[0], self.address)
    }

    fn data(&self) -> String {
        let address: String = form_urlencoded::byte_serialize(self.address.as_bytes()).collect();
        format!("{}address={address}", self.paths[1])
    }

    /// Runs the bare SQL.
    fn keys(&self, backend: DbBackend) -> Statement {
        let Self { filter: (filter, values), order, page, .. } = self;
        let skip = match (page - 1) * PER_PAGE {
            0 => String::new(),
            skip => format!(" OFFSET {skip}"),
        };
        let names = format!("FROM names WHERE {filter} ORDER BY {order} LIMIT {PER_PAGE}{skip}");
        Statement::from_sql_and_values(backend, format!("SELECT client_id, name_key {names}"), values.clone())
    }

    /// Compares the data and the page with the bare SQL. Returns the number of names.
    async fn check(&self, database: &Database, server: &Server, session: &str) -> Result<u64, Failure> {
        let total = match self.total {
            Some(total) => u64::try_from(total)?,
            None => self.count(database).await?,
        };
        // Both queries serve, since only the list is looked at.
        let Answer::<serde::de::IgnoredAny, NameList> { content: list, .. } =
            serde_json::from_slice(&server.get(session, &self.data())?.body)?;
        if list.total != total {
            return Err(format!("{}: {} names instead of {total}", self.name, list.total).into());
        }
        let rows = database.reader().query_all_raw(self.keys(database.backend())).await?;
        let keys = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        let keys: Vec<(ClientId, String)> = keys.collect::<Result<_, Failure>>()?;
        let found = list.rows.iter().map(|row| (row.seen.client_id, rules::key(&row.seen.name)));
        if !found.eq(keys) {
            return Err(format!("{}: other names than the bare SQL finds", self.name).into());
        }
        if self.alike && list.rows.first().is_none_or(|row| row.warnings.is_empty()) {
            return Err(format!("{}: nothing is said of what the first name looks like", self.name).into());
        }
        let page = server.get(session, &self.page())?;
        let text = page.text()?;
        match list.rows.iter().find(|row| !text.contains(&row.seen.to_string())) {
            Some(row) => Err(format!("{}: the page doesn't show {}", self.name, row.seen.name).into()),
            None => Ok(total),
        }
    }

    async fn count(&self, database: &Database) -> Result<u64, Failure> {
        let (filter, values) = &self.filter;
        let sql = format!("SELECT COUNT(*) FROM names WHERE {filter}");
        let statement = Statement::from_sql_and_values(database.backend(), sql, values.clone());
        let row = database.reader().query_one_raw(statement).await?.ok_or("nothing was counted")?;
        Ok(u64::try_from(row.try_get_by_index::<i64>(0)?)?)
    }
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

async fn bare(database: &Database, statement: &Statement) -> Result<Times, Failure> {
    let mut times = Vec::new();
    for _ in 0..TURNS {
        let begun = Instant::now();
        let rows = database.reader().query_all_raw(statement.clone()).await?;
        times.push(begun.elapsed());
        if rows.len() != PER_PAGE {
            return Err(format!("{} names were found by {}", rows.len(), statement.sql).into());
        }
    }
    Ok(Times::new(times))
}
