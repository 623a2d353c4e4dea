//! The keys of a page: `?` lists them, `/` goes to the search, and a list's rows have J, K and the arrows.
//!
//! A page that has more keys lists them with [`list`] and listens to them itself.

use crate::{dialog::DialogClose, signals::OrDefault as _, views::CollectAny as _};
use leptos::prelude::*;

/// Keys, and what each does.
pub type Keys = &'static [(&'static str, &'static str)];

/// The keys of every page.
const EVERYWHERE: Keys = &[("/", "Go to the search"), ("?", "Show the keys of this page")];

/// The keys of a list.
const ROWS: Keys = &[("J or ↓", "Next row"), ("K or ↑", "Previous row"), ("Enter", "Open the row")];

/// The listed keys of the page, as context.
#[derive(Clone, Copy, Debug)]
struct Listed(RwSignal<Vec<Keys>>);

/// Lists keys in the dialog while the calling component is shown.
pub fn list(keys: Keys) {
    let Some(Listed(listed)) = use_context() else { return };
    // In the browser only: without JavaScript no key works.
    Effect::new(move |_| {
        listed.try_update(|listed| listed.push(keys));
    });
    on_cleanup(move || {
        listed.try_update(|listed| listed.retain(|other| *other != keys));
    });
}

/// Moves between the rows of the page's table by keys while the calling component is shown, and lists these keys.
pub fn follow_rows() {
    list(ROWS);
    #[cfg(feature = "hydrate")]
    browser::listen(browser::press_in_list);
}

/// Makes the list of keys, for everything below.
pub fn provide() {
    provide_context(Listed(RwSignal::new(vec![EVERYWHERE])));
}

/// The dialog of the page's keys. It belongs into the frame of all pages.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let Some(Listed(listed)) = use_context() else { return ().into_any() };
    #[cfg(feature = "hydrate")]
    browser::listen(browser::press_anywhere);
    let rows = move || {
        let listed = listed.get_or_default();
        let keys = listed.iter().rev().copied().flatten();
        keys.map(|&(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> }).collect_any()
    };
    view! {
        <dialog id="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">"Keys of this page"</h2>
            <dl class="keys-list">{rows}</dl>
            <DialogClose dialog="keys" label="Close"/>
        </dialog>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, HtmlDialogElement, HtmlElement, KeyboardEvent};

    /// Listens to keys while the calling component is shown. `press` returns whether the key was one of its own.
    pub fn listen(press: fn(&str, &Element) -> bool) {
        let listening = window_event_listener(leptos::ev::keydown, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(target) = target.filter(|_| !is_meant_otherwise(&event))
                && press(&event.key(), &target)
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || listening.remove());
    }

    fn is_meant_otherwise(event: &KeyboardEvent) -> bool {
        event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented()
    }

    fn matches(element: &Element, selector: &str) -> bool {
        element.closest(selector).is_ok_and(|found| found.is_some())
    }

    /// Whether keys go into a field, or into what is open above the page.
    fn is_typing(target: &Element) -> bool {
        matches(target, "input:not([type=checkbox], [type=radio]), select, textarea, dialog, [popover]")
    }

    fn focus(selector: &str) -> bool {
        let found = document().query_selector(selector).ok().flatten();
        found.and_then(|found| found.dyn_into::<HtmlElement>().ok()).is_some_and(|found| found.focus().is_ok())
    }

    pub fn press_anywhere(key: &str, target: &Element) -> bool {
        match key {
            _ if is_typing(target) => false,
            "/" => focus("main input[type=search]"),
            "?" => {
                let dialog = document().get_element_by_id("keys");
                let dialog = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok());
                dialog.is_some_and(|dialog| dialog.show_modal().is_ok())
            }
            _ => false,
        }
    }

    pub fn press_in_list(key: &str, target: &Element) -> bool {
        let arrow = key.starts_with("Arrow");
        // Arrows go from the search into the rows.
        if is_typing(target) && !(arrow && matches(target, "main input[type=search]")) {
            return false;
        }
        match key {
            "j" | "J" | "ArrowDown" => step(target, true),
            "k" | "K" | "ArrowUp" => step(target, false),
            _ => false,
        }
    }

    /// Focuses the next or previous row. Before the first one is the search.
    fn step(from: &Element, down: bool) -> bool {
        let row = from.closest("tbody tr").ok().flatten();
        let next = match (&row, down) {
            (Some(row), true) => row.next_element_sibling(),
            (Some(row), false) => row.previous_element_sibling(),
            (None, true) => document().query_selector("main tbody tr:has(.row-link)").ok().flatten(),
            (None, false) => return false,
        };
        let Some(next) = next else { return row.is_some() && (down || focus("main input[type=search]")) };
        let link = next.query_selector(".row-link").ok().flatten();
        link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).is_some_and(|link| link.focus().is_ok())
    }
}
