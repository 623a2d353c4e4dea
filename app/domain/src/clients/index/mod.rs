//! The index of clients: an in-memory copy of the fields that are searched, filtered and sorted, updated before every
//! query.
//!
//! Databases count and skip rows one by one, which takes seconds for a million. The index finds a page by its rank
//! (`ordered`), a search by the union of sets of clients (`search`), and a filter by an intersection of sets
//! (`client_sets`). Any combination takes milliseconds, and counts exactly.
//!
//! [`Directory`] is loaded when the server starts ([`loading`]) and follows the feed of changes ([`super::store`]), so
//! that several servers and the command line may write to one database.

mod client_sets;
mod grams;
mod in_memory;
mod loading;
mod numbers;
mod ordered;
mod progress;
mod search;
mod words;

use super::{
    Choices,
    query::ClientQuery,
    store::{self, Entry, FeedPosition},
};
use crate::database::Database;
use in_memory::Index;
use progress::Progress;
use std::sync::{Arc, Mutex as BlockingMutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::{Mutex, broadcast};
use values::{Paging, error::Error, time};

/// The index of a database's clients. Cheap to clone: clones share it.
#[derive(Clone, Debug)]
pub struct Directory {
    database: Database,
    index: Arc<RwLock<Index>>,
    followed: Arc<Mutex<Option<Followed>>>,
    state: Arc<BlockingMutex<State>>,
    changes: broadcast::Sender<Arc<[i64]>>,
}

/// The position in the feed that the index is at.
#[derive(Debug)]
struct Followed {
    position: FeedPosition,
    at: time::Moment,
}

/// The state of the index.
#[derive(Debug)]
enum State {
    Loading { progress: Arc<Progress>, problem: Option<Error> },
    Loaded,
}

/// A load in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loading {
    /// From 0 to 99.
    pub percent: u8,
    /// The error of the last attempt, if it failed. Another one follows.
    pub problem: Option<Error>,
}

impl From<Loading> for Error {
    fn from(loading: Loading) -> Self {
        loading.problem.unwrap_or(Self::Starting { percent: loading.percent })
    }
}

/// One page of a query's clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The clients' ids, sorted by the query.
    pub ids: Vec<i64>,
    /// The number of the page, from 1.
    pub page: u64,
    /// The number of clients on all pages.
    pub total: u64,
    /// The choices of the filters.
    pub choices: Choices,
}

impl Directory {
    /// An index that isn't loaded yet: see [`Directory::load`].
    #[must_use]
    pub fn new(database: Database) -> Self {
        let state = State::Loading { progress: Arc::default(), problem: None };
        Self {
            database,
            index: Arc::default(),
            followed: Arc::default(),
            state: Arc::new(state.into()),
            changes: broadcast::Sender::new(256),
        }
    }

    /// The progress of the load; `None` when the index is ready.
    #[must_use]
    pub fn loading(&self) -> Option<Loading> {
        match &*self.state() {
            State::Loading { progress, problem } => {
                Some(Loading { percent: progress.percent(), problem: problem.clone() })
            }
            State::Loaded => None,
        }
    }

    /// Loads all clients, unless they are loaded. Until then queries fail at once with [`Error::Starting`], or with the
    /// error of the last attempt.
    pub async fn load(&self) -> Result<(), Error> {
        let mut followed = self.followed.lock().await;
        if followed.is_some() {
            return Ok(());
        }
        let progress = Arc::<Progress>::default();
        if let State::Loading { progress: shown, .. } = &mut *self.state() {
            *shown = progress.clone();
        }
        match self.load_all(progress).await {
            Ok(loaded) => {
                *followed = Some(loaded);
                *self.state() = State::Loaded;
                Ok(())
            }
            Err(error) => {
                if let State::Loading { problem, .. } = &mut *self.state() {
                    *problem = Some(error.clone());
                }
                Err(error)
            }
        }
    }

    async fn load_all(&self, progress: Arc<Progress>) -> Result<Followed, Error> {
        let at = time::now();
        // Reads the position first, so that changes during the load are applied afterwards.
        let position = store::feed_position(&self.database).await?;
        let loaded = loading::load(&self.database, progress).await?;
        let index = self.index.clone();
        // Uses a blocking thread, since dropping the old index takes a while.
        tokio::task::spawn_blocking(move || *index.write().unwrap_or_else(PoisonError::into_inner) = loaded)
            .await
            .map_err(Error::internal)?;
        Ok(Followed { position, at })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page of clients of a query. Includes every change that was committed before the call.
    ///
    /// # Errors
    /// [`Error::NoSuchPage`] for a page beyond the last. An empty selection has one empty page.
    pub async fn select(&self, query: &ClientQuery) -> Result<Selection, Error> {
        self.read(query, |index, query| {
            let select = |paging: Paging| {
                let first = usize::try_from(paging.skip()).unwrap_or(usize::MAX);
                let count = usize::try_from(paging.per_page).unwrap_or(usize::MAX);
                let (ids, total) = index.select(query, first, count);
                Selection { ids, page: paging.page, total, choices: index.choices() }
            };
            let paging = query.paging;
            let selection = select(paging.at(paging.go_to.unwrap_or(paging.page)));
            let shown = paging.within(selection.total);
            shown.map(|shown| if shown.page == selection.page { selection } else { select(shown) })
        })
        .await?
    }

    /// The clients on all pages of a query, sorted by it.
    pub async fn select_all(&self, query: &ClientQuery) -> Result<Vec<i64>, Error> {
        self.read(query, |index, query| index.select(query, 0, usize::MAX).0).await
    }

    /// Subscribes to the ids of changed clients, sorted, once the index has them.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Arc<[i64]>> {
        self.changes.subscribe()
    }

    async fn read<T: Send + 'static>(
        &self,
        query: &ClientQuery,
        read: impl FnOnce(&Index, &ClientQuery) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.catch_up().await?;
        let index = self.index.clone();
        let query = query.clone();
        // Uses a blocking thread, since milliseconds of computing would delay other requests on this one.
        tokio::task::spawn_blocking(move || read(&index.read().unwrap_or_else(PoisonError::into_inner), &query))
            .await
            .map_err(Error::internal)
    }

    /// Applies new changes of the feed. Fails at once while the clients are being loaded.
    pub async fn catch_up(&self) -> Result<(), Error> {
        if let Some(loading) = self.loading() {
            return Err(loading.into());
        }
        let mut followed = self.followed.lock().await;
        let now = time::now();
        let Some(Followed { position, at }) = &mut *followed else { return Err(Error::Starting { percent: 0 }) };
        if now - *at >= store::CHANGES_KEPT / 2 {
            // Reloads, since changes that it hasn't seen may have been pruned.
            *self.state() = State::Loading { progress: Arc::default(), problem: None };
            *followed = None;
            return Err(Error::Starting { percent: 0 });
        }
        let (changed, next) = store::changes_since(&self.database, position).await?;
        for batch in changed.chunks(store::ENTRIES_AT_ONCE) {
            self.apply(store::entries(&self.database, batch).await?).await?;
        }
        (*position, *at) = (next, now);
        if !changed.is_empty() {
            // Fails without subscribers.
            let _ = self.changes.send(changed.into());
        }
        Ok(())
    }

    async fn apply(&self, entries: Vec<Entry>) -> Result<(), Error> {
        let index = self.index.clone();
        tokio::task::spawn_blocking(move || index.write().unwrap_or_else(PoisonError::into_inner).apply(&entries))
            .await
            .map_err(Error::internal)
    }
}
