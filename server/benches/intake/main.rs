//! `make bench`: messages over the API, with roll-ups, ledger and full durability, against bare inserts of the same
//! rows, on both databases.
//!
//! `BENCH_MESSAGES` is the number of messages, 400,000 by default. A wrong answer is an error, and a slow one is only
//! printed.

#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod bodies;
#[path = "../support/durable_postgres.rs"]
mod durable_postgres;
mod floor;
#[allow(dead_code, reason = "each bench uses a part of it")]
#[path = "../support/http.rs"]
mod http;
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

use domain::{clients::store::client, database::Database};
use http::Connection;
use program::{Program, Server};
use sea_orm::{EntityTrait as _, QuerySelect as _};
use std::{
    env,
    net::SocketAddr,
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};
use times::{Times, milliseconds};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Number of concurrent connections.
const CONNECTIONS: usize = 4;

fn main() -> ExitCode {
    run::run(bench())
}

async fn bench() -> Result<(), Failure> {
    let messages: usize = match env::var("BENCH_MESSAGES") {
        Ok(number) => number.parse().map_err(|_| format!("BENCH_MESSAGES is a number, not “{number}”"))?,
        Err(_) => 400_000,
    };
    let folder = tempfile::Builder::new().prefix("clientele-bench-").tempdir()?;
    let sqlite = format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display());
    bench_on("SQLite, synchronous=FULL", sqlite, messages, folder.path()).await?;
    let url = postgres::database_url();
    durable_postgres::restart(&url).await?;
    bench_on("PostgreSQL, synchronous_commit=on", url, messages, folder.path()).await
}

async fn bench_on(name: &str, database_url: String, messages: usize, folder: &Path) -> Result<(), Failure> {
    let program = Program { database_url, folder: folder.to_owned() };
    program.run(&["demo", "--clients", "1000", "--messages", "0"], "").await?;
    program.run(&["token", "create", "--name", "bench"], "").await?;
    let token = program.said()?.trim().to_owned();
    println!("\nMessages on {name}, load average {}", times::load_average());
    println!(
        "{:<44} {:>10} {:>8} {:>8} {:>8}",
        format!("calls of {} lines, {CONNECTIONS} at once", bodies::LINES),
        "a second",
        "p50 ms",
        "p99 ms",
        "ratio"
    );
    let database = Database::connect(&program.database_url).await?;
    let clients: Vec<i64> =
        client::Entity::find().select_only().column(client::Column::Id).into_tuple().all(database.reader()).await?;
    let batches = bodies::batches(&clients, messages);

    let bare = floor::measure(&program.database_url, &batches).await?;
    let rate = |(times, lines): &(Duration, usize)| *lines as f64 / times.as_secs_f64();
    println!("{:<44} {:>10.0}", "bare inserts of the same rows", rate(&bare));

    let server = Server::start(&program).await?;
    for (what, bodies) in [
        ("messages", batches.iter().map(|batch| bodies::messages(batch)).collect::<Vec<_>>()),
        ("their receipts", batches.iter().map(|batch| bodies::receipts(batch)).collect()),
    ] {
        let (took, times) = send(server.address, &token, &bodies)?;
        let ours = messages as f64 / took.as_secs_f64();
        println!(
            "{what:<44} {ours:>10.0} {:>8} {:>8} {:>8.2}",
            milliseconds(times.percentile(50)),
            milliseconds(times.percentile(99)),
            ours / rate(&bare)
        );
        if what == "messages" {
            verdict("messages a second", ours, 50_000.0);
            verdict("ratio to bare inserts", ours / rate(&bare), 0.6);
        }
    }
    drop(server);
    program.run(&["check"], "").await?;
    println!("check                {}", program.said()?.trim());
    Ok(())
}

fn verdict(what: &str, reached: f64, wanted: f64) {
    let said = if reached >= wanted { "reached" } else { "missed" };
    println!("  {what}: {reached:.2}, at least {wanted:.2}: {said}");
}

/// Sends all bodies. Returns the total time and the time of each.
fn send(server: SocketAddr, token: &str, bodies: &[String]) -> Result<(Duration, Times), Failure> {
    let (begun, next) = (Instant::now(), AtomicUsize::new(0));
    let one = || -> Result<Vec<Duration>, Failure> {
        let mut connection = Connection::open(server, "")?;
        let mut times = Vec::new();
        while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
            let sent = Instant::now();
            let answer = connection.send("/api/v1/messages", token, body)?;
            times.push(sent.elapsed());
            let expected = format!("{{\"accepted\":{},\"repeated\":0,\"refused\":0", bodies::LINES);
            if answer.status != 200 || !answer.text()?.starts_with(&expected) {
                return Err(format!("a call was answered with {}: {}", answer.status, answer.text()?).into());
            }
        }
        Ok(times)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(one)).collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().map_err(|_| "a thread ended early")??);
        }
        Ok((begun.elapsed(), Times::new(times)))
    })
}
