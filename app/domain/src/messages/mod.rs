//! Messages: their statuses, their costs, and the sums of both.
//!
//! - [`message`]: a message, and a line about one; [`record`]: reads a line of a file or call
//! - [`plan`]: the changes of a batch, computed in memory; [`store`]: writes them
//! - [`tally`]: counts and cost; [`roll_ups`]: the sums that reports read; [`check`]: the recount
//! - [`zone`]: keeps the days of the sums in one time zone

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
