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
