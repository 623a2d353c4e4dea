//! The browser's entry point: hydrates the page.

use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the page. The script in the page's head calls it once the WASM is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
