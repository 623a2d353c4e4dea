//! The index of clients: an in-memory copy of the fields that are searched, filtered and sorted, updated before every
//! query.
//!
//! Databases count and skip rows one by one, which takes seconds for a million. The index finds a page by its rank
//! (`ordered`), a search by the union of sets of clients (`search`), and a filter by an intersection of sets
//! (`client_sets`). Any combination takes milliseconds, and counts exactly.
//!
//! [`Directory`] is loaded when the server starts ([`loading`]) and follows the feed of changes ([`super::store`]), so
//! that several servers and the command line may write to one database.
//!
//! # Structure
//!
//! Each sort has a list of short sorted chunks that can be entered at any rank. Each value of a filter, and each part
//! of a text that a search looks for, has a set of clients. A query is then a few set operations and one walk through a
//! list. Balances stand in a column of their own, so that their sums take one walk more (`sums`). The rows themselves
//! are read from the database by id.
//!
//! A search never scans texts, since that takes longer the more clients match. Companies, names and email addresses are
//! stored as numbered words (`words`), of which there are far fewer than clients; `grams` finds the words that contain a
//! needle. A needle with a dot or `@` in it matches neighbouring words. IDs and logins share no words, so they are
//! stored as trigrams of digits with their places (`numbers`). A search of several words is an intersection.
//!
//! # Freshness
//!
//! Every change to a client writes its id into `client_changes` in the same transaction. Every query first applies the
//! changes since the one before, so it includes every change that was committed before it began, whichever server or
//! command made it. On SQLite one writer commits in order, so the position in the feed is the last id. On PostgreSQL a
//! lower id may commit later, so the position is a snapshot, and the next changes are those of transactions that the
//! snapshot couldn't see. Changes are kept for a day; a server that has slept for longer loads the index again.
//!
//! # Loading
//!
//! One thread reads all rows as a stream, then all cores build search and sort orders, a part at a time. No request
//! waits for it: until it has ended the client table shows the progress and reloads, everything else that needs the
//! index fails with [`Error::Starting`], and `/readyz` is 503. A failed load is retried.
//!
//! # Costs and alternatives
//!
//! The index takes memory in proportion to the clients and their distinct words, some seconds at the start with a
//! million clients, and one small statement a query. The alternatives were counts per bucket of each sort order in
//! tables, which every top-up would have to update, and trigram indexes (FTS5, `pg_trgm`), which find rows quickly but
//! still count and sort all matches. Scanning the texts that have all character pairs of a needle took a tenth of a
//! second for common needles.

mod client_sets;
mod grams;
mod in_memory;
mod loading;
mod numbers;
mod ordered;
mod progress;
mod search;
mod sums;
mod words;

use super::{
    Choices, CurrencySum,
    query::ClientQuery,
    store::{self, Entry, FeedPosition},
};
use crate::{database::Database, ids::ClientId};
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
    changes: broadcast::Sender<Arc<[ClientId]>>,
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
    pub ids: Vec<ClientId>,
    /// The number of the page, from 1.
    pub page: u64,
    /// The number of clients on all pages.
    pub total: u64,
    /// The clients and balances in each currency on all pages.
    pub sums: Vec<CurrencySum>,
    /// The choices of the filters.
    pub choices: Choices,
    /// The clients whose ID or login is the search, without regard to the filters.
    pub exact: Vec<ClientId>,
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
            let wanted = index.wanted(query);
            let select = |paging: Paging| {
                let first = usize::try_from(paging.skip()).unwrap_or(usize::MAX);
                let count = usize::try_from(paging.per_page).unwrap_or(usize::MAX);
                index.select(query, wanted.as_ref(), first, count)
            };
            let asked = query.paging.at(query.paging.go_to.unwrap_or(query.paging.page));
            let (ids, total) = select(asked);
            let page = query.paging.within(total)?.page;
            let ids = if page == asked.page { ids } else { select(query.paging.at(page)).0 };
            let (sums, exact) = (index.sums(wanted.as_ref()), index.exact(&query.q));
            Ok(Selection { ids, page, total, sums, choices: index.choices(), exact })
        })
        .await?
    }

    /// The first `most` clients that a search finds, and the number of all. First those whose id or login it is, then
    /// the recently opened ones, then the newest.
    pub async fn find(&self, q: &str, recent: &[ClientId], most: usize) -> Result<(Vec<ClientId>, u64), Error> {
        let query = ClientQuery { q: q.to_owned(), ..ClientQuery::default() };
        let recent = recent.to_vec();
        self.read(&query, move |index, query| index.find(query, &recent, most)).await
    }

    /// The clients on all pages of a query, sorted by it.
    pub async fn select_all(&self, query: &ClientQuery) -> Result<Vec<ClientId>, Error> {
        self.read(query, |index, query| index.select(query, index.wanted(query).as_ref(), 0, usize::MAX).0).await
    }

    /// Subscribes to the ids of changed clients, sorted, once the index has them.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Arc<[ClientId]>> {
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
