//! Follows a client in the browser: reads anew what the page shows when somebody else has changed it.

use leptos::prelude::*;

/// Bumps `changes` whenever the client with this number in the address has changed.
///
/// Only while the page can be seen: a browser keeps few connections to a server, and a tab in the background would
/// keep one of them from all others. What it missed is read when it comes back.
#[cfg(feature = "hydrate")]
pub fn follow(id: Memo<String>, changes: RwSignal<u32>) {
    let visible = RwSignal::new(!document().hidden());
    let listening = window_event_listener_untyped("visibilitychange", move |_| visible.set(!document().hidden()));
    on_cleanup(move || listening.remove());
    // What it returns is kept until the next run, or until the page is left.
    Effect::new(move |before: Option<Option<browser::Following>>| {
        let was_away = matches!(before, Some(None));
        drop(before);
        if !visible.get() {
            return None;
        }
        if was_away {
            changes.update(|changes| *changes += 1);
        }
        browser::Following::start(&id.get(), changes)
    });
}

/// On the server nothing follows: a page is drawn once.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_: Memo<String>, _: RwSignal<u32>) {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, closure::Closure};
    use web_sys::EventSource;

    /// A connection that ends with its value.
    pub struct Following {
        source: EventSource,
        _changed: Closure<dyn FnMut()>,
    }

    impl Following {
        pub fn start(id: &str, changes: RwSignal<u32>) -> Option<Self> {
            let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
            let source = EventSource::new(&format!("/clients/{id}/events")).ok()?;
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
