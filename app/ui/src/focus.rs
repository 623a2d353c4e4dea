//! Puts the focus back when the focused element is gone.
//!
//! A list that is loaded again reuses its elements, so the focus usually stays. Where an element went away, such as the
//! last filter, the focus moves to what is left around it, and never to the start of the page.

/// Notes the focused element and those around it, while the application runs.
#[cfg(feature = "hydrate")]
pub fn follow() {
    use leptos::prelude::*;
    window_event_listener_untyped("focusin", |event| browser::PATH.set(event.composed_path()));
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn follow() {}

/// Puts the focus back, once what is being shown now is in the page.
#[cfg(feature = "hydrate")]
pub fn mend() {
    use leptos::prelude::*;
    // The second frame, since the first may come before the content.
    request_animation_frame(|| request_animation_frame(browser::mend));
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn mend() {}

#[cfg(feature = "hydrate")]
mod browser {
    use js_sys::Array;
    use leptos::prelude::document;
    use std::cell::RefCell;
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, FocusOptions, HtmlElement};

    thread_local! {
        /// The element that was focused last, and those around it, from within.
        pub static PATH: RefCell<Array> = RefCell::new(Array::new());
    }

    fn is_lost() -> bool {
        document().active_element().is_none_or(|element| element.tag_name() == "BODY")
    }

    fn focus(element: Option<Element>) {
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
    }

    pub fn mend() {
        let path = PATH.with_borrow(Clone::clone);
        let mut around = path.iter().filter_map(|element| element.dyn_into::<Element>().ok());
        // An element that is still there gave the focus away on purpose.
        if !is_lost() || around.next().is_none_or(|element| element.is_connected()) {
            return;
        }
        for element in around.filter(|element| element.is_connected()) {
            if element.has_attribute("tabindex") {
                focus(Some(element.clone()));
            } else if element.matches("nav, form, [role=group]").unwrap_or_default() {
                // The last one that is shown: `Clear all` beside filters.
                let within = element.query_selector_all("a[href], button, input, select").ok();
                let within = within.into_iter().flat_map(|list| (0..list.length()).rev().map(move |at| list.get(at)));
                for other in within.flatten() {
                    focus(other.dyn_into().ok());
                    if !is_lost() {
                        return;
                    }
                }
            }
            if !is_lost() {
                return;
            }
        }
    }
}
