//! The parts of errors and money that only the server compiles: statuses, causes of the database, and decimals.

use crate::{Error, Money};
use http::StatusCode;
use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::panic::Location;

impl Error {
    /// The status that belongs to the error.
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

    /// A fault whose cause is for the log only.
    #[track_caller]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(at = %Location::caller(), %cause, "internal error");
        Self::Internal
    }
}

/// SQLite's IOERR, FULL and CANTOPEN.
const SQLITE_AWAY: [i32; 3] = [10, 13, 14];

/// Whether the database is away, or is about to stop or only just starting.
fn is_away(cause: &DbErr) -> bool {
    let (DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner)) = cause else {
        return matches!(cause, DbErr::ConnectionAcquire(_));
    };
    let RuntimeErr::SqlxError(inner) = inner else { return matches!(cause, DbErr::Conn(_)) };
    match &**inner {
        // SQLite: the file can't be written or opened, or its disk is full.
        sqlx::Error::Database(error) if matches!(error.code().as_deref().map(str::parse::<i32>), Some(Ok(code)) if SQLITE_AWAY.contains(&(code & 0xff))) => {
            true
        }
        // PostgreSQL's classes of errors: connection, resources, operator intervention, not in this state.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| ["08", "53", "57P", "55000"].iter().any(|class| code.starts_with(class)))
        }
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
        let away = is_away(&cause);
        tracing::error!(at = %Location::caller(), %cause, "database error");
        if away { Self::Unavailable } else { Self::Internal }
    }
}

impl Money {
    /// The exact decimal, for workbooks and calculations.
    #[must_use]
    pub fn decimal(self) -> rust_decimal::Decimal {
        rust_decimal::Decimal::new(self.0, 4)
    }
}
