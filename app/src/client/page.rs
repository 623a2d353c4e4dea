//! The heading, the way back and the tabs, around the tab that is open.

use super::api::client_heading;
use crate::{
    frame::{FrameFacts, page::LastTable},
    ui::loading::Loading,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map},
};

/// The client's number in the address, as it is written there.
pub fn client_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()))
}

/// The tabs: the word in the address, and what people see.
const TABS: [(&str, &str); 1] = [("general", "General info")];

/// `/clients/{id}/...`
#[component]
pub fn ClientPage() -> impl IntoView {
    // The tab stands beside the heading's Suspense, not in it: it would be made anew each time that one is.
    view! {
        <BackToTable/>
        <ClientHeading/>
        <Outlet/>
    }
}

/// Who the client is, and the tabs.
#[component]
fn ClientHeading() -> impl IntoView {
    let id = client_id();
    let heading = Resource::new(move || id.get(), client_heading);
    // Read here and not below: what is drawn late may find the location gone.
    let path = use_location().pathname.get_untracked();
    let open = TABS.iter().find(|(word, _)| path.ends_with(word)).copied().unwrap_or(TABS[0]);
    view! {
        <Loading>
            {move || Suspend::new(async move {
                // What is wrong, the tab says.
                let Ok(heading) = heading.await else {
                    return view! {
                        <Title text="No such client · Clientele"/>
                        <h1>"Client"</h1>
                    }
                    .into_any();
                };
                let id = heading.id;
                view! {
                    <Title text=format!("{heading} · {} · Clientele", open.1)/>
                    <h1>{heading.to_string()}</h1>
                    <nav class="tabs" aria-label="Client">
                        {TABS
                            .iter()
                            .map(|(word, label)| {
                                let current = (*word == open.0).then_some("page");
                                view! { <a href=format!("/clients/{id}/{word}") aria-current=current>{*label}</a> }
                            })
                            .collect_view()}
                    </nav>
                }
                .into_any()
            })}
        </Loading>
    }
}

/// The way back to the table as it was.
#[component]
fn BackToTable() -> impl IntoView {
    let last_table = expect_context::<LastTable>().0;
    let came_from = expect_context::<FrameFacts>().came_from;
    let from_table = came_from == "/clients" || came_from.starts_with("/clients?");
    let otherwise = if from_table { came_from } else { "/clients".to_owned() };
    view! {
        <p class="back">
            <a href=move || last_table.get().unwrap_or_else(|| otherwise.clone())>
                <span aria-hidden="true">"← "</span>
                "Back"
            </a>
        </p>
    }
}
