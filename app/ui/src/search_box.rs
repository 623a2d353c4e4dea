//! A search field with its button.

use crate::initial::Initial;
use leptos::prelude::*;

/// A search field and its button, for use within a [`crate::query_form::QueryForm`].
#[component]
pub fn SearchBox(
    /// The label for screen readers.
    #[prop(into)]
    label: String,
    /// The name in the form.
    name: &'static str,
    /// The current search.
    #[prop(optional, into)]
    value: String,
    /// A hint that is shown while the field is empty.
    #[prop(optional, into)]
    placeholder: String,
    /// The maximum length, in characters.
    #[prop(default = 200)]
    longest: u32,
) -> impl IntoView {
    view! {
        <div class="search-box">
            <input
                type="search"
                name=name
                aria-label=label
                value=value.clone()
                prop:value=Initial(value)
                placeholder=placeholder
                maxlength=longest
                autocomplete="off"
                spellcheck="false"
            />
            <button type="submit">
                "Search"
            </button>
        </div>
    }
}
