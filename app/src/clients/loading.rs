//! Loads the index of clients: two readers, one from the lowest ID up and one from the highest down, until they meet,
//! then all cores at once. None of it runs on the threads that answer requests. Native only.

use super::{
    index::{Index, Text},
    store::{self, Entry},
};
use crate::{database::Database, error::Error};
use sea_orm::Order;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};
use tokio::{runtime::Handle, task::spawn_blocking};

/// How far a load is.
#[derive(Debug, Default)]
pub struct Progress {
    clients: AtomicU64,
    read: AtomicU64,
    parts: AtomicU64,
    built: AtomicU64,
    abandoned: AtomicBool,
}

impl Progress {
    /// Of a hundred, 99 at most. Reading takes about two thirds of the time.
    pub fn percent(&self) -> u8 {
        let share = |done: &AtomicU64, all: &AtomicU64, of: u64| match all.load(Relaxed) {
            0 => 0,
            all => done.load(Relaxed).min(all) * of / all,
        };
        let percent = share(&self.read, &self.clients, 66) + share(&self.built, &self.parts, 33);
        u8::try_from(percent).unwrap_or(99)
    }

    /// Says of how many parts the index is made.
    pub fn begin_to_build(&self, parts: usize) {
        self.parts.store(parts as u64, Relaxed);
    }

    /// Says that one more part is made.
    pub fn built(&self) {
        self.built.fetch_add(1, Relaxed);
    }

    /// Whether nobody waits for the index any more, as when the server stops.
    pub fn is_abandoned(&self) -> bool {
        self.abandoned.load(Relaxed)
    }
}

/// Tells threads that can't be stopped from outside that their work isn't wanted any more.
struct AbandonOnDrop(Arc<Progress>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.abandoned.store(true, Relaxed);
    }
}

/// What the readers have in common.
#[derive(Debug, Default)]
struct Met {
    index: Index,
    /// The last ID that the reader from below has taken in.
    lower: Option<i64>,
    /// And the one from above.
    upper: Option<i64>,
}

/// Loads all clients.
pub(super) async fn load(database: &Database, progress: Arc<Progress>) -> Result<Index, Error> {
    let begun = Instant::now();
    let abandon = AbandonOnDrop(progress.clone());
    let met = Arc::<Mutex<Met>>::default();
    let readers = [Order::Asc, Order::Desc].map(|order| {
        let (database, progress, met) = (database.clone(), progress.clone(), met.clone());
        let runtime = Handle::current();
        spawn_blocking(move || runtime.block_on(read(&database, &order, &met, &progress)))
    });
    progress.clients.store(store::count(database).await?, Relaxed);
    for reader in readers {
        reader.await.map_err(Error::internal)??;
    }
    let read = begun.elapsed();
    let index = spawn_blocking(move || {
        let mut index = std::mem::take(&mut met.lock().unwrap_or_else(PoisonError::into_inner).index);
        index.build(&progress);
        index
    });
    let index = index.await.map_err(Error::internal)?;
    drop(abandon);
    tracing::info!(clients = index.len(), ?read, all = ?begun.elapsed(), "the clients are loaded");
    Ok(index)
}

/// Reads from one end until the other reader is met.
async fn read(database: &Database, order: &Order, met: &Mutex<Met>, progress: &Progress) -> Result<(), Error> {
    let mut room = String::new();
    while !progress.is_abandoned() {
        let (lower, upper) = {
            let met = met.lock().unwrap_or_else(PoisonError::into_inner);
            (met.lower, met.upper)
        };
        let entries = store::entries_between(database, lower, upper, order.clone()).await?;
        if entries.is_empty() {
            break;
        }
        let clients: Vec<(Entry, Text)> = entries
            .into_iter()
            .map(|entry| {
                let text = Text::new(&entry, &mut room);
                (entry, text)
            })
            .collect();
        let mut met = met.lock().unwrap_or_else(PoisonError::into_inner);
        progress.read.fetch_add(met.add(clients, order), Relaxed);
    }
    Ok(())
}

impl Met {
    /// Takes in what one of the readers has read, apart from what the other one was quicker to take in. Returns how
    /// many clients that were.
    fn add(&mut self, clients: Vec<(Entry, Text)>, order: &Order) -> u64 {
        let before = self.index.len();
        let (lower, upper) = (self.lower, self.upper);
        let between = |id: i64| lower.is_none_or(|lower| id > lower) && upper.is_none_or(|upper| id < upper);
        let new: Vec<(Entry, Text)> = clients.into_iter().filter(|(entry, _)| between(entry.id)).collect();
        if let Some((last, _)) = new.last() {
            let end = if matches!(order, Order::Asc) { &mut self.lower } else { &mut self.upper };
            *end = Some(last.id);
        }
        self.index.add(new);
        (self.index.len() - before) as u64
    }
}
