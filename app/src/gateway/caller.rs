//! Which program calls, what its token opens, and how much it may send. Native only.
//!
//! Handlers of the gateway's routes take a [`Gateway`], and reach the database through it alone. Its type names the
//! scope that the token must have.

use super::{
    scope::Scope,
    token_store::{self, Token},
};
use crate::{
    admins::visitor::{Services, Visitor},
    client::finance::booking::Author,
    error::Error,
};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde_json::json;
use std::{fmt, marker::PhantomData, num::NonZeroU32, sync::Arc};
use tokio::sync::Semaphore;

/// Calls of one token in a second, and at once after a while without any. A call takes thousands of messages.
const CALLS: NonZeroU32 = NonZeroU32::new(50).unwrap();

/// KiB of bodies of one token in a second, uncompressed, and at once: four of the largest bodies.
const KIBIBYTES: NonZeroU32 = NonZeroU32::new(64 * 1024).unwrap();

/// Delivery reports of one token in a second. A gateway sends thousands.
const REPORTS: NonZeroU32 = NonZeroU32::new(5_000).unwrap();

/// Delivery reports of one token at once.
const REPORTS_AT_ONCE: NonZeroU32 = NonZeroU32::new(10_000).unwrap();

/// Bodies that are read at once; others wait.
const READ_AT_ONCE: usize = 4;

/// How much programs may send, counted for each token.
#[derive(Clone)]
pub struct Calls(Arc<Limits>);

struct Limits {
    calls: DefaultKeyedRateLimiter<i64>,
    kibibytes: DefaultKeyedRateLimiter<i64>,
    reports: DefaultKeyedRateLimiter<i64>,
    reading: Arc<Semaphore>,
}

impl Default for Calls {
    fn default() -> Self {
        Self(Arc::new(Limits {
            calls: RateLimiter::keyed(Quota::per_second(CALLS)),
            kibibytes: RateLimiter::keyed(Quota::per_second(KIBIBYTES)),
            reports: RateLimiter::keyed(Quota::per_second(REPORTS).allow_burst(REPORTS_AT_ONCE)),
            reading: Arc::new(Semaphore::new(READ_AT_ONCE)),
        }))
    }
}

impl Calls {
    /// Counts a call of a token in.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`], as of the others, when it is one too many.
    pub fn count(&self, token: i64) -> Result<(), Error> {
        self.0.calls.check_key(&token).map_err(|_| Error::TooManyAttempts)
    }

    /// Counts bytes of a body in, in whole KiB.
    pub fn count_bytes(&self, token: i64, bytes: usize) -> Result<(), Error> {
        let Some(kibibytes) = u32::try_from(bytes.div_ceil(1024)).ok().and_then(NonZeroU32::new) else { return Ok(()) };
        match self.0.kibibytes.check_key_n(&token, kibibytes) {
            Ok(Ok(())) => Ok(()),
            _ => Err(Error::TooManyAttempts),
        }
    }

    /// Counts a delivery report in.
    pub fn count_report(&self, token: i64) -> Result<(), Error> {
        self.0.reports.check_key(&token).map_err(|_| Error::TooManyAttempts)
    }

    /// The places of those that read a body.
    #[must_use]
    pub fn reading(&self) -> Arc<Semaphore> {
        self.0.reading.clone()
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Calls")
    }
}

/// A scope as a type, for the signature of a handler.
pub trait Opens: Send + Sync + 'static {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! opens {
    ($($(#[$meta:meta])* $name:ident)+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Opens for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )+
    };
}

opens! {
    /// [`Scope::Messages`]
    Messages
    /// [`Scope::Clients`]
    Clients
    /// [`Scope::Names`]
    Names
    /// [`Scope::Kannel`]
    Kannel
    /// [`Scope::Metrics`]
    Metrics
}

/// A program whose token works and has the scope `S`.
#[derive(Clone, Debug)]
pub struct Gateway<S> {
    /// What the application works with.
    pub services: Services,
    token: Token,
    address: String,
    scope: PhantomData<S>,
}

impl<S: Opens> Gateway<S> {
    /// The program that shows a token, if it works and has the scope. `count` counts the call in.
    ///
    /// # Errors
    /// [`Error::TokenRequired`] for a token that doesn't work, [`Error::OutOfScope`] for one without the scope.
    pub async fn recognise(
        visitor: &Visitor,
        token: Option<&str>,
        count: fn(&Calls, i64) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let (services, address) = visitor.services_for_gateway();
        let found = match token {
            Some(token) => token_store::find(&services.database, token).await?,
            None => None,
        };
        let token = found.ok_or(Error::TokenRequired)?;
        count(&services.calls, token.id)?;
        if !token.scopes().has(S::SCOPE) {
            return Err(S::SCOPE.is_needed());
        }
        Ok(Self { services: services.clone(), token, address: address.to_owned(), scope: PhantomData })
    }

    /// Whether the token has a scope that adds to the route's own.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.token.scopes().has(scope)
    }

    /// The token's number, by which it is counted.
    #[must_use]
    pub fn token(&self) -> i64 {
        self.token.id
    }

    /// Who is named in ledger and audit record.
    #[must_use]
    pub fn author(&self) -> Author {
        let login = format!("gateway {}", self.token.name);
        Author { administrator: None, login, address: self.address.clone() }
    }
}

/// For the API: the token stands in the header `Authorization`, and calls are counted.
impl<S: Opens, R: Sync> FromRequestParts<R> for Gateway<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &R) -> Result<Self, ApiError> {
        // Without the database nobody is recognised.
        let visitor = parts.extensions.get::<Visitor>().ok_or(Error::Unavailable)?;
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| {
            let (scheme, token) = header.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        Ok(Self::recognise(visitor, token, Calls::count).await?)
    }
}

/// An error as the API tells it: `{"error": "..."}`, with its status.
#[derive(Debug)]
pub struct ApiError(pub Error);

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.0.status();
        let mut response = (status, axum::Json(json!({ "error": self.0.to_string() }))).into_response();
        let (name, value) = match status {
            StatusCode::UNAUTHORIZED => (header::WWW_AUTHENTICATE, "Bearer"),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => (header::RETRY_AFTER, "1"),
            _ => return response,
        };
        response.headers_mut().insert(name, HeaderValue::from_static(value));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEBIBYTE: usize = 1024 * 1024;

    #[test]
    fn what_a_token_sends_is_bounded_by_calls_by_bytes_and_by_reports() {
        let calls = Calls::default();
        let taken = |count: &dyn Fn() -> Result<(), Error>, most: usize| (0..most).filter(|_| count().is_ok()).count();
        // A second or two may pass meanwhile on a busy machine.
        assert!((50..200).contains(&taken(&|| calls.count(1), 10_000)));
        assert!((64..256).contains(&taken(&|| calls.count_bytes(1, MEBIBYTE), 1_000)));
        assert!((10_000..40_000).contains(&taken(&|| calls.count_report(1), 100_000)));
        // Another token has its own.
        assert_eq!(calls.count(2), Ok(()));
        assert_eq!(calls.count_bytes(2, 64 * MEBIBYTE), Ok(()));
        assert_eq!(calls.count_bytes(2, 16 * MEBIBYTE), Err(Error::TooManyAttempts));
        assert_eq!(calls.count_bytes(2, 0), Ok(()));
        assert_eq!(calls.count_report(2), Ok(()));
    }
}
