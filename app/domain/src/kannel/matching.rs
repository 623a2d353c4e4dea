//! Matches the receipts of a log with its messages.
//!
//! A receipt is matched by the message's id at the operator, if both lines have one. Otherwise it is matched by its
//! route (connection, sender and receiver), in the order of the messages. Either line may come first: a receipt that
//! precedes its message, or is in a log imported earlier, waits.

use crate::{
    ids::ClientId,
    messages::{MessageStatus, message::Facts},
};
use chrono::Duration;
use std::collections::{HashMap, HashSet};
use values::time::Moment;

/// The longest time from a message to its receipt.
pub const AWAITED: Duration = Duration::days(30);

/// The longest time by which a receipt's line may precede its message's: different threads write them.
const AHEAD: Duration = Duration::seconds(5);

/// A message of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The physical line where it begins, from 1.
    pub line: u64,
    /// The client.
    pub client_id: ClientId,
    /// The id, derived from the line: the same line is the same message.
    pub id: String,
    /// The facts. The log doesn't have the cost.
    pub facts: Facts,
    /// Hash of connection, sender and receiver.
    pub route: String,
    /// Hash of the message's id at the operator; empty if the line has none.
    pub foreign_id: String,
    /// Whether the operator refused it.
    pub refused: bool,
    /// Whether a final receipt was requested.
    pub awaits: bool,
}

/// A final receipt of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The physical line where it begins, from 1.
    pub line: u64,
    /// The id, derived from the line: the same line is the same receipt.
    pub id: String,
    /// Hash of connection, sender and receiver.
    pub route: String,
    /// Hash of the message's id at the operator; empty if the line has none.
    pub foreign_id: String,
    /// The kind.
    pub kind: Kind,
    /// The time.
    pub at: Moment,
}

values::stored_enum! {
    /// The kind of a receipt.
    pub enum Kind {
        /// Delivered.
        Delivered = "delivered", "delivered",
        /// Not delivered for good.
        Failed = "failed", "failed",
        /// Refused by the operator.
        Rejected = "rejected", "rejected",
    }
}

impl Kind {
    /// The status of the message after the receipt.
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
pub struct AwaitingMessage {
    /// The client.
    pub client_id: ClientId,
    /// The message's id.
    pub message_id: String,
    /// Hash of connection, sender and receiver.
    pub route: String,
    /// Hash of the message's id at the operator, or empty.
    pub foreign_id: String,
    /// Whether the operator refused it.
    pub refused: bool,
    /// The time of sending.
    pub sent_at: Moment,
    /// The line, which orders messages of the same second.
    pub line: u64,
}

/// Messages and receipts that wait for each other.
#[derive(Debug, Default)]
pub struct Matcher {
    messages: Pool<AwaitingMessage>,
    receipts: Pool<Receipt>,
    /// Ids at the operator of messages that are still to be matched. Their receipts wait for them.
    expected: HashSet<String>,
}

impl Matcher {
    /// Makes a matcher with stored messages and receipts, and the ids at the operator of messages to be matched.
    #[must_use]
    pub fn new(messages: Vec<AwaitingMessage>, receipts: Vec<Receipt>, expected: HashSet<String>) -> Self {
        let mut matcher = Self { expected, ..Self::default() };
        for message in messages {
            matcher.messages.add(message);
        }
        for receipt in receipts {
            matcher.receipts.add(receipt);
        }
        matcher.messages.stored = matcher.messages.all.len();
        matcher.receipts.stored = matcher.receipts.all.len();
        matcher
    }

