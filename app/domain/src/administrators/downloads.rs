//! Limits how many files an administrator downloads concurrently.

use crate::ids::AdministratorId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use values::error::Error;

/// Concurrent downloads of an administrator. Each takes memory and a thread until it ends.
const AT_ONCE: usize = 4;

/// Concurrent downloads, by administrator. Cheap to clone: clones share the counts.
#[derive(Clone, Debug, Default)]
pub struct Downloads(Arc<Mutex<HashMap<AdministratorId, Arc<Semaphore>>>>);

/// A place among the downloads of an administrator. Dropping it frees the place.
#[derive(Debug)]
pub struct DownloadPlace(#[allow(dead_code, reason = "the permit is held, not read")] OwnedSemaphorePermit);

impl Downloads {
    /// Takes a place for a download.
    ///
    /// # Errors
    /// [`Error::TooManyDownloads`] when no place is free.
    pub fn begin(&self, administrator: AdministratorId) -> Result<DownloadPlace, Error> {
        let mut by_administrator = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let places = by_administrator.entry(administrator).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone();
        places.try_acquire_owned().map(DownloadPlace).map_err(|_| Error::TooManyDownloads { most: AT_ONCE })
    }
}
