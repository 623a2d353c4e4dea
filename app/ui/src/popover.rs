//! Something that opens beside its button.

use leptos::prelude::*;

/// A button and what it opens: the browser's own popover, which works before the WASM and without it, closes
/// with Escape or a click elsewhere, and gives the focus back.
#[component]
pub fn Popover(
    /// The button's text.
    #[prop(into)]
    label: String,
    /// An id of its own on the page.
    id: &'static str,
    /// What opens.
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
