//! Parses fields: text, numbers, money and times in files and calls.
//!
//! An empty CSV field, a JSON null, an empty text and a missing field all mean that the value is unknown.

use super::{LineError, quote};
use chrono::{DateTime, Datelike, Duration};
use iso_currency::Currency;
use lettre::Address;
use oxilangtag::LanguageTag;
use serde_json::Value;
use std::{ops::RangeInclusive, str::FromStr};
use values::{
    Money,
    time::{self, Moment},
};

/// The fields of a line. Each can be read once.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    line: u64,
    names: &'static [&'static str],
    values: Vec<Option<Value>>,
}

/// A field's value, if it is known, or the reason why the record is refused.
pub type Field<T> = Result<Option<T>, LineError>;

impl Record {
    /// A record that begins at `line` and has a value for each of `names`.
    pub fn new(line: u64, names: &'static [&'static str], values: Vec<Option<Value>>) -> Self {
        Self { line, names, values }
    }

    /// The physical line where the record begins.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Refuses the record because of a field.
    pub fn refuse(&self, field: &str, reason: impl Into<String>) -> LineError {
        LineError::new(self.line, Some(field), reason)
    }

    /// Sets a field to its value in the URL. The record may have the same value or none.
    pub fn insist(&mut self, field: &str, text: &str) -> Result<(), LineError> {
        let Some(index) = self.index(field) else { return Ok(()) };
        let written = match &self.values[index] {
            None | Some(Value::Null) => None,
            Some(Value::String(written)) => Some(written.trim().to_owned()).filter(|written| !written.is_empty()),
            Some(other) => Some(other.to_string()),
        };
        if let Some(written) = written.filter(|written| written != text) {
            return Err(self.refuse(field, format!("{} isn't {}, as the address says", quote(&written), quote(text))));
        }
        self.values[index] = Some(Value::String(text.to_owned()));
        Ok(())
    }

    /// Whether a field has a value that wasn't read yet.
    pub fn has(&self, field: &str) -> bool {
        match self.peek(field) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        }
    }

    /// Refuses the record if a required field is unknown.
    pub fn require<T>(&self, field: &str, value: Option<T>) -> Result<T, LineError> {
        value.ok_or_else(|| self.refuse(field, "is required"))
    }

    /// A single-line text of up to `longest` characters, trimmed.
    pub fn text(&mut self, field: &str, longest: usize) -> Field<String> {
        let text = self.lines(field, longest)?;
        match text {
            Some(text) if text.contains('\n') => Err(self.refuse(field, "goes over several lines")),
            text => Ok(text),
        }
    }

    /// A text of up to `longest` characters that may have several lines, trimmed.
    pub fn lines(&mut self, field: &str, longest: usize) -> Field<String> {
        let Some(text) = self.written(field)? else { return Ok(None) };
        let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text };
        if let Some(control) = text.chars().find(|&character| character.is_control() && character != '\n') {
            return Err(self.refuse(field, format!("has a control character in it ({})", control.escape_unicode())));
        }
        // A text has at least as many bytes as characters.
        if text.len() > longest && text.chars().count() > longest {
            return Err(self.refuse(field, format!("is longer than {longest} characters")));
        }
        Ok(Some(text))
    }

    /// A single-line text that `check` accepts. `reason` follows the text in the refusal.
    pub fn checked(
        &mut self,
        field: &str,
        longest: usize,
        check: impl Fn(&str) -> bool,
        reason: &str,
    ) -> Field<String> {
        match self.text(field, longest)? {
            Some(text) if !check(&text) => Err(self.refuse(field, format!("{} {reason}", quote(&text)))),
            text => Ok(text),
        }
    }

    /// An integer within the range, as a JSON number or in digits.
    pub fn whole_number(&mut self, field: &str, range: RangeInclusive<i64>) -> Field<i64> {
        let written = match self.take(field) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(other) => return Err(self.refuse(field, format!("is {}, not a number", kind(&other)))),
        };
        if written.is_empty() {
            return Ok(None);
        }
        let digits = written.strip_prefix('-').unwrap_or(&written);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.refuse(field, format!("{} is not a whole number", quote(&written))));
        }
        match written.parse() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => {
                let (first, last) = range.into_inner();
                Err(self.refuse(field, format!("{} is not from {first} to {last}", quote(&written))))
            }
        }
    }

    /// An exact amount, as a text of plain digits. Refuses JSON numbers, which many programs round.
    pub fn money(&mut self, field: &str) -> Field<Money> {
        if let Some(Value::Number(number)) = self.peek(field) {
            let reason = format!("is a JSON number: write money as a text, such as \"{number}\"");
            return Err(self.refuse(field, reason));
        }
        self.parsed(field, |text| text.parse::<Money>().map_err(|cause| cause.to_string()))
    }

    /// An amount that is not below zero.
    pub fn money_from_zero(&mut self, field: &str) -> Field<Money> {
        match self.money(field)? {
            Some(Money(..0)) => Err(self.refuse(field, "is below zero")),
            money => Ok(money),
        }
    }

    /// A time in RFC 3339, from the year 2000 to a day ahead of now.
    pub fn moment(&mut self, field: &str) -> Field<Moment> {
        self.parsed(field, |text| {
            let moment = DateTime::parse_from_rfc3339(text)
                .map_err(|_| "is not a time with an offset such as 2024-01-05T07:46:00Z".to_owned())?
                .to_utc();
            within_reason(moment)
        })
    }

    /// One of an enumeration's words.
    pub fn word<W: FromStr<Err = String>>(&mut self, field: &str) -> Field<W> {
        self.parsed(field, |text| text.parse::<W>().map_err(|words| format!("is not one of {words}")))
    }

    /// `true` or `false`, as a JSON value or a text.
    pub fn boolean(&mut self, field: &str) -> Field<bool> {
        if let Some(&Value::Bool(value)) = self.peek(field) {
            return Ok(Some(value));
        }
        self.parsed(field, |text| text.parse::<bool>().map_err(|_| "is not true or false".to_owned()))
    }

    fn parsed<T>(&mut self, field: &str, parse: impl Fn(&str) -> Result<T, String>) -> Field<T> {
        let Some(text) = self.written(field)? else { return Ok(None) };
        parse(&text).map(Some).map_err(|reason| self.refuse(field, format!("{} {reason}", quote(&text))))
    }

    /// The field's text, trimmed.
    fn written(&mut self, field: &str) -> Field<String> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => {
                let trimmed = text.trim();
                let text = if trimmed.len() < text.len() { trimmed.to_owned() } else { text };
                Ok(Some(text).filter(|text| !text.is_empty()))
            }
            Some(other) => Err(self.refuse(field, format!("is {}, not a text", kind(&other)))),
        }
    }

    fn peek(&self, field: &str) -> Option<&Value> {
        let index = self.index(field)?;
        self.values[index].as_ref()
    }

    fn take(&mut self, field: &str) -> Option<Value> {
        let index = self.index(field)?;
        self.values[index].take().filter(|value| !value.is_null())
    }

    fn index(&self, field: &str) -> Option<usize> {
        self.names.iter().position(|name| *name == field)
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Checks that a moment is between the year 2000 and a day ahead of now, and rounds it down to what both databases
/// store. Otherwise says what is wrong.
pub fn within_reason(moment: Moment) -> Result<Moment, String> {
    if moment.year() < 2000 {
        return Err("is before the year 2000".to_owned());
    }
    if moment > time::now() + Duration::days(1) {
        return Err("is more than a day ahead".to_owned());
    }
    Ok(time::cut(moment))
}

/// Whether mail can be sent to an address: one that the mail library takes, at a host with a dot in its name.
#[must_use]
pub fn is_email(text: &str) -> bool {
    text.parse::<Address>().is_ok_and(|address| address.domain().contains('.'))
}

/// Whether a text is a well-formed language tag (BCP 47): `en`, `uk`, `zh-Hant-TW`. No language of more than three
/// letters is registered, so `english` is a mistake.
#[must_use]
pub fn is_language(text: &str) -> bool {
    LanguageTag::parse(text).is_ok_and(|tag| (2..=3).contains(&tag.primary_language().len()))
}

/// Whether a text is the code of a currency in use (ISO 4217).
#[must_use]
pub fn is_currency(text: &str) -> bool {
    Currency::from_code(text).is_some_and(|currency| match currency {
        Currency::XTS | Currency::XXX => false,
        // ISO lists it beside VED.
        Currency::VES => true,
        currency => currency.is_superseded().is_none(),
    })
}

#[cfg(test)]
mod tests;
