//! The client table as a file: exactly the clients that search and filters leave, in the table's order.
//! Native only.

use super::{
    ClientQuery,
    store::{self, client},
};
use crate::{
    admins::{
        Permission,
        visitor::{Caller, Visitor},
    },
    database::Database,
    error::Error,
    values::{Money, time},
};
use axum::{
    Extension,
    body::Body,
    extract::RawQuery,
    http::header,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt, stream};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tokio_util::io::ReaderStream;

/// The columns, with their widths in a workbook, in characters.
const COLUMNS: [(&str, f64); 10] = [
    ("ID", 10.0),
    ("Login", 16.0),
    ("Company", 32.0),
    ("Name", 28.0),
    ("SMS Price", 10.0),
    ("Balance", 16.0),
    ("Credit", 16.0),
    ("Currency", 9.0),
    ("Channel", 12.0),
    ("Channel source", 16.0),
];

/// Clients that are read at once.
const AT_ONCE: usize = 2_000;

/// Rows of a sheet below its header; what is more goes on on another sheet.
const ROWS_A_SHEET: u32 = 1_048_575;

/// `GET /clients/export.csv`
pub async fn csv(Extension(visitor): Extension<Visitor>, RawQuery(address): RawQuery) -> Result<Response, Error> {
    let (caller, query) = asked(&visitor, address)?;
    let ids = caller.services.directory.select_all(&query).await?;
    let header = csv_line(COLUMNS.map(|(label, _)| label.to_owned()));
    let rows = chunks(caller.services.database, ids)
        .map(|rows| rows.map(|rows| rows.into_iter().flat_map(|row| csv_line(csv_cells(row))).collect::<Vec<u8>>()));
    let body = Body::from_stream(stream::iter([Ok(header)]).chain(rows));
    Ok(download("csv", "text/csv; charset=utf-8", body))
}

