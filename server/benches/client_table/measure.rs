//! Times whole requests, from the first byte sent to the last byte of the answer's body.

use crate::{
    Failure,
    cases::Case,
    floors::{BareSql, Memory},
    http::{AS_BROWSERS, Connection},
    program::Server,
    times::Times,
    writer::Writer,
};
use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

/// Number of concurrent connections.
pub const CONNECTIONS: usize = 2;
/// Requests per case.
const REQUESTS: usize = 2_000;
/// A case ends after this time, also with fewer requests.
const AT_MOST: Duration = Duration::from_secs(20);
/// Statements and requests of a baseline.
const FLOOR: usize = 500;

/// Results of a case.
pub struct Measured {
    /// The case.
    pub case: Case,
    /// Times of its requests.
    pub requests: Times,
    /// CPU time of the server per request, including its work for the writer.
    pub computed: Duration,
    /// Times of the bare SQL, where there are rows to read.
    pub sql: Option<Times>,
    /// Times of the same answer from memory.
    pub memory: Times,
}

/// Times all cases one by one, each next to its baselines.
pub async fn all(
    url: &str,
    server: &Server,
    session: &str,
    cases: Vec<Case>,
    writer: &Writer,
) -> Result<Vec<Measured>, Failure> {
    let mut sql = BareSql::open(url).await?;
    let memory = Memory::start().await?;
    let mut measured = Vec::new();
    for case in cases {
        writer.check()?;
        let addresses: Vec<String> = case.queries.iter().map(|query| case.address(query)).collect();
        let mut connection = server.connect(session)?;
        let ids = case.read(&connection.get(&addresses[0], "identity")?)?.ids;
        memory.remember(connection.get(&addresses[0], AS_BROWSERS)?)?;

        let bare = if ids.is_empty() { None } else { Some(bare(&mut sql, &ids).await?) };
        let from_memory = requests(memory.address, session, &addresses[..1], FLOOR)?;
        let computed = server.computed()?;
        let requests = requests(server.address, session, &addresses, REQUESTS)?;
        let computed = (server.computed()?.saturating_sub(computed)) / u32::try_from(requests.count())?;
        measured.push(Measured { case, requests, computed, sql: bare, memory: from_memory });
    }
    Ok(measured)
}

async fn bare(sql: &mut BareSql, ids: &[i64]) -> Result<Times, Failure> {
    let mut times = Vec::new();
    for _ in 0..FLOOR {
        times.push(sql.read(ids).await?);
    }
    Ok(Times::new(times))
}

/// Sends requests over all connections concurrently. Each sends the next request after the last answer.
fn requests(server: SocketAddr, session: &str, addresses: &[String], requests: usize) -> Result<Times, Failure> {
    let begun = Instant::now();
    let one = |first: usize| -> Result<Vec<Duration>, Failure> {
        let mut connection = Connection::open(server, session)?;
        let mut times = Vec::new();
        for turn in (first..requests).step_by(CONNECTIONS) {
            let sent = Instant::now();
            connection.get(&addresses[turn % addresses.len()], AS_BROWSERS)?;
            times.push(sent.elapsed());
            if begun.elapsed() > AT_MOST {
                break;
            }
        }
        Ok(times)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|first| scope.spawn(move || one(first))).collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().map_err(|_| "a thread ended early")??);
        }
        Ok(Times::new(times))
    })
}
