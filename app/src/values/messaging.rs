//! By which way messages go.

crate::word_enum! {
    /// The messaging channel of a message; a client's `channel` is something else, where the registration came from.
    pub enum MessagingChannel {
        /// Short messages.
        Sms = "sms", "SMS",
        /// Viber.
        Viber = "viber", "Viber",
    }
}
