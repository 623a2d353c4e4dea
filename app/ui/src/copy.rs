//! Copies a text to the clipboard.

use crate::{
    icon::{Icon, Symbol},
    toast::Toaster,
};
use leptos::prelude::*;

/// A button that copies a text and says so. It is hidden without JavaScript.
#[component]
pub fn Copy(
    /// The text.
    #[prop(into)]
    text: String,
    /// Its name: `login` for the label `Copy login`.
    what: &'static str,
) -> impl IntoView {
    let toaster = use_context::<Toaster>();
    let label = format!("Copy {what}");
    view! {
        <button
            type="button"
            class="copy quiet"
            title=label.clone()
            aria-label=label
            on:click=move |_| copy(text.clone(), what, toaster)
        >
            <Icon of=Symbol::Copy/>
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn copy(text: String, what: &'static str, toaster: Option<Toaster>) {
    leptos::task::spawn_local(async move {
        // Browsers have no clipboard on pages that came over plain HTTP from another machine.
        let copied = window().is_secure_context()
            && wasm_bindgen_futures::JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok();
        if let Some(toaster) = toaster {
            toaster.say(if copied {
                format!("Copied the {what}: {text}")
            } else {
                format!("The browser doesn't allow copying. Select the {what} and press Ctrl+C.")
            });
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn copy(_: String, _: &'static str, _: Option<Toaster>) {}
