//! The browser's side of the frame.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use leptos_router::hooks::use_url;
use ui::signals::UntrackedOrDefault as _;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Returns no facts: the page brings those of the server.
pub fn facts_json() -> String {
    String::new()
}

/// Whether the system prefers a dark theme.
pub fn system_prefers_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|list| list.matches())
}

/// Loads a part of the application, unless it is there: see `frontend/start.js`.
pub async fn load_part(part: &str) {
    let load = Reflect::get(&js_sys::global(), &"clientelePart".into());
    let Some(load) = load.ok().and_then(|load| load.dyn_into::<Function>().ok()) else { return };
    let address = use_url().get_untracked_or_default();
    let address = format!("{}?{}", address.path(), address.search());
    let loading = load.call2(&JsValue::NULL, &part.into(), &address.trim_end_matches('?').into());
    if let Some(loading) = loading.ok().and_then(|loading| loading.dyn_into::<Promise>().ok()) {
        let _ = JsFuture::from(loading).await;
    }
}
