//! `GET /gateway/kannel`: Kannel calls a message's `dlr-url` with each of its delivery reports. Native only.

use super::api_client::{ApiClient, Kannel};
use crate::{access::Visitor, failure::Failure};
use axum::{
    Extension,
    response::{IntoResponse as _, Response},
};
use domain::{administrators::rate_limit::RateLimiter, kannel::callback::Query};
use http::{StatusCode, Uri, header};
use values::error::Error;

/// `GET /gateway/kannel`
pub async fn take(Extension(visitor): Extension<Visitor>, uri: Uri) -> Response {
    match taken(&visitor, uri.query().unwrap_or_default()).await {
        Ok(()) => "Taken.\n".into_response(),
        Err(Error::TokenRequired) => {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], NO_TOKEN).into_response()
        }
        Err(Error::TooManyAttempts) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")], TOO_MANY).into_response()
        }
        Err(error) => Failure(error).into_response(),
    }
}

/// The answer to too many reports. Kannel retries by itself.
const TOO_MANY: &str = "These are too many delivery reports at once: send them again.\n";

/// The answer without a valid token. Kannel can't send headers, so the token is in the query.
const NO_TOKEN: &str =
    "This needs `token=` with a token that works in the dlr-url. `clientele token create --scope kannel` makes one.\n";

async fn taken(visitor: &Visitor, query: &str) -> Result<(), Error> {
    let query = Query::of(query)?;
    let api_client = ApiClient::<Kannel>::recognise(visitor, query.get("token"), RateLimiter::count_report).await?;
    let taken = async {
        let (callback, receiver) = query.callback()?;
        api_client.services.receipts.take(callback, receiver, api_client.actor()).await
    };
    taken.await.inspect_err(|error| {
        // Kannel logs only the status. Phone numbers don't belong in a log.
        let (id, account) = (query.get("id"), query.get("account"));
        tracing::warn!(?id, ?account, %error, "a delivery report was not taken");
    })
}
