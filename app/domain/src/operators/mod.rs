//! Where a number belongs: its country, and the operator that its range was allotted to. Native only.
//!
//! Operators are rows of a table, by what their numbers begin with; an import (`record.rs`, `store.rs`) adds to those
//! that are there from the start. A number that was taken along to another operator is still counted for the first.

pub mod record;
pub mod store;

use std::collections::HashMap;
use values::country::country_name;

/// Where a number belongs. Both are empty when unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// The operator's name.
    pub operator: String,
}

/// What numbers begin with, in memory.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    operators: HashMap<String, Home>,
    /// The length of the longest prefix.
    longest: usize,
}

/// The fewest digits of a number with its country's code, and the most by E.164. Shorter ones are services of a
/// network, which belong to no country.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

impl Numbers {
    /// Operators by what their numbers begin with: digits, the country's code first.
    #[must_use]
    pub fn new(operators: HashMap<String, Home>) -> Self {
        let longest = operators.keys().map(String::len).max().unwrap_or(0);
        Self { operators, longest }
    }

    /// Where a number belongs, written as `+380...`, `380...` or `00380...`. Of several prefixes the longest decides.
    #[must_use]
    pub fn find(&self, number: &str) -> Home {
        let Some(digits) = international(number) else { return Home::default() };
        let longest = self.longest.min(digits.len());
        let operator = (1..=longest).rev().find_map(|length| self.operators.get(&digits[..length]));
        operator.cloned().unwrap_or_else(|| Home { country: country(digits), operator: String::new() })
    }
}

/// A number's digits, the country's code first.
fn international(number: &str) -> Option<&str> {
    let number = number.trim();
    let digits = number.strip_prefix('+').or_else(|| number.strip_prefix("00")).unwrap_or(number);
    // No country's code begins with 0: that is a number as it is dialled at home.
    let sound =
        DIGITS.contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    sound.then_some(digits)
}

fn country(digits: &str) -> String {
    let number = phonenumber::parse(None, format!("+{digits}")).ok();
    let country = number.and_then(|number| number.country().id());
    country.map(|country| country.as_ref().to_owned()).filter(|code| country_name(code).is_some()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
