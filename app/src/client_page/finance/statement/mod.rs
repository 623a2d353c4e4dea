//! The statement of a client's account in PDF: the period and the kind of the page, in the client's language. Native
//! only.
//!
//! The oldest row is the first, so that each balance follows from the one above it.

mod texts;

use super::export::{ExportRequest, request};
use crate::{
    export::{
        Download, file_response,
        pdf::{Column, ColumnKind, PDF, Paper, Row},
    },
    failure::Failure,
};
use axum::{
    body::Body,
    extract::{Path, RawQuery},
    response::Response,
};
use domain::ledger::{query::FinanceQuery, store::entry};
use texts::Texts;
use values::{Money, error::Error, money::group_thousands, time};

/// How many rows are read at once.
const BATCH_SIZE: i64 = 2_000;

/// `GET /clients/{id}/finance/statement.pdf`
pub async fn pdf(
    Path(id): Path<String>,
    Download { authorized, place }: Download,
    RawQuery(address): RawQuery,
) -> Result<Response, Failure> {
    let request = request(authorized, &id, address).await?;
    let count = request.extract.shown.rows.unsigned_abs();
    if count > FinanceQuery::MOST_PRINTED {
        return Err(too_long(count).into());
    }
    let rows = rows(&request).await?;
    let (paper, name) = (paper(&request, rows), request.file_name());
    let file = tokio::task::spawn_blocking(move || paper.write()).await.map_err(Error::internal)??;
    Ok(file_response(place, &name, "pdf", PDF, Body::from(file)))
}

fn too_long(rows: u64) -> Error {
    let [rows, most] = [rows, FinanceQuery::MOST_PRINTED].map(group_thousands);
    let message = format!(
        "This period has {rows} transactions, and a PDF takes at most {most}. Choose a shorter period, or use Export, \
         which takes all of them."
    );
    Error::bad_address("from", message)
}

/// Reads the rows, the oldest first.
///
/// # Errors
/// [`Error::Internal`] if the rows don't lead from the opening to the closing balance.
async fn rows(request: &ExportRequest) -> Result<Vec<entry::Model>, Error> {
    let ExportRequest { authorized, extract, .. } = request;
    let mut rows = Vec::new();
    let mut left = extract.shown.rows;
    while left > 0 {
        let skip = (left - BATCH_SIZE).max(0);
        let batch = extract.rows(authorized.services.database.reader(), skip, left - skip).await?;
        rows.extend(batch.into_iter().rev());
        left = skip;
    }
    let shown: i64 = rows.iter().map(|row| row.amount.0).sum();
    if extract.opening().0 + shown + extract.others().sum().0 != extract.closing().0 {
        return Err(Error::internal(format!("the statement of client {} doesn't tie", request.client.id)));
    }
    Ok(rows)
}

fn paper(request: &ExportRequest, rows: Vec<entry::Model>) -> Paper {
    let ExportRequest { client, query, period, .. } = request;
    let texts = Texts::of(&client.language);
    let name = client.company.as_ref().or(client.name.as_ref());
    let named = name.map_or_else(|| client.id.to_string(), |name| format!("{name} (ID {})", client.id));
    let dates = format!("{} – {}", period.from, period.to);
    let [client_term, login, period_term, zone, kind, issued] = texts.facts.map(str::to_owned);
    let mut facts = vec![
        (client_term, named.clone()),
        (login, client.login.clone()),
        (period_term, dates.clone()),
        (zone, time::zone().name().to_owned()),
    ];
    facts.extend(query.kind.map(|wanted| (kind, texts.kind(wanted).to_owned())));
    facts.push((issued, time::show(time::now())));
    let nothing = rows.is_empty().then(|| texts.nothing.to_owned());
    Paper {
        title: texts.title.to_owned(),
        facts,
        columns: columns(texts, &client.currency),
        rows: table(request, texts, rows),
        notes: nothing.into_iter().chain([texts.note.to_owned()]).collect(),
        foot: format!("{} · {} · {dates}", named, client.login),
        page: texts.page,
        language: texts.language,
    }
}

fn columns(texts: &Texts, currency: &str) -> Vec<Column> {
    let [date, number, purpose, credit, debit, balance] = texts.columns;
    let money = |label: &str| Column { label: format!("{label}, {currency}"), kind: ColumnKind::Number };
    let other = |label: &str, kind| Column { label: label.to_owned(), kind };
    vec![
        other(date, ColumnKind::Short),
        other(number, ColumnKind::Number),
        other(purpose, ColumnKind::Text),
        money(credit),
        money(debit),
        money(balance),
    ]
}

/// The rows between the opening and the closing balance, and their sums.
fn table(request: &ExportRequest, texts: &Texts, rows: Vec<entry::Model>) -> Vec<Row> {
    let (extract, others) = (&request.extract, request.extract.others());
    let total = |label: &str, [credit, debit, balance]: [Option<Money>; 3], with_next| {
        let money = |money: Option<Money>| money.map(Money::grouped).unwrap_or_default();
        let cells = vec![String::new(), String::new(), label.to_owned(), money(credit), money(debit), money(balance)];
        Row { cells, total: true, with_next }
    };
    let last = rows.len().saturating_sub(1);
    let mut table = vec![total(texts.opening, [None, None, Some(extract.opening())], true)];
    table.extend(rows.into_iter().enumerate().map(|(index, row)| {
        let amount = row.amount.grouped();
        let (credit, debit) = if row.amount.0 < 0 { (amount, String::new()) } else { (String::new(), amount) };
        let purpose = texts.purpose(row.kind, &row.purpose);
        let cells = vec![time::show(row.at), row.id.to_string(), purpose, credit, debit, row.balance.grouped()];
        Row { cells, total: false, with_next: index == last }
    }));
    table.push(total(texts.turnover, [Some(extract.shown.credits), Some(extract.shown.debits), None], true));
    if request.query.kind.is_some() {
        table.push(total(texts.others, [Some(others.credits), Some(others.debits), None], true));
    }
    table.push(total(texts.closing, [None, None, Some(extract.closing())], false));
    table
}
