//! The country of a phone number, and the operator that its range is assigned to.
//!
//! A table has the operators by prefix. A migration fills it, and an import ([`record`], [`store`]) adds to it. A
//! ported number still counts for its first operator.

pub mod record;
pub mod store;

use std::collections::HashMap;
use values::country::country_name;

/// A number's country and operator. Both are empty when unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// The operator's name.
    pub operator: String,
}

/// The operators by prefix, in memory.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    operators: HashMap<String, Home>,
    /// The length of the longest prefix.
    longest: usize,
}

/// The number of digits with the country calling code: the maximum is that of E.164. Shorter numbers are services of a
/// network, without a country.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

impl Numbers {
    /// Takes operators by prefix: digits that begin with the country calling code.
    #[must_use]
    pub fn new(operators: HashMap<String, Home>) -> Self {
        let longest = operators.keys().map(String::len).max().unwrap_or(0);
        Self { operators, longest }
    }

    /// The country and operator of a number, written as `+380...`, `380...` or `00380...`. The longest prefix wins.
    #[must_use]
    pub fn find(&self, number: &str) -> Home {
        let Some(digits) = international(number) else { return Home::default() };
        let longest = self.longest.min(digits.len());
        let operator = (1..=longest).rev().find_map(|length| self.operators.get(&digits[..length]));
        operator.cloned().unwrap_or_else(|| Home { country: country(digits), operator: String::new() })
    }
}

/// A number's digits with the country calling code.
fn international(number: &str) -> Option<&str> {
    let number = number.trim();
    let digits = number.strip_prefix('+').or_else(|| number.strip_prefix("00")).unwrap_or(number);
    // No country calling code begins with 0, so this is a national number.
    let is_valid =
        DIGITS.contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    is_valid.then_some(digits)
}

fn country(digits: &str) -> String {
    let number = phonenumber::parse(None, format!("+{digits}")).ok();
    let country = number.and_then(|number| number.country().id());
    country.map(|country| country.as_ref().to_owned()).filter(|code| country_name(code).is_some()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
