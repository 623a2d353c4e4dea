//! Times requests: the whole of each, from its first byte sent to the last byte of the answer's body.

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

/// Connections that send requests at the same time.
pub const CONNECTIONS: usize = 2;
/// Requests in a case.
const REQUESTS: usize = 2_000;
/// A case ends after this time, whatever its requests.
const AT_MOST: Duration = Duration::from_secs(20);
/// Statements and requests for a floor.
const FLOOR: usize = 500;

/// What became of a case.
pub struct Measured {
    /// The case.
    pub case: Case,
    /// Its requests.
    pub requests: Times,
    /// What the server computed for each on average, following the writer included.
    pub computed: Duration,
    /// The bare SQL, where there are rows to read.
    pub sql: Option<Times>,
    /// The same answer from memory.
    pub memory: Times,
}

/// Times all cases, one after the other, each right beside its floors.
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

/// Sends requests over all connections at once, each of which sends one as soon as it has the answer to the last.
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
