//! Which program calls, and how often it may. Native only.
//!
//! Handlers of the gateway's routes take a [`Gateway`], and reach the database through it alone.

use super::token_store::{self, Token};
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
use std::{fmt, num::NonZeroU32, sync::Arc};

/// Calls of one token in a second, and at once after a while without any. A call takes thousands of messages.
const CALLS: NonZeroU32 = NonZeroU32::new(50).unwrap();

/// Counts the calls of each token.
#[derive(Clone)]
pub struct Calls(Arc<DefaultKeyedRateLimiter<i64>>);

impl Default for Calls {
    fn default() -> Self {
        Self(Arc::new(RateLimiter::keyed(Quota::per_second(CALLS))))
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Calls")
    }
}

/// A program whose token works.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// What the application works with.
    pub services: Services,
    token: Token,
    address: String,
}

impl Gateway {
    /// The program that shows a token, if it works.
    pub async fn recognise(visitor: &Visitor, token: Option<&str>) -> Result<Self, Error> {
        let (services, address) = visitor.services_for_gateway();
        let found = match token {
            Some(token) => token_store::find(&services.database, token).await?,
            None => None,
        };
        let token = found.ok_or(Error::TokenRequired)?;
        Ok(Self { services: services.clone(), token, address: address.to_owned() })
    }

    /// Who is named in ledger and audit record.
    #[must_use]
    pub fn author(&self) -> Author {
        let login = format!("gateway {}", self.token.name);
        Author { administrator: None, login, address: self.address.clone() }
    }
}

/// For the API: the token stands in the header `Authorization`, and calls are counted.
impl<S: Sync> FromRequestParts<S> for Gateway {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let visitor = parts.extensions.get::<Visitor>().ok_or(Error::TokenRequired)?;
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| {
            let (scheme, token) = header.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let gateway = Self::recognise(visitor, token).await?;
        gateway.services.calls.0.check_key(&gateway.token.id).map_err(|_| Error::TooManyAttempts)?;
        Ok(gateway)
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
