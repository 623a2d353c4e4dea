//! Loads parts in the browser, through `frontend/start.js`.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::{window, window_event_listener_untyped};
use leptos_router::hooks::use_url;
use std::cell::RefCell;
use ui::signals::UntrackedOrDefault as _;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// A function of `frontend/start.js`. There is none in a build that isn't split.
fn of_start(name: &str) -> Option<Function> {
    Reflect::get(&js_sys::global(), &name.into()).ok()?.dyn_into().ok()
}

thread_local! {
    /// The address of the latest page that was opened.
    static LATEST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Loads a part of the application, unless it is there. If that fails, the browser opens the page as a new document,
/// since the server may have another version by now.
///
/// Never finishes once another page was opened. The router would show this one at the other's address.
pub async fn load(part: &str) {
    let Some(load) = of_start("clientelePart") else { return };
    let url = use_url().get_untracked_or_default();
    let address = format!("{}{}{}", url.path(), if url.search().is_empty() { "" } else { "?" }, url.search());
    LATEST.set(address.clone());
    let loading = load.call1(&JsValue::NULL, &part.into());
    let Some(loading) = loading.ok().and_then(|loading| loading.dyn_into::<Promise>().ok()) else { return };
    let outcome = JsFuture::from(loading).await;
    if LATEST.with_borrow(|latest| *latest == address) {
        if outcome.is_ok() {
            return;
        }
        let _ = window().location().assign(&address);
    }
    std::future::pending::<()>().await;
}

/// Loads a part without opening a page. Returns false if that fails.
pub async fn load_beside(part: &str) -> bool {
    let Some(load) = of_start("clientelePart") else { return true };
    let loading = load.call1(&JsValue::NULL, &part.into());
    match loading.ok().and_then(|loading| loading.dyn_into::<Promise>().ok()) {
        Some(loading) => JsFuture::from(loading).await.is_ok(),
        None => true,
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
