//! Reads bytes as records: CSV with a header row, or NDJSON with an object per line. Detects the format.
//!
//! It streams in constant memory, and knows only the names of fields. It refuses a malformed line by its number and
//! goes on with the next one.

mod csv;
mod json;
pub(crate) mod lines;

use super::{LineError, record::Record};
use lines::{Line, Lines};
use std::io::{self, Read};

const NOT_UTF_8: &str = "isn't UTF-8 text: save the file in UTF-8";

/// The reason why an input can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Neither format fits, or the header is invalid.
    #[error("{0}")]
    Refused(LineError),
    /// Reading the bytes failed.
    #[error("reading failed: {0}")]
    Input(#[from] io::Error),
}

/// Reads records. Refuses unknown fields.
pub struct Reader<R> {
    lines: Lines<R>,
    format: Format,
    fields: &'static [&'static str],
}

enum Format {
    Csv(Box<csv::Csv>),
    Json,
}

impl<R: Read> Reader<R> {
    /// Detects the format from the input's beginning, and reads the header of a CSV.
    pub fn open(source: R, fields: &'static [&'static str]) -> Result<Self, Unreadable> {
        let mut lines = Lines::new(source)?;
        let format = match lines.skip_blank()? {
            None => {
                let reason = "there is nothing in it: the first line of a CSV names its columns, and each line of an \
                              NDJSON is an object";
                return Err(Unreadable::Refused(refusal(lines.number(), reason)));
            }
            Some(b'{') => Format::Json,
            Some(b'[') => {
                let reason = "a JSON list can't be read: write one object a line, without brackets around them";
                return Err(Unreadable::Refused(refusal(lines.number(), reason)));
            }
            Some(_) => Format::Csv(Box::new(csv::Csv::open(&mut lines, fields)?)),
        };
        Ok(Self { lines, format, fields })
    }

    /// The number of bytes read so far.
    pub fn consumed(&self) -> u64 {
        self.lines.consumed()
    }

    fn read(&mut self) -> io::Result<Option<Result<Record, LineError>>> {
        if self.lines.skip_blank()?.is_none() {
            return Ok(None);
        }
        let line = self.lines.number();
        let result = match &mut self.format {
            Format::Csv(csv) => csv.read(&mut self.lines)?,
            Format::Json => match self.lines.line(0)? {
                Line::None => return Ok(None),
                Line::TooLong => {
                    self.lines.discard_line()?;
                    Err(too_long(line))
                }
                Line::Whole { content, total } => {
                    let result = json::parse(&self.lines.bytes()[..content], line, self.fields);
                    self.lines.consume(total);
                    result
                }
            },
        };
        Ok(Some(result.map(|values| Record::new(line, self.fields, values))))
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = io::Result<Result<Record, LineError>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Reads a body of one JSON object, which may have several lines.
pub fn object(body: &[u8], fields: &'static [&'static str]) -> Result<Record, LineError> {
    Ok(Record::new(1, fields, json::parse(body, 1, fields)?))
}

fn refusal(line: u64, reason: impl Into<String>) -> LineError {
    LineError::new(line, None, reason)
}

fn too_long(line: u64) -> LineError {
    refusal(line, "is longer than 64 KiB")
}

fn unknown_field(line: u64, name: &str, fields: &[&str]) -> LineError {
    LineError::new(line, Some(&super::quote(name)), format!("is unknown; known are {}", fields.join(", ")))
}

fn repeated_field(line: u64, name: &str) -> LineError {
    LineError::new(line, Some(name), "is there twice")
}

#[cfg(test)]
mod tests;
