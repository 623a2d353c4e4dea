//! The heading, the way back and the tabs, around the tab that is open.

use super::api::client_heading;
use crate::{
    error::Error,
    frame::{FrameFacts, page::LastTable},
    ui::notice::Notice,
};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::{Outlet, Redirect},
    hooks::{use_location, use_params_map},
};

/// `/clients/{id}`: goes on to the first tab.
#[component]
pub fn ClientStart() -> impl IntoView {
    let id = client_id();
    let options = NavigateOptions { replace: true, ..Default::default() };
    view! { <Redirect path=format!("/clients/{}/general", id.get_untracked()) options/> }
}

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
    let id = client_id();
    let heading = Resource::new(move || id.get(), client_heading);
    let path = use_location().pathname;
    view! {
        <BackToTable/>
        <Transition fallback=|| view! { <p class="muted" role="status">"Loading…"</p> }>
            {move || Suspend::new(async move {
                match heading.await {
                    Ok(heading) => {
                        let tab = move || {
                            let path = path.get();
                            TABS.iter().find(|(word, _)| path.ends_with(word)).map_or("", |(_, label)| *label)
                        };
                        let title = heading.to_string();
                        let id = heading.id;
                        Either::Left(view! {
                            <Title text=move || format!("{title} · {} · Clientele", tab())/>
                            <h1>{heading.to_string()}</h1>
                            <nav class="tabs" aria-label="Client">
                                {TABS
                                    .iter()
                                    .map(|(word, label)| {
                                        let current = move || path.get().ends_with(word).then_some("page");
                                        view! { <a href=format!("/clients/{id}/{word}") aria-current=current>{*label}</a> }
                                    })
                                    .collect_view()}
                            </nav>
                            <Outlet/>
                        })
                    }
                    Err(error) => Either::Right(view! { <NoClient error/> }),
                }
            })}
        </Transition>
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

#[component]
fn NoClient(error: Error) -> impl IntoView {
    view! {
        <Title text="No such client · Clientele"/>
        <h1>"Client"</h1>
        <Notice title=error.to_string() failed=true>
            <a href="/clients">"Find another client"</a>
        </Notice>
    }
}
