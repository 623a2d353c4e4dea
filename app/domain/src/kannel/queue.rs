//! The queue of single delivery reports into the database.

use super::callback::Callback;
use crate::{
    actor::Actor,
    batch_queue::{BatchQueue, BatchWriter},
    database::Database,
    intake::{LineError, LineErrorKind, writer::Writer},
    operators::{self, Home, Numbers},
};
use std::{collections::HashMap, time::Duration};
use tokio::time::Instant;
use values::error::Error;

/// The most calls in a transaction.
const BATCH: usize = 1_000;

/// The longest use of a copy of the operators: another process may have imported some.
const COPY: Duration = Duration::from_secs(10);

/// A call, the receiver's number, and the author who is named in the ledger.
type Call = (Callback, String, Actor);

/// The queue. Cheap to clone: clones share it.
#[derive(Clone, Debug)]
pub struct ReceiptQueue(BatchQueue<Call, ()>);

impl ReceiptQueue {
    /// Starts the task that writes. It ends with the last clone.
    #[must_use]
    pub fn start(database: Database) -> Self {
        Self(BatchQueue::start(Calls { database, numbers: None }, BATCH))
    }

    /// Writes the receipt of a call, and waits until it is safe on the disk.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such client; [`Error::Unavailable`] when the database is away.
    pub async fn take(&self, callback: Callback, receiver: &str, author: Actor) -> Result<(), Error> {
        self.0.write((callback, receiver.to_owned(), author)).await
    }
}

struct Calls {
    database: Database,
    /// The copy of the operators, and its age.
    numbers: Option<(Numbers, Instant)>,
}

impl BatchWriter for Calls {
    type Item = Call;
    type Answer = ();

    async fn write(&mut self, calls: &[Call]) -> Vec<Result<(), Error>> {
        let mut answers = vec![Ok(()); calls.len()];
        // The ledger names the program that called, and mostly there is one.
        let mut by_author: HashMap<&str, (&Actor, Vec<Callback>, Vec<usize>)> = HashMap::new();
        for (index, (callback, receiver, author)) in calls.iter().enumerate() {
            let Home { country, operator } = match self.find(receiver).await {
                Ok(home) => home,
                Err(error) => {
                    answers[index] = Err(error);
                    continue;
                }
            };
            let mut callback = callback.clone();
            callback.facts.country = country;
            callback.facts.operator = operator;
            let (_, callbacks, indexes) =
                by_author.entry(&author.login).or_insert_with(|| (author, Vec::new(), Vec::new()));
            callbacks.push(callback);
            indexes.push(index);
        }
        for (author, callbacks, indexes) in by_author.into_values() {
            for (index, answer) in indexes.into_iter().zip(self.answers(author, &callbacks).await) {
                answers[index] = answer;
            }
        }
        answers
    }
}

impl Calls {
    async fn find(&mut self, receiver: &str) -> Result<Home, Error> {
        if self.numbers.as_ref().is_none_or(|(_, made)| made.elapsed() > COPY) {
            self.numbers = Some((operators::store::read(&self.database).await?, Instant::now()));
        }
        Ok(self.numbers.as_ref().map(|(numbers, _)| numbers.find(receiver)).unwrap_or_default())
    }

    async fn answers(&self, author: &Actor, callbacks: &[Callback]) -> Vec<Result<(), Error>> {
        let outcome = match Writer::new(&self.database, author.clone()).write(callbacks).await {
            Ok(outcome) => outcome,
            Err(error) => return vec![Err(error); callbacks.len()],
        };
        let mut answers = vec![Ok(()); callbacks.len()];
        for error in outcome.refusals {
            let index = usize::try_from(error.line).ok();
            if let Some(answer) = index.and_then(|index| answers.get_mut(index)) {
                *answer = Err(call_error(error));
            }
        }
        answers
    }
}

fn call_error(error: LineError) -> Error {
    let field = error.field.unwrap_or_default();
    let message = format!("{field}: {}.", error.reason);
    match error.kind {
        LineErrorKind::UnknownClient => Error::NotFound(message),
        LineErrorKind::Invalid => Error::refused(&field, message),
    }
}
