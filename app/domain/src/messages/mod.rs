//! Messages: their statuses, their costs, and the sums of both.
//!
//! - [`message`]: a message, and a line about one; [`record`]: reads a line of a file or call
//! - [`plan`]: the changes of a batch, computed in memory; [`store`]: writes them
//! - [`tally`]: counts and cost; [`roll_ups`]: the sums that reports read; [`check`]: the recount
//! - [`zone`]: keeps the days of the sums in one time zone
//!
//! A batch of lines is one transaction. It locks its clients in the order of their ids, inserts the messages without a
//! look at what is there (existing ones stay out and are then read), and judges every line in memory: new, another
//! status, or waiting for its message. The status of a message is the greatest of all reported ones, so the order of
//! the lines changes nothing.
//!
//! Roll-ups and bookings follow from the plan. A roll-up has four levels: all days and single days by messaging
//! channel, months and days also by country, operator and sender ID. Days are those of the platform's time zone. The
//! ledger gets one row per client and mailing. Where an account can't hold the sums, the batch is judged again with the
//! headroom of each account, and only the lines that don't fit are refused.
//!
//! A ledger row may be booked on a later day than its messages were sent, since its time never decreases. The table
//! `late_costs` has those parts, and explains the difference between a period's reports and its ledger to the
//! ten-thousandth.

#[cfg(feature = "database")]
pub mod check;
#[cfg(feature = "database")]
pub mod message;
#[cfg(feature = "database")]
pub mod plan;
#[cfg(feature = "database")]
pub mod record;
#[cfg(feature = "database")]
pub mod roll_ups;
#[cfg(feature = "database")]
pub mod store;
pub mod tally;
#[cfg(feature = "database")]
pub mod zone;

use crate::clients::BillingMode;

pub use tally::Tally;

values::stored_enum! {
    /// The status of a message.
    pub enum MessageStatus {
        /// Handed over for delivery. Nothing more is known.
        Sent = "sent", "sent",
        /// Delivered to the receiver.
        Delivered = "delivered", "delivered",
        /// Not delivered for good.
        Failed = "failed", "failed",
    }
}

/// Whether the client pays for a message with this status.
#[must_use]
pub fn is_paid_for(billing: BillingMode, status: MessageStatus) -> bool {
    billing == BillingMode::Sent || status == MessageStatus::Delivered
}
