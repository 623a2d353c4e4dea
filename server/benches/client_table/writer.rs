//! Changes clients while requests are timed: a hundred writes per second, each in its own transaction.

use crate::{Failure, reference::Reference};
use domain::{
    actor::Actor,
    clients::fields::{ClientRecord, client},
    database::Database,
    ids::ClientId,
    intake::writer,
};
use fastrand::Rng;
use sea_orm::prelude::*;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinHandle, time::MissedTickBehavior};
use values::Money;

/// Interval between the starts of two writes.
const EVERY: Duration = Duration::from_millis(10);
/// Number of clients that are changed, chosen at random.
const CHANGED: usize = 5_000;
/// One in this number of writes creates a new client.
const NEW: u64 = 20;

/// Writes until it is stopped.
pub struct Writer {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Result<Written, Failure>>,
}

/// Statistics of the writes.
pub struct Written {
    /// Number of transactions.
    pub writes: u64,
    /// Total time.
    pub within: Duration,
    /// Time of the slowest transaction.
    pub longest: Duration,
}

/// Starts to write, over a connection of its own.
pub async fn start(url: &str, reference: &Reference) -> Result<Writer, Failure> {
    let database = Database::connect(url).await?;
    let mut random = Rng::with_seed(11);
    let ids: Vec<i64> = (0..CHANGED).map(|_| reference.clients[random.usize(0..reference.clients.len())].id).collect();
    let models = client::Entity::find().filter(client::Column::Id.is_in(ids)).all(database.reader()).await?;
    let last_id = reference.clients.last().map_or(0, |client| client.id);
    let stop = Arc::<AtomicBool>::default();
    let task = tokio::spawn(write(database, models, last_id, random, stop.clone()));
    Ok(Writer { stop, task })
}

impl Writer {
    /// Fails if the writer has failed.
    pub fn check(&self) -> Result<(), Failure> {
        if self.task.is_finished() { Err("the writer ended early".into()) } else { Ok(()) }
    }

    /// Stops the writer.
    pub async fn stop(mut self) -> Result<Written, Failure> {
        self.stop.store(true, Ordering::Relaxed);
        (&mut self.task).await?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn write(
    database: Database,
    mut clients: Vec<client::Model>,
    last_id: i64,
    mut random: Rng,
    stop: Arc<AtomicBool>,
) -> Result<Written, Failure> {
    let writer = writer::Writer::new(&database, Actor::command_line());
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(EVERY);
    // After a slow write the next ones follow at once, to keep up a hundred per second where possible.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut writes, mut longest) = (0, Duration::ZERO);
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        let place = random.usize(0..clients.len());
        let mut changed = clients[place].clone();
        if writes % NEW == 0 {
            changed.id = ClientId(last_id + 1 + i64::try_from(writes)?);
            changed.login = format!("+9990{writes:010}");
        } else {
            change(&mut changed, &clients[random.usize(0..clients.len())], &mut random);
            clients[place] = changed.clone();
        }
        let sent = Instant::now();
        let outcome = writer.write(&[ClientRecord::naming(1, changed)]).await?;
        longest = longest.max(sent.elapsed());
        if let Some(refusal) = outcome.refusals.first() {
            return Err(format!("a write was refused: {refusal}").into());
        }
        writes += 1;
    }
    Ok(Written { writes, within: begun.elapsed(), longest })
}

/// Half of the changes are to the credit, the others to searched and sorted fields.
fn change(client: &mut client::Model, other: &client::Model, random: &mut Rng) {
    match random.u32(0..4) {
        0 => client.company.clone_from(&other.company),
        1 => client.name = other.name.as_ref().map(|name| format!("{name} {}", random.u32(0..100))),
        _ => client.credit = Money(random.i64(0..10_000) * 10_000),
    }
}
