//! Exact amounts of money.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An amount in ten-thousandths of its account's currency: `Money(12_500)` is 1.25.
///
/// It is an integer, so that no sum is ever rounded. The currency belongs to the account. [`fmt::Display`] writes plain
/// digits for files (`-1234.5`), which [`FromStr`] reads, and [`Money::grouped`] writes text for people
/// (`-1,234.5000`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
pub struct Money(pub i64);

/// Ten-thousandths per unit of currency.
const SCALE: u64 = 10_000;

/// The largest amount that is read: 12 digits before the point. Hundreds of them can be added without overflow.
const LARGEST: Money = Money(9_999_999_999_999_999);

/// The reason why a text isn't an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// More than digits, an optional minus and one decimal point.
    #[error("is not an amount: write plain digits such as 1234.5")]
    NotANumber,
    /// A fifth decimal, which would have to be rounded.
    #[error("has more than four decimals")]
    TooPrecise,
    /// A trillion or more, above or below zero.
    #[error("is too large: an amount has at most 12 digits before the point")]
    TooLarge,
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) {
            return Err(MoneyError::NotANumber);
        }
        if decimals.len() > 4 {
            return Err(MoneyError::TooPrecise);
        }
        let value = format!("{whole}{decimals:0<4}").parse::<i64>().ok().filter(|value| *value <= LARGEST.0);
        let value = value.ok_or(MoneyError::TooLarge)?;
        Ok(Self(if negative { -value } else { value }))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let decimals = format!("{:04}", magnitude % SCALE);
        let decimals = decimals.trim_end_matches('0');
        write!(f, "{}{}", if self.0 < 0 { "-" } else { "" }, magnitude / SCALE)?;
        if decimals.is_empty() { Ok(()) } else { write!(f, ".{decimals}") }
    }
}

impl Money {
    /// The amount for people, with separated thousands. It always has four decimals, so that columns align.
    #[must_use]
    pub fn grouped(self) -> String {
        let magnitude = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:04}", group_thousands(magnitude / SCALE), magnitude % SCALE)
    }

    /// Reads an amount that a person typed: digits with a point or a comma before at most four decimals.
    ///
    /// # Errors
    /// The message says what is wrong and how to write it. `1,234.56` is refused too, because either sign could be the
    /// decimal point.
    pub fn typed(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Type an amount.".to_owned());
        }
        let signs = text.matches([',', '.']).count();
        if signs > 1 {
            return Err("Type the amount without signs between the thousands: 1234.56 or 1234,56.".to_owned());
        }
        text.replace(',', ".").parse().map_err(|problem| match problem {
            MoneyError::NotANumber => "Type digits, with a point or comma before the decimals: 1234.56.".to_owned(),
            MoneyError::TooPrecise => "An amount has at most four decimals.".to_owned(),
            MoneyError::TooLarge => "This amount is too large: at most 12 digits before the decimals.".to_owned(),
        })
    }

    /// The amount with its currency, for sentences and buttons: `1,000.00 EUR`. Trailing zeros are left out from the
    /// third decimal on.
    #[must_use]
    pub fn named(self, currency: &str) -> String {
        let text = self.grouped();
        format!("{} {currency}", text.strip_suffix("00").unwrap_or(&text))
    }

    /// The sum, or `None` on overflow.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

/// Separates thousands with commas: `1234567` is `1,234,567`.
#[must_use]
pub fn group_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_exactly_and_other_text_is_refused() {
        assert_eq!("1234.5".parse(), Ok(Money(12_345_000)));
        assert_eq!("-0.0001".parse(), Ok(Money(-1)));
        assert_eq!("0.00001".parse::<Money>(), Err(MoneyError::TooPrecise));
        assert_eq!("-0999999999999.9999".parse(), Ok(Money(-LARGEST.0)));
        for text in ["1000000000000", "-1000000000000", "922337203685478.0000", "99999999999999999999"] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::TooLarge), "{text:?}");
        }
        for text in ["", "-", ".5", "5.", "1,5", "1e9", "NaN", "+5", " 5", "--5", "1.2.3", "٣"] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::NotANumber), "{text:?}");
        }
    }

    #[test]
    fn people_read_groups_of_three_and_four_decimals() {
        assert_eq!(Money(-12_345_678_900).grouped(), "-1,234,567.8900");
        assert_eq!(Money(0).grouped(), "0.0000");
        assert_eq!(Money(i64::MIN).grouped(), "-922,337,203,685,477.5808");
    }

    #[test]
    fn typed_amounts_take_a_point_or_a_comma_and_never_guess() {
        assert_eq!(Money::typed(" 1234,5 "), Ok(Money(12_345_000)));
        assert_eq!(Money::typed("1234.5678"), Ok(Money(12_345_678)));
        assert_eq!(Money::typed("-3"), Ok(Money(-30_000)));
        for (text, expected) in [
            ("", "Type an amount"),
            ("1,234.56", "without signs between the thousands"),
            ("1.234.567", "without signs between the thousands"),
            ("1 234", "Type digits"),
            ("1e9", "Type digits"),
            ("NaN", "Type digits"),
            ("€5", "Type digits"),
            ("1.23456", "at most four decimals"),
            ("99999999999999999999", "too large"),
            ("1000000000000", "at most 12 digits"),
        ] {
            let refused = Money::typed(text).expect_err(text);
            assert!(refused.contains(expected), "{text}: {refused}");
        }
    }

    #[test]
    fn sentences_name_an_amount_with_its_currency() {
        assert_eq!(Money(10_000_000).named("EUR"), "1,000.00 EUR");
        assert_eq!(Money(-12_345).named("UAH"), "-1.2345 UAH");
    }

    proptest! {
        #[test]
        fn a_written_amount_is_read_back(value in -LARGEST.0..=LARGEST.0) {
            prop_assert_eq!(Money(value).to_string().parse::<Money>(), Ok(Money(value)));
        }
    }
}
