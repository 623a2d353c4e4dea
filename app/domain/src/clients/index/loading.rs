//! Loads the index of clients: a thread of its own reads them, then all cores make search and orders. None of it runs
//! on the threads that answer requests. Native only.

use super::{Index, Text};
use crate::{clients::store, database::Database};
use futures::TryStreamExt as _;
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};
use tokio::{runtime::Handle, task::spawn_blocking};
use values::error::Error;

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
    /// Of a hundred, 99 at most. Reading takes about half of the time.
    pub fn percent(&self) -> u8 {
        let share = |done: &AtomicU64, all: &AtomicU64, of: u64| match all.load(Relaxed) {
            0 => 0,
            all => done.load(Relaxed).min(all) * of / all,
        };
        let percent = share(&self.read, &self.clients, 50) + share(&self.built, &self.parts, 49);
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

/// Loads all clients.
pub(crate) async fn load(database: &Database, progress: Arc<Progress>) -> Result<Index, Error> {
    let begun = Instant::now();
    let _abandon = AbandonOnDrop(progress.clone());
    let (database, runtime) = (database.clone(), Handle::current());
    let index = spawn_blocking(move || {
        let mut index = runtime.block_on(read(&database, &progress))?;
        let read = begun.elapsed();
        index.build(&progress);
        tracing::info!(clients = index.len(), ?read, all = ?begun.elapsed(), "the clients are loaded");
        Ok(index)
    });
    index.await.map_err(Error::internal)?
}

/// One reader: two of them on SQLite take longer than one, since all its threads share the lock of its memory.
async fn read(database: &Database, progress: &Progress) -> Result<Index, Error> {
    progress.clients.store(store::count(database).await?, Relaxed);
    let (mut index, mut room) = (Index::default(), String::new());
    let mut entries = pin!(store::all_entries(database).await?);
    while let Some(entry) = entries.try_next().await?
        && !progress.is_abandoned()
    {
        index.add(&entry, Text::new(&entry, &mut room));
        progress.read.fetch_add(1, Relaxed);
    }
    Ok(index)
}
