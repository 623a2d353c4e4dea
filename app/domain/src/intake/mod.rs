//! Records from files and calls.
//!
//! Bytes become records in [`reader`] (CSV and NDJSON alike), their fields are read by the grammar in [`record`], and
//! [`writer`] writes a batch of lines in one transaction.

pub mod reader;
pub mod record;
pub mod writer;

use std::fmt;

/// A line that isn't taken, or should be looked at, and why: what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// The kind, for programs.
    pub kind: LineErrorKind,
    /// The physical line where the record begins, from 1.
    pub line: u64,
    /// The field at fault, when it is one.
    pub field: Option<String>,
    /// Reads on after the field's name.
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
    pub fn unknown_client(line: u64, field: &str, client_id: i64) -> Self {
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

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Records that changed something.
    pub accepted: u64,
    /// Records that were already known as they are.
    pub repeated: u64,
    /// Records that were not taken.
    pub refusals: Vec<LineError>,
    /// Records that were taken, but that somebody should look at.
    pub warnings: Vec<LineError>,
}

/// What became of all that came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that changed something.
    pub accepted: u64,
    /// Records that were already known as they are.
    pub repeated: u64,
    /// Records that were not taken.
    pub refused: u64,
}

impl Counts {
    /// Counts a batch in.
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

/// Text from outside as it may be shown in a message: in quotes, short, and nothing in it that a terminal
/// would obey.
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
    fn text_from_outside_is_shown_short_and_harmless() {
        assert_eq!(quote("Київ"), "\"Київ\"");
        assert_eq!(quote("\u{1b}[2J\r\n\u{202e}x"), r#""\u{1b}[2J\r\n\u{202e}x""#);
        assert_eq!(quote(&"x".repeat(100)), format!("\"{}...\"", "x".repeat(40)));
    }
}
