//! The session of the page's requests, in the browser.
//!
//! A request that finds the session ended waits while a dialog asks for the password
//! ([`crate::sign_in_again`]), and is sent once more afterwards.

use js_sys::{Function, Promise};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    /// Whether the dialog asks. Nothing before the dialog is there.
    static ASKED: Cell<Option<RwSignal<bool>>> = const { Cell::new(None) };
    /// Requests that wait for the answer.
    static WAITING: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// Takes the signal of a dialog, which is true while somebody is asked to sign in.
pub fn provide(asked: RwSignal<bool>) {
    ASKED.set(Some(asked));
}

/// Asks to sign in. Returns whether a session has begun.
pub async fn ask() -> bool {
    let Some(asked) = ASKED.get() else { return false };
    let answer = Promise::new(&mut |resolve, _| WAITING.with_borrow_mut(|waiting| waiting.push(resolve)));
    asked.try_set(true);
    JsFuture::from(answer).await.is_ok_and(|signed_in| signed_in.is_truthy())
}

/// Ends the question: with a session the waiting requests are sent again.
pub fn resolve(signed_in: bool) {
    if let Some(asked) = ASKED.get() {
        asked.try_set(false);
    }
    for waiting in WAITING.take() {
        let _ = waiting.call1(&JsValue::NULL, &signed_in.into());
    }
}
