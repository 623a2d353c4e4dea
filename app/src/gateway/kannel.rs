//! `GET /gateway/kannel`: Kannel's smsbox calls the `dlr-url` of a message with each of its delivery reports. Native
//! only.

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

/// Kannel calls again by itself.
const TOO_MANY: &str = "These are too many delivery reports at once: send them again.\n";

/// Kannel can't send headers.
const NO_TOKEN: &str =
    "This needs `token=` with a token that works in the dlr-url. `clientele token create --scope kannel` makes one.\n";

async fn taken(visitor: &Visitor, query: &str) -> Result<(), Error> {
    let query = Query::of(query)?;
    let gateway = ApiClient::<Kannel>::recognise(visitor, query.get("token"), RateLimiter::count_report).await?;
    let taken = async {
        let (callback, receiver) = query.callback()?;
        gateway.services.receipts.take(callback, receiver, gateway.actor()).await
    };
    taken.await.inspect_err(|error| {
        // Kannel's own log has the status alone. Numbers don't belong into a log.
        let (id, account) = (query.get("id"), query.get("account"));
        tracing::warn!(?id, ?account, %error, "a delivery report was not taken");
    })
}
