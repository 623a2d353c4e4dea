//! Files for download: the parts that all exports share. Native only.
//!
//! - [`workbook`]: an .xlsx that is streamed while it is written
//! - [`report`]: an .xlsx with totals and a chart
//! - [`pdf`]: a table on A4 pages
//! - here: .csv, the response with a file, and the limit of concurrent downloads
//!
//! Texts never become formulas: .csv prefixes such a text with an apostrophe, .xlsx stores it as text.

pub mod pdf;
pub mod report;
pub mod workbook;

use crate::{
    access::{Authorized, SeeClients, Visitor},
    failure::Failure,
};
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::FromRequestParts,
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{administrators::downloads::DownloadPlace, clients::store::client, ids::ClientId};
use http_body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};
use values::{error::Error, period::Period, time};

/// An authorized request for a file, within the limit of concurrent downloads.
#[derive(Debug)]
pub struct Download {
    /// The administrator.
    pub authorized: Authorized<SeeClients>,
    /// A place within the limit, held until the file is sent.
    pub place: DownloadPlace,
}

impl<S: Sync> FromRequestParts<S> for Download {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let visitor = parts.extensions.get::<Visitor>().ok_or(Error::SignInRequired)?;
        let authorized = visitor.allow()?;
        let place = authorized.services.downloads.begin(authorized.administrator.id)?;
        Ok(Self { authorized, place })
    }
}

/// The name of a client's file that covers a period: `statement-7-2024-01-05-to-2024-02-05`.
#[must_use]
pub fn period_name(content: &str, client: ClientId, period: &Period) -> String {
    format!("{content}-{client}-{}-to-{}", period.from, period.to)
}

/// The name of a file that shows the present: `clients-2024-01-05`.
#[must_use]
pub fn today_name(content: &str) -> String {
    format!("{content}-{}", time::today())
}

/// The client in the lines and criteria of a file: its id, its login, and its company or name.
#[must_use]
pub fn client_line(client: &client::Model) -> String {
    let name = client.company.as_ref().or(client.name.as_ref()).map(|name| format!(" / {name}"));
    format!("{} / {}{}", client.id, client.login, name.unwrap_or_default())
}

/// The period and its time zone, in the lines of printed pages.
#[must_use]
pub fn period_line(period: &Period) -> String {
    format!("{} to {}, {}", period.from, period.to, time::zone().name())
}

/// Makes the response with a file to be saved as `NAME.ENDING`. The name must never contain typed text. The place is
/// held until the whole file is sent.
pub fn file_response(place: DownloadPlace, name: &str, ending: &str, mime: &'static str, body: Body) -> Response {
    let name = format!("attachment; filename=\"{name}.{ending}\"");
    let headers = [(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, hold(body, place)).into_response()
}

/// Wraps a body so that it holds a value until it is sent or dropped. It is sent in small pieces, since a large one
/// would still wait in the connection's buffer after the value is dropped.
pub fn hold(body: Body, held: impl Send + Unpin + 'static) -> Body {
    Body::new(Holding { body, piece: Bytes::new(), _held: held })
}

/// The largest piece, in bytes.
const PIECE: usize = 64 * 1024;

struct Holding<T> {
    body: Body,
    /// Bytes that were read from the body and not sent yet.
    piece: Bytes,
    _held: T,
}

impl<T: Unpin> HttpBody for Holding<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.piece.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)).map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.piece = data,
                Some(Ok(Err(other))) => return Poll::Ready(Some(Ok(other))),
                Some(Err(cause)) => return Poll::Ready(Some(Err(cause))),
                None => return Poll::Ready(None),
            }
        }
        let length = self.piece.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.piece.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.piece.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (body, piece) = (self.body.size_hint(), self.piece.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + piece);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + piece);
        }
        hint
    }
}

/// The MIME type of .csv.
pub const CSV: &str = "text/csv; charset=utf-8";

/// Writes rows as .csv.
pub fn csv_rows<Cell: AsRef<[u8]>>(rows: impl IntoIterator<Item = Vec<Cell>>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|cause| Error::internal(cause.error()))
}

/// Characters that begin a formula. Spreadsheets treat the full-width forms (U+FF1D, ...) alike.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Prefixes a text with an apostrophe if a spreadsheet would read it as a formula. A phone number with its plus is
/// harmless and stays as it is.
///
/// In locales with a decimal comma, spreadsheets split cells at semicolons. A formula may therefore begin after a
/// semicolon too, and after a tab or a line break.
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
    use std::future::poll_fn;
    use std::sync::Arc;

    #[tokio::test]
    async fn something_is_held_until_the_last_piece_of_a_body_is_handed_over() {
        let (held, body) = (Arc::new(()), vec![7; 3 * PIECE + 1]);
        let mut holding = hold(Body::from(body.clone()), held.clone());
        assert_eq!(holding.size_hint().exact(), Some(body.len() as u64));
        let mut handed_over = Vec::new();
        while !holding.is_end_stream() {
            assert_eq!(Arc::strong_count(&held), 2);
            let frame = poll_fn(|context| Pin::new(&mut holding).poll_frame(context)).await;
            let data = frame.unwrap().unwrap().into_data().unwrap();
            assert!(data.len() <= PIECE);
            handed_over.extend_from_slice(&data);
            assert_eq!(holding.size_hint().exact(), Some((body.len() - handed_over.len()) as u64));
        }
        drop(holding);
        assert_eq!((handed_over, Arc::strong_count(&held)), (body, 1));
    }

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
