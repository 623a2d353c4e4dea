//! Answers the theme switch where there is no JavaScript. Native only.

use super::{THEME_COOKIE, cookies};
use axum::{
    Form,
    http::{HeaderMap, Uri, header::REFERER},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// The theme switch's form.
#[derive(Deserialize)]
pub struct Theme {
    theme: String,
}

/// `POST /theme`: remembers the theme and goes back to the page.
pub async fn choose_theme(headers: HeaderMap, Form(form): Form<Theme>) -> Response {
    let mut response = back(&headers, "/").into_response();
    if matches!(form.theme.as_str(), "light" | "dark") {
        cookies::set(&mut response, THEME_COOKIE, &form.theme);
    }
    response
}

/// 303 to the page that a form was sent from, if the browser says which.
pub fn back(headers: &HeaderMap, otherwise: &str) -> Redirect {
    Redirect::to(came_from(headers).as_deref().unwrap_or(otherwise))
}

/// Path and query of the page that a request comes from. Its host is left out, so that it leads to this
/// server in any case.
#[must_use]
pub fn came_from(headers: &HeaderMap) -> Option<String> {
    let uri: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    let address = uri.path_and_query()?.as_str();
    (address.starts_with('/') && !address.starts_with("//")).then(|| address.to_owned())
}
