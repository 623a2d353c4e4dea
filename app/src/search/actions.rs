//! The actions of the open page: its buttons and tabs, and those of the frame. A page shows only those that the role
//! may use.

/// Looks for the buttons. Returns their labels, by number.
#[cfg(feature = "hydrate")]
pub fn find() -> Vec<String> {
    let (labels, buttons) = browser::buttons().into_iter().unzip();
    browser::FOUND.set(buttons);
    labels
}

/// Returns nothing: the dialog opens in the browser.
#[cfg(not(feature = "hydrate"))]
pub fn find() -> Vec<String> {
    Vec::new()
}

/// Clicks the button with a number.
#[cfg(feature = "hydrate")]
pub fn run(action: usize) {
    let button = browser::FOUND.with_borrow(|found| found.get(action).cloned());
    if let Some(button) = button {
        let _ = button.focus();
        button.click();
    }
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn run(_: usize) {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::document;
    use std::cell::RefCell;
    use wasm_bindgen::JsCast as _;
    use web_sys::HtmlElement;

    thread_local! {
        /// The buttons, by number.
        pub static FOUND: RefCell<Vec<HtmlElement>> = const { RefCell::new(Vec::new()) };
    }

    /// The buttons of the page and the frame.
    const OFFERED: &str = "main :is(button, a.button, [role=tab]), .side-foot button";
    /// Those that are no action of their own: closed, unavailable, open already, of a row, or of a form, which wants to
    /// be filled in first.
    const LEFT_OUT: &str = ":disabled, [aria-disabled=true], [aria-selected=true], table *, dialog *, [popover] *, \
        .pager *, form:not([action='/theme'], [action='/logout']) *";

    /// The visible buttons with their labels, each label once.
    pub fn buttons() -> Vec<(String, HtmlElement)> {
        let mut found: Vec<(String, HtmlElement)> = Vec::new();
        let Ok(offered) = document().query_selector_all(OFFERED) else { return found };
        for button in (0..offered.length()).filter_map(|at| offered.get(at)?.dyn_into::<HtmlElement>().ok()) {
            let text = button.get_attribute("aria-label").or_else(|| button.text_content()).unwrap_or_default();
            let label = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let left_out = button.matches(LEFT_OUT).unwrap_or(true) || button.offset_parent().is_none();
            if !left_out && !label.is_empty() && found.iter().all(|(other, _)| *other != label) {
                found.push((label, button));
            }
        }
        found
    }
}
