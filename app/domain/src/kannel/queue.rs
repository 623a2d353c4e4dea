//! The queue of single delivery reports into the database. Native only.
//!
//! Reports that come in while a transaction is on its way to the disk are written together in the next one, so that
//! thousands a second cost little more than one.

use super::callback::Callback;
use crate::{
    actor::Actor,
    database::Database,
    intake::{LineErrorKind, writer::Writer},
    operators::{self, Home, Numbers},
};
use std::{collections::HashMap, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use values::error::Error;

/// The most calls in a transaction.
const BATCH: usize = 1_000;

/// How old the copy of operators may be: another process may have imported some.
const COPY: Duration = Duration::from_secs(10);

/// A call, the receiver's number, who is named in the ledger, and who waits for the answer.
type Waiting = (Callback, String, Actor, oneshot::Sender<Result<(), Error>>);

/// The way of single calls into the database. Cheap to clone: clones share the queue.
#[derive(Clone, Debug)]
pub struct ReceiptQueue {
    queue: mpsc::Sender<Waiting>,
}

impl ReceiptQueue {
    /// Starts the task that writes. It ends with the last clone.
    #[must_use]
    pub fn start(database: Database) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(4 * BATCH);
        tokio::spawn(async move {
            let mut worker = Worker { database, numbers: None };
            let mut batch = Vec::with_capacity(BATCH);
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                worker.write(batch.drain(..)).await;
            }
        });
        Self { queue }
    }

    /// Writes what a call says, and waits until it is safe on the disk.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such client; [`Error::Unavailable`] when the database is away.
    pub async fn take(&self, callback: Callback, receiver: &str, author: Actor) -> Result<(), Error> {
        let (sender, answer) = oneshot::channel();
        self.queue.send((callback, receiver.to_owned(), author, sender)).await.map_err(Error::internal)?;
        answer.await.map_err(Error::internal)?
    }
}

/// Where calls are written.
struct Worker {
    database: Database,
    /// The copy of operators, and when it was made.
    numbers: Option<(Numbers, Instant)>,
}

impl Worker {
    async fn write(&mut self, waiting: impl Iterator<Item = Waiting>) {
        // The ledger names the program that called, and mostly there is one.
        let mut by_author: HashMap<String, (Actor, Vec<Callback>, Vec<_>)> = HashMap::new();
        for (mut callback, receiver, author, sender) in waiting {
            let Home { country, operator } = match self.find(&receiver).await {
                Ok(home) => home,
                Err(error) => {
                    // Kannel calls again when it went away.
                    let _ = sender.send(Err(error));
                    continue;
                }
            };
            callback.facts.country = country;
            callback.facts.operator = operator;
            let entry = by_author.entry(author.login.clone()).or_insert_with(|| (author, Vec::new(), Vec::new()));
            entry.1.push(callback);
            entry.2.push(sender);
        }
        for (author, callbacks, senders) in by_author.into_values() {
            for (sender, answer) in senders.into_iter().zip(self.answers(&author, &callbacks).await) {
                let _ = sender.send(answer);
            }
        }
    }

    async fn find(&mut self, receiver: &str) -> Result<Home, Error> {
        if self.numbers.as_ref().is_none_or(|(_, made)| made.elapsed() > COPY) {
            self.numbers = Some((operators::store::read(&self.database).await?, Instant::now()));
        }
        Ok(self.numbers.as_ref().map(|(numbers, _)| numbers.find(receiver)).unwrap_or_default())
    }

    async fn answers(&self, author: &Actor, callbacks: &[Callback]) -> Vec<Result<(), Error>> {
        let writer = Writer::new(&self.database, author.clone());
        match writer.write(callbacks).await {
            Ok(outcome) => {
                let mut answers = vec![Ok(()); callbacks.len()];
                for refusal in outcome.refusals {
                    let place = usize::try_from(refusal.line).ok();
                    if let Some(answer) = place.and_then(|place| answers.get_mut(place)) {
                        let field = refusal.field.unwrap_or_default();
                        let message = format!("{field}: {}.", refusal.reason);
                        *answer = Err(if refusal.kind == LineErrorKind::UnknownClient {
                            Error::NotFound(message)
                        } else {
                            Error::refused(&field, message)
                        });
                    }
                }
                answers
            }
            // One account at fault must not stop the others.
            Err(Error::Internal) if callbacks.len() > 1 => {
                let mut answers = Vec::with_capacity(callbacks.len());
                for callback in callbacks {
                    answers.extend(Box::pin(self.answers(author, std::slice::from_ref(callback))).await);
                }
                answers
            }
            Err(error) => vec![Err(error); callbacks.len()],
        }
    }
}