/// `GET /clients/export.xlsx`
pub async fn xlsx(Extension(visitor): Extension<Visitor>, RawQuery(address): RawQuery) -> Result<Response, Error> {
    let (caller, query) = asked(&visitor, address)?;
    let ids = caller.services.directory.select_all(&query).await?;
    let criteria = criteria(&query, &caller, ids.len());
    // Rows are read here and written where blocking is allowed, a few chunks apart.
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Vec<client::Model>>(2);
    let writing = tokio::task::spawn_blocking(move || write(&criteria, || receiver.blocking_recv()));
    let mut rows = Box::pin(chunks(caller.services.database, ids));
    while let Some(rows) = rows.next().await {
        if sender.send(rows?).await.is_err() {
            break;
        }
    }
    drop(sender);
    let file = writing.await.map_err(Error::internal)?.map_err(Error::internal)?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok(download("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body))
}

fn asked(visitor: &Visitor, address: Option<String>) -> Result<(Caller, ClientQuery), Error> {
    let caller = visitor.allow(Permission::SeeClients)?;
    Ok((caller, ClientQuery::parse(&address.unwrap_or_default())?))
}

fn chunks(database: Database, ids: Vec<i64>) -> impl Stream<Item = Result<Vec<client::Model>, Error>> {
    let chunks: Vec<Vec<i64>> = ids.chunks(AT_ONCE).map(<[i64]>::to_vec).collect();
    stream::iter(chunks).then(move |ids| {
        let database = database.clone();
        async move { store::rows(&database, &ids).await }
    })
}

fn download(ending: &str, mime: &'static str, body: Body) -> Response {
    let name = format!("attachment; filename=\"clients-{}.{ending}\"", &time::show(time::now())[..10]);
    ([(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response()
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

/// Text that a spreadsheet would take for a formula gets an apostrophe in front. A phone number with its plus
/// can do no harm and stays as it is.
fn harmless(text: String) -> String {
    let phone = text.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if !phone && text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn csv_line(cells: [String; 10]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory doesn't fail.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

fn write(
    criteria: &[(&str, String)],
    mut next: impl FnMut() -> Option<Vec<client::Model>>,
) -> Result<std::fs::File, XlsxError> {
    let bold = Format::new().set_bold();
    let amount = Format::new().set_num_format("#,##0.0000");
    let mut workbook = Workbook::new();
    let mut sheet_number = 1;
    let mut sheet = new_sheet(&mut workbook, sheet_number, &bold)?;
    let mut row_number = 0;
    while let Some(rows) = next() {
        for row in rows {
            if row_number == ROWS_A_SHEET {
                sheet_number += 1;
                sheet = new_sheet(&mut workbook, sheet_number, &bold)?;
                row_number = 0;
            }
            row_number += 1;
            write_row(sheet, row_number, row, &amount)?;
        }
    }
    sheet.autofilter(0, 0, row_number, 9)?;
    let sheet = workbook.add_worksheet_with_constant_memory()?.set_name("Criteria")?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 48)?;
    for ((term, value), row) in criteria.iter().zip(0..) {
        sheet.write_string_with_format(row, 0, *term, &bold)?.write_string(row, 1, value)?;
    }
    let mut file = tempfile::tempfile()?;
    workbook.save_to_writer(&mut file)?;
    std::io::Seek::rewind(&mut file)?;
    Ok(file)
}

fn new_sheet<'a>(workbook: &'a mut Workbook, number: u32, bold: &Format) -> Result<&'a mut Worksheet, XlsxError> {
    let name = if number == 1 { "Clients".to_owned() } else { format!("Clients {number}") };
    let sheet = workbook.add_worksheet_with_constant_memory()?.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for ((label, width), column) in COLUMNS.iter().zip(0..) {
        sheet.set_column_width(column, *width)?.write_string_with_format(0, column, *label, bold)?;
    }
    Ok(sheet)
}

fn write_row(sheet: &mut Worksheet, at: u32, row: client::Model, amount: &Format) -> Result<(), XlsxError> {
    // Excel's numbers are exact up to 15 digits: far beyond any account, and ids end below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let id = row.id as f64;
    sheet.write_number(at, 0, id)?.write_string(at, 1, row.login)?;
    let mut text = |column, text: Option<String>| match text {
        Some(text) => sheet.write_string(at, column, text).map(drop),
        None => Ok(()),
    };
    text(2, row.company)?;
    text(3, row.name)?;
    let money = |sheet: &mut Worksheet, column, money: Money| {
        #[allow(clippy::cast_precision_loss)]
        sheet.write_number_with_format(at, column, money.0 as f64 / 10_000.0, amount).map(drop)
    };
    if let Some(price) = row.sms_price {
        money(sheet, 4, price)?;
    }
    money(sheet, 5, row.balance)?;
    money(sheet, 6, row.credit)?;
    sheet.write_string(at, 7, row.currency)?;
    let mut text = |column, text: Option<String>| match text {
        Some(text) => sheet.write_string(at, column, text).map(drop),
        None => Ok(()),
    };
    text(8, row.channel)?;
    text(9, row.channel_source)
}

/// The second sheet: what the rows are, of when, and who asked.
fn criteria(query: &ClientQuery, caller: &Caller, rows: usize) -> Vec<(&'static str, String)> {
    let filters = &query.filters;
    let any = |value: Option<String>| value.unwrap_or_else(|| "any".to_owned());
    vec![
        ("Clients", rows.to_string()),
        ("User search", query.q.clone()),
        ("Property type", any(filters.property_type.map(|kind| kind.label().to_owned()))),
        ("Channel", any(filters.channel.clone())),
        ("Currency", any(filters.currency.clone())),
        ("SMS subscription", any(filters.sms_subscription.map(|on| if on { "yes" } else { "no" }.to_owned()))),
        ("Balance below zero", if filters.below_zero { "only" } else { "any" }.to_owned()),
        ("Registered from", any(filters.registered_from.clone())),
        ("Registered to", any(filters.registered_to.clone())),
        ("Sorted by", format!("{}, {}", query.sort.label(), query.dir.label())),
        ("Time zone", time::zone().name().to_owned()),
        ("Exported at", time::show(time::now())),
        ("Exported by", caller.administrator.login.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_a_formula_stays_text() {
        assert_eq!(harmless("=1+1".to_owned()), "'=1+1");
        assert_eq!(harmless("-2".to_owned()), "'-2");
        assert_eq!(harmless("@SUM(A1)".to_owned()), "'@SUM(A1)");
        assert_eq!(harmless("+1+1".to_owned()), "'+1+1");
        assert_eq!(harmless("+380681234567".to_owned()), "+380681234567");
        assert_eq!(harmless("ТОВ".to_owned()), "ТОВ");
    }
}
