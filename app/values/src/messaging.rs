//! Messaging channels, and counts of messages.

use crate::money::group_thousands;

crate::stored_enum! {
    /// The channel that a message is sent through. A client's `channel` is different: the source of the registration.
    pub enum MessagingChannel {
        /// Short messages.
        Sms = "sms", "SMS",
        /// Viber.
        Viber = "viber", "Viber",
    }
}

/// The number of messages and, in brackets, of their parts: `1,203 (1,410)`.
#[must_use]
pub fn messages(messages: i64, parts: i64) -> String {
    format!("{} ({})", group_thousands(messages.unsigned_abs()), group_thousands(parts.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_followed_by_their_parts() {
        assert_eq!(messages(3, 4), "3 (4)");
        assert_eq!(messages(1_203, 14_100), "1,203 (14,100)");
    }
}
