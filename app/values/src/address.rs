//! Reads and writes the query string of an address. Every page has the same rules: an invalid value is refused with the
//! name of its part and the valid values.

use crate::{calendar::number_of, error::Error};
use std::fmt::{Display, Write as _};

/// The longest text in an address, in characters.
pub const LONGEST_TEXT: usize = 200;

/// The names and values of a query string, with or without its question mark. Values are trimmed, empty ones left out.
pub fn parts(address: &str) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(address.trim_start_matches('?').as_bytes())
        .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
        .filter(|(_, value)| !value.is_empty())
}

/// The value of a part as it was typed, valid or not. Empty if the part is missing.
#[must_use]
pub fn typed(address: &str, name: &str) -> String {
    let mut pairs = form_urlencoded::parse(address.trim_start_matches('?').as_bytes());
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// A path followed by a query string of these pairs.
#[must_use]
pub fn address<'a>(path: &str, pairs: impl IntoIterator<Item = &'a (&'static str, String)>) -> String {
    let mut address = String::from(path);
    for (index, (name, value)) in pairs.into_iter().enumerate() {
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        let _ = write!(address, "{}{name}={value}", if index == 0 { '?' } else { '&' });
    }
    address
}

/// A query string with its question mark, without some of its parts and with others added; empty if there is none left.
#[must_use]
pub fn replaced(query: &str, dropped: &[&str], added: &[(&str, &str)]) -> String {
    let kept = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
    let kept = kept.filter(|(name, _)| !dropped.contains(&name.as_ref()));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).extend_pairs(added).finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

/// The error for an invalid value.
pub fn unknown(name: &str, value: &str, known: impl Display) -> Error {
    let shown: String = value.chars().take(40).flat_map(char::escape_debug).collect();
    Error::bad_address(name, format!("{name} can't be “{shown}” in this address. It may be: {known}."))
}

/// Reads text on one line.
pub fn plain(name: &str, value: &str) -> Result<String, Error> {
    if value.chars().any(char::is_control) || value.chars().count() > LONGEST_TEXT {
        return Err(unknown(name, value, "text on one line without control characters"));
    }
    Ok(value.to_owned())
}

/// Reads yes or no. Browsers send a ticked checkbox without a `value` as `on`.
pub fn flag(name: &str, value: &str) -> Result<bool, Error> {
    match value {
        "true" | "on" => Ok(true),
        "false" => Ok(false),
        _ => Err(unknown(name, value, "true, false")),
    }
}

/// Reads a day of the calendar, `2024-01-05`. It stays text, which sorts like days, because the browser's half has no
/// calendar of chrono.
pub fn day(name: &str, value: &str) -> Result<String, Error> {
    if number_of(value).is_none() {
        return Err(unknown(name, value, "a day such as 2024-01-05"));
    }
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_address_is_read_back() {
        let pairs = [("q", "Ки &=?".to_owned()), ("page", "3".to_owned())];
        let written = address("/clients", &pairs);
        assert_eq!(written, "/clients?q=%D0%9A%D0%B8+%26%3D%3F&page=3");
        let read: Vec<_> = parts(written.split_once('?').unwrap().1).collect();
        assert_eq!(read, pairs.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn parts_of_a_query_string_are_replaced_and_the_others_stay() {
        let query = "?from=2024-01-01&form=credit&q=%D0%9A+%26";
        assert_eq!(replaced(query, &["form", "answer"], &[]), "?from=2024-01-01&q=%D0%9A+%26");
        assert_eq!(replaced("form=credit", &["form"], &[("form", "top-up")]), "?form=top-up");
        assert_eq!(replaced("?form=credit", &["form"], &[]), "");
    }

    #[test]
    fn only_days_of_the_calendar_are_days() {
        assert!(day("from", "2024-02-29").is_ok());
        for wrong in
            ["2023-02-29", "2024-02-31", "2024-13-01", "2024-00-10", "2024-1-1", "24-01-01", "2024-01-05x", "ааааа"]
        {
            assert!(day("from", wrong).is_err(), "{wrong}");
        }
    }
}
