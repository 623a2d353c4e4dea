//! The filters that are set.

use crate::{
    icon::{Icon, Symbol},
    views::CollectAny as _,
};
use leptos::prelude::*;

/// A filter that is set.
#[derive(Clone, Debug)]
pub struct Chip {
    /// The filter and its value: `Currency: UAH`.
    pub label: String,
    /// The address of the list without it.
    pub remove: String,
}

/// A chip for each filter that is set, which removes it, and a link that removes all of them. Nothing without filters.
#[component]
pub fn Chips(
    /// The filters, in the order of the form.
    chips: Vec<Chip>,
    /// The address of the list without search and filters.
    clear: String,
) -> impl IntoView {
    let any = !chips.is_empty();
    let chips = chips
        .into_iter()
        .map(|Chip { label, remove }| {
            let name = format!("Remove filter {label}");
            view! {
                <a class="chip" href=remove aria-label=name>
                    {label} <Icon of=Symbol::Close/>
                </a>
            }
        })
        .collect_any();
    any.then(|| {
        view! {
            <div class="filter-chips" role="group" aria-label="Filters that are set">
                {chips} <a class="clear" href=clear>
                    "Clear all"
                </a>
            </div>
        }
    })
}
