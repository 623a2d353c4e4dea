//! The counts and the cost of messages.

use serde::{Deserialize, Serialize};
use values::{Money, share::share};

/// Counts and cost of messages. In a difference of two, values may be below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Messages handed over for delivery, with any status.
    pub sent_messages: i64,
    /// Parts of the sent messages.
    pub sent_parts: i64,
    /// Messages that were delivered.
    pub delivered_messages: i64,
    /// Parts of the delivered messages.
    pub delivered_parts: i64,
    /// The cost of the messages that are paid for.
    pub cost: Money,
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.sent_messages += other.sent_messages;
        self.sent_parts += other.sent_parts;
        self.delivered_messages += other.delivered_messages;
        self.delivered_parts += other.delivered_parts;
        self.cost.0 += other.cost.0;
    }

    /// The difference from an earlier tally.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            sent_messages: self.sent_messages - earlier.sent_messages,
            sent_parts: self.sent_parts - earlier.sent_parts,
            delivered_messages: self.delivered_messages - earlier.delivered_messages,
            delivered_parts: self.delivered_parts - earlier.delivered_parts,
            cost: Money(self.cost.0 - earlier.cost.0),
        }
    }

    /// The share of delivered messages in hundredths of a per cent, rounded half up; `None` if nothing was sent.
    #[must_use]
    pub fn efficiency(&self) -> Option<i64> {
        share(self.delivered_messages, self.sent_messages)
    }
}
