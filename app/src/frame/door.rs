//! The page in front of the frame, for visitors who haven't signed in. Native only.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use ui::{notice::Notice, page_title::PageTitle};

/// A heading with a form below, without menu.
#[component]
pub fn Door(
    /// The heading.
    title: &'static str,
    /// The problem with the form before, for people.
    #[prop(optional_no_strip)]
    problem: Option<&'static str>,
    /// The content below the heading.
    children: Children,
) -> impl IntoView {
    provide_meta_context();
    view! {
        <PageTitle text=title/>
        <main class="door">
            <p class="brand">
                <span class="brand-mark" aria-hidden="true">
                    "C"
                </span>
                "Clientele"
            </p>
            <h1>{title}</h1>
            {problem
                .map(|title| {
                    view! {
                        <Notice title failed=true/>
                    }
                })}
            {children()}
        </main>
    }
}
