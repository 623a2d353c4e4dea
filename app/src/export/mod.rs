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

/// Characters that begin a formula; spreadsheets take the full-width ones (U+FF1D, ...) for the others.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Text that a spreadsheet would take for a formula gets an apostrophe in front. A phone number with its plus
/// can do no harm and stays as it is.
///
/// Where the decimal sign is a comma, spreadsheets part cells at semicolons, so a formula may begin behind one too, and
/// behind a tab or the end of a line.
#[must_use]
pub fn harmless(text: String) -> String {
    let phone = text.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if phone || !text.contains(FORMULA) && !text.starts_with(['\t', '\r']) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for character in text.chars() {
        if begins && FORMULA.contains(&character) || safe.is_empty() && matches!(character, '\t' | '\r') {
            safe.push('\'');
        }
        begins = matches!(character, ';' | '\t' | '\r' | '\n') || begins && character == ' ';
        safe.push(character);
    }
    safe
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
        assert_eq!(harmless("a-b=c; d".to_owned()), "a-b=c; d");
    }

    #[test]
    fn a_formula_in_full_width_signs_or_behind_a_separator_stays_text_too() {
        for (text, safe) in [
            ("＝1+1", "'＝1+1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            (" =1+1", " '=1+1"),
            ("a;=1+1", "a;'=1+1"),
            ("a; @SUM(A1)", "a; '@SUM(A1)"),
            ("a\n=1+1", "a\n'=1+1"),
            ("a\t+1\r-1", "a\t'+1\r'-1"),
            ("\ta", "'\ta"),
        ] {
            assert_eq!(harmless(text.to_owned()), safe);
        }
    }
}
