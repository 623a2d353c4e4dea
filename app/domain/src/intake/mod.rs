//! Records from files and calls.
//!
//! [`reader`] reads bytes as records, from CSV or NDJSON. [`record`] parses their fields, and [`rule`] has a rule for
//! each kind of field. [`writer`] writes a batch of lines in one transaction.

pub mod reader;
pub mod record;
pub mod rule;
pub mod writer;

use crate::ids::ClientId;
use std::fmt;

/// A problem with a line: an error or a warning. Says what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// The kind, for programs.
    pub kind: LineErrorKind,
    /// The physical line where the record begins, from 1.
    pub line: u64,
    /// The field, if the problem is with one.
    pub field: Option<String>,
    /// The problem, as a phrase that follows the field's name.
    pub reason: String,
}

/// The kind of a [`LineError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineErrorKind {
    /// A wrong value, or a malformed line.
    Invalid,
    /// A client that doesn't exist.
    UnknownClient,
}

impl LineError {
    /// Makes the error for a wrong field, or for a malformed line.
    #[must_use]
    pub fn new(line: u64, field: Option<&str>, reason: impl Into<String>) -> Self {
        Self { kind: LineErrorKind::Invalid, line, field: field.map(str::to_owned), reason: reason.into() }
    }

    /// Makes the error for a client that doesn't exist.
    #[must_use]
    pub fn unknown_client(line: u64, field: &str, client_id: ClientId) -> Self {
        let reason = format!("there is no client {client_id}");
        Self { kind: LineErrorKind::UnknownClient, ..Self::new(line, Some(field), reason) }
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.reason)
    }
}

/// The outcome of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Records that changed something.
    pub accepted: u64,
    /// Records that changed nothing.
    pub repeated: u64,
    /// Refused records.
    pub refusals: Vec<LineError>,
    /// Accepted records that somebody should look at.
    pub warnings: Vec<LineError>,
}

/// The outcome of all batches, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that changed something.
    pub accepted: u64,
    /// Records that changed nothing.
    pub repeated: u64,
    /// Refused records.
    pub refused: u64,
}

impl Counts {
    /// Adds the outcome of a batch.
    pub fn add(&mut self, outcome: &Outcome) {
        self.accepted += outcome.accepted;
        self.repeated += outcome.repeated;
        self.refused += outcome.refusals.len() as u64;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "accepted {}, repeated {}, refused {}", self.accepted, self.repeated, self.refused)
    }
}

/// Quotes untrusted text for a message: shortened, with control characters escaped.
#[must_use]
pub fn quote(text: &str) -> String {
    const SHOWN: usize = 40;
    let shown: String = text.chars().take(SHOWN).collect();
    let more = if shown.len() < text.len() { "..." } else { "" };
    format!("\"{}{more}\"", shown.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrusted_text_is_shortened_and_escaped() {
        assert_eq!(quote("Київ"), "\"Київ\"");
        assert_eq!(quote("\u{1b}[2J\r\n\u{202e}x"), r#""\u{1b}[2J\r\n\u{202e}x""#);
        assert_eq!(quote(&"x".repeat(100)), format!("\"{}...\"", "x".repeat(40)));
    }
}
