//! Rules of fields: how a value is read, written and described. A table of fields names a rule for each.

use super::{
    LineError,
    record::{Field, Record, is_currency, is_email, is_language},
};
use crate::ids::ClientId;
use std::{marker::PhantomData, ops::RangeInclusive, str::FromStr};
use values::{
    Money,
    labelled_enum::Labelled,
    time::{self, Moment},
};

/// A rule of a field. Rules are types without values, so that a table can name them in a column of its own.
pub trait Rule {
    /// The value that is read.
    type Value;

    /// Whether the value is an amount of money.
    const IS_MONEY: bool = false;

    /// Reads the field of a record.
    ///
    /// # Errors
    /// A refusal that names the field, and what is wrong with it.
    fn read(record: &mut Record, field: &str) -> Field<Self::Value>;

    /// The shape of the values in calls, for the description of the API.
    fn shape() -> Shape;

    /// The value as files and forms have it.
    fn written(value: &Self::Value) -> String;

    /// The value as people read it.
    fn shown(value: &Self::Value) -> String {
        Self::written(value)
    }

    /// The words and labels of a rule with few values.
    fn choices() -> Option<Vec<(String, String)>> {
        None
    }

    /// Converts a value that was typed into a form to the file's format.
    ///
    /// # Errors
    /// The message says how to write it.
    fn typed(text: String) -> Result<String, String> {
        Ok(text)
    }
}

/// The shape of a field's values in calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text {
        /// The most characters.
        longest: Option<usize>,
        /// The pattern, as a regular expression.
        pattern: Option<String>,
    },
    /// A whole number of 64 bits.
    Large(RangeInclusive<i64>),
    /// A whole number of 32 bits.
    Small(RangeInclusive<i32>),
    /// `true` or `false`.
    Truth,
}

impl Shape {
    fn up_to(longest: usize) -> Self {
        Self::Text { longest: Some(longest), pattern: None }
    }

    fn matching(pattern: impl Into<String>) -> Self {
        Self::Text { longest: None, pattern: Some(pattern.into()) }
    }
}

/// The largest id. Programs that read numbers as floats can't tell larger ones apart.
pub(crate) const LARGEST_ID: i64 = (1 << 53) - 1;

/// A client's id.
pub struct Id;

impl Rule for Id {
    type Value = ClientId;

    fn read(record: &mut Record, field: &str) -> Field<ClientId> {
        Ok(record.whole_number(field, 1..=LARGEST_ID)?.map(ClientId))
    }

    fn shape() -> Shape {
        Shape::Large(1..=LARGEST_ID)
    }

    fn written(value: &ClientId) -> String {
        value.to_string()
    }
}

/// A number that counts something, from 0.
pub struct Count;

impl Rule for Count {
    type Value = i32;

    fn read(record: &mut Record, field: &str) -> Field<i32> {
        let count = record.whole_number(field, 0..=i64::from(i32::MAX))?;
        Ok(count.and_then(|count| i32::try_from(count).ok()))
    }

    fn shape() -> Shape {
        Shape::Small(0..=i32::MAX)
    }

    fn written(value: &i32) -> String {
        value.to_string()
    }
}

/// `true` or `false`.
pub struct Truth;

impl Rule for Truth {
    type Value = bool;

    fn read(record: &mut Record, field: &str) -> Field<bool> {
        record.boolean(field)
    }

    fn shape() -> Shape {
        Shape::Truth
    }

    fn written(value: &bool) -> String {
        value.to_string()
    }
}

