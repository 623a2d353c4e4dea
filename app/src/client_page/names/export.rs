//! The names of a client as a file: those that match the tab's filters, in its order. Native only.

use crate::{
    access::{Authorized, SeeClients},
    export::{
        CSV, Download, client_line, csv_rows, file_response, harmless, today_name,
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
    ids::ClientId,
    names::{
        NameRow, QuestionnaireField, list, name,
        query::{NamesQuery, Questionnaires},
    },
};
use futures::{Stream, StreamExt as _, stream};
use values::{error::Error, time};

/// How many names are read at once.
pub const BATCH_SIZE: u64 = 2_000;

/// The contents of a file.
struct ExportRequest {
    authorized: Authorized<SeeClients>,
    client: client::Model,
    query: NamesQuery,
    names: u64,
}

/// `GET /clients/{id}/names/export.csv`
pub async fn csv(
    Path(id): Path<String>,
    Download { authorized, place }: Download,
    RawQuery(address): RawQuery,
) -> Result<Response, Failure> {
    let request = request(authorized, &id, address).await?;
    let name = today_name(&format!("names-{}", request.client.id));
    let header = csv_rows([columns().into_iter().map(|column| column.label).collect()]);
    let rows = chunks(request).map(|rows| {
        let texts = |cells: Vec<Cell>| cells.into_iter().map(csv_cell).collect::<Vec<_>>();
        rows.and_then(|rows| csv_rows(rows.into_iter().map(texts)))
    });
    Ok(file_response(place, &name, "csv", CSV, Body::from_stream(stream::iter([header]).chain(rows))))
}

/// `GET /clients/{id}/names/export.xlsx`
pub async fn xlsx(
    Path(id): Path<String>,
    Download { authorized, place }: Download,
    RawQuery(address): RawQuery,
) -> Result<Response, Failure> {
    let request = request(authorized, &id, address).await?;
    let name = today_name(&format!("names-{}", request.client.id));
    let book = Book {
        name: "Names".to_owned(),
        columns: columns(),
        head: Vec::new(),
        rows: request.names,
        criteria: criteria(&request),
        printed: Printed { subject: client_line(&request.client), period: time::today().to_string() },
    };
    Ok(file_response(place, &name, "xlsx", XLSX, book.send(chunks(request), Vec::new())))
}

async fn request(
    authorized: Authorized<SeeClients>,
    id: &str,
    address: Option<String>,
) -> Result<ExportRequest, Error> {
    let client = of_address(&authorized.services.database, id).await?;
    let query = NamesQuery::parse(&address.unwrap_or_default())?;
    let names = list::count(authorized.services.database.reader(), client.id, &query).await?;
    Ok(ExportRequest { authorized, client, query, names })
}

/// The columns of the table, then the questionnaire.
#[must_use]
pub fn columns() -> Vec<Column> {
    let column = |label: &str, width, holds| Column { label: label.to_owned(), width, holds };
    let table = [
        column("Name", 14.0, Holds::Text),
        column("Status", 10.0, Holds::Text),
        column("Questionnaire", 14.0, Holds::Text),
        column("Status changed", 17.0, Holds::Moment),
        column("Changed by", 18.0, Holds::Text),
        column("Reason", 32.0, Holds::Text),
        column("Messages in 30 days", 12.0, Holds::Number),
        column("Parts in 30 days", 12.0, Holds::Number),
    ];
    let questionnaire = QuestionnaireField::ALL.iter().map(|field| column(field.label(), 28.0, Holds::Text));
    table.into_iter().chain(questionnaire).collect()
}

fn chunks(request: ExportRequest) -> impl Stream<Item = Result<Vec<Vec<Cell>>, Error>> {
    let ExportRequest { authorized, client, query, names } = request;
    let database = authorized.services.database;
    let skips = (0..names).step_by(usize::try_from(BATCH_SIZE).unwrap_or(1));
    stream::iter(skips).then(move |skip| rows(database.clone(), client.id, query.clone(), skip, names))
}

async fn rows(
    database: Database,
    client_id: ClientId,
    query: NamesQuery,
    skip: u64,
    names: u64,
) -> Result<Vec<Vec<Cell>>, Error> {
    let reader = database.reader();
    let names = list::names(reader, client_id, &query, skip, BATCH_SIZE.min(names - skip)).await?;
    let shown = list::rows(reader, names.clone(), |_| String::new()).await?;
    Ok(names.into_iter().zip(shown).map(|(name, row)| cells(name, &row)).collect())
}

/// The cells of a name.
#[must_use]
pub fn cells(name: name::Model, row: &NameRow) -> Vec<Cell> {
    let text = |text: Option<String>| text.map_or(Cell::Blank, Cell::Text);
    let questionnaire = name.questionnaire();
    let table = [
        Cell::Text(name.name),
        Cell::Text(name.status.label().to_owned()),
        if name.filled { Cell::Text("Filled".to_owned()) } else { Cell::Blank },
        Cell::Moment(name.status_at),
        Cell::Text(name.status_by),
        text(name.reason),
        Cell::Number(row.sent.0),
        Cell::Number(row.sent.1),
    ];
    table.into_iter().chain(questionnaire.into_iter().map(text)).collect()
}

/// A cell of a .csv.
#[must_use]
pub fn csv_cell(cell: Cell) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Text(text) => harmless(text),
        Cell::Number(number) => number.to_string(),
        Cell::Moment(moment) => time::show(moment),
        Cell::Day(day) => day.to_string(),
        Cell::Money(money) | Cell::Sum(_, money) => money.to_string(),
    }
}

/// The second sheet: the client, the filters of the names, the time of the export and its administrator.
fn criteria(request: &ExportRequest) -> Criteria {
    let ExportRequest { authorized, client, query, names } = request;
    vec![
        ("Client", Cell::text(client_line(client))),
        ("Names", Cell::count(*names)),
        ("Search", Cell::text(&query.q)),
        ("Status", Cell::text(query.status.map_or("Current", domain::names::NameStatus::label))),
        ("Questionnaire", Cell::text(query.questionnaire.map_or("any", Questionnaires::label))),
        ("Sorted by", Cell::text(format!("{}, {}", query.sort.label(), query.dir.label()))),
        ("Time zone", Cell::text(time::zone().name())),
        ("Exported at", Cell::Moment(time::now())),
        ("Exported by", Cell::text(&authorized.administrator.login)),
    ]
}
