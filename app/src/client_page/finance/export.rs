//! The ledger as a file: the period and the kind of the page, newest first. Native only.
//!
//! The opening balance stands above the rows and the closing balance below. The closing balance is a formula over the
//! rows, so that the spreadsheet proves that they agree.

use crate::{
    access::{Authorized, SeeClients},
    export::{
        CSV, Download, client_line, csv_rows, file_response, harmless, period_line, period_name,
        workbook::{Book, Cell, Column, Criteria, Holds, Printed, XLSX},
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
        EntryKind,
        query::FinanceQuery,
        store::{self, Extract, entry},
    },
};
use futures::{Stream, StreamExt as _, stream};
use values::{error::Error, period::Period, time};

/// How many rows are read at once.
const BATCH_SIZE: i64 = 2_000;

/// The contents of a file.
pub(super) struct ExportRequest {
    pub(super) authorized: Authorized<SeeClients>,
    pub(super) client: client::Model,
    pub(super) query: FinanceQuery,
    pub(super) period: Period,
    pub(super) extract: Extract,
}

impl ExportRequest {
    /// The name of the file, without its ending.
    pub(super) fn file_name(&self) -> String {
        period_name("statement", self.client.id, &self.period)
    }

    /// The name of the first sheet: the client and the period, if they fit.
    fn sheet_name(&self) -> String {
        let name = format!("{} {} to {}", self.client.id, self.period.from, self.period.to);
        if name.len() > 31 { format!("Transactions {}", self.client.id) } else { name }
    }
}

/// `GET /clients/{id}/finance/export.csv`
pub async fn csv(
    Path(id): Path<String>,
    Download { authorized, place }: Download,
    RawQuery(address): RawQuery,
) -> Result<Response, Failure> {
    let request = request(authorized, &id, address).await?;
    let name = request.file_name();
    let header = csv_rows([columns(&request.client.currency).into_iter().map(|column| column.label).collect()]);
    let rows = chunks(request.authorized.services.database, request.extract)
        .map(|rows| rows.and_then(|rows| csv_rows(rows.into_iter().map(|row| csv_cells(row).to_vec()))));
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
        name: request.sheet_name(),
        columns: columns(&request.client.currency),
        head: vec![vec![
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
            Cell::text("Opening balance"),
            Cell::Money(request.extract.opening()),
        ]],
        rows: request.extract.shown.rows.unsigned_abs(),
        criteria: criteria(&request),
        printed: Printed { subject: client_line(&request.client), period: period_line(&request.period) },
    };
    let (tail, name) = (totals(&book, &request), request.file_name());
    let rows = chunks(request.authorized.services.database, request.extract)
        .map(|rows| Ok(rows?.into_iter().map(cells).collect()));
    Ok(file_response(place, &name, "xlsx", XLSX, book.send(rows, tail)))
}

pub(super) async fn request(
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
        column("No.".to_owned(), 9.0, Holds::Number),
    ]
}

fn cells(row: entry::Model) -> Vec<Cell> {
    let amount = Cell::Money(row.amount);
    let (credit, debit) = if row.amount.0 < 0 { (amount, Cell::Blank) } else { (Cell::Blank, amount) };
    vec![
        Cell::Moment(row.at),
        credit,
        debit,
        Cell::Text(row.purpose),
        Cell::Money(row.balance),
        Cell::Text(row.author),
        Cell::Number(row.id.0),
    ]
}

fn csv_cells(row: entry::Model) -> [String; 7] {
    let amount = row.amount.to_string();
    let (credit, debit) = if row.amount.0 < 0 { (amount, String::new()) } else { (String::new(), amount) };
    [
        time::show(row.at),
        credit,
        debit,
        harmless(row.purpose),
        row.balance.to_string(),
        harmless(row.author),
        row.id.to_string(),
    ]
}

/// The total rows: rows of other kinds if one kind is exported, and the closing balance.
fn totals(book: &Book, request: &ExportRequest) -> Vec<Vec<Cell>> {
    let extract = &request.extract;
    let (mut rows, mut others) = (Vec::new(), String::new());
    if request.query.kind.is_some() {
        let sums = extract.others();
        let (credits, debits) = (Cell::Money(sums.credits), Cell::Money(sums.debits));
        rows.push(vec![Cell::Blank, credits, debits, Cell::text("Rows of other kinds")]);
        others = format!("+B{0}+C{0}", book.below());
    }
    let last = book.below() + rows.len() as u64;
    rows.push(vec![
        Cell::Blank,
        Cell::Sum(book.sum(1), extract.shown.credits),
        Cell::Sum(book.sum(2), extract.shown.debits),
        Cell::text("Closing balance"),
        // The opening balance is in the first row, on the first sheet.
        Cell::Sum(format!("{}+B{last}+C{last}{others}", book.first_cell(4)), extract.closing()),
    ]);
    rows
}

/// The second sheet: the client, the filters of the rows, the time of the export and its administrator.
fn criteria(request: &ExportRequest) -> Criteria {
    let ExportRequest { authorized, client, query, period, extract } = request;
    vec![
        ("Client", Cell::text(client_line(client))),
        ("Start date", Cell::Day(period.from)),
        ("End date", Cell::Day(period.to)),
        ("Time zone", Cell::text(time::zone().name())),
        ("Kind", Cell::text(query.kind.map_or("All", EntryKind::label))),
        ("Transactions", Cell::Number(extract.shown.rows)),
        ("Currency", Cell::text(&client.currency)),
        ("Opening balance", Cell::Money(extract.opening())),
        ("Closing balance", Cell::Money(extract.closing())),
        ("Exported at", Cell::Moment(time::now())),
        ("Exported by", Cell::text(&authorized.administrator.login)),
    ]
}
