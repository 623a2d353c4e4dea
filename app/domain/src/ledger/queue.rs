//! The queue of single orders into the ledger.

use super::booking::{Booked, Order, book_all};
use crate::{
    batch_queue::{BatchQueue, BatchWriter},
    database::Database,
};
use values::error::Error;

/// The most orders in a transaction.
const BATCH: usize = 256;

/// The queue. Cheap to clone: clones share it.
#[derive(Clone, Debug)]
pub struct BookingQueue(BatchQueue<Order, Booked>);

impl BookingQueue {
    /// Starts the task that books. It ends with the last clone.
    #[must_use]
    pub fn start(database: Database) -> Self {
        Self(BatchQueue::start(Bookings { database }, BATCH))
    }

    /// Books an order and waits until it is safe on the disk.
    pub async fn book(&self, order: Order) -> Result<Booked, Error> {
        self.0.write(order).await
    }
}

struct Bookings {
    database: Database,
}

impl BatchWriter for Bookings {
    type Item = Order;
    type Answer = Booked;

    async fn write(&mut self, orders: &[Order]) -> Vec<Result<Booked, Error>> {
        match book_all(&self.database, orders).await {
            Ok(answers) => answers,
            Err(error) => vec![Err(error); orders.len()],
        }
    }
}
