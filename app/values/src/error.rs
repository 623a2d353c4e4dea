//! The error type of the program. Its text is for people; the internal cause is logged where it arises and isn't
//! passed on.

use serde::{Deserialize, Serialize};

/// The reason why a request failed, in words for the person who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    /// A part of the address has an invalid value. 400.
    #[error("{message}")]
    BadAddress {
        /// The part's name in the address.
        part: String,
        /// The problem, and the valid values.
        message: String,
    },
    /// No session, or an expired one. 401.
    #[error("Your session has expired. Sign in to continue.")]
    SignInRequired,
    /// The token of an API client is missing, unknown or revoked. 401.
    #[error(
        "This needs the header `Authorization: Bearer TOKEN` with a token that works. `clientele token create` makes \
         one."
    )]
    TokenRequired,
    /// The administrator's role doesn't allow it. 403.
    #[error("Your role doesn't allow this. Ask an owner.")]
    Forbidden,
    /// The token of an API client lacks a scope, which the message names. 403.
    #[error("{0}")]
    OutOfScope(String),
    /// No such thing. 404.
    #[error("{0}")]
    NotFound(String),
    /// A page beyond the last one. 404.
    #[error("There is no page {page}: the last one is {last}.")]
    NoSuchPage {
        /// The requested page.
        page: u64,
        /// The last page.
        last: u64,
    },
    /// A field of a form was refused. 422.
    #[error("{message}")]
    Refused {
        /// The field's name in the form.
        field: String,
        /// The problem, and what to do.
        message: String,
    },
    /// The body is larger than the limit. 413.
    #[error("This is too large: send at most {most} at once.")]
    TooLarge {
        /// The limit.
        most: String,
    },
    /// The body has an unsupported `Content-Encoding`. 415.
    #[error("The body's `Content-Encoding` isn't understood: send it as it is, or compressed with gzip.")]
    UnknownEncoding,
    /// A change that must be confirmed first. 422.
    #[error("{question}")]
    Unconfirmed {
        /// The question, which describes the change.
        question: String,
        /// The label of the button that confirms it.
        button: String,
        /// The subject of the question, such as the amount. In the answer to the form it is the one-time value for the
        /// form's field `confirmed`.
        confirmed: String,
    },
    /// Another change came first, or the idempotency key was used before with other values. 409.
    #[error("{message}")]
    Conflict {
        /// The form's field; empty for the form as a whole.
        field: String,
        /// The current state.
        message: String,
    },
    /// The connection to the database was lost during the commit, so the outcome is unknown. 503.
    #[error(
        "The database went away before it could confirm this. Send the same form again: what was booked already \
         isn't booked twice."
    )]
    Unknown,
    /// Too many attempts to sign in. 429.
    #[error("Too many attempts at once. Wait a moment and try again.")]
    TooManyAttempts,
    /// The administrator has reached the limit of simultaneous downloads. 429.
    #[error("{most} files are being downloaded already, which is as many as may be at once. Wait until one is there.")]
    TooManyDownloads {
        /// The limit.
        most: usize,
    },
    /// The database can't be reached or written. 503.
    #[error("The database is unavailable. Nothing changed. Try again shortly.")]
    Unavailable,
    /// The index of clients is loading. 503.
    #[error("The server is starting: {percent} % of the clients are loaded. Try again in a moment.")]
    Starting {
        /// The progress, from 0 to 100.
        percent: u8,
    },
    /// A fault of the program. The log has the cause. 500.
    #[error("Something went wrong on the server. It was logged, and nothing changed. Try again.")]
    Internal,
    /// The browser got no readable answer.
    #[error("The server can't be reached. Check the connection and try again.")]
    Connection,
}

impl Error {
    /// [`Error::BadAddress`] for a part of an address.
    pub fn bad_address(part: &str, message: impl Into<String>) -> Self {
        Self::BadAddress { part: part.to_owned(), message: message.into() }
    }

    /// [`Error::Refused`] for a field of a form.
    pub fn refused(field: &str, message: impl Into<String>) -> Self {
        Self::Refused { field: field.to_owned(), message: message.into() }
    }
}
