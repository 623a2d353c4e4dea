//! The client table with search, filters, pages and exports.

use super::{api::ListClients, columns};
use crate::{
    cookies,
    frame::{FrameFacts, LastTable, SIGN_IN},
    views::bar::Views,
};
use domain::clients::{
    Choices, ClientList, ClientRow, CurrencySum, PropertyType,
    query::{ClientQuery, Sort},
};
use leptos::prelude::*;
use ui::{
    amount::Amount,
    chips::{Chip, Chips},
    field::{Checkbox, Field, Select},
    highlight::Highlight,
    icon::{Icon, Symbol},
    initial::Initial,
    keys,
    list_page::{FailedList, ListPage},
    notice::Notice,
    page_title::PageTitle,
    pager::Pager,
    popover::Popover,
    query_form::QueryForm,
    search_box::SearchBox,
    signals::{OrDefault as _, UntrackedOrDefault as _, use_query_string},
    table::{Column, ColumnSort, Table},
    views::CollectAny as _,
};
use values::{
    Direction,
    address::{address as address_of, typed},
    error::Error,
    money::group_thousands,
    needles::Needles,
    paging::ListQuery as _,
};

/// The path of the table.
const PATH: &str = "/clients";

/// `/clients`
#[component]
pub fn ClientsPage() -> impl IntoView {
    let address = use_query_string();
    let hidden = RwSignal::new(columns::hidden(&expect_context::<FrameFacts>().hidden_columns));
    let last_table = expect_context::<LastTable>().0;
    keys::follow_rows();
    Effect::new(move |_| last_table.set(Some(format!("{PATH}{}", address.get_or_default()))));
    view! {
        <PageTitle text="Clients"/>
        <Views place="clients"/>
        <ListPage
            path=PATH
            request=move |address| {
                // The list is shown again with other columns, in the same elements, so that the focus stays.
                hidden.with_or_default(Vec::len);
                ListClients { address }
            }
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
    let shown = columns::shown(&hidden.get_untracked_or_default());
    view! {
        <div class="page-head">
            <h1>"Clients"</h1>
            <div class="actions">
                <ColumnChoice hidden/>
                <a class="button" href=query.on_page(1).address("/clients/export.xlsx") download="">
                    <Icon of=Symbol::Download/>
                    "Export"
                </a>
                <a class="button" href=query.on_page(1).address("/clients/export.csv") download="">
                    "Export as CSV"
                </a>
            </div>
        </div>
        <div class="list-head">
            <Criteria address=query.on_page(1).address("") choices=list.choices/>
            {sums(list.sums)}
        </div>
        {list
            .exact
            .into_iter()
            .map(|id| {
                view! {
                    <p class="exact-client">
                        <a href=format!("/clients/{id}/general")>{format!("Open client {id}")}</a>
                    </p>
                }
            })
            .collect_any()}
        {if empty {
            let unfiltered = query.q.is_empty() && query.filters.is_empty();
            let title = if unfiltered { "There are no clients yet." } else { "No clients match." };
            view! {
                <Notice title>
                    {if unfiltered {
                        view! { "Import them with " <code>"clientele import clients FILE"</code> "." }.into_any()
                    } else {
                        view! { "Clear a filter, or " <a href=PATH>"show all clients"</a> "." }.into_any()
                    }}
                </Notice>
            }
                .into_any()
        } else {
            view! {
                <Table
                    name="Clients"
                    columns=table_columns(&query, &shown)
                    rows=list.rows
                    link=Box::new(row_address)
                    cards=shown.iter().map(|column| column.word()).collect()
                />
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

/// The balances of the clients on all pages, a sum for each currency.
fn sums(sums: Vec<CurrencySum>) -> AnyView {
    let sum = |CurrencySum { currency, clients, balance }: CurrencySum| {
        let clients_word = if clients == 1 { "client" } else { "clients" };
        let negative = balance.starts_with('-');
        let balance = balance.strip_suffix("00").unwrap_or(&balance).to_owned();
        view! {
            <div>
                <dt>{format!("{currency}, {} {clients_word}", group_thousands(clients))}</dt>
                <dd class:negative=negative>{balance}</dd>
            </div>
        }
    };
    let sums = sums.into_iter().map(sum).collect_any();
    let sums = (!sums.is_empty()).then(|| view! { <dl class="sums">{sums}</dl> });
    view! { <div role="group" aria-label="Balances">{sums}</div> }.into_any()
}

/// The form of search and filters. Filters that are set stand below it, each with a link that removes it.
#[component]
fn Criteria(
    /// The query string that it shows.
    address: String,
    choices: Choices,
) -> impl IntoView {
    let of = |names: &[&'static str]| -> Vec<(&'static str, String)> {
        let typed = names.iter().map(|&name| (name, typed(&address, name)));
        typed.filter(|(_, value)| !value.is_empty()).collect()
    };
    let kept = of(&["sort", "dir", "per_page"]);
    let set = of(&FILTERS.map(|(name, _)| name));
    let all: Vec<_> = of(&["q"]).into_iter().chain(set.clone()).chain(kept.clone()).collect();
    let chips = set
        .iter()
        .filter_map(|(name, value)| {
            let (_, label) = FILTERS.iter().find(|(other, _)| other == name)?;
            let rest: Vec<_> = all.iter().filter(|(other, _)| other != name).cloned().collect();
            Some(Chip { label: chip_label(name, label, value), remove: address_of(PATH, &rest) })
        })
        .collect();
    let clear = address_of(PATH, &kept);
    view! {
        <QueryForm action=PATH kept class="criteria" search=true at_once=true>
            <div class="criteria-row">
                <SearchBox
                    label="User search"
                    name="q"
                    value=typed(&address, "q")
                    placeholder="ID, login, company, name or email"
                />
                <Popover label="Filters" icon=Symbol::Filter id="filters">
                    <FilterFields address=address.clone() choices/>
                </Popover>
            </div>
            <Chips chips clear/>
        </QueryForm>
    }
}

/// The filters: each one's name in the address, and its label.
const FILTERS: [(&str, &str); 7] = [
    ("property_type", "Property type"),
    ("channel", "Channel"),
    ("currency", "Currency"),
    ("sms_subscription", "SMS subscription"),
    ("below_zero", "Balance below zero"),
    ("registered_from", "Registered from"),
    ("registered_to", "Registered to"),
];

fn chip_label(name: &str, label: &str, value: &str) -> String {
    let value = match name {
        "below_zero" => return label.to_owned(),
        "property_type" => {
            PropertyType::ALL.iter().find(|kind| kind.word() == value).map_or(value, |kind| kind.label())
        }
        "sms_subscription" => {
            if value == "true" {
                "Yes"
            } else {
                "No"
            }
        }
        _ => value,
    };
    format!("{label}: {value}")
}

#[component]
fn FilterFields(
    /// The query string that they show.
    address: String,
    choices: Choices,
) -> impl IntoView {
    let value = |name| typed(&address, name);
    let any = || vec![(String::new(), "Any".to_owned())];
    let property_types = PropertyType::ALL.iter().map(|kind| (kind.word().to_owned(), kind.label().to_owned()));
    let property_types = any().into_iter().chain(property_types).collect();
    let words = |words: Vec<String>, chosen: &String| -> Vec<(String, String)> {
        // A bookmark may contain a value that no client has any more.
        let gone = (!chosen.is_empty() && !words.contains(chosen)).then(|| chosen.clone());
        any().into_iter().chain(words.into_iter().chain(gone).map(|word| (word.clone(), word))).collect()
    };
    let (channel, currency) = (value("channel"), value("currency"));
    let channels = words(choices.channels, &channel);
    let currencies = words(choices.currencies, &currency);
    let subscriptions = [("", "Any"), ("true", "Yes"), ("false", "No")]
        .map(|(word, label)| (word.to_owned(), label.to_owned()))
        .to_vec();
    let below_zero = matches!(value("below_zero").as_str(), "true" | "on");
    view! {
        <div class="filters">
            <Select
                label="Property type"
                name="property_type"
                options=property_types
                value=value("property_type")
            />
            <Select label="Channel" name="channel" options=channels value=channel/>
            <Select label="Currency" name="currency" options=currencies value=currency/>
            <Select
                label="SMS subscription"
                name="sms_subscription"
                options=subscriptions
                value=value("sms_subscription")
            />
            <Field label="Registered from" name="registered_from" kind="date" value=value("registered_from")/>
            <Field label="Registered to" name="registered_to" kind="date" value=value("registered_to")/>
            <Checkbox label="Balance below zero" name="below_zero" checked=below_zero/>
            <button type="submit" class="without-script">
                "Show"
            </button>
        </div>
    }
}

/// The choice of shown columns, and of the rows' height.
#[component]
fn ColumnChoice(hidden: RwSignal<Vec<Sort>>) -> impl IntoView {
    let choose = move |event: leptos::ev::Event| {
        let (word, on) = (event_target_value(&event), event_target_checked(&event));
        if word == cookies::COMPACT {
            choose_density(if on { cookies::COMPACT } else { "" });
            return;
        }
        hidden.update(|hidden| {
            hidden.retain(|column| column.word() != word);
            if !on {
                hidden.extend(word.parse::<Sort>());
            }
            // The table needs a column.
            *hidden = columns::hidden(&columns::remembered(hidden));
        });
        cookies::remember(cookies::HIDDEN_COLUMNS, &columns::remembered(&hidden.get_untracked()));
    };
    let shown = columns::shown(&hidden.get_untracked_or_default());
    let density = expect_context::<FrameFacts>().density;
    let compact = cookies::remembered(cookies::DENSITY, &density) == cookies::COMPACT;
    view! {
        <Popover label="Columns" icon=Symbol::Columns id="columns">
            <form method="post" action="/clients/columns" on:change=choose>
                {Sort::ALL
                    .iter()
                    .map(|column| {
                        let checked = shown.contains(column);
                        view! { <Checkbox label=column.label() name="column" value=column.word() checked/> }
                    })
                    .collect_any()}
                <label class="checkbox density">
                    <input
                        type="checkbox"
                        role="switch"
                        name="density"
                        value=cookies::COMPACT
                        checked=compact
                        prop:checked=Initial(compact)
                        autocomplete="off"
                    />
                    <span>"Compact rows"</span>
                </label>
                <button type="submit" class="without-script">
                    "Save"
                </button>
            </form>
        </Popover>
    }
}

/// Changes the height of the rows in all tables.
fn choose_density(density: &str) {
    cookies::remember(cookies::DENSITY, density);
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-density", density);
    }
}

fn table_columns(query: &ClientQuery, shown: &[Sort]) -> Vec<Column<ClientRow>> {
    let needles = query.needles();
    shown
        .iter()
        .map(|&column| {
            let needles = needles.clone();
            Column {
                label: column.label().to_owned(),
                hint: "",
                numeric: matches!(column, Sort::Id | Sort::SmsPrice | Sort::Balance | Sort::Credit),
                sort: Some(ColumnSort {
                    address: query.sorted_by(column).address(PATH),
                    ascending: (query.sort == column).then_some(query.dir == Direction::Ascending),
                }),
                cell: Box::new(move |row| cell(column, row, &needles)),
            }
        })
        .collect()
}

fn cell(column: Sort, row: &ClientRow, needles: &Needles) -> AnyView {
    let text = |text: Option<&str>| match text {
        Some(text) => view! { <Highlight text=text.to_owned() needles=needles.clone()/> }.into_any(),
        None => view! { <span class="muted">"—"</span> }.into_any(),
    };
    // A long one is cut off.
    let titled = |name: Option<&str>| view! { <span title=name.map(str::to_owned)>{text(name)}</span> }.into_any();
    let currency = row.currency.clone();
    match column {
        Sort::Id => text(Some(&row.id.to_string())),
        Sort::Login => titled(Some(&row.login)),
        Sort::Company => titled(row.company.as_deref()),
        Sort::Name => titled(row.name.as_deref()),
        Sort::SmsPrice => match row.sms_price {
            Some(money) => view! { <Amount money currency/> }.into_any(),
            None => text(None),
        },
        Sort::Balance => {
            let balance = view! { <Amount money=row.balance currency/> };
            if row.balance.0.saturating_add(row.credit.0) >= 0 {
                return balance.into_any();
            }
            view! {
                <span class="two-lines">
                    <span>{balance}</span>
                    <span class="over-limit" title="The messages sent cost more than balance and credit allow">
                        "over limit"
                    </span>
                </span>
            }
            .into_any()
        }
        Sort::Credit => view! { <Amount money=row.credit currency/> }.into_any(),
        Sort::Channel => match row.channel.clone() {
            Some(channel) => view! {
                <span class="two-lines" title=row.channel_source.clone()>
                    <span>{channel}</span>
                    <span class="muted">{row.channel_source.clone()}</span>
                </span>
            }
            .into_any(),
            None => text(None),
        },
    }
}
