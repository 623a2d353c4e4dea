//! CSV: commas, double quotes, and a header row with columns in any order.
//!
//! It is stricter than usual parsers, where a stray quote swallows the lines after it: text behind a closing quote is
//! refused, and a malformed record loses only its first line.

use super::{Line, Lines, NOT_UTF_8, Unreadable, refusal, repeated_field, too_long, unknown_field};
use crate::intake::LineError;
use serde_json::Value;
use std::io::{self, Read};

pub struct Csv {
    names: &'static [&'static str],
    /// For each column of the file, the index of its field in `names`.
    columns: Vec<usize>,
    /// The fields of the current record, joined and unquoted.
    text: Vec<u8>,
    /// The end of each field in `text`.
    ends: Vec<usize>,
}

/// The state of a record after a line.
enum Progress {
    Complete,
    /// The line ends within quotes.
    Open,
    /// The record is malformed.
    Malformed(&'static str),
}

/// The position of a character in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Start,
    Plain,
    Quoted,
    /// After a quote that closes the field or begins an escaped quote.
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

    /// Reads the record that begins at the next line. Returns a value for each of the known fields.
    pub fn read<R: Read>(&mut self, lines: &mut Lines<R>) -> io::Result<Result<Vec<Option<Value>>, LineError>> {
        let line = lines.number();
        Ok(self.read_fields(lines)?.and_then(|()| self.values(line)))
    }

    /// Reads the fields of the record that begins at the next line into `text` and `ends`.
    fn read_fields<R: Read>(&mut self, lines: &mut Lines<R>) -> io::Result<Result<(), LineError>> {
        let number = lines.number();
        self.text.clear();
        self.ends.clear();
        let mut position = Position::Start;
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
                    let progress = self.feed(&lines.bytes()[end..end + content], &mut position);
                    end += total;
                    first = if first == 0 { total } else { first };
                    match progress {
                        Progress::Open => {}
                        Progress::Malformed(reason) => break reason.to_owned(),
                        Progress::Complete if !self.columns.is_empty() && self.ends.len() != self.columns.len() => {
                            let (has, columns) = (self.ends.len(), self.columns.len());
                            let hint = if end > first { " (is a quote opened here and not closed?)" } else { "" };
                            break format!("has {has} fields where the header has {columns}{hint}");
                        }
                        Progress::Complete => {
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

    fn feed(&mut self, line: &[u8], position: &mut Position) -> Progress {
        for &byte in line {
            *position = match (*position, byte) {
                (Position::Quoted, b'"') => Position::AfterQuote,
                (Position::Quoted, _) | (Position::AfterQuote, b'"') => {
                    self.text.push(byte);
                    Position::Quoted
                }
                (_, b',') => {
                    self.ends.push(self.text.len());
                    Position::Start
                }
                (Position::AfterQuote, _) => {
                    return Progress::Malformed(
                        "text stands behind a closing quote: write a quote within quotes twice",
                    );
                }
                (_, b'\r') => return Progress::Malformed("a carriage return stands alone: put the value in quotes"),
                (Position::Start, b'"') => Position::Quoted,
                (Position::Start | Position::Plain, _) => {
                    self.text.push(byte);
                    Position::Plain
                }
            };
        }
        if *position == Position::Quoted {
            self.text.push(b'\n');
            return Progress::Open;
        }
        self.ends.push(self.text.len());
        Progress::Complete
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

    /// A field of the current record, if it is UTF-8. Fields are checked one by one, since invalid ones may join to
    /// valid UTF-8.
    fn field(&self, index: usize) -> Option<&str> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        std::str::from_utf8(&self.text[start..self.ends[index]]).ok()
    }
}
