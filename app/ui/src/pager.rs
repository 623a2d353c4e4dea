//! The pages of a list.

use crate::{
    icon::{Icon, Symbol},
    initial::Initial,
    query_form::QueryForm,
    views::CollectAny as _,
};
use leptos::prelude::*;
use values::{Paging, address::address, money::group_thousands, paging::PageSizes};

/// Links to the pages of a list, and forms to choose page and page size.
///
/// ```text
/// Entries per page [10]   1-10 of 971   « ‹ Page [1] of 98 › »
/// ```
#[component]
pub fn Pager(
    /// The list's path.
    #[prop(into)]
    path: String,
    /// The other parts of its address, without page and page size.
    kept: Vec<(&'static str, String)>,
    /// The current page.
    paging: Paging,
    /// The list's page sizes.
    sizes: PageSizes,
    /// The number of rows on all pages.
    total: u64,
) -> impl IntoView {
    let Paging { page, per_page, .. } = paging;
    let last = paging.last(total);
    let from = paging.skip().saturating_add(1).min(total);
    let to = page.saturating_mul(per_page).min(total);
    let step = |label: &'static str, sign: Symbol, target: u64, enabled: bool| {
        let address = enabled.then(|| {
            let parts: Vec<_> = kept.iter().cloned().chain(paging.at(target).pairs(sizes)).collect();
            address(&path, &parts)
        });
        view! {
            <a
                class="step"
                aria-label=label
                title=label
                role=(!enabled).then_some("link")
                aria-disabled=(!enabled).then_some("true")
                // The place on the page and the focus stay.
                tabindex=(!enabled).then_some("-1")
                data-noscroll="true"
                href=address
            >
                <Icon of=sign/>
            </a>
        }
    };
    let mut kept_with_size = kept.clone();
    kept_with_size.push(("per_page", per_page.to_string()));
    view! {
        <nav class="pager" aria-label="Pages">
            <QueryForm action=path.clone() kept=kept.clone() class="pager-size" at_once=true>
                <label for="per_page">"Entries per page"</label>
                <select id="per_page" name="per_page" prop:value=Initial(per_page.to_string()) autocomplete="off">
                    {sizes
                        .offered
                        .iter()
                        .map(|size| {
                            view! { <option value=size.to_string() selected=*size == per_page>{*size}</option> }
                        })
                        .collect_any()}
                </select>
                <button type="submit" class="without-script">
                    "Show"
                </button>
            </QueryForm>
            <span class="pager-range">
                {format!("{}-{} of {}", group_thousands(from), group_thousands(to), group_thousands(total))}
            </span>
            <div class="pager-steps">
                {step("First page", Symbol::First, 1, page > 1)}
                {step("Previous page", Symbol::Previous, page.saturating_sub(1), page > 1)}
                <QueryForm action=path.clone() kept=kept_with_size class="pager-jump">
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
                {step("Next page", Symbol::Next, page.saturating_add(1), page < last)}
                {step("Last page", Symbol::Last, last, page < last)}
            </div>
        </nav>
    }
}
