//! One search field with its button.

use crate::initial::Initial;
use leptos::prelude::*;

/// A search field and its button, for use within a form ([`crate::query_form::QueryForm`]). Enter and the
/// button send the form.
#[component]
pub fn SearchBox(
    /// What people see and screen readers hear.
    #[prop(into)]
    label: String,
    /// The name in the form.
    name: &'static str,
    /// What was searched.
    #[prop(optional, into)]
    value: String,
    /// What can be searched for, shown while it is empty.
    #[prop(optional, into)]
    placeholder: String,
    /// The most characters.
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
            <button type="submit" class="primary">
                "Search"
            </button>
        </div>
    }
}
