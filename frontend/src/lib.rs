//! The browser's entry: takes over the page that the server sent.

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes the page live. Called by the script in the page's head, once the WASM is there.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
