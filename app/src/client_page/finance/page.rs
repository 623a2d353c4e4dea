//! `/clients/{id}/finance`: the Finance tab.

use super::{
    Standing, TRANSACTIONS,
    account_forms::{Actions, Forms},
    api::{ListTransactions, ReadAccountSummary},
    paper::{PaperButtons, PrintLine},
    path,
};
use crate::{
    client_page::page::{Changes, NoClient, client_id},
    frame::{SIGN_IN, may},
    views::bar::Views,
};
use domain::{
    administrators::Permission,
    clients::no_such_client,
    ledger::{AccountSummary, EntryKind, LedgerPage, LedgerRow, query::FinanceQuery},
};
use leptos::prelude::*;
use ui::{
    amount::Amount,
    dialog::OpenDialog,
    field::Select,
    list_page::{FailedList, ListPage},
    loading::Loading,
    notice::Notice,
    pager::Pager,
    period_picker::PeriodPicker,
    query_form::QueryForm,
    server_query::ServerQuery,
    signals::{OrDefault as _, UntrackedOrDefault as _},
    table::{Column, Table},
};
use values::{Money, address::typed, calendar::PeriodChoices, error::Error, paging::ListQuery as _};

/// The Finance tab.
#[component]
pub fn FinancePage() -> impl IntoView {
    provide_context(Standing(RwSignal::new(None)));
    view! {
        <AccountOverview/>
        <Views place="finance" client=client_id()/>
        {may(Permission::ChangeClients).then(|| view! { <Forms/> })}
        <div id=TRANSACTIONS tabindex="-1">
            <Transactions/>
        </div>
    }
}

/// Balance, credit, and the amount that can still be spent.
#[component]
fn AccountOverview() -> impl IntoView {
    let id = client_id();
    let changes = expect_context::<Changes>().0;
    let account = ServerQuery::new(move || {
        changes.track();
        ReadAccountSummary { id: id.get_or_default() }
    });
    let standing = expect_context::<Standing>().0;
    view! {
        <Loading
            of=account
            show=move |account| {
                account
                    .ok()
                    .map(|account| {
                        let _ = standing.try_set(Some((account.balance, account.credit)));
                        view! { <Shown account/> }
                    })
                    .into_any()
            }
        />
    }
}

#[component]
fn Shown(account: AccountSummary) -> impl IntoView {
    let AccountSummary { currency, balance, credit, notified } = account;
    let available = Money(balance.0.saturating_add(credit.0));
    view! {
        <div class="finance-head">
            <dl class="summary">
                <Sum term="Balance" money=balance currency=currency.clone()/>
                <div>
                    <dt>"Credit"</dt>
                    <dd>
                        <Amount money=credit currency=currency.clone()/>
                        {notified.map(mail_state)}
                    </dd>
                </div>
                <Sum term="Available" money=available currency/>
            </dl>
            {may(Permission::ChangeClients).then(|| view! { <Actions/> })}
        </div>
        {(available.0 < 0)
            .then(|| {
                view! {
                    <p class="over-limit-note">
                        "Over the limit: the messages sent cost more than balance and credit allow."
                    </p>
                }
            })}
    }
}

fn mail_state(state: String) -> impl IntoView {
    view! { <span class="mail-state">{state}</span> }
}

#[component]
fn Sum(term: &'static str, money: Money, currency: String) -> impl IntoView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>
                <Amount money currency/>
            </dd>
        </div>
    }
}

/// The period and its transactions.
#[component]
fn Transactions() -> impl IntoView {
    let id = client_id();
    let changes = expect_context::<Changes>().0;
    view! {
        <ListPage
            path=Signal::derive(move || path(&id.get_or_default()))
            request=move |address| {
                changes.track();
                ListTransactions { id: id.get_or_default(), address }
            }
            found=move |query, page| view! { <Found id=id.get_untracked_or_default() query page/> }.into_any()
            failed=move |failed| view! { <Failed id=id.get_untracked_or_default() failed/> }.into_any()
            sign_in=SIGN_IN
            all="Show the last month"
        />
    }
}

#[component]
fn Found(id: String, query: FinanceQuery, page: LedgerPage) -> impl IntoView {
    let path = path(&id);
    let LedgerPage { currency, from, to, choices, opening, closing, turnover, others, total, rows } = page;
    let query = query.on_page(query.paging.page);
    let kept = query.kept();
    let export = query.within(&from, &to);
    let empty = rows.is_empty();
    let columns = columns(&currency, may(Permission::ChangeClients));
    let pager_path = path.clone();
    view! {
        <PrintLine from=from.clone() to=to.clone() kind=query.kind.map(EntryKind::label) paging=query.paging total/>
        <dl class="summary turnover">
            <Sum term="Opening balance" money=opening currency=currency.clone()/>
            <Sum term="Credit turnover" money=turnover.0 currency=currency.clone()/>
            <Sum term="Debit turnover" money=turnover.1 currency=currency.clone()/>
            {(query.kind.is_some())
                .then(|| {
                    let others = Money(others.0.0 + others.1.0);
                    view! { <Sum term="Other kinds" money=others currency=currency.clone()/> }
                })}
            <Sum term="Closing balance" money=closing currency=currency.clone()/>
        </dl>
        <div class="statement-bar">
            <PeriodForm path=path.clone() query=query.clone() from=from.clone() to=to.clone() choices/>
            <div class="actions">
                <a class="button" href=export.address(&format!("{path}/export.xlsx")) download="">
                    "Export"
                </a>
                <a class="button" href=export.address(&format!("{path}/export.csv")) download="">
                    "Export as CSV"
                </a>
                <PaperButtons id=id.clone() query=export.clone() total/>
            </div>
        </div>
        {if empty {
            view! {
                <Notice title="Nothing was booked in this period.">
                    "Choose a longer period."
                </Notice>
            }
                .into_any()
        } else {
            view! {
                <Table name="Transactions" columns rows/>
                <Pager path=pager_path kept paging=query.paging sizes=FinanceQuery::SIZES total/>
            }
                .into_any()
        }}
    }
}

