//! The browser's side of the frame.

use leptos::prelude::window;

/// Returns no facts: the page brings those of the server.
pub fn facts_json() -> String {
    String::new()
}

/// Whether the system prefers a dark theme.
pub fn system_prefers_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|list| list.matches())
}
