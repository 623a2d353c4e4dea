//! What stands where something else was hoped for.

use leptos::prelude::*;

/// An empty, missing or failed state: what it is, and (as children) what to do next.
#[component]
pub fn Notice(
    /// What it is, in a few words.
    #[prop(into)]
    title: String,
    /// Whether something failed: screen readers then say it at once.
    #[prop(optional)]
    failed: bool,
    /// What to do next.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" class:failed=failed role=if failed { "alert" } else { "status" }>
            <p class="notice-title">{title}</p>
            {children.map(|children| view! { <div>{children()}</div> })}
        </div>
    }
}
