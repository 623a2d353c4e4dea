//! The client table as a file: the clients that match search and filters, in the table's order. Native only.

use crate::{
    access::{Authorized, SeeClients},
    export::{
        CSV, Download, csv_rows, file_response, harmless, today_name,
        workbook::{Book, Cell, Column, Criteria, Holds, Printed, XLSX},
    },
    failure::Failure,
};
use axum::{body::Body, extract::RawQuery, response::Response};
use domain::{
    clients::{
        query::ClientQuery,
        store::{self, client},
    },
    database::Database,
    ids::ClientId,
};
use futures::{Stream, StreamExt, stream};
use values::{error::Error, time};

/// The columns: header, width in characters, and kind of cells.
const COLUMNS: [(&str, f64, Holds); 10] = [
    ("ID", 10.0, Holds::Number),
    ("Login", 16.0, Holds::Text),
    ("Company", 32.0, Holds::Text),
    ("Name", 28.0, Holds::Text),
    ("SMS Price", 10.0, Holds::Money),
    ("Balance", 16.0, Holds::Money),
    ("Credit", 16.0, Holds::Money),
    ("Currency", 9.0, Holds::Text),
    ("Channel", 12.0, Holds::Text),
    ("Channel source", 16.0, Holds::Text),
];

/// How many clients are read at once.
const BATCH_SIZE: usize = 2_000;

/// `GET /clients/export.csv`
pub async fn csv(Download { authorized, place }: Download, RawQuery(address): RawQuery) -> Result<Response, Failure> {
    let query = ClientQuery::parse(&address.unwrap_or_default())?;
    let ids = authorized.services.directory.select_all(&query).await?;
    let header = csv_rows([COLUMNS.map(|(label, ..)| label).to_vec()]);
    let rows = chunks(authorized.services.database, ids)
        .map(|rows| rows.and_then(|rows| csv_rows(rows.into_iter().map(|row| csv_cells(row).to_vec()))));
    Ok(file_response(place, &today_name("clients"), "csv", CSV, Body::from_stream(stream::iter([header]).chain(rows))))
}

/// `GET /clients/export.xlsx`
pub async fn xlsx(Download { authorized, place }: Download, RawQuery(address): RawQuery) -> Result<Response, Failure> {
    let query = ClientQuery::parse(&address.unwrap_or_default())?;
    let ids = authorized.services.directory.select_all(&query).await?;
    let book = Book {
        name: "Clients".to_owned(),
        head: Vec::new(),
        columns: COLUMNS.map(|(label, width, holds)| Column { label: label.to_owned(), width, holds }).to_vec(),
        rows: ids.len() as u64,
        criteria: criteria(&query, &authorized, ids.len()),
        printed: Printed { subject: "Clients".to_owned(), period: time::today().to_string() },
    };
    let rows = chunks(authorized.services.database, ids).map(|rows| Ok(rows?.into_iter().map(cells).collect()));
    Ok(file_response(place, &today_name("clients"), "xlsx", XLSX, book.send(rows, Vec::new())))
}

fn chunks(database: Database, ids: Vec<ClientId>) -> impl Stream<Item = Result<Vec<client::Model>, Error>> {
    let chunks: Vec<Vec<ClientId>> = ids.chunks(BATCH_SIZE).map(<[ClientId]>::to_vec).collect();
    stream::iter(chunks).then(move |ids| {
        let database = database.clone();
        async move { store::rows(&database, &ids).await }
    })
}

fn csv_cells(row: client::Model) -> [String; 10] {
    let text = |text: Option<String>| text.map(harmless).unwrap_or_default();
    [
        row.id.to_string(),
        text(Some(row.login)),
        text(row.company),
        text(row.name),
        row.sms_price.map(|price| price.to_string()).unwrap_or_default(),
        row.balance.to_string(),
        row.credit.to_string(),
        text(Some(row.currency)),
        text(row.channel),
        text(row.channel_source),
    ]
}

fn cells(row: client::Model) -> Vec<Cell> {
    let text = |text: Option<String>| text.map_or(Cell::Blank, Cell::Text);
    vec![
        Cell::Number(row.id.0),
        Cell::Text(row.login),
        text(row.company),
        text(row.name),
        row.sms_price.map_or(Cell::Blank, Cell::Money),
        Cell::Money(row.balance),
        Cell::Money(row.credit),
        Cell::Text(row.currency),
        text(row.channel),
        text(row.channel_source),
    ]
}

/// The second sheet: the filters of the rows, the time of the export and its administrator.
fn criteria(query: &ClientQuery, authorized: &Authorized<SeeClients>, rows: usize) -> Criteria {
    let filters = &query.filters;
    let any = |value: Option<String>| Cell::text(value.unwrap_or_else(|| "any".to_owned()));
    vec![
        ("Clients", Cell::count(rows)),
        ("User search", Cell::text(&query.q)),
        ("Property type", any(filters.property_type.map(|kind| kind.label().to_owned()))),
        ("Channel", any(filters.channel.clone())),
        ("Currency", any(filters.currency.clone())),
        ("SMS subscription", any(filters.sms_subscription.map(|on| if on { "yes" } else { "no" }.to_owned()))),
        ("Balance below zero", Cell::text(if filters.below_zero { "only" } else { "any" })),
        ("Registered from", Cell::day(filters.registered_from.as_deref(), "any")),
        ("Registered to", Cell::day(filters.registered_to.as_deref(), "any")),
        ("Sorted by", Cell::text(format!("{}, {}", query.sort.label(), query.dir.label()))),
        ("Time zone", Cell::text(time::zone().name())),
        ("Exported at", Cell::Moment(time::now())),
        ("Exported by", Cell::text(&authorized.administrator.login)),
    ]
}
