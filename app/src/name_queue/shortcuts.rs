//! The queue's keyboard shortcuts. The page has a button for each.

/// Listens to the keyboard while the queue is shown.
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

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn follow() {}

/// Takes the focus out of a field, so that the next key is a shortcut again. The next name's form may reuse the same
/// elements.
#[cfg(feature = "hydrate")]
pub fn leave_fields() {
    use wasm_bindgen::JsCast as _;
    let focused = leptos::prelude::document().active_element();
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = focused.blur();
    }
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn leave_fields() {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, HtmlElement, KeyboardEvent};

    /// Whether the key is typed into a field or a dialog, where it is no shortcut.
    pub fn is_typing(event: &KeyboardEvent) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|target| {
            let kind = target.get_attribute("type").unwrap_or_default();
            matches!(target.tag_name().as_str(), "TEXTAREA" | "SELECT")
                || target.tag_name() == "INPUT" && kind != "checkbox"
                || target.closest("dialog").ok().flatten().is_some()
        })
    }

    /// Runs the shortcut of a key. Returns false for a key without one.
    pub fn press(key: &str) -> bool {
        match key.to_ascii_lowercase().as_str() {
            "n" | "j" => click("#queue-next[href]"),
            "p" | "k" => click("#queue-previous[href]"),
            // An open question is answered first.
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
