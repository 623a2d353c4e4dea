//! The ledger as a file: the period and the kind of the page, newest first. Native only.
//!
//! The opening and the closing balance are below the rows. The closing balance is a formula over the rows, so that the
//! spreadsheet proves that they agree.

use crate::{
    access::{Authorized, SeeClients},
    export::{
        CSV, Download, csv_rows, file_response, harmless,
        workbook::{Book, Cell, Column, Holds, XLSX},
    },
    failure::Failure,
};
use axum::{
    body::Body,
    extract::{Path, RawQuery},
    response::Response,
};
use domain::{
    clients::store::{client, of_address},
    database::Database,
    ledger::{
        query::FinanceQuery,
        store::{self, Extract, entry},
    },
};
use futures::{Stream, StreamExt as _, stream};
use values::{Money, error::Error, period::Period, time};

/// How many rows are read at once.
const BATCH_SIZE: i64 = 2_000;

/// The contents of a file.
struct ExportRequest {
    authorized: Authorized<SeeClients>,
    client: client::Model,
    query: FinanceQuery,
    period: Period,
    extract: Extract,
}

/// `GET /clients/{id}/finance/export.csv`
pub async fn csv(
    Path(id): Path<String>,
    Download { authorized, place }: Download,
    RawQuery(address): RawQuery,
) -> Result<Response, Failure> {
    let request = request(authorized, &id, address).await?;
    let header = csv_rows([columns(&request.client.currency).into_iter().map(|column| column.label).collect()]);
    let rows = chunks(request.authorized.services.database, request.extract)
        .map(|rows| rows.and_then(|rows| csv_rows(rows.into_iter().map(|row| csv_cells(row).to_vec()))));
    let name = format!("client-{}-transactions", request.client.id);
    Ok(file_response(place, &name, "csv", CSV, Body::from_stream(stream::iter([header]).chain(rows))))
}

/// `GET /clients/{id}/finance/export.xlsx`
pub async fn xlsx(
    Path(id): Path<String>,
    Download { authorized, place }: Download,
    RawQuery(address): RawQuery,
) -> Result<Response, Failure> {
    let request = request(authorized, &id, address).await?;
    let book = Book {
        name: "Transactions",
        columns: columns(&request.client.currency),
        rows: request.extract.shown.rows.unsigned_abs(),
        criteria: criteria(&request),
    };
    let tail = totals(&book, &request);
    let name = format!("client-{}-transactions", request.client.id);
    let rows = chunks(request.authorized.services.database, request.extract)
        .map(|rows| Ok(rows?.into_iter().map(cells).collect()));
    Ok(file_response(place, &name, "xlsx", XLSX, book.send(rows, tail)))
}

async fn request(
    authorized: Authorized<SeeClients>,
    id: &str,
    address: Option<String>,
) -> Result<ExportRequest, Error> {
    let client = of_address(&authorized.services.database, id).await?;
    let query = FinanceQuery::parse(&address.unwrap_or_default())?;
    let period = query.period()?;
    let extract = store::extract(authorized.services.database.reader(), client.id, &period, query.kind).await?;
    Ok(ExportRequest { authorized, client, query, period, extract })
}

fn chunks(database: Database, extract: Extract) -> impl Stream<Item = Result<Vec<entry::Model>, Error>> {
    let skips = (0..extract.shown.rows).step_by(usize::try_from(BATCH_SIZE).unwrap_or(1));
    stream::iter(skips).then(move |skip| {
        let database = database.clone();
        async move { extract.rows(database.reader(), skip, BATCH_SIZE.min(extract.shown.rows - skip)).await }
    })
}

/// The columns of the table.
fn columns(currency: &str) -> Vec<Column> {
    let column = |label: String, width, holds| Column { label, width, holds };
    vec![
        column("Date".to_owned(), 17.0, Holds::Moment),
        column(format!("Credit, {currency}"), 17.0, Holds::Money),
        column(format!("Debit, {currency}"), 17.0, Holds::Money),
        column("Purpose".to_owned(), 48.0, Holds::Text),
        column(format!("Balance, {currency}"), 17.0, Holds::Money),
        column("Booked by".to_owned(), 18.0, Holds::Text),
    ]
}

fn cells(row: entry::Model) -> Vec<Cell> {
    let amount = Cell::Money(row.amount);
    let (credit, debit) = if row.amount.0 < 0 { (amount, Cell::Blank) } else { (Cell::Blank, amount) };
    vec![Cell::Moment(row.at), credit, debit, Cell::Text(row.purpose), Cell::Money(row.balance), Cell::Text(row.author)]
}

fn csv_cells(row: entry::Model) -> [String; 6] {
    let amount = row.amount.to_string();
    let (credit, debit) = if row.amount.0 < 0 { (amount, String::new()) } else { (String::new(), amount) };
    [time::show(row.at), credit, debit, harmless(row.purpose), row.balance.to_string(), harmless(row.author)]
}

/// The total rows: opening balance, rows of other kinds if one kind is exported, closing balance.
fn totals(book: &Book, request: &ExportRequest) -> Vec<Vec<Cell>> {
    let extract = &request.extract;
    let text = |text: &str| Cell::Text(text.to_owned());
    let mut rows =
        vec![vec![Cell::Blank, Cell::Blank, Cell::Blank, text("Opening balance"), Cell::Money(extract.opening())]];
    let opening = book.below();
    let mut others = String::new();
    if request.query.kind.is_some() {
        let sums = extract.others();
        let cells = [Cell::Blank, Cell::Money(sums.credits), Cell::Money(sums.debits), text("Rows of other kinds")];
        rows.push(cells.to_vec());
        others = format!("+B{0}+C{0}", opening + 1);
    }
    let last = opening + rows.len() as u64;
    rows.push(vec![
        Cell::Blank,
        Cell::Sum(book.sum(1), extract.shown.credits),
        Cell::Sum(book.sum(2), extract.shown.debits),
        text("Closing balance"),
        Cell::Sum(format!("E{opening}+B{last}+C{last}{others}"), extract.closing()),
    ]);
    rows
}

/// The second sheet: the client, the filters of the rows, the time of the export and its administrator.
fn criteria(request: &ExportRequest) -> Vec<(&'static str, String)> {
    let ExportRequest { authorized, client, query, period, extract } = request;
    let client_name = client.company.as_ref().or(client.name.as_ref()).map(|name| format!(" / {name}"));
    let money = |money: Money| money.named(&client.currency);
    vec![
        ("Client", format!("{} / {}{}", client.id, client.login, client_name.unwrap_or_default())),
        ("Start date", period.from.to_string()),
        ("End date", period.to.to_string()),
        ("Time zone", time::zone().name().to_owned()),
        ("Kind", query.kind.map_or("All", domain::ledger::EntryKind::label).to_owned()),
        ("Transactions", extract.shown.rows.to_string()),
        ("Opening balance", money(extract.opening())),
        ("Closing balance", money(extract.closing())),
        ("Exported at", time::show(time::now())),
        ("Exported by", authorized.administrator.login.clone()),
    ]
}
