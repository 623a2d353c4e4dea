//! The server's part of errors and money: HTTP statuses, database causes, and decimals.

use crate::{Error, Money};
use http::StatusCode;
use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::panic::Location;

impl Error {
    /// The HTTP status of the error.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadAddress { .. } => StatusCode::BAD_REQUEST,
            Self::SignInRequired | Self::TokenRequired => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::OutOfScope(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::NoSuchPage { .. } => StatusCode::NOT_FOUND,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnknownEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Refused { .. } | Self::Unconfirmed { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::TooManyAttempts | Self::TooManyDownloads { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::Unknown | Self::Starting { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal | Self::Connection => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Logs a cause that people aren't shown.
    #[track_caller]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(at = %Location::caller(), %cause, "internal error");
        Self::Internal
    }
}

/// `SQLITE_IOERR`, `SQLITE_FULL` and `SQLITE_CANTOPEN`.
const SQLITE_UNAVAILABLE: [i32; 3] = [10, 13, 14];

/// Whether the database can't be reached or written, is shutting down or starting up.
fn is_unavailable(cause: &DbErr) -> bool {
    let (DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner)) = cause else {
        return matches!(cause, DbErr::ConnectionAcquire(_));
    };
    let RuntimeErr::SqlxError(inner) = inner else { return matches!(cause, DbErr::Conn(_)) };
    match &**inner {
        // SQLite: the file can't be opened or written, or the disk is full.
        // PostgreSQL: error classes of connections, resources, operator intervention, object not in prerequisite state.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.parse::<i32>().is_ok_and(|code| SQLITE_UNAVAILABLE.contains(&(code & 0xff)))
                || ["08", "53", "57P", "55000"].iter().any(|class| code.starts_with(class))
        }),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => matches!(cause, DbErr::Conn(_)),
    }
}

impl From<DbErr> for Error {
    #[track_caller]
    fn from(cause: DbErr) -> Self {
        let unavailable = is_unavailable(&cause);
        tracing::error!(at = %Location::caller(), %cause, "database error");
        if unavailable { Self::Unavailable } else { Self::Internal }
    }
}

impl Money {
    /// The exact decimal number, for workbooks and calculations.
    #[must_use]
    pub fn decimal(self) -> rust_decimal::Decimal {
        rust_decimal::Decimal::new(self.0, 4)
    }
}
