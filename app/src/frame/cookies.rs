//! Small choices that the browser remembers, and the server reads to draw the first page right.

/// The cookie that remembers the hidden columns of the client table, as words joined by points.
pub const HIDDEN_COLUMNS: &str = "hidden_columns";

/// The cookie that remembers the unticked columns of a report's file, as words joined by points.
pub const UNTICKED_COLUMNS: &str = "unticked_columns";

/// Remembers a choice for a year. The value is a plain word.
#[cfg(feature = "hydrate")]
pub fn remember(name: &str, value: &str) {
    use wasm_bindgen::JsCast;
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(document) = document.and_then(|document| document.dyn_into::<web_sys::HtmlDocument>().ok()) {
        let _ = document.set_cookie(&format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax"));
    }
}

/// On the server there is nothing to remember: it answers forms with [`native::set`].
#[cfg(not(feature = "hydrate"))]
pub fn remember(_: &str, _: &str) {}

/// A choice as the browser remembers it now; on the server, and until the page lives, as the request had it.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn remembered(name: &str, requested: &str) -> String {
    use wasm_bindgen::JsCast;
    let document = web_sys::window().and_then(|window| window.document());
    let cookies = document.and_then(|document| document.dyn_into::<web_sys::HtmlDocument>().ok()?.cookie().ok());
    let cookies = cookies.unwrap_or_default();
    let found = cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(found, _)| *found == name);
    found.map_or(requested, |(_, value)| value).to_owned()
}

/// On the server it is what the request had.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn remembered(_: &str, requested: &str) -> String {
    requested.to_owned()
}

/// How long a choice is remembered, in seconds.
pub const YEAR: u32 = 365 * 24 * 60 * 60;

#[cfg(feature = "ssr")]
pub use native::{get, set};

#[cfg(feature = "ssr")]
mod native {
    use super::YEAR;
    use axum::{
        http::{
            HeaderMap, HeaderValue,
            header::{COOKIE, SET_COOKIE},
        },
        response::Response,
    };

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

    /// Remembers a choice, as [`super::remember`] does in the browser.
    pub fn set(response: &mut Response, name: &str, value: &str) {
        if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax")) {
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
}
