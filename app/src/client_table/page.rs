//! The client table with search, filters, pages and exports.

use super::{api::ListClients, columns};
use crate::{
    cookies,
    frame::{FrameFacts, LastTable},
};
use domain::clients::{
    Choices, ClientList, ClientRow, PropertyType,
    query::{ClientQuery, Filters, Sort},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::Redirect,
    hooks::{use_location, use_query_map},
};
use ui::{
    amount::Amount,
    field::{Checkbox, Field, Select},
    highlight::Highlight,
    loading::Loading,
    notice::Notice,
    page_title::PageTitle,
    pager::Pager,
    popover::Popover,
    query_form::QueryForm,
    search_box::SearchBox,
    server_query::ServerQuery,
    table::{Column, ColumnSort, Table},
};
use values::{Direction, error::Error};

/// The path of the table.
const PATH: &str = "/clients";

/// `/clients`
#[component]
pub fn ClientsPage() -> impl IntoView {
    let address = use_query_map();
    let list =
        ServerQuery::new(move || ListClients { address: address.try_get().unwrap_or_default().to_query_string() });
    let hidden = RwSignal::new(columns::hidden(&expect_context::<FrameFacts>().hidden_columns));
    let last_table = expect_context::<LastTable>().0;
    Effect::new(move |_| {
        last_table.set(Some(format!("{PATH}{}", address.try_get().unwrap_or_default().to_query_string())));
    });
    view! {
        <PageTitle text="Clients"/>
        <Loading
            of=list
            show=move |list| {
                // The server parsed the same address, or the list would be an error.
                let query = ClientQuery::parse(&address.try_get_untracked().unwrap_or_default().to_query_string()).unwrap_or_default();
                match list {
                    Ok(list) if query.paging.go_to.is_some() => {
                        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
                        view! { <Redirect path=query.on_page(list.page).address(PATH) options/> }.into_any()
                    }
                    Ok(list) => view! { <Found query list hidden/> }.into_any(),
                    Err(error) => view! { <Failed query error/> }.into_any(),
                }
            }
        />
    }
}

#[component]
fn Found(query: ClientQuery, list: ClientList, hidden: RwSignal<Vec<Sort>>) -> impl IntoView {
    let empty = list.rows.is_empty();
    let kept: Vec<_> = query.on_page(1).pairs().into_iter().filter(|(name, _)| *name != "per_page").collect();
    let rows = StoredValue::new(list.rows);
    let (pager_query, table_query) = (query.clone(), StoredValue::new(query.clone()));
    view! {
        <div class="page-head">
            <h1>"Clients"</h1>
            <div class="actions">
                <ColumnChoice hidden/>
                <a class="button" href=query.on_page(1).address("/clients/export.xlsx") download="">
                    "Export"
                </a>
                <a class="button" href=query.on_page(1).address("/clients/export.csv") download="">
                    "Export as CSV"
                </a>
            </div>
        </div>
        <Criteria query=query.clone() choices=list.choices/>
        {if empty {
            let unfiltered = query.q.is_empty() && query.filters.is_empty();
            let title = if unfiltered { "There are no clients yet." } else { "No client matches." };
            view! {
                <Notice title>
                    {if unfiltered {
                        view! { "Bring them in with " <code>"clientele import clients FILE"</code> "." }.into_any()
                    } else {
                        view! { "Search for less, or " <a href=PATH>"show all clients"</a> "." }.into_any()
                    }}
                </Notice>
            }
                .into_any()
        } else {
            view! {
                {move || {
                    let columns =
                        table_query.try_with_value(|query| hidden.try_with(|hidden| table_columns(query, hidden)));
                    let rows = rows.try_get_value().unwrap_or_default();
                    view! {
                        <Table name="Clients" columns=columns.flatten().unwrap_or_default() rows link=Box::new(row_address)/>
                    }
                }}
                <Pager
                    path=PATH
                    kept
                    paging=pager_query.paging
                    total=list.total
                    address=move |page| pager_query.on_page(page).address(PATH)
                />
            }
                .into_any()
        }}
    }
}

fn row_address(row: &ClientRow) -> String {
    format!("/clients/{}/general", row.id)
}

/// The error in place of the table, below the search form.
#[component]
fn Failed(query: ClientQuery, error: Error) -> impl IntoView {
    let location = use_location();
    let sign_in = move || {
        let here = format!("{PATH}?{}", location.search.get());
        let here: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
        format!("/login?next={here}")
    };
    let way_out = match &error {
        Error::SignInRequired => view! { <a href=sign_in rel="external">"Sign in"</a> }.into_any(),
        Error::NoSuchPage { last, .. } => {
            view! { <a href=query.on_page(*last).address(PATH)>"Go to the last page"</a> }.into_any()
        }
        _ => view! { <a href=PATH>"Show all clients"</a> }.into_any(),
    };
    view! {
        <div class="page-head">
            <h1>"Clients"</h1>
        </div>
        <Criteria query choices=Choices::default()/>
        <Notice title=error.to_string() failed=true>
            {way_out}
        </Notice>
    }
}

