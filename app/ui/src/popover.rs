//! Content that opens beside its button.

use leptos::prelude::*;

/// A button that opens a popover. It is the browser's own, so it works without JavaScript, closes on Escape or a click
/// elsewhere, and restores the focus.
#[component]
pub fn Popover(
    /// The button's text.
    #[prop(into)]
    label: String,
    /// An id that is unique on the page.
    id: &'static str,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <span class="popover-anchor">
            <button type="button" popovertarget=id>
                {label.clone()}
            </button>
            <div id=id class="popover" popover="auto" role="group" aria-label=label>
                {children()}
            </div>
        </span>
    }
}
