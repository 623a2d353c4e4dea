//! Reads and sets cookies in the browser.

use super::attributes::cookie;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlDocument;

fn html_document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}

/// Remembers a choice for a year. The value is a plain word.
pub fn remember(name: &str, value: &str) {
    if let Some(document) = html_document() {
        let _ = document.set_cookie(&cookie(name, value));
    }
}

/// Returns a choice as the browser remembers it now, or else as the request had it.
#[must_use]
pub fn remembered(name: &str, requested: &str) -> String {
    let cookies = html_document().and_then(|document| document.cookie().ok()).unwrap_or_default();
    let found = cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(found, _)| *found == name);
    found.map_or(requested, |(_, value)| value).to_owned()
}
