//! A record into a client: the fields of the client file, and what each may hold.

use super::{
    Refusal,
    field::{Record, is_currency, is_email, is_language},
};
use crate::{
    clients::{BillingMode, store::client},
    values::Money,
};

/// The fields of a client, by the names that files and calls use.
pub const FIELDS: &[&str] = &[
    "id",
    "login",
    "company",
    "name",
    "site",
    "email",
    "email_accounting",
    "region",
    "language",
    "activity_type",
    "property_type",
    "postal_address",
    "registered_at",
    "last_login_at",
    "login_attempts",
    "activation",
    "referer",
    "channel",
    "channel_source",
    "sms_price",
    "billing_mode",
    "currency",
    "balance",
    "credit",
    "sms_subscription",
];

/// The largest id: above it, programs that keep numbers as floats mistake one client for another.
pub(super) const LARGEST_ID: i64 = (1 << 53) - 1;

/// Most characters of names and the like, of addresses on the web, and of what may go over several lines.
const NAME: usize = 250;
const ADDRESS: usize = 2_000;
const LINES: usize = 2_000;

/// Reads a client. A field that is unknown takes its default, since a record says all there is to say.
pub fn parse(mut record: Record) -> Result<client::Model, Refusal> {
    let record = &mut record;
    let id = record.whole_number("id", 1..=LARGEST_ID)?;
    let id = record.require("id", id)?;
    let login = record.checked("login", 32, is_login, "is not a phone number: digits, with a + before them or not")?;
    let login = record.require("login", login)?;
    let email = |record: &mut Record, field| record.checked(field, 254, is_email, "is not an e-mail address");
    let currency = |text: &str| is_currency(text);
    Ok(client::Model {
        id,
        login,
        company: record.lines("company", NAME)?,
        name: record.lines("name", NAME)?,
        site: record.text("site", ADDRESS)?,
        email: email(record, "email")?,
        email_accounting: email(record, "email_accounting")?,
        region: record.lines("region", NAME)?,
        language: record
            .checked("language", 35, is_language, "is not a language tag such as en, uk or pt-BR")?
            .unwrap_or_else(|| "en".to_owned()),
        activity_type: record.lines("activity_type", NAME)?,
        property_type: record.word("property_type")?,
        postal_address: record.lines("postal_address", LINES)?,
        registered_at: record.moment("registered_at")?,
        last_login_at: record.moment("last_login_at")?,
        login_attempts: record
            .whole_number("login_attempts", 0..=i64::from(i32::MAX))?
            .and_then(|attempts| i32::try_from(attempts).ok())
            .unwrap_or_default(),
        activation: record.word("activation")?,
        referer: record.text("referer", ADDRESS)?,
        channel: record.text("channel", NAME)?,
        channel_source: record.text("channel_source", NAME)?,
        sms_price: record.money_from_zero("sms_price")?,
        billing_mode: record.word("billing_mode")?.unwrap_or(BillingMode::Sent),
        currency: {
            let reason = "is not a currency's code in ISO 4217, such as EUR";
            let code = record.checked("currency", NAME, currency, reason)?;
            record.require("currency", code)?
        },
        balance: record.money("balance")?.unwrap_or(Money(0)),
        credit: record.money_from_zero("credit")?.unwrap_or(Money(0)),
        sms_subscription: record.truth("sms_subscription")?.unwrap_or(false),
    })
}

fn is_login(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
