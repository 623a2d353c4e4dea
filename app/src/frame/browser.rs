//! The browser's side of the frame.

use js_sys::Reflect;
use leptos::{
    ev::keydown,
    prelude::{on_cleanup, window, window_event_listener},
};
use wasm_bindgen::JsValue;

/// Returns no facts: the page brings those of the server.
pub fn facts_json() -> String {
    String::new()
}

/// Whether the system prefers a dark theme.
pub fn system_prefers_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|list| list.matches())
}

/// Calls `open` for Ctrl-K, on any keyboard layout.
pub fn on_search_key(open: impl Fn() + 'static) {
    let listening = window_event_listener(keydown, move |event| {
        let is_k = event.code() == "KeyK" || event.key() == "k";
        if is_k && (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key() {
            event.prevent_default();
            if !event.repeat() {
                open();
            }
        }
    });
    on_cleanup(move || listening.remove());
}

/// The store of the browser, whose properties are what it remembers. `web-sys` would add a type for it.
fn storage() -> Option<JsValue> {
    Reflect::get(&window(), &"localStorage".into()).ok()
}

/// The value that the browser remembers under a name; empty if there is none.
pub fn stored(name: &str) -> String {
    let found = storage().and_then(|storage| Reflect::get(&storage, &name.into()).ok());
    found.and_then(|found| found.as_string()).unwrap_or_default()
}

/// Remembers a text under a name.
pub fn store(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = Reflect::set(&storage, &name.into(), &text.into());
    }
}
