//! Reads forms, and answers the theme switch where there is no JavaScript. Native only.

use crate::cookies;
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, Uri, header::REFERER},
    response::{IntoResponse, Redirect, Response},
};
use futures::StreamExt as _;
use serde::{Deserialize, de::DeserializeOwned};
use values::error::Error;

/// The most kibibytes of a form, unless it says otherwise.
pub const KIB: usize = 64;
/// The most fields of a form, unless it says otherwise.
pub const FIELDS: usize = 64;
/// How many bytes of a form that is too large are read and discarded. A browser shows the answer only after it has
/// sent the whole form.
const DISCARDED: usize = 1024 * 1024;

/// A form of a bounded size.
#[derive(Clone, Debug)]
pub struct Form<T, const LARGEST: usize = KIB, const MOST: usize = FIELDS>(pub T);

impl<S: Sync, T: DeserializeOwned, const LARGEST: usize, const MOST: usize> FromRequest<S> for Form<T, LARGEST, MOST> {
    type Rejection = Unreadable;

    async fn from_request(request: Request, _: &S) -> Result<Self, Unreadable> {
        let (parts, body) = request.into_parts();
        let body = whole(body, LARGEST).await?;
        if body.split(|byte| *byte == b'&').count() > MOST {
            return Err(Error::refused("", format!("A form has at most {MOST} fields here. Send fewer.")).into());
        }
        match axum::Form::from_request(Request::from_parts(parts, Body::from(body)), &()).await {
            Ok(axum::Form(form)) => Ok(Self(form)),
            Err(other) => Err(Unreadable { status: other.status(), error: Error::refused("", other.body_text()) }),
        }
    }
}

/// Why a form can't be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The answer's status.
    pub status: StatusCode,
    /// The problem and its remedy.
    pub error: Error,
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Self {
        Self { status: error.status(), error }
    }
}

impl IntoResponse for Unreadable {
    fn into_response(self) -> Response {
        (self.status, format!("{}\n", self.error)).into_response()
    }
}

/// Reads a body of at most `largest` kibibytes.
///
/// # Errors
/// [`Error::TooLarge`] for a larger body, [`Error::BadAddress`] for a body that breaks off.
pub async fn whole(body: Body, largest: usize) -> Result<Bytes, Error> {
    let mut chunks = body.into_data_stream();
    let (mut kept, mut size) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Error::bad_address("", "The request was interrupted. Send it again."))?;
        size += chunk.len();
        if size <= largest * 1024 {
            kept.extend_from_slice(&chunk);
        } else if size > DISCARDED {
            break;
        }
    }
    if size > largest * 1024 {
        return Err(Error::TooLarge { most: format!("{largest} KiB") });
    }
    Ok(kept.into())
}

/// The theme switch's form.
#[derive(Deserialize)]
pub struct Theme {
    theme: String,
}

/// `POST /theme`: remembers the theme and goes back to the page.
pub async fn choose_theme(headers: HeaderMap, Form(form): Form<Theme>) -> Response {
    let mut response = back(&headers, "/").into_response();
    if matches!(form.theme.as_str(), "light" | "dark") {
        cookies::set(&mut response, cookies::THEME, &form.theme);
    }
    response
}

/// Redirects with 303 to the page that sent the form, or to `otherwise` if the browser doesn't send its address.
pub fn back(headers: &HeaderMap, otherwise: &str) -> Redirect {
    Redirect::to(came_from(headers).as_deref().unwrap_or(otherwise))
}

/// Path and query of the page that sent the request. The host is left out, so the address leads to this server.
/// Browsers read a backslash as a slash, and two slashes would begin a host; such addresses are dropped.
#[must_use]
pub fn came_from(headers: &HeaderMap) -> Option<String> {
    let uri: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    let address = uri.path_and_query()?.as_str();
    let leads_here = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    leads_here.then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_way_back_never_leads_to_another_server() {
        let from = |referer| came_from(&HeaderMap::from_iter([(REFERER, HeaderValue::from_static(referer))]));
        assert_eq!(from("https://a.example/clients?q=a").as_deref(), Some("/clients?q=a"));
        for odd in ["https://a.example/\\b.example", "/\\b.example", "https://a.example//b.example", "/a\\..\\b", "b"] {
            assert_eq!(from(odd), None, "{odd}");
        }
    }
}
