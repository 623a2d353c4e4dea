//! A message, and a line about one.

use super::MessageStatus;
use crate::ids::ClientId;
use values::{Money, messaging::MessagingChannel, time::Moment};

/// A delivery receipt: a status and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The status.
    pub status: MessageStatus,
    /// Its time.
    pub at: Moment,
}

impl Receipt {
    /// Whether this receipt replaces another one of the same message. A final status replaces `sent` at any time. Of
    /// two final ones the later replaces the earlier, and at the same time `delivered` replaces `failed`. The order of
    /// arrival changes nothing.
    #[must_use]
    pub fn beats(&self, other: &Self) -> bool {
        let rank = |receipt: &Self| {
            let is_final = receipt.status != MessageStatus::Sent;
            (is_final, receipt.at, receipt.status == MessageStatus::Delivered)
        };
        rank(self) > rank(other)
    }
}

/// The facts of a message. They never change after sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The client's name for the mailing; empty for none.
    pub mailing: String,
    /// The messaging channel.
    pub channel: MessagingChannel,
    /// The sender ID as sent; empty for none.
    pub sender_id: String,
    /// ISO 3166-1 alpha-2 code of the country; empty when unknown.
    pub country: String,
    /// The operator's name; empty when unknown.
    pub operator: String,
    /// The number of parts, 1 to 255.
    pub parts: i16,
    /// The cost, if the client pays for this message.
    pub cost: Money,
    /// The time of sending.
    pub sent_at: Moment,
}

/// A line of a batch about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// The physical line where the record begins, from 1.
    pub line: u64,
    /// The client.
    pub client_id: ClientId,
    /// The message's id, unique within the client.
    pub id: String,
    /// The facts; `None` for a line with a receipt alone.
    pub facts: Option<Facts>,
    /// The receipt.
    pub receipt: Receipt,
}

impl MessageLine {
    /// The key of the message: client id and message id.
    #[must_use]
    pub fn key(&self) -> (ClientId, &str) {
        (self.client_id, &self.id)
    }
}
