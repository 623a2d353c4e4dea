//! Mail to clients, through an outbox.
//!
//! [`store`] writes a mail into the outbox in the transaction of the change that it reports, so that neither exists
//! without the other. [`worker`] hands it to an SMTP server, and retries while the server can't be reached or defers
//! it.
//!
//! A mail about a decision waits until the decision can't be taken back any more, and is cancelled with it.
//!
//! A mail is handed over at most once. It is marked as being sent before it is sent. If the server is killed in
//! between, the mail may have arrived or not, so it is marked as failed with this reason instead of being sent again.
//! Its Message-ID is the same in all attempts, so that mail servers can detect duplicates.

pub mod store;
pub mod worker;

values::stored_enum! {
    /// The topic of a mail.
    pub enum Topic {
        /// The client's credit.
        Credit = "credit", "credit",
        /// Its names.
        Names = "names", "names",
    }
}

/// A language of mails. A new one needs an arm in [`Language::of`] and in each text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Ukrainian.
    Ukrainian,
}

impl Language {
    /// The language of a tag (BCP 47), or English for languages without texts.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "uk" => Self::Ukrainian,
            _ => Self::English,
        }
    }
}

/// The content of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its topic.
    pub topic: Topic,
    /// Its subject.
    pub subject: String,
    /// Its body, plain text.
    pub body: String,
}
