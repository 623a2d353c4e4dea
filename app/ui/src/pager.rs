//! Which rows are shown, how many, and the way to other pages.

use crate::{initial::Initial, query_form::QueryForm};
use leptos::prelude::*;
use values::money::group_thousands;

/// The pages of a list, as plain links and forms.
///
/// ```text
/// Entries per page [10]   1-10 of 971   « ‹ Page [1] of 98 › »
/// ```
#[component]
pub fn Pager(
    /// The list's path.
    #[prop(into)]
    path: String,
    /// What else its address says, page and page size aside.
    kept: Vec<(&'static str, String)>,
    /// The page that is shown, from 1.
    page: u64,
    /// Rows a page.
    per_page: u64,
    /// The page sizes on offer.
    sizes: &'static [u64],
    /// Rows on all pages.
    total: u64,
    /// The address of a page.
    address: impl Fn(u64) -> String,
) -> impl IntoView {
    let last = total.div_ceil(per_page).max(1);
    let from = ((page - 1) * per_page + 1).min(total);
    let to = (page * per_page).min(total);
    let step = |label: &'static str, sign: &'static str, target: u64, usable: bool| {
        let address = usable.then(|| address(target));
        view! {
            <a
                class="step"
                aria-label=label
                title=label
                role=(!usable).then_some("link")
                aria-disabled=(!usable).then_some("true")
                href=address
            >
                <span aria-hidden="true">{sign}</span>
            </a>
        }
    };
    let mut kept_with_size = kept.clone();
    kept_with_size.push(("per_page", per_page.to_string()));
    view! {
        <nav class="pager" aria-label="Pages">
            <QueryForm action=path.clone() kept=kept class="pager-size" at_once=true>
                <label for="per_page">"Entries per page"</label>
                <select id="per_page" name="per_page" prop:value=Initial(per_page.to_string()) autocomplete="off">
                    {sizes
                        .iter()
                        .map(|size| view! { <option value=size.to_string() selected=*size == per_page>{*size}</option> })
                        .collect_view()}
                </select>
                <button type="submit" class="without-script">
                    "Show"
                </button>
            </QueryForm>
            <span class="pager-range">
                {format!("{}-{} of {}", group_thousands(from), group_thousands(to), group_thousands(total))}
            </span>
            <div class="pager-steps">
                {step("First page", "«", 1, page > 1)} {step("Previous page", "‹", page.saturating_sub(1), page > 1)}
                <QueryForm action=path kept=kept_with_size class="pager-jump">
                    <label for="go_to">"Page"</label>
                    <input
                        id="go_to"
                        name="go_to"
                        type="number"
                        min="1"
                        value=page.to_string()
                        prop:value=Initial(page.to_string())
                        autocomplete="off"
                    />
                    <span class="muted">{format!("of {}", group_thousands(last))}</span>
                </QueryForm>
                {step("Next page", "›", page + 1, page < last)} {step("Last page", "»", last, page < last)}
            </div>
        </nav>
    }
}