    /// Finds the receipt that waits for a message. Without one the message waits, if it awaits a receipt.
    pub fn match_message(&mut self, message: &Message) -> Option<Receipt> {
        if !message.awaits {
            return None;
        }
        let awaiting = AwaitingMessage {
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

    /// Finds the message of a receipt. Without one the receipt waits.
    pub fn match_receipt(&mut self, receipt: Receipt) -> Option<AwaitingMessage> {
        let by_id_only = self.expected.contains(&receipt.foreign_id);
        let route = if by_id_only { "" } else { &receipt.route };
        let found = self.messages.take(route, &receipt.foreign_id, |message| is_about(&receipt, message));
        // Kannel logs a refusal twice. If the message's own line has none, the receipt decides.
        let found = found.or_else(|| {
            let rejected = receipt.kind == Kind::Rejected;
            let is_sent = |message: &AwaitingMessage| !message.refused && is_in_time(&receipt, message);
            self.messages.take(route, &receipt.foreign_id, |message| rejected && is_sent(message))
        });
        if found.is_none() {
            self.receipts.add(receipt);
        }
        found
    }

    /// The messages and receipts that weren't stored before and still wait.
    #[must_use]
    pub fn into_new(self) -> (Vec<AwaitingMessage>, Vec<Receipt>) {
        (self.messages.into_new(), self.receipts.into_new())
    }
}

fn is_about(receipt: &Receipt, message: &AwaitingMessage) -> bool {
    (receipt.kind == Kind::Rejected) == message.refused && is_in_time(receipt, message)
}

fn is_in_time(receipt: &Receipt, message: &AwaitingMessage) -> bool {
    let since = receipt.at - message.sent_at;
    (-AHEAD..=AWAITED).contains(&since)
}

/// An item of a [`Pool`].
trait Item {
    fn route(&self) -> &str;
    fn foreign_id(&self) -> &str;
    /// The order among items: time and line.
    fn position(&self) -> (Moment, u64);
}

impl Item for AwaitingMessage {
    fn route(&self) -> &str {
        &self.route
    }
    fn foreign_id(&self) -> &str {
        &self.foreign_id
    }
    fn position(&self) -> (Moment, u64) {
        (self.sent_at, self.line)
    }
}

impl Item for Receipt {
    fn route(&self) -> &str {
        &self.route
    }
    fn foreign_id(&self) -> &str {
        &self.foreign_id
    }
    fn position(&self) -> (Moment, u64) {
        (self.at, self.line)
    }
}

/// Waiting items, found by id at the operator and by route.
#[derive(Debug)]
struct Pool<T> {
    all: Vec<Option<T>>,
    /// The number of items that were stored before.
    stored: usize,
    by_foreign_id: HashMap<String, Vec<usize>>,
    by_route: HashMap<String, Vec<usize>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { all: Vec::new(), stored: 0, by_foreign_id: HashMap::new(), by_route: HashMap::new() }
    }
}

impl<T: Item> Pool<T> {
    fn add(&mut self, item: T) {
        let index = self.all.len();
        if !item.foreign_id().is_empty() {
            self.by_foreign_id.entry(item.foreign_id().to_owned()).or_default().push(index);
        }
        self.by_route.entry(item.route().to_owned()).or_default().push(index);
        self.all.push(Some(item));
    }

    /// Takes the oldest item that fits, by the id at the operator, or by the route if one side has no such id.
    fn take(&mut self, route: &str, foreign_id: &str, fits: impl Fn(&T) -> bool) -> Option<T> {
        let Self { all, by_foreign_id, by_route, .. } = self;
        let oldest = |indexes: Option<&mut Vec<usize>>, fits: &dyn Fn(&T) -> bool| {
            let indexes = indexes?;
            indexes.retain(|index| all[*index].is_some());
            let fitting = indexes.iter().filter(|index| all[**index].as_ref().is_some_and(fits));
            fitting.copied().min_by_key(|index| all[*index].as_ref().map(T::position))
        };
        let by_id = oldest(by_foreign_id.get_mut(foreign_id), &fits);
        let without_id = |item: &T| (foreign_id.is_empty() || item.foreign_id().is_empty()) && fits(item);
        let found = by_id.or_else(|| oldest(by_route.get_mut(route), &without_id))?;
        all[found].take()
    }

    fn into_new(self) -> Vec<T> {
        self.all.into_iter().skip(self.stored).flatten().collect()
    }
}

#[cfg(test)]
mod tests;
