//! The client table with search, filters, pages and exports.

use super::{api::ListClients, columns};
use crate::{
    cookies,
    frame::{FrameFacts, LastTable, SIGN_IN},
};
use domain::clients::{
    Choices, ClientList, ClientRow, PropertyType,
    query::{ClientQuery, Sort},
};
use leptos::prelude::*;
use ui::{
    amount::Amount,
    field::{Checkbox, Field, Select},
    highlight::Highlight,
    list_page::{FailedList, ListPage},
    notice::Notice,
    page_title::PageTitle,
    pager::Pager,
    popover::Popover,
    query_form::QueryForm,
    search_box::SearchBox,
    signals::{OrDefault as _, use_query_string},
    table::{Column, ColumnSort, Table},
    views::CollectAny as _,
};
use values::{Direction, address::typed, error::Error, paging::ListQuery as _};

/// The path of the table.
const PATH: &str = "/clients";

/// `/clients`
#[component]
pub fn ClientsPage() -> impl IntoView {
    let address = use_query_string();
    let hidden = RwSignal::new(columns::hidden(&expect_context::<FrameFacts>().hidden_columns));
    let last_table = expect_context::<LastTable>().0;
    Effect::new(move |_| last_table.set(Some(format!("{PATH}{}", address.get_or_default()))));
    view! {
        <PageTitle text="Clients"/>
        <ListPage
            path=PATH
            request=|address| ListClients { address }
            found=move |query, list| view! { <Found query list hidden/> }.into_any()
            failed=|failed| view! { <Failed failed/> }.into_any()
            sign_in=SIGN_IN
            all="Show all clients"
        />
    }
}

#[component]
fn Found(query: ClientQuery, list: ClientList, hidden: RwSignal<Vec<Sort>>) -> impl IntoView {
    let empty = list.rows.is_empty();
    let rows = StoredValue::new(list.rows);
    let table_query = StoredValue::new(query.clone());
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
        <Criteria address=query.on_page(1).address("") choices=list.choices/>
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
                <Pager path=PATH kept=query.kept() paging=query.paging sizes=ClientQuery::SIZES total=list.total/>
            }
                .into_any()
        }}
    }
}

fn row_address(row: &ClientRow) -> String {
    format!("/clients/{}/general", row.id)
}

/// The error in place of the table, below the search form. The form keeps its values, except those that caused the
/// error.
#[component]
fn Failed(failed: FailedList<ClientQuery>) -> impl IntoView {
    let FailedList { error, typed, notice, .. } = failed;
    let address = if matches!(error, Error::BadAddress { .. }) { String::new() } else { typed };
    view! {
        <div class="page-head">
            <h1>"Clients"</h1>
        </div>
        <Criteria address choices=Choices::default()/>
        {notice}
    }
}

/// The form of search and filters.
#[component]
fn Criteria(
    /// The query string that it shows.
    address: String,
    choices: Choices,
) -> impl IntoView {
    let fields = [
        "q",
        "property_type",
        "channel",
        "currency",
        "sms_subscription",
        "registered_from",
        "registered_to",
        "below_zero",
    ]
    .map(|name| typed(&address, name));
    let filtered = fields.iter().any(|field| !field.is_empty());
    let [q, property_type, channel, currency, sms_subscription, from, to, below_zero] = fields;
    let below_zero = matches!(below_zero.as_str(), "true" | "on");
    let kept = ["sort", "dir", "per_page"].map(|name| (name, typed(&address, name)));
    let kept = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let any = |label: &str| vec![(String::new(), label.to_owned())];
    let property_types: Vec<_> = any("Any")
        .into_iter()
        .chain(PropertyType::ALL.iter().map(|kind| (kind.word().to_owned(), kind.label().to_owned())))
        .collect();
    let words = |words: Vec<String>, chosen: &String| -> Vec<(String, String)> {
        // A bookmark may contain a value that no client has any more.
        let gone = (!chosen.is_empty() && !words.contains(chosen)).then(|| chosen.clone());
        any("Any").into_iter().chain(words.into_iter().chain(gone).map(|word| (word.clone(), word))).collect()
    };
    let channels = words(choices.channels, &channel);
    let currencies = words(choices.currencies, &currency);
    let subscriptions = [("", "Any"), ("true", "Yes"), ("false", "No")]
        .map(|(word, label)| (word.to_owned(), label.to_owned()))
        .to_vec();
    view! {
        <QueryForm action=PATH kept class="criteria" search=true at_once=true>
            <SearchBox label="User search" name="q" value=q placeholder="ID, login, company or name"/>
            <div class="filters">
                <Select
                    label="Property type"
                    name="property_type"
                    options=property_types
                    value=property_type
                />
                <Select label="Channel" name="channel" options=channels value=channel/>
                <Select label="Currency" name="currency" options=currencies value=currency/>
                <Select
                    label="SMS subscription"
                    name="sms_subscription"
                    options=subscriptions
                    value=sms_subscription
                />
                <Field label="Registered from" name="registered_from" kind="date" value=from/>
                <Field label="Registered to" name="registered_to" kind="date" value=to/>
                <Checkbox label="Balance below zero" name="below_zero" checked=below_zero/>
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
                            let shown = !hidden.with_or_default(|hidden| hidden.contains(column));
                            view! { <Checkbox label=column.label() name="column" value=column.word() checked=shown/> }
                        })
                        .collect_any()
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
