//! Tabs with addresses of their own.

use crate::{signals::OrDefault, views::CollectAny as _};
use leptos::{ev::KeyboardEvent, prelude::*};

/// A tab.
#[derive(Clone, Debug)]
pub struct Tab {
    /// The visible label.
    pub label: &'static str,
    /// The address of the tab.
    pub address: Signal<String>,
    /// Whether it is open.
    pub open: Signal<bool>,
}

/// A row of tabs. Each tab is a link; the arrow keys, Home and End move between them.
///
/// The page puts the content of the open tab into an element with the id `panel` and the role `tabpanel`.
#[component]
pub fn Tabs(
    /// The label of the row for screen readers.
    name: &'static str,
    /// The id of the element with the open tab's content.
    panel: &'static str,
    /// The tabs, from left to right.
    tabs: Vec<Tab>,
) -> impl IntoView {
    // Without JavaScript the arrow keys do nothing, so the Tab key must reach every tab.
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    view! {
        <div class="tabs" role="tablist" aria-label=name on:keydown=move_focus>
            {tabs
                .into_iter()
                .map(|tab| {
                    let open = move || tab.open.get_or_default();
                    view! {
                        <a
                            role="tab"
                            href=move || tab.address.get_or_default()
                            aria-selected=move || open().to_string()
                            aria-controls=move || open().then_some(panel)
                            tabindex=move || if open() || !hydrated.get_or_default() { "0" } else { "-1" }
                        >
                            {tab.label}
                        </a>
                    }
                })
                .collect_any()}
        </div>
    }
}

#[cfg(feature = "hydrate")]
fn move_focus(event: KeyboardEvent) {
    use wasm_bindgen::JsCast;
    let focused = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(focused) = focused else { return };
    let row = focused.parent_element();
    let next = match event.key().as_str() {
        "ArrowRight" => focused.next_element_sibling().or_else(|| row?.first_element_child()),
        "ArrowLeft" => focused.previous_element_sibling().or_else(|| row?.last_element_child()),
        "Home" => row.and_then(|row| row.first_element_child()),
        "End" => row.and_then(|row| row.last_element_child()),
        _ => return,
    };
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        let _ = next.focus();
        next.click();
    }
}

#[cfg(not(feature = "hydrate"))]
fn move_focus(_: KeyboardEvent) {}
