//! The program behind a call, and the scopes of its token. Native only.
//!
//! Handlers of the gateway's routes reach the services only through an [`ApiClient`]. Its type names the scope that the
//! token must have.

use crate::access::Visitor;
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use domain::{
    actor::Actor,
    administrators::{
        api_tokens::{self, Token},
        rate_limit::RateLimiter,
        scope::Scope,
    },
    ids::TokenId,
    services::Services,
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde_json::json;
use std::marker::PhantomData;
use values::error::Error;

/// A scope as a type, for the signatures of handlers.
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

/// A program whose token is valid and has the scope `S`.
#[derive(Clone, Debug)]
pub struct ApiClient<S> {
    /// The services.
    pub services: Services,
    token: Token,
    address: String,
    scope: PhantomData<S>,
}

impl<S: Opens> ApiClient<S> {
    /// Finds the program by its token, and counts the call with `count`.
    ///
    /// # Errors
    /// [`Error::TokenRequired`] without a valid token, [`Error::OutOfScope`] for a token without the scope, and those
    /// of `count`.
    pub async fn recognise(
        visitor: &Visitor,
        token: Option<&str>,
        count: fn(&RateLimiter, TokenId) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let (services, address) = visitor.services_for_gateway();
        let found = match token {
            Some(token) => api_tokens::find(&services.database, token).await?,
            None => None,
        };
        let token = found.ok_or(Error::TokenRequired)?;
        count(&services.limiter, token.id)?;
        if !token.scopes().has(S::SCOPE) {
            return Err(S::SCOPE.is_needed());
        }
        Ok(Self { services: services.clone(), token, address: address.to_owned(), scope: PhantomData })
    }

    /// Whether the token has a scope beyond the route's own.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.token.scopes().has(scope)
    }

    /// The token's id, which the rate limiter counts by.
    #[must_use]
    pub fn token(&self) -> TokenId {
        self.token.id
    }

    /// The author of the changes that the program makes.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::without_account(&format!("gateway {}", self.token.name), &self.address)
    }
}

/// Reads the token of the API from the header `Authorization`, and counts the call.
impl<S: Opens, R: Sync> FromRequestParts<R> for ApiClient<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &R) -> Result<Self, ApiError> {
        // Every request has a visitor behind the middleware.
        let visitor = parts.extensions.get::<Visitor>().ok_or(Error::Unavailable)?;
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| {
            let (scheme, token) = header.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        Ok(Self::recognise(visitor, token, RateLimiter::count).await?)
    }
}

/// An error as the API's JSON, `{"error": "..."}`, with its status.
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
