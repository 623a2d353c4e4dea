//! Refreshes a page in the browser when somebody else changes what it shows: a client, or the names of all.

use leptos::prelude::*;
use ui::signals::OrDefault as _;

/// Increments `changes` whenever the client with this number in the address has changed.
pub fn follow(id: Memo<String>, changes: RwSignal<u32>) {
    let events = move || {
        let id: String = id.with_or_default(|id| form_urlencoded::byte_serialize(id.as_bytes()).collect());
        format!("/clients/{id}/events")
    };
    follow_events(events, changes);
}

/// Increments `changes` with each event of an address.
///
/// It disconnects while the page is hidden, since browsers limit the connections to a server and a background tab would
/// take one. When the page is visible again, it catches up.
#[cfg(feature = "hydrate")]
pub fn follow_events(events: impl Fn() -> String + 'static, changes: RwSignal<u32>) {
    let visible = RwSignal::new(!document().hidden());
    let listening = window_event_listener_untyped("visibilitychange", move |_| visible.set(!document().hidden()));
    on_cleanup(move || listening.remove());
    // The effect keeps its return value until the next run or the end of the page.
    Effect::new(move |before: Option<Option<browser::Following>>| {
        let was_away = matches!(before, Some(None));
        drop(before);
        if !visible.get() {
            return None;
        }
        if was_away {
            changes.update(|changes| *changes += 1);
        }
        browser::Following::start(&events(), changes)
    });
}

/// Does nothing on the server, which renders a page once.
#[cfg(not(feature = "hydrate"))]
pub fn follow_events(_: impl Fn() -> String + 'static, _: RwSignal<u32>) {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, closure::Closure};
    use web_sys::EventSource;

    /// A connection that closes when it is dropped.
    pub struct Following {
        source: EventSource,
        _changed: Closure<dyn FnMut()>,
    }

    impl Following {
        pub fn start(events: &str, changes: RwSignal<u32>) -> Option<Self> {
            let source = EventSource::new(events).ok()?;
            let changed = Closure::new(move || {
                changes.try_update(|changes| *changes += 1);
            });
            source.add_event_listener_with_callback("changed", changed.as_ref().unchecked_ref()).ok()?;
            Some(Self { source, _changed: changed })
        }
    }

    impl Drop for Following {
        fn drop(&mut self) {
            self.source.close();
        }
    }
}
