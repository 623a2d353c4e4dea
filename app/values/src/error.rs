//! The one error of the program: its text is for people. The private cause is logged where it arises and goes no
//! further.

use serde::{Deserialize, Serialize};

/// Why something that was asked for didn't happen, in words for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    /// The address makes no sense: names the part and what is allowed. 400.
    #[error("{message}")]
    BadAddress {
        /// The part's name in the address.
        part: String,
        /// What is wrong with it, and what it may be.
        message: String,
    },
    /// Nobody is signed in, or the session has ended. 401.
    #[error("Your session has ended. Sign in to go on.")]
    SignInRequired,
    /// A program's token is missing, unknown or revoked. 401.
    #[error(
        "This needs the header `Authorization: Bearer TOKEN` with a token that works. `clientele token create` makes one."
    )]
    TokenRequired,
    /// Signed in, but the role doesn't allow it. 403.
    #[error("Your role doesn't allow this. Ask an owner.")]
    Forbidden,
    /// A program's token is for something else: names the scope that it lacks. 403.
    #[error("{0}")]
    OutOfScope(String),
    /// It isn't there. 404.
    #[error("{0}")]
    NotFound(String),
    /// A page beyond the last one, which is named. 404.
    #[error("There is no page {page}: the last one is {last}.")]
    NoSuchPage {
        /// The page asked for.
        page: u64,
        /// The last page there is.
        last: u64,
    },
    /// A refused form: which field, and why. 422.
    #[error("{message}")]
    Refused {
        /// The field's name in the form.
        field: String,
        /// What is wrong with it and what to do.
        message: String,
    },
    /// More was sent than is taken at once. 413.
    #[error("This is too large: send at most {most} at once.")]
    TooLarge {
        /// How much is taken.
        most: String,
    },
    /// The body is compressed in a way that isn't understood. 415.
    #[error("The body's `Content-Encoding` isn't understood: send it as it is, or compressed with gzip.")]
    UnknownEncoding,
    /// A change that is large enough to be shown back before it is made. 422.
    #[error("{question}")]
    Unconfirmed {
        /// What is about to happen.
        question: String,
        /// The button that lets it happen.
        button: String,
        /// The subject of the question, such as the amount. In the answer to the form it is the one-time value that
        /// the form's field `confirmed` then says.
        confirmed: String,
    },
    /// Somebody else was first, or the same form was sent before with something else in it. 409.
    #[error("{message}")]
    Conflict {
        /// The field that is about it; empty for the form as a whole.
        field: String,
        /// What is there now.
        message: String,
    },
    /// It can't be said whether it was done: the database went away while it was being noted. 503.
    #[error(
        "The database went away before it could confirm this. Send the same form again: what was booked already \
         isn't booked twice."
    )]
    Unknown,
    /// Too many attempts. 429.
    #[error("Too many attempts at once. Wait a moment and try again.")]
    TooManyAttempts,
    /// As many files as may be are on their way to the same administrator. 429.
    #[error("{most} files are being downloaded already, which is as many as may be at once. Wait until one is there.")]
    TooManyDownloads {
        /// How many may be at once.
        most: usize,
    },
    /// Something that the answer needs is away. 503.
    #[error("The database can't be reached or written at the moment. Nothing was changed; try again shortly.")]
    Unavailable,
    /// The index of clients is still being loaded. 503.
    #[error("The server is starting: {percent} % of the clients are loaded. Try again in a moment.")]
    Starting {
        /// How much of a hundred is done.
        percent: u8,
    },
    /// A fault of ours. The log has its cause. 500.
    #[error("Something went wrong on the server, and it was noted. Nothing was changed; try again.")]
    Internal,
    /// The browser got no answer that it understands.
    #[error("The server can't be reached. Check the connection and try again.")]
    Connection,
}

impl Error {
    /// A part of an address that makes no sense, with what is wrong.
    pub fn bad_address(part: &str, message: impl Into<String>) -> Self {
        Self::BadAddress { part: part.to_owned(), message: message.into() }
    }

    /// The field of a refused form, with what is wrong.
    pub fn refused(field: &str, message: impl Into<String>) -> Self {
        Self::Refused { field: field.to_owned(), message: message.into() }
    }
}
