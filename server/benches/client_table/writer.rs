//! Clients that change while requests are timed: a hundred writes a second, each a transaction of its own.

use crate::{Failure, reference::Reference};
use domain::{
    actor::Actor,
    clients::{record::ClientRecord, store::client},
    database::Database,
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

/// A write begins each time that this has passed.
const EVERY: Duration = Duration::from_millis(10);
/// Clients that are changed, chosen at random.
const CHANGED: usize = 5_000;
/// One write of so many makes a new client.
const NEW: u64 = 20;

/// Writes until it is stopped.
pub struct Writer {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Result<Written, Failure>>,
}

/// What was written.
pub struct Written {
    /// Transactions.
    pub writes: u64,
    /// In this time.
    pub within: Duration,
    /// The longest of them.
    pub longest: Duration,
}

/// Begins to write, over a connection of its own.
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
    /// Fails if it can't write any more.
    pub fn check(&self) -> Result<(), Failure> {
        if self.task.is_finished() { Err("the writer ended early".into()) } else { Ok(()) }
    }

    /// Ends it.
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
    // A write that took long is followed by others at once, so that there are a hundred a second if that can be.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut writes, mut longest) = (0, Duration::ZERO);
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        let place = random.usize(0..clients.len());
        let mut changed = clients[place].clone();
        if writes % NEW == 0 {
            changed.id = last_id + 1 + i64::try_from(writes)?;
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

/// Half of the changes are to the credit, the others to what is searched and sorted by.
fn change(client: &mut client::Model, other: &client::Model, random: &mut Rng) {
    match random.u32(0..4) {
        0 => client.company.clone_from(&other.company),
        1 => client.name = other.name.as_ref().map(|name| format!("{name} {}", random.u32(0..100))),
        _ => client.credit = Money(random.i64(0..10_000) * 10_000),
    }
}
