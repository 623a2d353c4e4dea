//! Loads parts in the browser, through `frontend/start.js`.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window_event_listener_untyped;
use leptos_router::hooks::use_url;
use ui::signals::UntrackedOrDefault as _;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// A function of `frontend/start.js`. There is none in a build that isn't split.
fn of_start(name: &str) -> Option<Function> {
    Reflect::get(&js_sys::global(), &name.into()).ok()?.dyn_into().ok()
}

/// Loads a part of the application, unless it is there.
pub async fn load(part: &str) {
    let Some(load) = of_start("clientelePart") else { return };
    let address = use_url().get_untracked_or_default();
    let address = format!("{}?{}", address.path(), address.search());
    let loading = load.call2(&JsValue::NULL, &part.into(), &address.trim_end_matches('?').into());
    if let Some(loading) = loading.ok().and_then(|loading| loading.dyn_into::<Promise>().ok()) {
        let _ = JsFuture::from(loading).await;
    }
}

/// Loads the parts of a link's page when pointer or focus reaches the link. `parts` returns those of a path.
pub fn prefetch(parts: fn(&str) -> &'static [&'static str]) {
    let Some(prefetch) = of_start("clientelePrefetch") else { return };
    for kind in ["pointerover", "focusin"] {
        let prefetch = prefetch.clone();
        window_event_listener_untyped(kind, move |event| {
            let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let link = element.and_then(|element| element.closest("a[href^='/']").ok().flatten());
            let address = link.and_then(|link| link.get_attribute("href")).unwrap_or_default();
            for part in parts(address.split(['?', '#']).next().unwrap_or_default()) {
                let _ = prefetch.call1(&JsValue::NULL, &(*part).into());
            }
        });
    }
}
