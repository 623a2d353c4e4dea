//! Files for download: what every export needs. Native only.
//!
//! - [`workbook`]: an .xlsx that is sent while it is written
//! - [`report`]: an .xlsx with totals and a chart
//! - here: .csv, and how a file is answered
//!
//! Texts are never formulas. A text that a spreadsheet would take for one gets an apostrophe in front in .csv, and is
//! written as text in .xlsx.

pub mod report;
pub mod workbook;

use crate::{error::Error, values::time};
use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};

/// A file to be saved as `NAME-2024-01-05.ENDING`. The name is a word of ours, never what somebody typed.
pub fn download(name: &str, ending: &str, mime: &'static str, body: Body) -> Response {
    let name = format!("attachment; filename=\"{name}-{}.{ending}\"", time::today());
    ([(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response()
}

/// The type of .csv.
pub const CSV: &str = "text/csv; charset=utf-8";

/// Rows as .csv.
pub fn csv_rows<Cell: AsRef<[u8]>>(rows: impl IntoIterator<Item = Vec<Cell>>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|cause| Error::internal(cause.error()))
}

/// Text that a spreadsheet would take for a formula gets an apostrophe in front. A phone number with its plus
/// can do no harm and stays as it is.
#[must_use]
pub fn harmless(text: String) -> String {
    let phone = text.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if !phone && text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
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
