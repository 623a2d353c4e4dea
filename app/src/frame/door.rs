//! The frame of pages before signing in. Native only.

use super::page::BrandMark;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use ui::{notice::Notice, page_title::PageTitle};

/// A page with a heading and a form, without a menu.
#[component]
pub fn Door(
    /// The heading.
    title: &'static str,
    /// The problem with the previous form, for people.
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
                <BrandMark/>
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