/// The form of search and filters.
#[component]
fn Criteria(query: ClientQuery, choices: Choices) -> impl IntoView {
    let filters = query.filters.clone();
    let kept = ClientQuery { q: String::new(), filters: Filters::default(), ..query.on_page(1) }.pairs();
    let any = |label: &str| vec![(String::new(), label.to_owned())];
    let property_types: Vec<_> = any("Any")
        .into_iter()
        .chain(PropertyType::ALL.iter().map(|kind| (kind.word().to_owned(), kind.label().to_owned())))
        .collect();
    let words = |words: Vec<String>, chosen: &Option<String>| -> Vec<(String, String)> {
        // A bookmark may contain a value that no client has any more.
        let gone = chosen.iter().filter(|word| !words.contains(word)).cloned().collect::<Vec<_>>();
        any("Any").into_iter().chain(words.into_iter().chain(gone).map(|word| (word.clone(), word))).collect()
    };
    let channels = words(choices.channels, &filters.channel);
    let currencies = words(choices.currencies, &filters.currency);
    let subscriptions = [("", "Any"), ("true", "Yes"), ("false", "No")]
        .map(|(word, label)| (word.to_owned(), label.to_owned()))
        .to_vec();
    let filtered = !filters.is_empty() || !query.q.is_empty();
    view! {
        <QueryForm action=PATH kept class="criteria" search=true at_once=true>
            <SearchBox label="User search" name="q" value=query.q placeholder="ID, login, company or name"/>
            <div class="filters">
                <Select
                    label="Property type"
                    name="property_type"
                    options=property_types
                    value=filters.property_type.map(PropertyType::word).unwrap_or_default()
                />
                <Select label="Channel" name="channel" options=channels value=filters.channel.unwrap_or_default()/>
                <Select label="Currency" name="currency" options=currencies value=filters.currency.unwrap_or_default()/>
                <Select
                    label="SMS subscription"
                    name="sms_subscription"
                    options=subscriptions
                    value=filters.sms_subscription.map(|on| on.to_string()).unwrap_or_default()
                />
                <Field label="Registered from" name="registered_from" kind="date" value=filters.registered_from.unwrap_or_default()/>
                <Field label="Registered to" name="registered_to" kind="date" value=filters.registered_to.unwrap_or_default()/>
                <Checkbox label="Balance below zero" name="below_zero" checked=filters.below_zero/>
                <a class="clear" class:unused=!filtered href=PATH>
                    "Clear all"
                </a>
            </div>
        </QueryForm>
    }
}

/// The choice of shown columns.
#[component]
fn ColumnChoice(hidden: RwSignal<Vec<Sort>>) -> impl IntoView {
    let choose = move |event: leptos::ev::Event| {
        let (word, shown) = (event_target_value(&event), event_target_checked(&event));
        hidden.update(|hidden| {
            hidden.retain(|column| column.word() != word);
            if !shown {
                hidden.extend(word.parse::<Sort>());
            }
            // The table needs a column.
            *hidden = columns::hidden(&columns::remembered(hidden));
        });
        cookies::remember(cookies::HIDDEN_COLUMNS, &columns::remembered(&hidden.get_untracked()));
    };
    view! {
        <Popover label="Columns" id="columns">
            <form method="post" action="/clients/columns" on:change=choose>
                {move || {
                    Sort::ALL
                        .iter()
                        .map(|column| {
                            let shown = !hidden.try_with(|hidden| hidden.contains(column)).unwrap_or_default();
                            view! { <Checkbox label=column.label() name="column" value=column.word() checked=shown/> }
                        })
                        .collect_view()
                }}
                <button type="submit" class="without-script">
                    "Save"
                </button>
            </form>
        </Popover>
    }
}

fn table_columns(query: &ClientQuery, hidden: &[Sort]) -> Vec<Column<ClientRow>> {
    let needle = query.needle();
    Sort::ALL
        .iter()
        .filter(|column| !hidden.contains(column))
        .map(|&column| {
            let needle = needle.clone();
            Column {
                label: column.label().to_owned(),
                hint: "",
                numeric: matches!(column, Sort::Id | Sort::SmsPrice | Sort::Balance | Sort::Credit),
                sort: Some(ColumnSort {
                    address: query.sorted_by(column).address(PATH),
                    ascending: (query.sort == column).then_some(query.dir == Direction::Ascending),
                }),
                cell: Box::new(move |row| cell(column, row, &needle)),
            }
        })
        .collect()
}

fn cell(column: Sort, row: &ClientRow, needle: &str) -> AnyView {
    let text = |text: Option<&str>| match text {
        Some(text) => view! { <Highlight text=text.to_owned() needle=needle.to_owned()/> }.into_any(),
        None => view! { <span class="muted">"—"</span> }.into_any(),
    };
    let currency = row.currency.clone();
    match column {
        Sort::Id => text(Some(&row.id.to_string())),
        Sort::Login => text(Some(&row.login)),
        Sort::Company => text(row.company.as_deref()),
        Sort::Name => text(row.name.as_deref()),
        Sort::SmsPrice => match row.sms_price {
            Some(money) => view! { <Amount money currency/> }.into_any(),
            None => text(None),
        },
        Sort::Balance => {
            let over = row.balance.0.saturating_add(row.credit.0) < 0;
            let mark = over.then(|| view! { <span class="badge" title="More was sent than balance and credit allow">"over limit"</span> });
            view! { {mark} <Amount money=row.balance currency/> }.into_any()
        }
        Sort::Credit => view! { <Amount money=row.credit currency/> }.into_any(),
        Sort::Channel => match row.channel.clone() {
            Some(channel) => view! {
                <span class="two-lines">
                    <span>{channel}</span>
                    <span class="muted">{row.channel_source.clone()}</span>
                </span>
            }
            .into_any(),
            None => text(None),
        },
    }
}
