//! The business, put together once: the database and all that works on it beside requests. Native only.

use crate::{
    administrators::{downloads::Downloads, rate_limit::RateLimiter, sign_in_throttle::Throttle},
    clients::index::Directory,
    database::Database,
    kannel::queue::ReceiptQueue,
    ledger::queue::BookingQueue,
};
use tokio_util::sync::CancellationToken;
use values::Money;

/// The parts that requests work with. Cheap to clone: clones share them.
#[derive(Clone, Debug)]
pub struct Services {
    /// The database.
    pub database: Database,
    /// The index of its clients.
    pub directory: Directory,
    /// The queue into the ledger.
    pub bookings: BookingQueue,
    /// The delays of those who guess passwords.
    pub throttle: Throttle,
    /// The bounds of what programs send.
    pub limiter: RateLimiter,
    /// The queue of Kannel's delivery reports.
    pub receipts: ReceiptQueue,
    /// The bounds of how many files an administrator downloads at once.
    pub downloads: Downloads,
    /// The operator's decisions.
    pub policy: Policy,
    /// Cancelled when the server is about to stop: long answers end then.
    pub stopping: CancellationToken,
}

/// The operator's decisions, from settings.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Larger amounts are shown back before they are booked.
    pub confirm_above: Money,
    /// Whether there is a mail server to hand mails to.
    pub sends_mail: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { confirm_above: Money(10_000_000), sends_mail: false }
    }
}

impl Services {
    /// The services of a database. They start tasks, so this is called within a runtime.
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
