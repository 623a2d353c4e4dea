//! Short messages.

use crate::views::CollectAny as _;
use leptos::prelude::*;

/// Shows toasts. Components below [`Toasts`] get it with `expect_context::<Toaster>()`.
#[derive(Clone, Copy, Debug)]
pub struct Toaster {
    toasts: RwSignal<Vec<(u32, String)>>,
    next: StoredValue<u32>,
}

impl Toaster {
    /// Shows a message until it is closed. Screen readers announce it politely.
    pub fn say(self, message: impl Into<String>) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.toasts.update(|toasts| toasts.push((number, message.into())));
    }

    fn close(self, number: u32) {
        self.toasts.update(|toasts| toasts.retain(|(other, _)| *other != number));
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
                    .map(|(number, message)| view! { <Toast message on_close=move || toaster.close(number)/> })
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
    /// Called when the close button is pressed.
    on_close: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <div class="toast">
            <span>{message}</span>
            <button type="button" class="quiet" aria-label="Close" on:click=move |_| on_close()>
                "×"
            </button>
        </div>
    }
}
