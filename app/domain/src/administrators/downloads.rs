//! The bounds of how many files an administrator downloads at once. Native only.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use values::error::Error;

/// Files that an administrator may download at once. Each takes memory and a thread as long as it is on its way.
const AT_ONCE: usize = 4;

/// The places for downloads of each administrator.
#[derive(Clone, Debug, Default)]
pub struct Downloads(Arc<Mutex<HashMap<i64, Arc<Semaphore>>>>);

/// A place among the downloads of an administrator, until it is dropped.
#[derive(Debug)]
pub struct DownloadPlace(#[allow(dead_code, reason = "it is kept, not read")] OwnedSemaphorePermit);

impl Downloads {
    /// Takes a place for a download of an administrator.
    ///
    /// # Errors
    /// [`Error::TooManyDownloads`] when there is none left.
    pub fn begin(&self, administrator: i64) -> Result<DownloadPlace, Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let places = all.entry(administrator).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone();
        places.try_acquire_owned().map(DownloadPlace).map_err(|_| Error::TooManyDownloads { most: AT_ONCE })
    }
}
