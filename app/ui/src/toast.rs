//! Short messages.

use crate::views::CollectAny as _;
use leptos::prelude::*;
use std::{fmt, sync::Arc, time::Duration};

/// A button of a toast.
#[derive(Clone)]
pub struct ToastAction {
    /// The text.
    pub label: &'static str,
    /// Runs when the button is pressed. It may run after its page was left.
    pub run: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for ToastAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)
    }
}

/// Shows toasts. Components below [`Toasts`] get it with `expect_context::<Toaster>()`.
#[derive(Clone, Copy, Debug)]
pub struct Toaster {
    toasts: RwSignal<Vec<(u32, String, Option<ToastAction>)>>,
    next: StoredValue<u32>,
}

impl Toaster {
    /// Shows a message until it is closed. Screen readers announce it politely.
    pub fn say(self, message: impl Into<String>) {
        self.add(message.into(), None);
    }

    /// Shows a message with a button for some seconds.
    pub fn offer(self, message: String, action: ToastAction, seconds: u64) {
        let number = self.add(message, Some(action));
        set_timeout(move || self.close(number), Duration::from_secs(seconds));
    }

    fn add(self, message: String, action: Option<ToastAction>) -> u32 {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.toasts.update(|toasts| toasts.push((number, message, action)));
        number
    }

    fn close(self, number: u32) {
        self.toasts.update(|toasts| toasts.retain(|(other, ..)| *other != number));
    }
}

/// The area where toasts appear. It wraps all pages.
#[component]
pub fn Toasts(
    /// The pages.
    children: Children,
) -> impl IntoView {
    let toaster = Toaster { toasts: RwSignal::default(), next: StoredValue::new(0) };
    provide_context(toaster);
    view! {
        {children()}
        <div class="toasts" role="status">
            {move || {
                let toasts = toaster.toasts.get().into_iter();
                toasts
                    .map(|(number, message, action)| {
                        view! { <Toast message action on_close=move || toaster.close(number)/> }
                    })
                    .collect_any()
            }}
        </div>
    }
}

/// One message.
#[component]
pub fn Toast(
    /// The text.
    #[prop(into)]
    message: String,
    /// A button beside it.
    #[prop(optional_no_strip)]
    action: Option<ToastAction>,
    /// Called when the close button is pressed.
    on_close: impl Fn() + Clone + 'static,
) -> impl IntoView {
    let (closes, timed) = (on_close.clone(), action.is_some());
    let action = action.map(|ToastAction { label, run }| {
        let press = move |_| {
            run();
            closes();
        };
        view! {
            <button type="button" class="toast-action" on:click=press>
                {label}
            </button>
        }
    });
    view! {
        <div class="toast" class:timed=timed>
            <span>{message}</span>
            {action}
            <button type="button" class="quiet" aria-label="Close" on:click=move |_| on_close()>
                "×"
            </button>
        </div>
    }
}
