//! Content that opens beside its button.

use crate::icon::{Icon, Symbol};
use leptos::prelude::*;

/// A button that opens a popover. It is the browser's own, so it works without JavaScript, closes on Escape or a click
/// elsewhere, and restores the focus.
#[component]
pub fn Popover(
    /// The button's text.
    #[prop(into)]
    label: String,
    /// An icon before the text.
    #[prop(optional)]
    icon: Option<Symbol>,
    /// An id that is unique on the page.
    id: &'static str,
    /// The content.
    children: Children,
) -> impl IntoView {
    stay_open(id);
    view! {
        <span class="popover-anchor">
            <button type="button" popovertarget=id>
                {icon.map(|of| view! { <Icon of/> })} {label.clone()}
            </button>
            <div id=id class="popover" popover="auto" role="group" aria-label=label>
                {children()}
            </div>
        </span>
    }
}

/// Opens the popover again, with the focus where it was, if it is open while its page is shown anew: setting its
/// attributes closes it.
#[cfg(feature = "hydrate")]
fn stay_open(id: &'static str) {
    use wasm_bindgen::JsCast as _;

    if find(&format!("#{id}:popover-open")).is_some() {
        let focused = document().active_element().and_then(|element| element.dyn_into().ok());
        open_again(id, focused, FRAMES);
    }
}

/// The most frames until the attributes are set.
#[cfg(feature = "hydrate")]
const FRAMES: u8 = 6;

/// Opens a popover as soon as it is closed, in one of the next frames.
#[cfg(feature = "hydrate")]
fn open_again(id: &'static str, focused: Option<web_sys::HtmlElement>, frames: u8) {
    request_animation_frame(move || {
        if let Some(popover) = find(&format!("#{id}:not(:popover-open)")) {
            let _ = popover.show_popover();
            if let Some(focused) = focused {
                let _ = focused.focus();
            }
        } else if frames > 0 {
            open_again(id, focused, frames - 1);
        }
    });
}

#[cfg(feature = "hydrate")]
fn find(selector: &str) -> Option<web_sys::HtmlElement> {
    use wasm_bindgen::JsCast as _;
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

#[cfg(not(feature = "hydrate"))]
fn stay_open(_: &'static str) {}
