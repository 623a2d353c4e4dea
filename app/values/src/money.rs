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

    /// Reads an amount that a person typed or copied from a page: `1,234.56`, `1 234,56`, `1.234,56`, `12,5`.
    ///
    /// # Errors
    /// The message says what is wrong and how to write it. `1,234` is refused, since its comma could separate thousands
    /// or decimals.
    pub fn typed(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Enter an amount.".to_owned());
        }
        plain_digits(text)?.parse().map_err(|problem| match problem {
            MoneyError::NotANumber => {
                "Type digits for the amount, with a point or comma before the decimals: 1234.56.".to_owned()
            }
            MoneyError::TooPrecise => "An amount has at most four decimals.".to_owned(),
            MoneyError::TooLarge => "This amount is too large: at most 12 digits before the decimals.".to_owned(),
        })
    }

    /// The amount in plain digits that [`Money::typed`] reads, for the first value of a field.
    #[must_use]
    pub fn for_field(self) -> String {
        let text = self.to_string();
        // Three decimals could be thousands.
        if self.0 % 10 == 0 && self.0 % 100 != 0 { format!("{text}0") } else { text }
    }

    /// The amount with its currency, for sentences and buttons: `1,000.00 EUR`. Trailing zeros are left out from the
    /// third decimal on.
    #[must_use]
    pub fn named(self, currency: &str) -> String {
        let text = self.grouped();
        format!("{} {currency}", text.strip_suffix("00").unwrap_or(&text))
    }

    /// The amount with its sign and currency, for what a button does: `+51.6577 UAH`, `-10.00 UAH`.
    #[must_use]
    pub fn signed(self, currency: &str) -> String {
        let plus = if self.0 > 0 { "+" } else { "" };
        format!("{plus}{}", self.named(currency))
    }

    /// The sum, or `None` on overflow.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

/// Leaves out the signs between thousands, and writes the decimal sign as a point. Text that isn't a number stays one
/// that isn't.
fn plain_digits(text: &str) -> Result<String, String> {
    let (minus, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, decimals) = match digits.rsplit_once([',', '.']) {
        // A sign that is there twice separates thousands.
        Some((whole, decimals)) if !whole.contains(&digits[whole.len()..digits.len() - decimals.len()]) => {
            (whole, Some(decimals))
        }
        _ => (digits, None),
    };
    let joined: String = whole.chars().filter(|sign| !is_separator(*sign)).collect();
    if joined.len() < whole.len() && !is_grouped(whole) {
        return Err("Thousands have three digits each: type 1,234,567.89 or 1234567.89.".to_owned());
    }
    let Some(decimals) = decimals else { return Ok(format!("{minus}{joined}")) };
    if joined == whole && decimals.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0') {
        return Err(format!(
            "This could be {minus}{whole}{decimals} or {minus}{whole}.{decimals}: type {minus}{whole}{decimals} or \
             {minus}{whole}.{decimals}0."
        ));
    }
    Ok(format!("{minus}{joined}.{decimals}"))
}

/// Whether a sign can stand between thousands: a comma, a point, or a blank, also one that keeps lines together.
fn is_separator(sign: char) -> bool {
    matches!(sign, ',' | '.' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// Whether a whole number has one kind of sign between its thousands, each of three digits.
fn is_grouped(whole: &str) -> bool {
    let kind = |sign: char| if matches!(sign, ',' | '.') { sign } else { ' ' };
    let mut signs = whole.chars().filter(|sign| is_separator(*sign)).map(kind);
    let first = signs.next();
    signs.all(|sign| Some(sign) == first)
        && whole.split(is_separator).enumerate().all(|(index, group)| match index {
            0 => (1..=3).contains(&group.len()),
            _ => group.len() == 3,
        })
}

/// Separates thousands with commas: `1234567` is `1,234,567`.
#[must_use]
pub fn group_thousands(number: u64) -> String {
    group_digits(&number.to_string())
}

/// A sum of many amounts, in ten-thousandths, as [`Money::grouped`] writes one. It may exceed [`Money`].
#[must_use]
pub fn grouped_sum(sum: i128) -> String {
    let (magnitude, scale) = (sum.unsigned_abs(), u128::from(SCALE));
    let sign = if sum < 0 { "-" } else { "" };
    format!("{sign}{}.{:04}", group_digits(&(magnitude / scale).to_string()), magnitude % scale)
}

fn group_digits(digits: &str) -> String {
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
    fn a_sum_beyond_an_amount_is_written_like_one() {
        assert_eq!(grouped_sum(-12_345_678_900), Money(-12_345_678_900).grouped());
        assert_eq!(grouped_sum(i128::from(i64::MAX) * 10), "9,223,372,036,854,775.8070");
    }

    #[test]
    fn typed_amounts_are_taken_as_pages_and_people_write_them() {
        for (text, expected) in [
            (" 1234,5 ", 12_345_000),
            ("1234.5678", 12_345_678),
            ("-3", -30_000),
            ("12,5", 125_000),
            ("0,125", 1_250),
            ("1,234.56", 12_345_600),
            ("1.234,56", 12_345_600),
            ("1,234.5600", 12_345_600),
            ("-1,234,567.8900", -12_345_678_900),
            ("1,234,567", 12_345_670_000),
            ("1 000", 10_000_000),
            ("1\u{a0}000,5", 10_005_000),
            ("1\u{202f}234\u{202f}567,891", 12_345_678_910),
            ("1234,567", 12_345_670),
        ] {
            assert_eq!(Money::typed(text), Ok(Money(expected)), "{text:?}");
        }
    }

    #[test]
    fn typed_amounts_that_could_mean_two_things_are_refused() {
        for (text, expected) in [
            ("", "Enter an amount"),
            ("1,234", "This could be 1234 or 1.234: type 1234 or 1.2340."),
            ("1.234", "This could be 1234 or 1.234: type 1234 or 1.2340."),
            ("-12,000", "This could be -12000 or -12.000: type -12000 or -12.0000."),
            ("1,23,456", "three digits each"),
            ("1 23", "three digits each"),
            ("1234 567", "three digits each"),
            ("1,234 567.5", "three digits each"),
            ("1,234.567.89", "three digits each"),
            (",5", "Type digits"),
            ("5.", "Type digits"),
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
        assert_eq!(Money(516_577).signed("UAH"), "+51.6577 UAH");
        assert_eq!(Money(-100_000).signed("UAH"), "-10.00 UAH");
    }

    proptest! {
        #[test]
        fn a_written_amount_is_read_back(value in -LARGEST.0..=LARGEST.0) {
            prop_assert_eq!(Money(value).to_string().parse::<Money>(), Ok(Money(value)));
        }

        #[test]
        fn what_a_page_shows_is_read_back_as_the_same_money(value in -LARGEST.0..=LARGEST.0, places in 0u32..12) {
            let money = Money(value / 10i64.pow(places));
            let shown = money.grouped();
            let with_blanks = |blank: &str| shown.replace(',', blank).replace('.', ",");
            let named = money.named("");
            let written = [&shown, &with_blanks(" "), &with_blanks("\u{a0}"), &with_blanks("\u{202f}"), &named];
            for text in written {
                prop_assert_eq!(Money::typed(text), Ok(money), "{}", text);
            }
            prop_assert_eq!(Money::typed(&money.for_field()), Ok(money));
        }

        #[test]
        fn no_text_stops_the_reader(text in "[-0-9., \u{a0}a]{0,20}|.*") {
            let _ = Money::typed(&text);
        }
    }
}
