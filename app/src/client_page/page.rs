//! The heading, the way back and the tabs, around the tab that is open.

use super::{Heading, api::ClientHeading, live};
use crate::frame::{FrameFacts, LastTable};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::Outlet,
    hooks::{use_location, use_navigate, use_params_map, use_query_map},
};
use ui::{
    amount::Amount,
    loading::Loading,
    notice::Notice,
    page_title::PageTitle,
    server_query::ServerQuery,
    tabs::{Tab, Tabs},
    toast::Toaster,
};
use values::error::Error;

/// The client's number in the address, as it is written there.
pub fn client_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.try_with(|params| params.get("id")).flatten().unwrap_or_default())
}

/// What the address says under a name; empty when it says nothing.
///
/// What depends on it reads it: what only tracks a memo that nobody has read is run again when it is read first.
pub fn address_part(name: &'static str) -> Memo<String> {
    let address = use_query_map();
    Memo::new(move |_| address.try_with(|address| address.get(name)).flatten().unwrap_or_default())
}

/// Counts the changes to the client since the page was opened. What shows the client reads it anew with each.
#[derive(Clone, Copy, Debug)]
pub struct Changes(pub RwSignal<u32>);

/// What follows when a form of this page was done: everything that shows the client reads it anew.
#[must_use]
pub fn shown_anew() -> Callback<String> {
    let changes = expect_context::<Changes>().0;
    Callback::new(move |_| changes.update(|changes| *changes += 1))
}

/// The same for a form that goes away when it was done: a toast tells what was done, and `then` leads on.
#[must_use]
pub fn shown_anew_at(then: String) -> Callback<String> {
    let (anew, toaster, navigate) = (shown_anew(), expect_context::<Toaster>(), use_navigate());
    Callback::new(move |message: String| {
        toaster.say(message.clone());
        anew.run(message);
        navigate(&then, NavigateOptions { scroll: false, ..Default::default() });
    })
}

/// The tabs: the word in the address, and what people see.
const TABS: [(&str, &str); 4] =
    [("general", "General info"), ("finance", "Finance"), ("statistics/day", "Statistics"), ("names", "Names")];

/// Which tab an address opens.
fn tab_of(path: &str) -> &'static (&'static str, &'static str) {
    let word = path.split('/').nth(3).unwrap_or_default();
    TABS.iter().find(|(tab, _)| tab.split('/').next() == Some(word)).unwrap_or(&TABS[0])
}

/// `/clients/{id}/...`
#[component]
pub fn ClientPage() -> impl IntoView {
    let changes = RwSignal::new(0);
    provide_context(Changes(changes));
    live::follow(client_id(), changes);
    let path = use_location().pathname;
    let open = Memo::new(move |_| path.try_with(|path| tab_of(path).1).unwrap_or(TABS[0].1));
    // The tab stands beside the heading's Suspense, not in it: it would be made anew each time that one is.
    view! {
        <BackToTable/>
        <Headed open/>
        <div id="tab" role="tabpanel" aria-label=open>
            <Outlet/>
        </div>
    }
}

/// Who the client is, and the tabs.
#[component]
fn Headed(open: Memo<&'static str>) -> impl IntoView {
    let id = client_id();
    let changes = expect_context::<Changes>().0;
    let heading = ServerQuery::new(move || {
        changes.track();
        ClientHeading { id: id.try_get().unwrap_or_default() }
    });
    view! {
        <Loading
            of=heading
            show=move |heading| match heading {
                Ok(heading) => view! { <Known heading open/> }.into_any(),
                // What is wrong, the tab says.
                Err(_) => {
                    view! {
                        <PageTitle text="No such client"/>
                        <h1>"Client"</h1>
                    }
                        .into_any()
                }
            }
        />
    }
}

#[component]
fn Known(heading: Heading, open: Memo<&'static str>) -> impl IntoView {
    let called = heading.to_string();
    let tabs = TABS
        .iter()
        .map(|(word, label)| Tab {
            label,
            address: format!("/clients/{}/{word}", heading.id),
            open: Signal::derive(move || open.try_get() == Some(*label)),
        })
        .collect();
    let over = heading.balance.0.saturating_add(heading.credit.0) < 0;
    let title = move || format!("{called} · {}", open.try_get().unwrap_or_default());
    view! {
        <PageTitle text=title/>
        <div class="page-head client-head">
            <h1>{heading.to_string()}</h1>
            <p class="client-sums">
                <span class="muted">"Balance "</span>
                <Amount money=heading.balance currency=heading.currency.clone()/>
                <span class="muted">" Credit "</span>
                <Amount money=heading.credit currency=heading.currency/>
                {over.then(|| view! { <span class="badge">"over limit"</span> })}
            </p>
        </div>
        <Tabs name="Client" panel="tab" tabs/>
    }
}

/// A tab that has nothing to show yet, of a client that there is.
#[component]
pub fn NothingYet(
    /// The tab's heading.
    heading: &'static str,
    /// What there is none of.
    title: &'static str,
    /// Where it comes from.
    from: &'static str,
) -> impl IntoView {
    let id = client_id();
    let known = ServerQuery::new(move || ClientHeading { id: id.try_get().unwrap_or_default() });
    view! {
        <Loading
            of=known
            show=move |known| match known {
                Ok(_) => {
                    view! {
                        <h2>{heading}</h2>
                        <Notice title>{from}</Notice>
                    }
                        .into_any()
                }
                Err(error) => view! { <NoClient error/> }.into_any(),
            }
        />
    }
}

/// What a tab shows of a client that isn't there, or that can't be read.
#[component]
pub fn NoClient(
    /// Why.
    error: Error,
) -> impl IntoView {
    view! {
        <Notice title=error.to_string() failed=true>
            <a href="/clients">"Find another client"</a>
        </Notice>
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_its_tab() {
        assert_eq!(tab_of("/clients/7/finance").1, "Finance");
        assert_eq!(tab_of("/clients/7/statistics/day").1, "Statistics");
        assert_eq!(tab_of("/clients/7").1, "General info");
    }
}
