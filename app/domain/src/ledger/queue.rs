//! The queue of single orders into the ledger. Native only.
//!
//! Orders that come in while a transaction is on its way to the disk are booked together in the next one, so that a
//! hundred of them cost little more than one.

use super::booking::{Booked, Order, book_all};
use crate::database::Database;
use tokio::sync::{mpsc, oneshot};
use values::error::Error;

/// The most orders in a transaction.
const BATCH: usize = 256;

type Waiting = (Order, oneshot::Sender<Result<Booked, Error>>);

/// The queue. Cheap to clone: clones share it.
#[derive(Clone, Debug)]
pub struct BookingQueue {
    queue: mpsc::Sender<Waiting>,
}

impl BookingQueue {
    /// Starts the task that books. It ends with the last clone.
    #[must_use]
    pub fn start(database: Database) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(4 * BATCH);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                let (orders, senders): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
                for (sender, answer) in senders.into_iter().zip(answers(&database, &orders).await) {
                    // A sender that went away retries with the same key.
                    let _ = sender.send(answer);
                }
            }
        });
        Self { queue }
    }

    /// Books an order and waits until it is safe on the disk.
    pub async fn book(&self, order: Order) -> Result<Booked, Error> {
        let (sender, answer) = oneshot::channel();
        self.queue.send((order, sender)).await.map_err(Error::internal)?;
        answer.await.map_err(Error::internal)?
    }
}

async fn answers(database: &Database, orders: &[Order]) -> Vec<Result<Booked, Error>> {
    match book_all(database, orders).await {
        Ok(answers) => answers,
        // One account at fault must not stop the others.
        Err(Error::Internal) if orders.len() > 1 => {
            let mut answers = Vec::with_capacity(orders.len());
            for order in orders {
                let answer = book_all(database, std::slice::from_ref(order)).await;
                answers.push(answer.and_then(|mut answers| answers.pop().unwrap_or(Err(Error::Internal))));
            }
            answers
        }
        Err(error) => orders.iter().map(|_| Err(error.clone())).collect(),
    }
}
