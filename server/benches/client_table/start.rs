//! The time until the server is ready, which includes loading the index of clients.

use crate::{
    Failure,
    floors::BareSql,
    program::{Program, Ran, Server},
    report::seconds,
};
use std::time::Duration;

/// Target for a million clients.
const TARGET: Duration = Duration::from_secs(5);

/// Reads the columns of the index with bare SQL, then starts the server, and prints both times.
pub async fn measure(program: &Program, clients: u32) -> Result<Server, Failure> {
    let (rows, floor) = BareSql::open(&program.database_url).await?.read_all().await?;
    let server = Server::start(program).await?;
    let started = Ran { took: server.running(), computed: server.computed()? };
    let target = TARGET * clients / 1_000_000;
    let verdict = match started.took.checked_sub(target) {
        _ if clients < 1_000_000 => String::new(),
        None | Some(Duration::ZERO) => format!("; at most {}: reached", seconds(target)),
        Some(over) => format!("; at most {}: missed by {}", seconds(target), seconds(over)),
    };
    tell("bare SQL", &floor, &format!("{rows} rows of the same columns, one connection"));
    tell("start to ready", &started, &format!("index loaded{verdict}"));
    Ok(server)
}

fn tell(what: &str, ran: &Ran, of: &str) {
    println!("{what:<20} {:>9}   {} of them computing, {of}", seconds(ran.took), seconds(ran.computed));
}
