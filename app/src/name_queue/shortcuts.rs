//! The queue's keys: what they do, the buttons on the page do too.

/// Follows the keyboard while the queue is there.
#[cfg(feature = "hydrate")]
pub fn follow() {
    use leptos::prelude::*;
    let listening = window_event_listener(leptos::ev::keydown, |event| {
        let meant_otherwise = event.ctrl_key() || event.meta_key() || event.alt_key() || browser::is_typing(&event);
        if !meant_otherwise && browser::press(&event.key()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listening.remove());
}

/// On the server nobody presses anything.
#[cfg(not(feature = "hydrate"))]
pub fn follow() {}

/// Leaves the field that was typed into, so that the next key is one of the page again. The next name's form may be made
/// of the same elements.
#[cfg(feature = "hydrate")]
pub fn leave_fields() {
    use wasm_bindgen::JsCast as _;
    let focused = leptos::prelude::document().active_element();
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = focused.blur();
    }
}

/// On the server nobody types.
#[cfg(not(feature = "hydrate"))]
pub fn leave_fields() {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, HtmlElement, KeyboardEvent};

    /// Letters that are typed into something are no keys of the page.
    pub fn is_typing(event: &KeyboardEvent) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|target| {
            let kind = target.get_attribute("type").unwrap_or_default();
            matches!(target.tag_name().as_str(), "TEXTAREA" | "SELECT")
                || target.tag_name() == "INPUT" && kind != "checkbox"
                || target.closest("dialog").ok().flatten().is_some()
        })
    }

    /// Does what a key stands for; false for any other key.
    pub fn press(key: &str) -> bool {
        match key.to_ascii_lowercase().as_str() {
            "n" | "j" => click("#queue-next[href]"),
            "p" | "k" => click("#queue-previous[href]"),
            // A question that is open is answered first.
            "c" => click("#decide .asks button") || click("#decide button[value=Checked]"),
            "r" => focus("#decide-reason"),
            _ => false,
        }
    }

    fn find(selector: &str) -> Option<HtmlElement> {
        document().query_selector(selector).ok().flatten()?.dyn_into().ok()
    }

    fn click(selector: &str) -> bool {
        find(selector).map(|element| element.click()).is_some()
    }

    fn focus(selector: &str) -> bool {
        find(selector).and_then(|element| element.focus().ok()).is_some()
    }
}
