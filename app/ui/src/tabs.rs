//! Tabs with addresses of their own.

use leptos::{ev::KeyboardEvent, prelude::*};

/// A tab.
#[derive(Clone, Debug)]
pub struct Tab {
    /// What people see.
    pub label: &'static str,
    /// Where it leads.
    pub address: String,
    /// Whether it is open.
    pub open: Signal<bool>,
}

/// A row of tabs. Each is a link; the arrow keys, Home and End open the others, as in any row of tabs.
///
/// What the open tab shows stands in an element with the id `panel` and the role `tabpanel`.
#[component]
pub fn Tabs(
    /// What a screen reader calls the row.
    name: &'static str,
    /// The id of the element that shows what the open tab has.
    panel: &'static str,
    /// The tabs, from left to right.
    tabs: Vec<Tab>,
) -> impl IntoView {
    // Without JavaScript there are no arrow keys, and each tab must be reached by itself.
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    view! {
        <div class="tabs" role="tablist" aria-label=name on:keydown=walk>
            {tabs
                .into_iter()
                .map(|tab| {
                    let open = move || tab.open.try_get().unwrap_or_default();
                    view! {
                        <a
                            role="tab"
                            href=tab.address
                            aria-selected=move || open().to_string()
                            aria-controls=move || open().then_some(panel)
                            tabindex=move || if open() || !alive.try_get().unwrap_or_default() { "0" } else { "-1" }
                        >
                            {tab.label}
                        </a>
                    }
                })
                .collect_view()}
        </div>
    }
}

#[cfg(feature = "hydrate")]
fn walk(event: KeyboardEvent) {
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
fn walk(_: KeyboardEvent) {}
