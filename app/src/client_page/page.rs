//! The heading, the link back and the tabs, around the tab that is open.

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
    copy::Copy,
    icon::{Icon, Symbol},
    loading::Loading,
    notice::Notice,
    page_title::PageTitle,
    period_picker::{PeriodPicker, PeriodPickerProps},
    server_query::ServerQuery,
    signals::OrDefault as _,
    tabs::{Tab, Tabs},
    toast::Toaster,
};
use values::{address::address, error::Error};

/// The client's number as written in the address.
pub fn client_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with_or_default(|params| params.get("id").unwrap_or_default()))
}

/// A query parameter of the address, or an empty string.
///
/// Dependents must read the memo, not only track it: tracking an unread memo runs them again on its first read.
pub fn address_part(name: &'static str) -> Memo<String> {
    let address = use_query_map();
    Memo::new(move |_| address.with_or_default(|address| address.get(name).unwrap_or_default()))
}

/// Shows the choice of a period. Statistics calls it by this pointer: its code is then in the part of the client's page
/// alone, which is loaded anyway, and not in the file of what several parts need.
#[derive(Clone, Copy, Debug)]
pub struct PickPeriod(pub fn(PeriodPickerProps) -> AnyView);

/// Counts the changes to the client since the page was opened. All views of the client refresh with each.
#[derive(Clone, Copy, Debug)]
pub struct Changes(pub RwSignal<u32>);

/// Refreshes all views of the client. For forms that stay on the page.
#[must_use]
pub fn refresh_client() -> Callback<String> {
    let changes = expect_context::<Changes>().0;
    Callback::new(move |_| changes.update(|changes| *changes += 1))
}

/// Refreshes all views of the client, shows the message as a toast and opens an address. For forms that close.
#[must_use]
pub fn refresh_client_and_open(address: String) -> Callback<String> {
    let (refresh, toaster, navigate) = (refresh_client(), expect_context::<Toaster>(), use_navigate());
    Callback::new(move |message: String| {
        toaster.say(message.clone());
        refresh.run(message);
        navigate(&address, NavigateOptions { scroll: false, ..Default::default() });
    })
}

/// The tabs: the path and the label.
const TABS: [(&str, &str); 4] =
    [("general", "General info"), ("finance", "Finance"), ("statistics/day", "Statistics"), ("names", "Names")];

/// The tab of an address.
fn tab_of(path: &str) -> &'static (&'static str, &'static str) {
    let word = path.split('/').nth(3).unwrap_or_default();
    TABS.iter().find(|(tab, _)| tab.split('/').next() == Some(word)).unwrap_or(&TABS[0])
}

