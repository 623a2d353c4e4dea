//! `/clients/{id}/general`

use super::{Fact, api::read_general_info};
use crate::{
    client::page::client_id,
    ui::{loading::Loading, notice::Notice},
};
use leptos::{either::Either, prelude::*};

/// The General info tab.
#[component]
pub fn GeneralPage() -> impl IntoView {
    let id = client_id();
    let info = Resource::new(move || id.get(), read_general_info);
    view! {
        <Loading>
            {move || Suspend::new(async move {
                match info.await {
                    Ok(info) => {
                        let facts = info.facts.into_iter().map(fact).collect_view();
                        Either::Left(view! { <dl class="facts">{facts}</dl> })
                    }
                    Err(error) => Either::Right(view! {
                        <Notice title=error.to_string() failed=true>
                            <a href="/clients">"Find another client"</a>
                        </Notice>
                    }),
                }
            })}
        </Loading>
    }
}

fn fact(fact: Fact) -> impl IntoView {
    let value = match (fact.value, fact.link) {
        (Some(value), Some(link)) => view! { <a href=link rel="external noopener">{value}</a> }.into_any(),
        (Some(value), None) => value.into_any(),
        (None, _) => view! { <span class="muted">"—"</span> }.into_any(),
    };
    view! {
        <div>
            <dt>{fact.term}</dt>
            <dd>{value}</dd>
        </div>
    }
}