/// A rule for texts: its name, its documentation, how it is read and what it looks like.
macro_rules! text_rules {
    ($(
        $(#[$doc:meta])*
        $name:ident $(<$longest:ident>)?, $read:expr, $shape:expr;
    )+) => {
        $(
            $(#[$doc])*
            pub struct $name $(<const $longest: usize>)?;

            impl $(<const $longest: usize>)? Rule for $name $(<$longest>)? {
                type Value = String;

                fn read(record: &mut Record, field: &str) -> Field<String> {
                    // Tells the compiler the closure's types.
                    let read: fn(&mut Record, &str) -> Field<String> = $read;
                    read(record, field)
                }

                fn shape() -> Shape {
                    $shape
                }

                fn written(value: &String) -> String {
                    value.clone()
                }
            }
        )+
    };
}

const LONGEST_LOGIN: usize = 32;
const LONGEST_EMAIL: usize = 254;
const LONGEST_LANGUAGE: usize = 35;
/// Longer than any code, so that a refusal says what a code looks like.
const LONGEST_CURRENCY: usize = 250;

text_rules! {
    /// A text of one line, of up to so many characters.
    Text<LONGEST>, |record, field| record.text(field, LONGEST), Shape::up_to(LONGEST);

    /// A text of several lines, of up to so many characters.
    Lines<LONGEST>, |record, field| record.lines(field, LONGEST), Shape::up_to(LONGEST);

    /// A phone number that somebody signs in with.
    Login,
    |record, field| {
        let reason = "is not a phone number: digits, with a + before them or not";
        record.checked(field, LONGEST_LOGIN, is_login, reason)
    },
    Shape::Text { longest: Some(LONGEST_LOGIN), pattern: Some(r"^\+?[0-9]+$".to_owned()) };

    /// An email address.
    Email,
    |record, field| record.checked(field, LONGEST_EMAIL, is_email, "is not an email address"),
    Shape::up_to(LONGEST_EMAIL);

    /// A language tag of BCP 47.
    Language,
    |record, field| {
        let reason = "is not a language tag such as en, uk or pt-BR";
        record.checked(field, LONGEST_LANGUAGE, is_language, reason)
    },
    Shape::up_to(LONGEST_LANGUAGE);

    /// A currency's code.
    CurrencyCode,
    |record, field| {
        let reason = "is not a currency's code in ISO 4217, such as EUR";
        record.checked(field, LONGEST_CURRENCY, is_currency, reason)
    },
    Shape::matching("^[A-Z]{3}$");
}

fn is_login(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A word of an enumeration.
pub struct Word<W>(PhantomData<W>);

impl<W: Labelled + FromStr<Err = String>> Rule for Word<W> {
    type Value = W;

    fn read(record: &mut Record, field: &str) -> Field<W> {
        record.word(field)
    }

    fn shape() -> Shape {
        let words: Vec<_> = W::ALL.iter().map(|word| word.word()).collect();
        Shape::matching(format!("^({})?$", words.join("|")))
    }

    fn written(value: &W) -> String {
        value.word().to_owned()
    }

    fn shown(value: &W) -> String {
        value.label().to_owned()
    }

    fn choices() -> Option<Vec<(String, String)>> {
        Some(W::ALL.iter().map(|word| (Self::written(word), Self::shown(word))).collect())
    }
}

/// A moment from the year 2000 to a day ahead.
pub struct Time;

impl Rule for Time {
    type Value = Moment;

    fn read(record: &mut Record, field: &str) -> Field<Moment> {
        record.moment(field)
    }

    fn shape() -> Shape {
        Shape::matching(
            "^([0-9]{4}(-[0-9]{2}){2}[Tt ]([0-9]{2}:){2}[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$",
        )
    }

    fn written(value: &Moment) -> String {
        value.to_rfc3339()
    }

    fn shown(value: &Moment) -> String {
        time::show(*value)
    }
}

/// An amount of money.
pub struct Amount;

impl Rule for Amount {
    type Value = Money;

    const IS_MONEY: bool = true;

    fn read(record: &mut Record, field: &str) -> Field<Money> {
        record.money(field)
    }

    fn shape() -> Shape {
        Shape::matching(r"^(-?0*[0-9]{1,12}(\.[0-9]{1,4})?)?$")
    }

    fn written(value: &Money) -> String {
        value.to_string()
    }

    fn typed(text: String) -> Result<String, String> {
        plain_amount(&text)
    }
}

/// An amount of money that isn't below zero.
pub struct AmountFromZero;

impl Rule for AmountFromZero {
    type Value = Money;

    const IS_MONEY: bool = true;

    fn read(record: &mut Record, field: &str) -> Field<Money> {
        record.money_from_zero(field)
    }

    fn shape() -> Shape {
        Shape::matching(r"^(0*[0-9]{1,12}(\.[0-9]{1,4})?)?$")
    }

    fn written(value: &Money) -> String {
        value.to_string()
    }

    fn typed(text: String) -> Result<String, String> {
        plain_amount(&text)
    }
}

/// Reads an amount as people type it. An empty field is an unknown amount.
fn plain_amount(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Ok(String::new()) } else { Money::typed(text).map(|amount| amount.to_string()) }
}

/// Reads a field that a record must have.
///
/// # Errors
/// A refusal of the rule, or because the field is unknown.
pub fn required<R: Rule>(record: &mut Record, field: &str) -> Result<R::Value, LineError> {
    let value = R::read(record, field)?;
    record.require(field, value)
}