/// The period of Finance and Statistics, and channel and comparison of Statistics, as an address had them last.
type LastQuery = Vec<(&'static str, String)>;

/// Follows the address.
fn last_query() -> Memo<LastQuery> {
    let (path, query) = (use_location().pathname, use_query_map());
    Memo::new(move |before: Option<&LastQuery>| {
        let before = before.cloned().unwrap_or_default();
        let part = |name| Some((name, query.with_or_default(|query| query.get(name))?));
        let now = |names: &[&'static str]| names.iter().filter_map(|name| part(*name)).collect::<Vec<_>>();
        match path.with_or_default(|path| tab_of(path).1) {
            "Statistics" => now(&["from", "to", "channel", "compare"]),
            "Finance" => {
                let of_statistics = before.into_iter().filter(|(name, _)| matches!(*name, "channel" | "compare"));
                now(&["from", "to"]).into_iter().chain(of_statistics).collect()
            }
            _ => before,
        }
    })
}

/// The address of a tab. Period, channel and comparison go along.
fn address_of(id: &str, tab: &str, query: &[(&'static str, String)]) -> String {
    let is_kept = |name: &str| match tab {
        "finance" => matches!(name, "from" | "to"),
        _ => tab.starts_with("statistics"),
    };
    address(&format!("/clients/{id}/{tab}"), query.iter().filter(|(name, _)| is_kept(name)))
}

/// `/clients/{id}/...`
#[component]
pub fn ClientPage() -> impl IntoView {
    let changes = RwSignal::new(0);
    provide_context(Changes(changes));
    provide_context(PickPeriod(|props| PeriodPicker(props).into_any()));
    live::follow(client_id(), changes);
    let path = use_location().pathname;
    let open = Memo::new(move |_| path.try_with(|path| tab_of(path).1).unwrap_or(TABS[0].1));
    // The tab is outside the heading's Suspense, which would recreate it with each refresh.
    view! {
        <div class="client-page">
            <Header open last=last_query()/>
            <div id="tab" role="tabpanel" aria-label=open>
                <Outlet/>
            </div>
        </div>
    }
}

/// The client's heading, and the tabs.
#[component]
fn Header(open: Memo<&'static str>, last: Memo<LastQuery>) -> impl IntoView {
    let id = client_id();
    let changes = expect_context::<Changes>().0;
    let heading = ServerQuery::new(move || {
        changes.track();
        ClientHeading { id: id.get_or_default() }
    });
    view! {
        <Loading
            of=heading
            show=move |heading| match heading {
                Ok(heading) => view! { <HeaderContent heading open last/> }.into_any(),
                // The tab shows the error.
                Err(_) => {
                    view! {
                        <PageTitle text="No such client"/>
                        <BackToTable/>
                        <h1>"Client"</h1>
                    }
                        .into_any()
                }
            }
        />
    }
}

#[component]
fn HeaderContent(heading: Heading, open: Memo<&'static str>, last: Memo<LastQuery>) -> impl IntoView {
    let client = heading.to_string();
    let tabs = TABS
        .iter()
        .map(|(word, label)| Tab {
            label,
            address: {
                let id = heading.id.to_string();
                Signal::derive(move || last.with_or_default(|query| address_of(&id, word, query)))
            },
            open: Signal::derive(move || open.try_get() == Some(*label)),
        })
        .collect();
    let over = heading.balance.0.saturating_add(heading.credit.0) < 0;
    let title = move || format!("{client} · {}", open.get_or_default());
    view! {
        <PageTitle text=title/>
        <div class="client-head">
            <div class="client-line">
                <BackToTable/>
                <h1>{heading.to_string()}</h1>
                <Copy text=heading.login.clone() what="login"/>
                {heading.name.map(|name| view! { <span>{name}</span> })}
                {heading
                    .email
                    .map(|email| {
                        view! {
                            <span class="client-email">
                                <a href=format!("mailto:{email}") rel="external">
                                    {email.clone()}
                                </a>
                                <Copy text=email what="email address"/>
                            </span>
                        }
                    })}
                {over.then(|| view! { <span class="badge">"over limit"</span> })}
                {heading
                    .blocked
                    .then(|| {
                        view! {
                            <span class="badge" title="Too many failed attempts to sign in to the cabinet">
                                "blocked"
                            </span>
                        }
                    })}
            </div>
            <div class="client-tabs">
                <Tabs name="Client" panel="tab" tabs/>
                <p class="client-sums">
                    <span class="muted">"Balance "</span>
                    <Amount money=heading.balance currency=heading.currency.clone()/>
                    <span class="muted">" Credit "</span>
                    <Amount money=heading.credit currency=heading.currency/>
                </p>
            </div>
        </div>
    }
}

/// A tab's content if the client doesn't exist or can't be read.
#[component]
pub fn NoClient(
    /// The reason.
    error: Error,
) -> impl IntoView {
    view! {
        <Notice title=error.to_string() failed=true>
            <a href="/clients">"Find another client"</a>
        </Notice>
    }
}

/// The link back to the table, with its search, filters and page.
#[component]
fn BackToTable() -> impl IntoView {
    let last_table = expect_context::<LastTable>().0;
    let came_from = expect_context::<FrameFacts>().came_from;
    let from_table = came_from == "/clients" || came_from.starts_with("/clients?");
    let otherwise = if from_table { came_from } else { "/clients".to_owned() };
    view! {
        <p class="back">
            <a href=move || last_table.get().unwrap_or_else(|| otherwise.clone())>
                <Icon of=Symbol::Back/>
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

    #[test]
    fn a_tab_keeps_the_parts_of_the_query_that_it_knows() {
        let query = [("from", "2024-01-05".to_owned()), ("channel", "sms".to_owned())];
        assert_eq!(address_of("7", "finance", &query), "/clients/7/finance?from=2024-01-05");
        assert_eq!(address_of("7", "statistics/day", &query), "/clients/7/statistics/day?from=2024-01-05&channel=sms");
        assert_eq!(address_of("7", "names", &query), "/clients/7/names");
    }
}