/// The error in place of the rows. An invalid period stays in the form, to be corrected.
#[component]
fn Failed(id: String, failed: FailedList<FinanceQuery>) -> impl IntoView {
    let FailedList { error, typed: address, notice, .. } = failed;
    match error {
        Error::BadAddress { part, message } if matches!(part.as_str(), "from" | "to") => {
            let (from, to) = (typed(&address, "from"), typed(&address, "to"));
            let (path, wrong) = (path(&id), (part, message));
            view! { <PeriodForm path query=FinanceQuery::default() from to choices=PeriodChoices::default() wrong/> }
                .into_any()
        }
        error if error == no_such_client() => view! { <NoClient error/> }.into_any(),
        _ => notice,
    }
}

/// The form of the period and the kind of rows. The table follows each change.
#[component]
fn PeriodForm(
    path: String,
    query: FinanceQuery,
    from: String,
    to: String,
    choices: PeriodChoices,
    /// The invalid part of the address, and the reason.
    #[prop(optional)]
    wrong: (String, String),
) -> impl IntoView {
    let kinds = [(String::new(), "All".to_owned())]
        .into_iter()
        .chain(EntryKind::ALL.iter().map(|kind| (kind.word().to_owned(), kind.label().to_owned())))
        .collect();
    let size = query.paging.at(1).pairs(FinanceQuery::SIZES).collect();
    let kind = query.kind.map(EntryKind::word).unwrap_or_default();
    let (action, address) = (path.clone(), Box::new(move |from: &str, to: &str| query.within(from, to).address(&path)));
    view! {
        <QueryForm action kept=size class="criteria period" at_once=true>
            <div class="filters">
                <PeriodPicker from to choices address at_once=true wrong/>
                <Select label="Kind" name="kind" options=kinds value=kind/>
                <button type="submit" class="without-script">
                    "Show"
                </button>
            </div>
        </QueryForm>
    }
}

/// The columns of the table, with the button that reverses a transaction.
fn columns(currency: &str, reverses: bool) -> Vec<Column<LedgerRow>> {
    let column = |label: String, numeric: bool, hint: &'static str, cell: fn(&LedgerRow) -> AnyView| Column {
        label,
        numeric,
        hint,
        sort: None,
        cell: Box::new(cell),
    };
    let mut columns = vec![
        column("Date".to_owned(), false, "", |row| row.at.clone().into_any()),
        column(format!("Credit, {currency}"), true, "Cost of sending, and deductions", |row| {
            (row.amount.0 < 0).then(|| view! { <Amount money=row.amount/> }).into_any()
        }),
        column(format!("Debit, {currency}"), true, "Payments to the account. Not the credit limit.", |row| {
            (row.amount.0 >= 0).then(|| view! { <Amount money=row.amount/> }).into_any()
        }),
        column("Purpose".to_owned(), false, "", purpose),
        column(format!("Balance, {currency}"), true, "The balance after the transaction", |row| {
            view! { <Amount money=row.balance/> }.into_any()
        }),
        column("Booked by".to_owned(), false, "", |row| row.author.clone().into_any()),
    ];
    if reverses {
        columns.push(column("Action".to_owned(), false, "", |row| {
            let offers = row.reversed_by.is_none() && row.kind.can_be_reversed();
            offers
                .then(|| view! { <OpenDialog part="reverse" value=row.id.to_string() label="Reverse" class="quiet"/> })
                .into_any()
        }));
    }
    columns
}

fn purpose(row: &LedgerRow) -> AnyView {
    let note = match (row.reversed_by, row.reverses) {
        (Some(by), _) => Some(format!("Reversed by transaction {by}")),
        (None, Some(of)) => Some(format!("Reverses transaction {of}")),
        (None, None) => None,
    };
    view! {
        <span class="booked">
            <span class="purpose" class:reversed=row.reversed_by.is_some() title=row.purpose.clone()>
                {row.purpose.clone()}
            </span>
            <span class="muted">{format!("No. {}", row.id)}</span>
            {note.map(|note| view! { <span class="muted booked-note">{note}</span> })}
        </span>
    }
    .into_any()
}
