//! Loads the index of clients: one thread reads them, then all cores build search and sort orders. It uses none of the
//! threads that serve requests.

use super::{
    in_memory::{Index, Text},
    progress::Progress,
};
use crate::{clients::store, database::Database};
use futures::TryStreamExt as _;
use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};
use tokio::{runtime::Handle, task::spawn_blocking};
use values::error::Error;

/// Cancels the work of blocking threads, which can't be stopped from outside.
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

/// Reads with one connection. Two are slower on SQLite, since its threads share a lock for memory.
async fn read(database: &Database, progress: &Progress) -> Result<Index, Error> {
    progress.clients.store(store::count(database).await?, Relaxed);
    let (mut index, mut buffer) = (Index::default(), String::new());
    let mut entries = pin!(store::all_entries(database).await?);
    while let Some(entry) = entries.try_next().await?
        && !progress.is_abandoned()
    {
        index.add(&entry, Text::new(&entry, &mut buffer));
        progress.read.fetch_add(1, Relaxed);
    }
    Ok(index)
}
