//! The state that requests share: the database, its index, queues and limits.

use crate::{
    administrators::{downloads::Downloads, rate_limit::RateLimiter, sign_in_throttle::Throttle},
    clients::index::Directory,
    database::Database,
    kannel::queue::ReceiptQueue,
    ledger::queue::BookingQueue,
    policy::Policy,
};
use tokio_util::sync::CancellationToken;

/// The shared state. Cheap to clone: clones share it.
#[derive(Clone, Debug)]
pub struct Services {
    /// The database.
    pub database: Database,
    /// The index of clients.
    pub directory: Directory,
    /// The queue into the ledger.
    pub bookings: BookingQueue,
    /// Delays of attempts to sign in.
    pub throttle: Throttle,
    /// Rate limits of API clients.
    pub limiter: RateLimiter,
    /// The queue of Kannel's delivery reports.
    pub receipts: ReceiptQueue,
    /// Limits of concurrent downloads.
    pub downloads: Downloads,
    /// The settings that the business follows.
    pub policy: Policy,
    /// Cancelled when the server stops, which ends long responses.
    pub stopping: CancellationToken,
}

impl Services {
    /// Starts the services of a database. Panics outside of a Tokio runtime, since they spawn tasks.
    #[must_use]
    pub fn new(database: Database, policy: Policy) -> Self {
        Self {
            directory: Directory::new(database.clone()),
            bookings: BookingQueue::start(database.clone()),
            throttle: Throttle::default(),
            limiter: RateLimiter::default(),
            receipts: ReceiptQueue::start(database.clone()),
            downloads: Downloads::default(),
            database,
            policy,
            stopping: CancellationToken::new(),
        }
    }
}
