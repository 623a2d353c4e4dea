//! Which receipt of a log is about which message of it.
//!
//! A receipt names the message's id at the operator where both lines have one. Where they don't, only connection,
//! sender and receiver tell (the route), and receipts are taken to come in the order of the messages. Either may be
//! read first: a receipt that overtook its message in the log, or that stands in a log imported before, waits.

use crate::messages::{Facts, MessageStatus};
use chrono::Duration;
use std::collections::{HashMap, HashSet};
use values::time::Moment;

/// How long after a message its receipt may come.
pub const AWAITED: Duration = Duration::days(30);

/// How much earlier than its message's line a receipt's may be: the two are written by different threads.
const AHEAD: Duration = Duration::seconds(5);

/// A message of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The physical line where it begins, from 1.
    pub line: u64,
    /// Whose it is.
    pub client_id: i64,
    /// Made from the line, so that the same line is the same message.
    pub id: String,
    /// What was sent; its cost is not known from the log.
    pub facts: Facts,
    /// Hash of connection, sender and receiver.
    pub route: String,
    /// Hash of the message's id at the operator; empty where the line has none.
    pub foreign_id: String,
    /// Whether the operator refused it.
    pub refused: bool,
    /// Whether a receipt that decides about it was asked for.
    pub awaits: bool,
}

/// A receipt of the log that decides about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The physical line where it begins, from 1.
    pub line: u64,
    /// Made from the line, so that the same line is the same receipt.
    pub id: String,
    /// Hash of connection, sender and receiver.
    pub route: String,
    /// Hash of the message's id at the operator; empty where the line has none.
    pub foreign_id: String,
    /// What it says.
    pub kind: Kind,
    /// When.
    pub at: Moment,
}

values::stored_enum! {
    /// What a receipt says.
    pub enum Kind {
        /// It arrived.
        Delivered = "delivered", "delivered",
        /// It won't arrive.
        Failed = "failed", "failed",
        /// The operator didn't take it over.
        Rejected = "rejected", "rejected",
    }
}

impl Kind {
    /// The status of the message.
    #[must_use]
    pub fn status(self) -> MessageStatus {
        match self {
            Self::Delivered => MessageStatus::Delivered,
            Self::Failed | Self::Rejected => MessageStatus::Failed,
        }
    }
}

/// A message whose receipt is awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaiting {
    /// Whose it is.
    pub client_id: i64,
    /// Its id.
    pub message_id: String,
    /// Hash of connection, sender and receiver.
    pub route: String,
    /// Hash of the message's id at the operator, or empty.
    pub foreign_id: String,
    /// Whether the operator refused it.
    pub refused: bool,
    /// When it was sent.
    pub sent_at: Moment,
    /// Its line, which orders those of one second.
    pub line: u64,
}

/// Messages and receipts that wait for each other.
#[derive(Debug, Default)]
pub struct Waiting {
    messages: Pool<Awaiting>,
    receipts: Pool<Receipt>,
    /// The ids at the operator that messages have which are still to be read: their receipts wait for them.
    expected: HashSet<String>,
}

impl Waiting {
    /// What waits already, and the ids at the operator that messages have which are about to be read.
    #[must_use]
    pub fn new(messages: Vec<Awaiting>, receipts: Vec<Receipt>, expected: HashSet<String>) -> Self {
        let mut waiting = Self { expected, ..Self::default() };
        for message in messages {
            waiting.messages.add(message);
        }
        for receipt in receipts {
            waiting.receipts.add(receipt);
        }
        waiting.messages.before = waiting.messages.all.len();
        waiting.receipts.before = waiting.receipts.all.len();
        waiting
    }

    /// The receipt that has been waiting for a message. Without one the message waits, if it should.
    pub fn read_message(&mut self, message: &Message) -> Option<Receipt> {
        if !message.awaits {
            return None;
        }
        let awaiting = Awaiting {
            client_id: message.client_id,
            message_id: message.id.clone(),
            route: message.route.clone(),
            foreign_id: message.foreign_id.clone(),
            refused: message.refused,
            sent_at: message.facts.sent_at,
            line: message.line,
        };
        let Self { receipts, expected, .. } = self;
        let found = receipts.take(&awaiting.route, &awaiting.foreign_id, |receipt| {
            let of_another = receipt.foreign_id != awaiting.foreign_id && expected.contains(&receipt.foreign_id);
            !of_another && is_about(receipt, &awaiting)
        });
        if found.is_none() {
            self.messages.add(awaiting);
        }
        found
    }

