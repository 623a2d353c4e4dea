//! CSV: commas, double quotes, a header row whose columns may come in any order.
//!
//! It is stricter than usual parsers, which take a quote that was never meant to open anything for the
//! beginning of a field and swallow the lines after it: text behind a closing quote is refused here, and
//! of a record that makes no sense only its first line is given up.

use super::{Line, Lines, NOT_UTF_8, Unreadable, refusal, repeated_field, too_long, unknown_field};
use crate::intake::LineError;
use serde_json::Value;
use std::io::{self, Read};

pub struct Csv {
    names: &'static [&'static str],
    /// For every column of the file, which of the known fields it is.
    columns: Vec<usize>,
    /// The fields of the current record one after the other, without their quotes.
    text: Vec<u8>,
    /// Where each field ends in `text`.
    ends: Vec<usize>,
}

/// How a line left the record that it is part of.
enum Fed {
    Complete,
    /// Within quotes.
    Open,
    /// Making no sense.
    Broken(&'static str),
}

/// Where in a field a character stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Plain,
    Quoted,
    /// After a quote that closes the field, or is the first of two that mean one.
    AfterQuote,
}

impl Csv {
    /// Reads the header.
    pub fn open<R: Read>(lines: &mut Lines<R>, names: &'static [&'static str]) -> Result<Self, Unreadable> {
        let mut csv = Self { names, columns: Vec::new(), text: Vec::new(), ends: Vec::new() };
        let line = lines.number();
        csv.read_fields(lines)?.map_err(Unreadable::Refused)?;
        csv.columns = csv.header(line).map_err(Unreadable::Refused)?;
        Ok(csv)
    }

    fn header(&self, line: u64) -> Result<Vec<usize>, LineError> {
        let mut columns = Vec::with_capacity(self.ends.len());
        for index in 0..self.ends.len() {
            let Some(name) = self.field(index).filter(|name| !name.contains('\0')) else {
                let reason = "the header isn't UTF-8 text: save the file as CSV in UTF-8, or as NDJSON";
                return Err(refusal(line, reason));
            };
            let name = name.trim();
            let Some(known) = self.names.iter().position(|known| *known == name) else {
                let mut refusal = unknown_field(line, name, self.names);
                if self.ends.len() == 1 && name.contains([';', '\t']) {
                    refusal.reason.push_str("; columns are separated by commas");
                }
                return Err(refusal);
            };
            if columns.contains(&known) {
                return Err(repeated_field(line, name));
            }
            columns.push(known);
        }
        Ok(columns)
    }

    /// Reads the record that begins at the next line: a value for each of the known fields.
    pub fn read<R: Read>(&mut self, lines: &mut Lines<R>) -> io::Result<Result<Vec<Option<Value>>, LineError>> {
        let line = lines.number();
        Ok(self.read_fields(lines)?.and_then(|()| self.values(line)))
    }

    /// Reads the fields of the record that begins at the next line into `text` and `ends`.
    fn read_fields<R: Read>(&mut self, lines: &mut Lines<R>) -> io::Result<Result<(), LineError>> {
        let number = lines.number();
        self.text.clear();
        self.ends.clear();
        let mut place = Place::Start;
        let (mut first, mut end) = (0, 0);
        let reason = loop {
            match lines.line(end)? {
                Line::TooLong if end == 0 => {
                    lines.discard_line()?;
                    return Ok(Err(too_long(number)));
                }
                Line::TooLong => break "a quote is opened and not closed within 64 KiB".to_owned(),
                Line::None => break "a quote is opened and never closed".to_owned(),
                Line::Whole { content, total } => {
                    let fed = self.feed(&lines.bytes()[end..end + content], &mut place);
                    end += total;
                    first = if first == 0 { total } else { first };
                    match fed {
                        Fed::Open => {}
                        Fed::Broken(reason) => break reason.to_owned(),
                        Fed::Complete if !self.columns.is_empty() && self.ends.len() != self.columns.len() => {
                            let (has, columns) = (self.ends.len(), self.columns.len());
                            let hint = if end > first { " (is a quote opened here and not closed?)" } else { "" };
                            break format!("has {has} fields where the header has {columns}{hint}");
                        }
                        Fed::Complete => {
                            lines.consume(end);
                            return Ok(Ok(()));
                        }
                    }
                }
            }
        };
        lines.consume(first);
        Ok(Err(refusal(number, reason)))
    }

    fn feed(&mut self, line: &[u8], place: &mut Place) -> Fed {
        for &byte in line {
            *place = match (*place, byte) {
                (Place::Quoted, b'"') => Place::AfterQuote,
                (Place::Quoted, _) | (Place::AfterQuote, b'"') => {
                    self.text.push(byte);
                    Place::Quoted
                }
                (_, b',') => {
                    self.ends.push(self.text.len());
                    Place::Start
                }
                (Place::AfterQuote, _) => {
                    return Fed::Broken("text stands behind a closing quote: write a quote within quotes twice");
                }
                (_, b'\r') => return Fed::Broken("a carriage return stands alone: put the value in quotes"),
                (Place::Start, b'"') => Place::Quoted,
                (Place::Start | Place::Plain, _) => {
                    self.text.push(byte);
                    Place::Plain
                }
            };
        }
        if *place == Place::Quoted {
            self.text.push(b'\n');
            return Fed::Open;
        }
        self.ends.push(self.text.len());
        Fed::Complete
    }

    fn values(&self, line: u64) -> Result<Vec<Option<Value>>, LineError> {
        let mut values = vec![None; self.names.len()];
        for (index, &known) in self.columns.iter().enumerate() {
            match self.field(index) {
                Some("") => {}
                Some(text) => values[known] = Some(Value::String(text.to_owned())),
                None => {
                    return Err(LineError::new(line, Some(self.names[known]), NOT_UTF_8));
                }
            }
        }
        Ok(values)
    }

    /// A field of the current record, if it is UTF-8. The record as a whole could be by chance.
    fn field(&self, index: usize) -> Option<&str> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        std::str::from_utf8(&self.text[start..self.ends[index]]).ok()
    }
}
