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

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its subject.
    pub subject: String,
    /// Its body, plain text.
    pub body: String,
}
