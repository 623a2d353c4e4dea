//! `make bench`: the client table with a million clients, on both databases.
//!
//! Loads the clients with the program itself, starts the real server, compares its answers with brute force over the
//! same data ([`reference`]), and then times whole requests ([`measure`]) while clients change ([`writer`]), next to
//! lower bounds ([`floors`]). A wrong answer is an error, and a slow one is only printed.
//!
//! `BENCH_CLIENTS` is the number of clients, 1,000,000 by default.

mod cases;
#[path = "../support/durable_postgres.rs"]
mod durable_postgres;
mod first_load;
mod floors;
#[allow(dead_code, reason = "each bench uses a part of it")]
#[path = "../support/http.rs"]
mod http;
mod load;
mod measure;
#[path = "../../tests/it/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "each bench uses a part of it")]
#[path = "../support/program.rs"]
mod program;
mod reference;
mod report;
#[path = "../support/run.rs"]
mod run;
mod start;
#[path = "../support/times.rs"]
mod times;
mod writer;

use cases::{Case, Cases};
use program::Program;
use reference::Reference;
use report::count;
use std::{env, path::Path, process::ExitCode};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Rows per page.
const PER_PAGE: u64 = 10;

fn main() -> ExitCode {
    run::run(bench())
}

async fn bench() -> Result<(), Failure> {
    let clients: u32 = match env::var("BENCH_CLIENTS") {
        Ok(number) => number.parse().map_err(|_| format!("BENCH_CLIENTS is a number, not “{number}”"))?,
        Err(_) => 1_000_000,
    };
    let folder = tempfile::Builder::new().prefix("clientele-bench-").tempdir()?;
    let csv = folder.path().join("clients.csv");

    let sqlite = |name: &str| format!("sqlite://{}?mode=rwc", folder.path().join(name).display());
    bench_on([sqlite("demo.db"), sqlite("import.db")], clients, &csv, folder.path()).await?;

    let demo = postgres::database_url();
    durable_postgres::restart(&demo).await?;
    bench_on([demo, postgres::database_url()], clients, &csv, folder.path()).await
}

/// Runs the benchmark on two empty databases of one kind: one for the demo, one for the import.
async fn bench_on([demo, import]: [String; 2], clients: u32, csv: &Path, folder: &Path) -> Result<(), Failure> {
    let program = Program { database_url: demo, folder: folder.to_owned() };
    let empty = Program { database_url: import, folder: folder.to_owned() };
    let version = load::version(&program.database_url).await?;
    report::title(&version, clients);

    load::demo(&program, clients).await?;
    load::import(&program, &empty, clients, csv).await?;
    load::settle(&program.database_url).await?;

    program.create_administrator().await?;
    let server = start::measure(&program, clients).await?;
    let session = server.sign_in()?;
    server.get(&session, "/clients")?;
    println!("memory               {:>9}   of the server then", report::megabytes(server.memory("VmRSS")?));

    let reference = Reference::fetch(&program.database_url).await?;
    let cases = Cases::choose(&reference);
    let checked = check(&server, &session, &reference, &cases)?;
    println!("checked              {:>9}   answers equal to brute force over the same data", count(checked as u64));

    let writer = writer::start(&program.database_url, &reference).await?;
    let measured = measure::all(&program.database_url, &server, &session, cases.measured, &writer).await?;
    let written = writer.stop().await?;
    report::table(&measured, &written);
    println!("memory               {:>9}   of the server at most", report::megabytes(server.memory("VmHWM")?));
    first_load::weigh(&server, &session)
}

/// Compares answers with brute force. Returns their number.
fn check(server: &program::Server, session: &str, reference: &Reference, cases: &Cases) -> Result<usize, Failure> {
    let mut connection = server.connect(session)?;
    let mut checked = 0;
    let all = cases.measured.iter().flat_map(|case| case.queries.iter().map(move |query| (case, query)));
    let random = Case::random();
    for (case, query) in all.chain(cases.random.iter().map(|query| (&random, query))) {
        let address = case.address(query);
        let answer = connection.get(&address, "identity")?;
        let given = case.read(&answer).map_err(|cause| format!("{address}: {cause}"))?;
        let expected = reference.answer(query);
        if given != expected {
            return Err(format!(
                "{address} gives\n  {:?} of {},\nbut brute force\n  {:?} of {}",
                given.ids, given.total, expected.ids, expected.total
            )
            .into());
        }
        checked += 1;
    }
    Ok(checked)
}
