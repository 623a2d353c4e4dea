//! `/search`: the results as a page, which works without JavaScript.

use super::{
    api::SearchEverything,
    entries::{Entry, EntryLines, Group, Leads, found, pages},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    loading::Loading, notice::Notice, page_title::PageTitle, query_form::QueryForm, search_box::SearchBox,
    server_query::ServerQuery, signals::OrDefault as _, views::CollectAny as _,
};
use values::needles::Needles;

/// `/search`
#[component]
pub fn SearchPage() -> impl IntoView {
    let address = use_query_map();
    let q = Memo::new(move |_| address.with_or_default(|address| address.get("q").unwrap_or_default()));
    let answer = ServerQuery::new(move || SearchEverything { q: q.get_or_default(), recent: String::new() });
    view! {
        <PageTitle text="Search"/>
        <div class="page-head">
            <h1>"Search everything"</h1>
        </div>
        {move || {
            view! {
                <QueryForm action="/search" class="criteria" search=true>
                    <SearchBox
                        label="Search everything"
                        name="q"
                        value=q.get_or_default()
                        placeholder="Client, sender ID or page"
                    />
                </QueryForm>
            }
        }}
        <Loading
            of=answer
            show=move |answer| match answer {
                Ok(answer) => {
                    let needles = Needles::of(&answer.q);
                    let mut groups = vec![pages(&answer.q)];
                    groups.extend(found(answer));
                    view! { <Groups groups needles/> }.into_any()
                }
                Err(error) => view! { <Notice title=error.to_string() failed=true/> }.into_any(),
            }
        />
    }
}

#[component]
fn Groups(groups: Vec<Group>, needles: Needles) -> impl IntoView {
    if groups.iter().all(|group| group.entries.is_empty()) {
        let text = "Search by client ID, login, name, email address or the beginning of a sender ID.";
        return view! { <Notice title="Nothing matches.">{text}</Notice> }.into_any();
    }
    let shown = groups.into_iter().filter(|group| !group.entries.is_empty());
    shown
        .map(|group| {
            view! {
                <section class="found">
                    <h2>{group.title}</h2>
                    <ul>
                        {group
                            .entries
                            .into_iter()
                            .map(|entry| {
                                let (address, needles) = (address(&entry), needles.clone());
                                view! {
                                    <li>
                                        <a href=address>
                                            <EntryLines entry needles/>
                                        </a>
                                    </li>
                                }
                            })
                            .collect_any()}
                    </ul>
                </section>
            }
        })
        .collect_any()
        .into_any()
}

fn address(entry: &Entry) -> String {
    match &entry.leads {
        Leads::To(address) => address.clone(),
        Leads::Action(_) => String::new(),
    }
}
