//! The queue as a file: the names that match its filters, of all clients, in its order. Native only.

use crate::{
    access::{Authorized, SeeClients},
    client_page::names::export::{BATCH_SIZE, cells, columns, csv_cell},
    export::{
        CSV, Download, csv_rows, file_response, today_name,
        workbook::{Book, Cell, Column, Criteria, Holds, Printed, XLSX},
    },
    failure::Failure,
};
use axum::{body::Body, extract::RawQuery, response::Response};
use domain::names::{list, query::Questionnaires, queue::Queue, queue_query::QueueQuery};
use futures::{Stream, StreamExt as _, stream};
use values::{error::Error, time};

/// `GET /names/export.csv`
pub async fn csv(Download { authorized, place }: Download, RawQuery(address): RawQuery) -> Result<Response, Failure> {
    let query = QueueQuery::parse(&address.unwrap_or_default())?;
    let header = csv_rows([all_columns().into_iter().map(|column| column.label).collect()]);
    let rows = chunks(authorized, query).await?.1.map(|rows| {
        let texts = |cells: Vec<Cell>| cells.into_iter().map(csv_cell).collect::<Vec<_>>();
        rows.and_then(|rows| csv_rows(rows.into_iter().map(texts)))
    });
    Ok(file_response(place, &today_name("names"), "csv", CSV, Body::from_stream(stream::iter([header]).chain(rows))))
}

/// `GET /names/export.xlsx`
pub async fn xlsx(Download { authorized, place }: Download, RawQuery(address): RawQuery) -> Result<Response, Failure> {
    let query = QueueQuery::parse(&address.unwrap_or_default())?;
    let login = authorized.administrator.login.clone();
    let (total, rows) = chunks(authorized, query.clone()).await?;
    let book = Book {
        name: "Names".to_owned(),
        columns: all_columns(),
        head: Vec::new(),
        rows: total,
        criteria: criteria(&query, total, login),
        printed: Printed { subject: "Names".to_owned(), period: time::today().to_string() },
    };
    Ok(file_response(place, &today_name("names"), "xlsx", XLSX, book.send(rows, Vec::new())))
}

/// The client, then the columns of a client's names.
fn all_columns() -> Vec<Column> {
    let client = [
        Column { label: "Client ID".to_owned(), width: 10.0, holds: Holds::Number },
        Column { label: "Client".to_owned(), width: 24.0, holds: Holds::Text },
    ];
    client.into_iter().chain(columns()).collect()
}

type Rows = Result<Vec<Vec<Cell>>, Error>;

/// The number of names, and their rows. The queue is read once, so that the file has the names of one moment.
async fn chunks(
    authorized: Authorized<SeeClients>,
    query: QueueQuery,
) -> Result<(u64, impl Stream<Item = Rows> + use<>), Error> {
    let services = authorized.services;
    let ids =
        Queue::open(&services.database, &services.directory, &query).await?.ids(services.database.reader()).await?;
    let total = ids.len() as u64;
    let batches: Vec<_> = ids.chunks(usize::try_from(BATCH_SIZE).unwrap_or(1)).map(<[_]>::to_vec).collect();
    let database = services.database;
    let rows = stream::iter(batches).then(move |ids| {
        let database = database.clone();
        async move {
            let names = domain::names::store::in_order(database.reader(), &ids).await?;
            let clients = list::client_names(&database, &names).await?;
            let client = |id| clients.get(&id).cloned().unwrap_or_default();
            let shown = list::rows(database.reader(), names.clone(), client).await?;
            let rows = names.into_iter().zip(shown).map(|(name, row)| {
                let client = [Cell::Number(name.client_id.0), Cell::Text(row.client.clone())];
                client.into_iter().chain(cells(name, &row)).collect()
            });
            Ok(rows.collect())
        }
    });
    Ok((total, rows))
}

/// The second sheet: the filters of the names, the time of the export and its administrator.
fn criteria(query: &QueueQuery, names: u64, login: String) -> Criteria {
    let text = Cell::Text;
    vec![
        ("Names", Cell::count(names)),
        ("Search", text(query.q.clone())),
        ("Status", text(query.status.label().to_owned())),
        ("Questionnaire", text(query.questionnaire.map_or("any", Questionnaires::label).to_owned())),
        ("Age", text(query.older_than.map_or("any".to_owned(), |days| format!("{days} days or more")))),
        ("Sorted by", text(format!("{}, {}", query.sort.label(), query.dir.label()))),
        ("Time zone", text(time::zone().name().to_owned())),
        ("Exported at", Cell::Moment(time::now())),
        ("Exported by", text(login)),
    ]
}
