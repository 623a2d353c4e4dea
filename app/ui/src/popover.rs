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
    use web_sys::HtmlElement;

    let find = move |selector: String| -> Option<HtmlElement> {
        document().query_selector(&selector).ok().flatten()?.dyn_into().ok()
    };
    if find(format!("#{id}:popover-open")).is_none() {
        return;
    }
    let focused = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    // In the next frame, when the attributes are set.
    request_animation_frame(move || {
        if let Some(popover) = find(format!("#{id}:not(:popover-open)")) {
            let _ = popover.show_popover();
        }
        if let Some(focused) = focused {
            let _ = focused.focus();
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn stay_open(_: &'static str) {}
