//! The queue's keyboard shortcuts, and its pace: no held or doubled key decides two names. The page has a button for
//! each shortcut.

use leptos::{ev::MouseEvent, prelude::*};
use ui::keys::Keys;

/// The keys, for the dialog that lists them.
pub const KEYS: Keys = &[
    ("N or J", "Next name"),
    ("P or K", "Previous name"),
    ("C", "Check"),
    ("R", "Give a reason to reject"),
    ("Z", "Take the last decision back"),
];

/// The time for which a name must have been shown before it is decided, in milliseconds.
const PAUSE: f64 = 500.0;

/// The time from which on the name that is open may be decided.
#[derive(Clone, Copy)]
pub struct Pace(StoredValue<f64>);

impl Pace {
    /// No name is shown yet.
    pub fn new() -> Self {
        Self(StoredValue::new(f64::INFINITY))
    }

    /// Waits until another name is shown.
    pub fn wait(self) {
        self.0.try_set_value(f64::INFINITY);
    }

    /// A name is shown, and may be decided after a pause.
    pub fn shown(self) {
        self.0.try_set_value(now() + PAUSE);
    }

    /// Stops a click on a button of the decision that comes too early or too soon after another. A key that presses a
    /// button is a click as well.
    pub fn guard(self, event: &MouseEvent) {
        if !is_on_button(event) {
            return;
        }
        if self.is_early(made_at(event)) {
            event.prevent_default();
        } else {
            self.shown();
        }
    }

    /// Whether a key or click of this time comes too early. The pause begins again with it.
    fn is_early(self, at: f64) -> bool {
        let from = self.0.try_get_value().unwrap_or_default();
        let early = at < from;
        if early && from.is_finite() {
            self.shown();
        }
        early
    }
}

#[cfg(feature = "hydrate")]
use browser::{is_on_button, made_at, now};

#[cfg(not(feature = "hydrate"))]
fn now() -> f64 {
    0.0
}

#[cfg(not(feature = "hydrate"))]
fn made_at(_: &MouseEvent) -> f64 {
    0.0
}

#[cfg(not(feature = "hydrate"))]
fn is_on_button(_: &MouseEvent) -> bool {
    false
}

/// Listens to the keyboard while the queue is shown. A held key acts once.
#[cfg(feature = "hydrate")]
pub fn follow(pace: Pace) {
    let listening = window_event_listener(leptos::ev::keydown, move |event| {
        let other = event.ctrl_key() || event.meta_key() || event.alt_key() || browser::is_typing(&event);
        if other {
            return;
        }
        let key = event.key().to_ascii_lowercase();
        if event.repeat() {
            // Enter and the space bar press the focused button.
            if matches!(key.as_str(), "enter" | " ") {
                event.prevent_default();
            }
        } else if browser::press(&key, made_at(&event), pace) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listening.remove());
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_: Pace) {}

/// Moves the focus from the decision to the heading, so that the next key is a shortcut again. The next name's form may
/// reuse the same elements.
#[cfg(feature = "hydrate")]
pub fn leave_fields() {
    browser::focus("#opened");
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn leave_fields() {}

/// Keeps the focus on its row while the list is shown again without names that others have decided.
#[cfg(feature = "hydrate")]
pub fn keep_row() {
    if let Some(selector) = browser::focused_in_row() {
        request_animation_frame(move || {
            browser::focus(&selector);
        });
    }
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn keep_row() {}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Pace;
    use leptos::{
        ev::MouseEvent,
        prelude::{document, window},
    };
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

    /// Milliseconds since 1970.
    pub fn now() -> f64 {
        js_sys::Date::now()
    }

    /// The time when an event was made. A busy page handles it later, when another name may be shown.
    pub fn made_at(event: &Event) -> f64 {
        let waited = window().performance().map_or(0.0, |clock| clock.now() - event.time_stamp());
        now() - waited
    }

    fn target(event: &Event) -> Option<Element> {
        event.target()?.dyn_into().ok()
    }

    fn is_within(event: &Event, selector: &str) -> bool {
        target(event).is_some_and(|target| target.closest(selector).ok().flatten().is_some())
    }

    pub fn is_on_button(event: &MouseEvent) -> bool {
        is_within(event, "button")
    }

    /// Whether the key is typed into a field or a dialog, where it is no shortcut.
    pub fn is_typing(event: &KeyboardEvent) -> bool {
        is_within(event, "textarea, select, input:not([type=checkbox]), dialog")
    }

    /// Runs the shortcut of a key. Returns false for a key without one.
    pub fn press(key: &str, at: f64, pace: Pace) -> bool {
        let step = match key {
            "n" | "j" => click("#queue-next[href]"),
            "p" | "k" => click("#queue-previous[href]"),
            // An open question is answered first.
            "c" if pace.is_early(at) => return true,
            "c" => return click("#decide .asks button") || click("#decide button[value=Checked]"),
            "r" => return focus("#decide-reason"),
            "z" => return click(".toast:last-child .toast-action"),
            _ => return false,
        };
        // A question about typed text may keep the name open.
        if step && find("dialog[open]").is_none() {
            pace.wait();
        }
        step
    }

    /// A selector of the link or checkbox of a row that has the focus.
    pub fn focused_in_row() -> Option<String> {
        let focused = document().active_element()?;
        let attribute = if focused.matches("tbody a").ok()? { "href" } else { "value" };
        let value = focused.get_attribute(attribute).filter(|_| focused.matches("tbody :is(a, input)") == Ok(true))?;
        Some(format!("tbody [{attribute}='{value}']"))
    }

    fn find(selector: &str) -> Option<HtmlElement> {
        document().query_selector(selector).ok().flatten()?.dyn_into().ok()
    }

    fn click(selector: &str) -> bool {
        find(selector).map(|element| element.click()).is_some()
    }

    pub fn focus(selector: &str) -> bool {
        find(selector).and_then(|element| element.focus().ok()).is_some()
    }
}
