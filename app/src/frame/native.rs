//! The server's side of the frame.

use super::shell::facts;

/// Returns the request's facts, for the browser.
pub fn facts_json() -> String {
    serde_json::to_string(&facts()).unwrap_or_default()
}

/// Returns false: only the browser knows what its system prefers.
pub fn system_prefers_dark() -> bool {
    false
}

/// Does nothing: the dialog opens in the browser.
pub fn on_search_key(_: impl Fn() + 'static) {}

/// Returns nothing: only the browser remembers it.
pub fn stored(_: &str) -> String {
    String::new()
}

/// Does nothing.
pub fn store(_: &str, _: &str) {}