    /// The message that a receipt is about. Without one the receipt waits.
    pub fn read_receipt(&mut self, receipt: Receipt) -> Option<Awaiting> {
        let told_by_id = self.expected.contains(&receipt.foreign_id);
        let route = if told_by_id { "" } else { &receipt.route };
        let found = self.messages.take(route, &receipt.foreign_id, |message| is_about(&receipt, message));
        // Kannel says a second time that a message was refused; where it didn't say so at first, the receipt decides.
        let found = found.or_else(|| {
            let rejected = receipt.kind == Kind::Rejected;
            let is_sent = |message: &Awaiting| !message.refused && is_in_time(&receipt, message);
            self.messages.take(route, &receipt.foreign_id, |message| rejected && is_sent(message))
        });
        if found.is_none() {
            self.receipts.add(receipt);
        }
        found
    }

    /// What began to wait, and waits in the end.
    #[must_use]
    pub fn into_new(self) -> (Vec<Awaiting>, Vec<Receipt>) {
        (self.messages.into_new(), self.receipts.into_new())
    }
}

fn is_about(receipt: &Receipt, message: &Awaiting) -> bool {
    (receipt.kind == Kind::Rejected) == message.refused && is_in_time(receipt, message)
}

fn is_in_time(receipt: &Receipt, message: &Awaiting) -> bool {
    let since = receipt.at - message.sent_at;
    (-AHEAD..=AWAITED).contains(&since)
}

/// What can wait.
trait Waits {
    fn route(&self) -> &str;
    fn foreign_id(&self) -> &str;
    fn place(&self) -> (Moment, u64);
}

impl Waits for Awaiting {
    fn route(&self) -> &str {
        &self.route
    }
    fn foreign_id(&self) -> &str {
        &self.foreign_id
    }
    fn place(&self) -> (Moment, u64) {
        (self.sent_at, self.line)
    }
}

impl Waits for Receipt {
    fn route(&self) -> &str {
        &self.route
    }
    fn foreign_id(&self) -> &str {
        &self.foreign_id
    }
    fn place(&self) -> (Moment, u64) {
        (self.at, self.line)
    }
}

/// What waits, to be found by its id at the operator and by its route.
#[derive(Debug)]
struct Pool<T> {
    all: Vec<Option<T>>,
    /// How many of them waited before.
    before: usize,
    by_foreign_id: HashMap<String, Vec<usize>>,
    by_route: HashMap<String, Vec<usize>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { all: Vec::new(), before: 0, by_foreign_id: HashMap::new(), by_route: HashMap::new() }
    }
}

impl<T: Waits> Pool<T> {
    fn add(&mut self, one: T) {
        let place = self.all.len();
        if !one.foreign_id().is_empty() {
            self.by_foreign_id.entry(one.foreign_id().to_owned()).or_default().push(place);
        }
        self.by_route.entry(one.route().to_owned()).or_default().push(place);
        self.all.push(Some(one));
    }

    /// The oldest that fits: by the id at the operator, else by the route where one side has no such id.
    fn take(&mut self, route: &str, foreign_id: &str, fits: impl Fn(&T) -> bool) -> Option<T> {
        let Self { all, by_foreign_id, by_route, .. } = self;
        let oldest = |places: Option<&mut Vec<usize>>, fits: &dyn Fn(&T) -> bool| {
            let places = places?;
            places.retain(|place| all[*place].is_some());
            let fitting = places.iter().filter(|place| all[**place].as_ref().is_some_and(fits));
            fitting.copied().min_by_key(|place| all[*place].as_ref().map(T::place))
        };
        let by_id = oldest(by_foreign_id.get_mut(foreign_id), &fits);
        let without_id = |one: &T| (foreign_id.is_empty() || one.foreign_id().is_empty()) && fits(one);
        let found = by_id.or_else(|| oldest(by_route.get_mut(route), &without_id))?;
        all[found].take()
    }

    fn into_new(self) -> Vec<T> {
        self.all.into_iter().skip(self.before).flatten().collect()
    }
}

#[cfg(test)]
mod tests;
