//! `/clients/{id}/statistics/{report}`: the Statistics tab.

use super::{api::ReadReport, table};
use crate::{
    client_page::page::{Changes, NoClient, client_id},
    cookies,
    frame::{FrameFacts, SIGN_IN},
};
use domain::{
    clients::no_such_client,
    reports::{
        ChartData, Kind, LateRow, Reconciliation, ReportPage, Step,
        columns::{self, Column},
        query::StatisticsQuery,
    },
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use ui::{
    amount::Amount,
    chart::{Chart, Ink, Plot, Series},
    dialog::{Dialog, DialogClose},
    field::{Checkbox, Field, Select},
    list_page::{FailedList, ListPage},
    notice::Notice,
    pager::Pager,
    query_form::QueryForm,
    signals::{OrDefault as _, UntrackedOrDefault as _},
    table::Table,
    views::CollectAny as _,
};
use values::{
    Money,
    address::typed,
    error::Error,
    messaging::{MessagingChannel, messages},
    paging::ListQuery as _,
};

/// The Statistics tab.
#[component]
pub fn StatisticsPage() -> impl IntoView {
    let id = client_id();
    let params = use_params_map();
    let report = Memo::new(move |_| params.with_or_default(|params| params.get("report").unwrap_or_default()));
    let changes = expect_context::<Changes>().0;
    let kind = move || Kind::of(&report.get_untracked_or_default());
    let path = move || format!("/clients/{}/statistics/{}", id.get_or_default(), report.get_or_default());
    view! {
        <ListPage
            path=Signal::derive(path)
            request=move |address| {
                changes.track();
                ReadReport { id: id.get_or_default(), report: report.get_or_default(), address }
            }
            found=move |query, page| {
                let id = id.get_untracked_or_default();
                kind().ok().map(|kind| view! { <Shown id kind query page/> }).into_any()
            }
            failed=move |failed| {
                let id = id.get_untracked_or_default();
                match kind() {
                    Ok(kind) => view! { <Failed id kind failed/> }.into_any(),
                    Err(_) => view! { <NoReport id error=failed.error/> }.into_any(),
                }
            }
            sign_in=SIGN_IN
            all="Show the last month"
        />
    }
}

fn path(id: &str, kind: Kind) -> String {
    format!("/clients/{id}/statistics/{}", kind.word())
}

/// The links to the reports, which keep period and filters.
#[component]
fn Menu(id: String, open: Option<Kind>, query: StatisticsQuery) -> impl IntoView {
    let query = query.for_report();
    view! {
        <nav class="report-menu" aria-label="Reports">
            {Kind::ALL
                .iter()
                .map(|kind| {
                    let current = (open == Some(*kind)).then_some("page");
                    view! { <a href=query.address(&path(&id, *kind)) aria-current=current>{kind.label()}</a> }
                })
                .collect_any()}
        </nav>
    }
}

#[component]
fn NoReport(id: String, error: Error) -> impl IntoView {
    if error == no_such_client() {
        return view! { <NoClient error/> }.into_any();
    }
    view! {
        <Menu id open=None query=StatisticsQuery::default()/>
        <Notice title=error.to_string() failed=true>
            "Choose one of the reports above."
        </Notice>
    }
    .into_any()
}

#[component]
fn Shown(id: String, kind: Kind, query: StatisticsQuery, page: ReportPage) -> impl IntoView {
    let path = path(&id, kind);
    let ReportPage { currency, ever, from, to, before, quick, filters, total, rows, sum, sum_before, chart, books } =
        page;
    let kept = query.kept();
    let nothing = sum.sent_messages == 0;
    let pager_path = path.clone();
    let foot = table::total(&sum, sum_before.as_ref(), &currency);
    let sizes = StatisticsQuery::SIZES;
    let few = total <= sizes.offered[0] || (total <= query.paging.per_page && query.paging.per_page == sizes.default);
    view! {
        <dl class="summary">
            <div>
                <dt>"Total SMS"</dt>
                <dd>{messages(ever.sent_messages, ever.sent_parts)}</dd>
            </div>
        </dl>
        <div class="report">
            <Menu id=id.clone() open=Some(kind) query=query.clone()/>
            <div class="report-shown">
                <div class="page-head">
                    <h2>{kind.label()}</h2>
                    <div class="actions">
                        <ExportDialog kind path=path.clone() query=query.within(&from, &to)/>
                    </div>
                </div>
                <PeriodForm kind path=path.clone() query=query.clone() from=from.clone() to=to.clone() quick/>
                <Filters path=path.clone() query=query.clone() filters/>
                {before.map(|(from, to)| view! { <p class="muted">{format!("Compared with {from} to {to}.")}</p> })}
                {nothing
                    .then(|| {
                        view! {
                            <Notice title="Nothing was sent in this period.">
                                "Choose a longer one above, or take filters away."
                            </Notice>
                        }
                    })}
                <Drawing kind path=path.clone() query=query.clone() drawn=chart/>
                <Table name="Statistics" columns=table::columns(kind, &query, &path) rows foot/>
                {(!few)
                    .then(|| {
                        view! {
                            <Pager path=pager_path kept paging=query.paging sizes total/>
                        }
                    })}
                {books.map(|books| view! { <BooksSide id currency books/> })}
            </div>
        </div>
    }
}

/// The chart of a report. Zooming selects a period, and a click on a bar sets a filter.
#[component]
fn Drawing(kind: Kind, path: String, query: StatisticsQuery, drawn: ChartData) -> impl IntoView {
    let ChartData { labels, ends, keys, sent, delivered, summary } = drawn;
    #[allow(clippy::cast_precision_loss, reason = "pixels of a chart")]
    let values = |counts: Vec<i64>| counts.into_iter().map(|count| count as f64).collect();
    let series = vec![
        Series { name: "Sent".to_owned(), ink: Ink::Solid, values: values(sent) },
        Series { name: "Delivered".to_owned(), ink: Ink::Dashed, values: values(delivered) },
    ];
    let navigate = use_navigate();
    let go = move |address: String| navigate(&address, NavigateOptions { scroll: false, ..Default::default() });
    if kind != Kind::Day {
        if labels.is_empty() {
            return ().into_any();
        }
        let select = Callback::new(move |bar: usize| {
            // The bar `Other` has no key and sets no filter.
            if let Some(key) = keys.get(bar).filter(|key| !key.is_empty()) {
                go(query.only(kind, key).address(&path));
            }
        });
        return view! { <Chart name=kind.title() summary plot=Plot::Bars { labels, series } select/> }.into_any();
    }
    let days = labels.clone();
    let zoom = Callback::new(move |(first, last): (String, String)| {
        let end = days.iter().position(|day| *day == last).and_then(|index| ends.get(index)).unwrap_or(&last);
        go(query.within(&first, end).address(&path));
    });
    view! { <Chart name=kind.title() summary plot=Plot::Lines { labels, series } zoom/> }.into_any()
}

/// The sums of report and ledger in the period, and the reasons of a difference.
#[component]
fn BooksSide(id: String, currency: String, books: Reconciliation) -> impl IntoView {
    let Reconciliation { reported, booked, late, others: (others, rest) } = books;
    let difference = Money(reported.0 - booked.0);
    let sums = [("Cost of these messages", reported), ("Booked for mailings", booked), ("Difference", difference)];
    let explained = (!late.is_empty()).then(|| {
        let ledger = format!("/clients/{id}/finance");
        view! {
            <p class="muted">
                "Messages that were reported late are booked on a later day than they were sent on, since the ledger's "
                "time never goes back. These "
                <a href=ledger>"transactions"</a>
                " make the difference:"
            </p>
            <ul class="late">
                {late
                    .into_iter()
                    .map(|LateRow { transaction, purpose, sent_on, booked_on, cost }| {
                        view! {
                            <li>
                                {format!("No. {transaction}, {purpose}: sent on {sent_on}, booked on {booked_on}, ")}
                                <Amount money=cost currency=currency.clone()/>
                            </li>
                        }
                    })
                    .collect_any()}
                {(others > 0)
                    .then(|| {
                        view! {
                            <li>
                                {format!("{others} smaller ones, together ")}
                                <Amount money=rest currency/>
                            </li>
                        }
                    })}
            </ul>
        }
    });
    view! {
        <section class="books" aria-label="Reports and ledger">
            <dl class="summary turnover">
                {sums
                    .into_iter()
                    .map(|(term, money)| {
                        view! {
                            <div>
                                <dt>{term}</dt>
                                <dd>
                                    <Amount money/>
                                </dd>
                            </div>
                        }
                    })
                    .collect_any()}
            </dl>
            {explained}
        </section>
    }
}

/// The form of the period and the filters. The report follows with Search.
#[component]
fn PeriodForm(
    kind: Kind,
    path: String,
    query: StatisticsQuery,
    from: String,
    to: String,
    quick: Vec<(String, String, String)>,
    /// The invalid part of the address, and the reason.
    #[prop(optional)]
    wrong: (String, String),
) -> impl IntoView {
    let error = |part: &str| if wrong.0 == part { wrong.1.clone() } else { String::new() };
    let (from_error, to_error) = (error("from"), error("to"));
    // A date field can't show an invalid day, a text field can.
    let kind_of = |error: &str| if error.is_empty() { "date" } else { "text" };
    let (from_kind, to_kind) = (kind_of(&from_error), kind_of(&to_error));
    // Parameters that this form lacks are kept for the other reports.
    let in_this_form = |name: &str| match name {
        "channel" => kind != Kind::ViberSender,
        "by" => kind == Kind::Day,
        _ => matches!(name, "from" | "to" | "compare" | "page"),
    };
    let kept = query.pairs().into_iter().filter(|(name, _)| !in_this_form(name)).collect();
    let channels = [(String::new(), "All".to_owned())]
        .into_iter()
        .chain(MessagingChannel::ALL.iter().map(|channel| (channel.word().to_owned(), channel.label().to_owned())))
        .collect();
    let steps = Step::ALL.iter().map(|step| (step.word().to_owned(), step.label().to_owned())).collect();
    let channel = (kind != Kind::ViberSender).then(|| {
        let value = query.channel.map(MessagingChannel::word).unwrap_or_default();
        view! { <Select label="Messaging channel" name="channel" options=channels value/> }
    });
    let by =
        (kind == Kind::Day).then(|| view! { <Select label="Rows" name="by" options=steps value=query.by.word()/> });
    view! {
        <QueryForm action=path.clone() kept class="criteria period">
            <div class="filters">
                <Field label="Start date" name="from" kind=from_kind value=from.clone() error=from_error/>
                <Field label="End date" name="to" kind=to_kind value=to.clone() error=to_error/>
                {channel}
                {by}
                <Checkbox label="Compare with the period before" name="compare" checked=query.compare/>
                <button type="submit">"Search"</button>
                <nav class="quick" aria-label="Quick periods">
                    {quick
                        .into_iter()
                        .map(|(name, first, last)| {
                            let current = (first == from && last == to).then_some("true");
                            view! { <a href=query.within(&first, &last).address(&path) aria-current=current>{name}</a> }
                        })
                        .collect_any()}
                </nav>
            </div>
        </QueryForm>
    }
}

/// The filters that a click on a row or a bar has set, with links that remove them.
#[component]
fn Filters(path: String, query: StatisticsQuery, filters: Vec<(String, String)>) -> impl IntoView {
    (!filters.is_empty()).then(|| {
        view! {
            <ul class="chips" aria-label="Filters">
                {filters
                    .into_iter()
                    .map(|(part, said)| {
                        let label = format!("Take away the filter {said}");
                        view! {
                            <li>
                                {said}
                                <a href=query.without(&part).address(&path) aria-label=label>
                                    <span aria-hidden="true">"×"</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_any()}
            </ul>
        }
    })
}

/// The choice of a file's columns. It is a plain form, so it works without JavaScript.
#[component]
fn ExportDialog(kind: Kind, path: String, query: StatisticsQuery) -> impl IntoView {
    const ID: &str = "export";
    let cookie = cookies::remembered(cookies::UNTICKED_COLUMNS, &expect_context::<FrameFacts>().unticked_columns);
    let unticked = columns::unticked(&cookie);
    let ticked: Vec<Column> = columns::of(kind).into_iter().filter(|column| !unticked.contains(column)).collect();
    let ticked = RwSignal::new(ticked);
    let none = move || ticked.with_or_default(Vec::is_empty);
    let choose = move |column: Column, on: bool| {
        ticked.update(|ticked| {
            ticked.retain(|other| *other != column);
            if on {
                ticked.push(column);
            }
        });
        let now = cookies::remembered(cookies::UNTICKED_COLUMNS, &cookie);
        cookies::remember(cookies::UNTICKED_COLUMNS, &columns::remembered(kind, &ticked.get_untracked(), &now));
    };
    let choose = StoredValue::new(choose);
    let (xlsx, csv) = (format!("{path}/export.xlsx"), format!("{path}/export.csv"));
    let kept = query.pairs().into_iter().filter(|(name, _)| !matches!(*name, "page" | "per_page"));
    view! {
        <Dialog button="Export" title="Select what you want to export" id=ID>
            <form method="get" action=xlsx class="export-choice" on:submit=move |_| close_dialog(ID)>
                {kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_any()}
                // Marks that a choice was made, even if nothing is ticked.
                <input type="hidden" name="columns" value=""/>
                <input type="hidden" name="header" value="false"/>
                {columns::of(kind)
                    .into_iter()
                    .map(|column| {
                        let is_ticked = move || ticked.with_or_default(|ticked| ticked.contains(&column));
                        view! {
                            <label class="checkbox">
                                <input
                                    type="checkbox"
                                    name="columns"
                                    value=column.word()
                                    checked=is_ticked()
                                    prop:checked=is_ticked
                                    autocomplete="off"
                                    on:change=move |event| {
                                        choose.try_with_value(|choose| choose(column, event_target_checked(&event)));
                                    }
                                />
                                {column.label()}
                            </label>
                        }
                    })
                    .collect_any()}
                <label class="checkbox apart">
                    <input type="checkbox" name="header" value="true" checked=true autocomplete="off"/>
                    "Header"
                </label>
                <div class="dialog-buttons">
                    <DialogClose dialog=ID/>
                    <button type="submit" formaction=csv prop:disabled=none>
                        "Export as CSV"
                    </button>
                    <button type="submit" class="primary" prop:disabled=none>
                        "Export"
                    </button>
                </div>
            </form>
        </Dialog>
    }
}

/// Closes a dialog, since the page stays when a file is downloaded.
#[cfg(feature = "hydrate")]
fn close_dialog(id: &str) {
    use wasm_bindgen::JsCast;
    if let Some(dialog) =
        document().get_element_by_id(id).and_then(|dialog| dialog.dyn_into::<web_sys::HtmlDialogElement>().ok())
    {
        dialog.close();
    }
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
fn close_dialog(_: &str) {}

/// The error in place of the report. An invalid period stays in the form, to be corrected.
#[component]
fn Failed(id: String, kind: Kind, failed: FailedList<StatisticsQuery>) -> impl IntoView {
    let FailedList { error, query, typed: address, notice } = failed;
    if error == no_such_client() {
        return view! { <NoClient error/> }.into_any();
    }
    let path = path(&id, kind);
    let menu = view! { <Menu id open=Some(kind) query/> };
    match error {
        Error::BadAddress { part, message } if matches!(part.as_str(), "from" | "to") => {
            let (from, to) = (typed(&address, "from"), typed(&address, "to"));
            let wrong = (part, message);
            view! {
                {menu}
                <PeriodForm kind path query=StatisticsQuery::default() from to quick=Vec::new() wrong/>
            }
            .into_any()
        }
        _ => view! {
            {menu}
            {notice}
        }
        .into_any(),
    }
}
