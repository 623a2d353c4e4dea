//! Mail to clients, through an outbox. Native only.
//!
//! A mail is written into the outbox in the transaction that makes the change it tells of ([`store`]), so that there
//! is never one without the other. [`worker`] hands it to an SMTP server, and tries again while that can't be reached
//! or doesn't want it yet.
//!
//! What is promised: a mail is never handed over twice by itself. It is marked as being sent before it is sent, so if
//! the server is killed in between, nobody can know whether it arrived; it is then marked as failed, with that reason,
//! and whoever reads it can decide to send another. Servers and clients that see a mail twice for reasons of their own
//! can tell by its Message-ID, which never changes.

pub mod store;
pub mod worker;

values::stored_enum! {
    /// What a mail is about.
    pub enum Topic {
        /// The client's credit.
        Credit = "credit", "credit",
        /// Its names.
        Names = "names", "names",
    }
}

/// A language that mails are written in. Another one is another arm in [`Language::of`] and in each text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Ukrainian.
    Ukrainian,
}

impl Language {
    /// The language of a tag (BCP 47), or English where there is no text in it.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "uk" => Self::Ukrainian,
            _ => Self::English,
        }
    }
}

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is about.
    pub topic: Topic,
    /// Its subject.
    pub subject: String,
    /// Its body, plain text.
    pub body: String,
}
