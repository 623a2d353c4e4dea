//! By which way messages go, and how many they are.

use crate::money::group_thousands;

crate::stored_enum! {
    /// The messaging channel of a message; a client's `channel` is something else, where the registration came from.
    pub enum MessagingChannel {
        /// Short messages.
        Sms = "sms", "SMS",
        /// Viber.
        Viber = "viber", "Viber",
    }
}

/// Messages and their parts as cells show them: `1,203 (1,410)`.
#[must_use]
pub fn messages(messages: i64, parts: i64) -> String {
    format!("{} ({})", group_thousands(messages.unsigned_abs()), group_thousands(parts.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_messages_and_parts() {
        assert_eq!(messages(3, 4), "3 (4)");
        assert_eq!(messages(1_203, 14_100), "1,203 (14,100)");
    }
}
