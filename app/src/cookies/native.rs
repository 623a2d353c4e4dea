//! Reads and sets cookies on the server.

use super::attributes::cookie;
use axum::{
    http::{
        HeaderMap, HeaderValue,
        header::{COOKIE, SET_COOKIE},
    },
    response::Response,
};

/// Does nothing: the server answers forms with [`set`].
pub fn remember(_: &str, _: &str) {}

/// Returns a choice as the request had it.
#[must_use]
pub fn remembered(_: &str, requested: &str) -> String {
    requested.to_owned()
}

/// The value of a cookie.
#[must_use]
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// Remembers a choice for a year, as the browser does with JavaScript.
pub fn set(response: &mut Response, name: &str, value: &str) {
    if let Ok(cookie) = HeaderValue::from_str(&cookie(name, value)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("theme=dark; session=abc"));
        assert_eq!(get(&headers, "session"), Some("abc"));
        assert_eq!(get(&headers, "ses"), None);
    }
}
