//! Files for download: what every export needs. Native only.
//!
//! - [`workbook`]: an .xlsx that is sent while it is written
//! - [`report`]: an .xlsx with totals and a chart
//! - here: .csv, how a file is answered, and how many at once
//!
//! Texts are never formulas. A text that a spreadsheet would take for one gets an apostrophe in front in .csv, and is
//! written as text in .xlsx.

pub mod report;
pub mod workbook;

use crate::{
    access::{Authorized, Visitor},
    failure::Failure,
};
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::FromRequestParts,
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::administrators::{Permission, downloads::DownloadPlace};
use http_body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};
use values::{error::Error, time};

/// A file that somebody asks for who may, while there is a place for it.
#[derive(Debug)]
pub struct Download {
    /// Who asks.
    pub caller: Authorized,
    /// Their place, by which the file is sent.
    pub place: DownloadPlace,
}

impl<S: Sync> FromRequestParts<S> for Download {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let visitor = parts.extensions.get::<Visitor>().ok_or(Error::SignInRequired)?;
        let caller = visitor.allow(Permission::SeeClients)?;
        let place = caller.services.downloads.begin(caller.administrator.id)?;
        Ok(Self { caller, place })
    }
}

/// The response with a file to be saved as `NAME-2024-01-05.ENDING`. The name is a constant, never something typed.
/// The place is taken until all of the file is sent.
pub fn file_response(place: DownloadPlace, name: &str, ending: &str, mime: &'static str, body: Body) -> Response {
    let name = format!("attachment; filename=\"{name}-{}.{ending}\"", time::today());
    let headers = [(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, hold(body, place)).into_response()
}

/// A body that holds something until all of it is handed over, or nobody wants it any more. It is handed over in small
/// pieces, since a large one would be waiting elsewhere while nothing is held for it.
pub fn hold(body: Body, held: impl Send + Unpin + 'static) -> Body {
    Body::new(Holding { body, piece: Bytes::new(), _held: held })
}

/// The most that is handed over at once, in bytes.
const PIECE: usize = 64 * 1024;

struct Holding<T> {
    body: Body,
    /// Bytes read from the body and not yet handed over.
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
