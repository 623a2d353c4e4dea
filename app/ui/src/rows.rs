//! Rows of a table: a click opens them, and going back returns to the one that was opened.

use leptos::{ev::MouseEvent, html, prelude::*};

/// Opens the row of a click through its link, in a new tab with the middle button or Ctrl. Text that was selected,
/// and links and fields within the row, take their clicks themselves.
pub fn click(event: &MouseEvent) {
    #[cfg(feature = "hydrate")]
    browser::click(event);
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}

/// Keeps the middle button from scrolling the page where it opens a row.
pub fn press(event: &MouseEvent) {
    #[cfg(feature = "hydrate")]
    if event.button() == 1 && browser::link_of(event).is_some() {
        event.prevent_default();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}

/// Focuses the row that was opened from this list, where it was on the screen, when one comes back to the list.
pub fn come_back(rows: NodeRef<html::Tbody>) {
    Effect::new(move |_| {
        #[cfg(feature = "hydrate")]
        if let Some(rows) = rows.get() {
            browser::come_back(&rows);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = rows;
    });
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::MouseEvent;
    use leptos::prelude::*;
    use std::cell::RefCell;
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, HtmlElement, MouseEventInit};

    /// The row that was opened last.
    struct Opened {
        list: String,
        row: String,
        scrolled: f64,
    }

    thread_local! {
        static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
    }

    fn target(event: &MouseEvent) -> Option<Element> {
        event.target()?.dyn_into().ok()
    }

    /// The link of the row of an event.
    pub fn link_of(event: &MouseEvent) -> Option<HtmlElement> {
        let row = target(event)?.closest("tr").ok()??;
        row.query_selector(".row-link").ok()??.dyn_into().ok()
    }

    /// The address of the page.
    fn address() -> String {
        let location = window().location();
        location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
    }

    pub fn click(event: &MouseEvent) {
        let (Some(target), Some(link)) = (target(event), link_of(event)) else { return };
        let (middle, other) = (event.button() == 1, event.button() == 2);
        if target.closest("a, button, label, td:has(input)").is_ok_and(|own| own.is_some()) {
            if link.contains(Some(&target)) && !middle {
                let scrolled = window().scroll_y().unwrap_or_default();
                let row = link.get_attribute("href").unwrap_or_default();
                OPENED.replace(Some(Opened { list: address(), row, scrolled }));
            }
            return;
        }
        let selected = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
        if other || selected {
            return;
        }
        if middle || event.ctrl_key() || event.meta_key() || event.shift_key() {
            open_elsewhere(event, &link);
        } else {
            // Later, since the click arrives at this handler again.
            set_timeout(move || link.click(), std::time::Duration::ZERO);
        }
    }

    /// Clicks a copy of the link, which isn't in the page, as the browser would: in a new tab or window.
    fn open_elsewhere(event: &MouseEvent, link: &HtmlElement) {
        let middle = event.button() == 1;
        let options = MouseEventInit::new();
        options.set_cancelable(true);
        options.set_ctrl_key(event.ctrl_key() || middle);
        options.set_meta_key(event.meta_key() || middle);
        options.set_shift_key(event.shift_key());
        let click = MouseEvent::new_with_mouse_event_init_dict("click", &options);
        if let (Ok(copy), Ok(click)) = (link.clone_node(), click) {
            let _ = copy.dispatch_event(&click);
        }
    }

    pub fn come_back(rows: &Element) {
        let here = OPENED.with_borrow(|opened| opened.as_ref().is_some_and(|opened| opened.list == address()));
        let Some(Opened { row, scrolled, .. }) = here.then(|| OPENED.take()).flatten() else { return };
        let link = rows.query_selector(&format!(".row-link[href=\"{row}\"]")).ok().flatten();
        let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) else { return };
        // After the router has scrolled to the top.
        request_animation_frame(move || {
            window().scroll_to_with_x_and_y(0.0, scrolled);
            let _ = link.focus();
        });
    }
}
