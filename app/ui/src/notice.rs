//! Empty, missing and failed states.

use leptos::prelude::*;

/// An empty, missing or failed state. The children say what to do next.
#[component]
pub fn Notice(
    /// The state, in a few words.
    #[prop(into)]
    title: String,
    /// Whether something failed. Screen readers announce it at once.
    #[prop(optional)]
    failed: bool,
    /// The next step.
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
