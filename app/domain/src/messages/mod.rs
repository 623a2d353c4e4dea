//! Messages: what was sent, what became of it, and what that counts for.
//!
//! - [`record`]: a line of a file or call; [`plan`]: what a batch changes, worked out in memory; [`store`]: the change
//! - [`roll_ups`]: the sums that reports read; [`check`]: the recount
//! - [`zone`]: keeps the days of the sums to one time zone

pub mod check;
pub mod plan;
pub mod record;
pub mod roll_ups;
pub mod store;
pub mod zone;

use crate::clients::BillingMode;
use values::{Money, messaging::MessagingChannel, time::Moment};

values::stored_enum! {
    /// What became of a message.
    pub enum MessageStatus {
        /// Handed over for delivery; nothing more is known.
        Sent = "sent", "sent",
        /// It arrived.
        Delivered = "delivered", "delivered",
        /// It won't arrive.
        Failed = "failed", "failed",
    }
}

/// A status and when it came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What became of the message.
    pub status: MessageStatus,
    /// When.
    pub at: Moment,
}

impl Receipt {
    /// Whether this one stands where both were reported, in whatever order: a final status beats `sent` whatever the
    /// times, of two final ones the later stands, and at the same time `delivered`.
    #[must_use]
    pub fn beats(&self, other: &Self) -> bool {
        let rank = |receipt: &Self| {
            let last = receipt.status != MessageStatus::Sent;
            (last, receipt.at, receipt.status == MessageStatus::Delivered)
        };
        rank(self) > rank(other)
    }
}

/// What is known of a message from the time it was sent: it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Which of the client's mailings it belongs to; empty for none.
    pub mailing: String,
    /// By which way it went.
    pub channel: MessagingChannel,
    /// Whom it says it comes from, as sent; empty for nobody.
    pub sender_id: String,
    /// ISO 3166-1 alpha-2 code of the country; empty when unknown.
    pub country: String,
    /// The operator's name; empty when unknown.
    pub operator: String,
    /// How many parts it was sent in: 1 to 255.
    pub parts: i16,
    /// What it costs, if it is one that the client pays for.
    pub cost: Money,
    /// When it was sent.
    pub sent_at: Moment,
}

/// What a line of a batch says about one of a client's messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// The physical line where it begins, from 1.
    pub line: u64,
    /// Whose message it is.
    pub client_id: i64,
    /// The message's id, unique within the client.
    pub id: String,
    /// What was sent; `None` for a line that only says what became of it.
    pub facts: Option<Facts>,
    /// What became of it.
    pub receipt: Receipt,
}

impl MessageLine {
    /// Which message it is about.
    #[must_use]
    pub fn key(&self) -> (i64, &str) {
        (self.client_id, &self.id)
    }
}

/// Whether a message with this status counts as one that is paid for.
#[must_use]
pub fn is_paid_for(billing: BillingMode, status: MessageStatus) -> bool {
    billing == BillingMode::Sent || status == MessageStatus::Delivered
}
