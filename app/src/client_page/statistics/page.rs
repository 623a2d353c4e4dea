//! `/clients/{id}/statistics/{report}`: the Statistics tab.

use super::{
    api::ReadReport,
    drawing::{Drawing, Zoom},
    path, table,
};
use crate::{
    client_page::page::{Changes, NoClient, PickPeriod, client_id},
    cookies,
    frame::{FrameFacts, SIGN_IN},
    views::bar::Views,
};
use domain::{
    clients::no_such_client,
    messages::Tally,
    reports::{
        Kind, LateRow, Reconciliation, ReportPage, Step,
        columns::{self, Column},
        query::StatisticsQuery,
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    amount::Amount,
    dialog::{Dialog, DialogClose},
    field::{Checkbox, Select},
    list_page::{FailedList, ListPage},
    notice::Notice,
    pager::Pager,
    period_picker::PeriodPickerProps,
    query_form::QueryForm,
    signals::{OrDefault as _, UntrackedOrDefault as _},
    table::Table,
    views::CollectAny as _,
};
use values::{
    Money,
    address::typed,
    calendar::PeriodChoices,
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
    provide_context(Zoom::default());
    let kind = move || Kind::of(&report.get_untracked_or_default());
    let path = move || format!("/clients/{}/statistics/{}", id.get_or_default(), report.get_or_default());
    let place = Signal::derive(move || format!("statistics/{}", report.get_or_default()));
    view! {
        <Views place client=id/>
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
    let export = query.within(&page.from, &page.to);
    view! {
        <dl class="summary">
            <div>
                <dt>"Total SMS"</dt>
                <dd>{messages(page.ever.sent_messages, page.ever.sent_parts)}</dd>
            </div>
        </dl>
        <div class="report">
            <Menu id=id.clone() open=Some(kind) query=query.clone()/>
            <div class="report-shown">
                <div class="page-head">
                    <h2>{kind.label()}</h2>
                    <div class="actions">
                        <ExportDialog kind path=path.clone() query=export/>
                    </div>
                </div>
                <PeriodForm
                    kind
                    path=path.clone()
                    query=query.clone()
                    from=page.from.clone()
                    to=page.to.clone()
                    choices=page.choices.clone()
                    step=page.step
                />
                <Filters path query=query.clone() filters=page.filters.clone()/>
                <Figures id kind query page/>
            </div>
        </div>
    }
}

/// Chart and table, or one notice if there is nothing to show.
#[component]
fn Figures(id: String, kind: Kind, query: StatisticsQuery, page: ReportPage) -> impl IntoView {
    let path = path(&id, kind);
    let ReportPage { currency, from, before, filters, total, rows, sum, sum_before, chart, books, .. } = page;
    let nothing = sum == Tally::default();
    let nothing_before = sum_before.is_none_or(|before| before == Tally::default());
    let booked = |books: &Reconciliation| books.booked.0 != 0 || !books.late.is_empty();
    let books = books.filter(|books| !nothing || booked(books));
    let books = books.map(|books| view! { <BooksSide id=id.clone() currency=currency.clone() books/> });
    let compared = before.clone().map(|(first, last)| {
        if nothing_before {
            format!("Nothing was sent in the period before, {first} to {last}.")
        } else {
            format!("Compared with {first} to {last}.")
        }
    });
    if nothing && nothing_before {
        let way_out =
            if filters.is_empty() { "Choose another one." } else { "Choose another one, or remove a filter." };
        return view! {
            <Notice title="Nothing was sent in this period.">{way_out}</Notice>
            {books}
        }
        .into_any();
    }
    let foot = table::total(&sum, sum_before.as_ref(), &currency);
    let sizes = StatisticsQuery::SIZES;
    let few = total <= sizes.offered[0] || (total <= query.paging.per_page && query.paging.per_page == sizes.default);
    let pager = (!few).then(|| {
        let kept = query.kept();
        view! { <Pager path kept paging=query.paging sizes total/> }
    });
    view! {
        {compared.map(|compared| view! { <p class="muted">{compared}</p> })}
        <Drawing id=id.clone() kind query=query.clone() from before currency drawn=chart/>
        <Table name="Statistics" columns=table::columns(&id, kind, &query) rows foot/>
        {pager}
        {books}
    }
    .into_any()
}

/// The sums of report and ledger in the period, and the reasons of a difference.
#[component]
fn BooksSide(id: String, currency: String, books: Reconciliation) -> impl IntoView {
    let Reconciliation { reported, booked, late, others: (others, rest) } = books;
    let difference = Money(reported.0 - booked.0);
    let sums = [("Cost of these messages", reported), ("Booked for mailings", booked), ("Difference", difference)];
    let in_sums = currency.clone();
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
                                    <Amount money currency=in_sums.clone()/>
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
    choices: PeriodChoices,
    /// The days in a row, if the address leaves them open.
    step: Step,
    /// The invalid part of the address, and the reason.
    #[prop(optional)]
    wrong: (String, String),
) -> impl IntoView {
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
    let steps = [(String::new(), format!("Automatic ({})", step.label().to_lowercase()))]
        .into_iter()
        .chain(Step::ALL.iter().map(|step| (step.word().to_owned(), step.label().to_owned())))
        .collect();
    let channel = (kind != Kind::ViberSender).then(|| {
        let value = query.channel.map(MessagingChannel::word).unwrap_or_default();
        view! { <Select label="Messaging channel" name="channel" options=channels value/> }
    });
    let by = (kind == Kind::Day).then(|| {
        let value = query.by.map(Step::word).unwrap_or_default();
        view! { <Select label="Rows" name="by" options=steps value/> }
    });
    let compare = query.compare;
    let pick = expect_context::<PickPeriod>().0;
    let (action, address) = (path.clone(), Box::new(move |from: &str, to: &str| query.within(from, to).address(&path)));
    let period = pick(PeriodPickerProps { from, to, choices, address, at_once: false, wrong });
    view! {
        <QueryForm action kept class="criteria period">
            <div class="filters">
                {period}
                {channel}
                {by}
                <Checkbox label="Compare with the period before" name="compare" checked=compare/>
                <button type="submit">"Search"</button>
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
            let part_of = |name| typed(&address, name);
            let (from, to, wrong) = (part_of("from"), part_of("to"), (part, message));
            let query = StatisticsQuery {
                channel: part_of("channel").parse().ok(),
                by: part_of("by").parse().ok(),
                compare: part_of("compare") == "true",
                ..StatisticsQuery::default()
            };
            view! {
                {menu}
                <PeriodForm kind path query from to choices=PeriodChoices::default() step=Step::Day wrong/>
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
