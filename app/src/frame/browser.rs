//! The browser's side of the frame and of its cookies.

use super::cookies::YEAR;
use leptos::prelude::window;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlDocument;

/// Returns no facts: the page brings those of the server.
pub fn facts_json() -> String {
    String::new()
}

/// Whether the system prefers a dark theme.
pub fn system_prefers_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|list| list.matches())
}

fn html_document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}

/// Remembers a choice for a year. The value is a plain word.
pub fn remember(name: &str, value: &str) {
    if let Some(document) = html_document() {
        let _ = document.set_cookie(&format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax"));
    }
}

/// Returns a choice as the browser remembers it now, or else as the request had it.
#[must_use]
pub fn remembered(name: &str, requested: &str) -> String {
    let cookies = html_document().and_then(|document| document.cookie().ok()).unwrap_or_default();
    let found = cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(found, _)| *found == name);
    found.map_or(requested, |(_, value)| value).to_owned()
}
