//! The period on paper: the buttons `Print` and `PDF`, and the line at the top of what is printed.

use super::path;
use crate::frame::FrameFacts;
use domain::ledger::query::FinanceQuery;
use leptos::prelude::*;
use ui::icon::{Icon, Symbol};
use values::{
    money::group_thousands,
    paging::{ListQuery as _, Paging},
};

/// The buttons `Print`, which prints the page, and `PDF`, which has all rows of the period.
#[component]
pub fn PaperButtons(
    /// The client's number as written in the address.
    id: String,
    /// The query of the period.
    query: FinanceQuery,
    /// The number of rows on all pages.
    total: u64,
) -> impl IntoView {
    let most = FinanceQuery::MOST_PRINTED;
    let print = |_| {
        #[cfg(feature = "hydrate")]
        let _ = window().print();
    };
    view! {
        <button type="button" class="print-button" on:click=print>
            <Icon of=Symbol::Print/>
            "Print"
        </button>
        {if total > most {
            let most = group_thousands(most);
            let why = format!("A PDF takes at most {most} transactions. Choose a shorter period, or use Export.");
            view! {
                <button type="button" disabled title=why>
                    "PDF"
                </button>
            }
                .into_any()
        } else {
            view! {
                <a class="button" href=query.address(&format!("{}/statement.pdf", path(&id))) download="">
                    "PDF"
                </a>
            }
                .into_any()
        }}
    }
}

/// The line at the top of a printed page: the period, its time zone, and which of its rows are printed.
#[component]
pub fn PrintLine(
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    /// The kind of the rows, if there is only one.
    kind: Option<&'static str>,
    /// The page.
    paging: Paging,
    /// The number of rows on all pages.
    total: u64,
) -> impl IntoView {
    let zone = expect_context::<FrameFacts>().time_zone;
    let kind = kind.map(|kind| format!(" Kind: {kind}.")).unwrap_or_default();
    let part = (total > paging.per_page).then(|| {
        let (first, last) = (paging.skip() + 1, (paging.skip() + paging.per_page).min(total));
        format!(" Transactions {first} to {last} of {total}; the PDF has all.")
    });
    let part = part.unwrap_or_default();
    view! { <p class="print-only print-line">{format!("Period: {from} to {to}. Time zone: {zone}.{kind}{part}")}</p> }
}
