//! `make bench`: money. Top-ups against the bare transaction, and the Finance tab and the export of a client with a
//! million rows against bare SQL and the bare library, on both databases with full durability.
//!
//! `BENCH_ROWS` is the number of rows, 1,000,000 by default. A wrong answer is an error, and a slow one is only
//! printed.

#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod big;
#[path = "../support/durable_postgres.rs"]
mod durable_postgres;
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
#[path = "../support/times.rs"]
mod times;
mod top_ups;

use domain::database::Database;
use program::{Program, Server};
use std::{env, path::Path, process::ExitCode};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    run::run(bench())
}

async fn bench() -> Result<(), Failure> {
    let rows: i64 = match env::var("BENCH_ROWS") {
        Ok(number) => number.parse().map_err(|_| format!("BENCH_ROWS is a number, not “{number}”"))?,
        Err(_) => 1_000_000,
    };
    let folder = tempfile::Builder::new().prefix("clientele-bench-").tempdir()?;
    let sqlite = format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display());
    bench_on("SQLite, synchronous=FULL", sqlite, rows, folder.path()).await?;
    let url = postgres::database_url();
    durable_postgres::restart(&url).await?;
    bench_on("PostgreSQL, synchronous_commit=on", url, rows, folder.path()).await
}

async fn bench_on(name: &str, database_url: String, rows: i64, folder: &Path) -> Result<(), Failure> {
    let program = Program { database_url, folder: folder.to_owned() };
    program.run(&["demo", "--clients", "1001", "--messages", "0"], "").await?;
    program.create_administrator().await?;
    println!("\nMoney on {name}, load average {}", times::load_average());
    let database = Database::connect(&program.database_url).await?;
    let clients = top_ups::clients(&database).await?;
    let (big, others) = clients.split_first().ok_or("no clients")?;
    big::fill(&database, *big, rows).await?;

    let server = Server::start(&program).await?;
    let session = server.sign_in()?;
    top_ups::measure(&program.database_url, &server, &session, others).await?;
    big::measure(&database, &server, &session, *big, rows).await?;
    drop(server);
    program.run(&["check"], "").await?;
    println!("check                {}", program.said()?.trim());
    Ok(())
}
