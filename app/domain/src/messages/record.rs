//! Reads a record as a line about a message. Checks the fields of the message file.

use super::message::{Facts, MessageLine, Receipt};
use crate::intake::{
    LineError, quote,
    record::Record,
    rule::{Id, required},
};
use values::{Money, country::is_country};

/// The names of a message's fields in files and calls.
pub const FIELDS: &[&str] = &[
    "id",
    "client_id",
    "mailing",
    "channel",
    "sender_id",
    "country",
    "operator",
    "parts",
    "cost",
    "sent_at",
    "status",
    "status_at",
];

/// The fields with the facts of a message. A line without any of them has a receipt alone.
const FACTS: &[&str] = &["mailing", "channel", "sender_id", "country", "operator", "parts", "cost", "sent_at"];

/// The longest id, mailing and operator, in characters.
pub(crate) const NAME: usize = 100;

/// The longest sender ID, in characters.
pub(crate) const SENDER_ID: usize = 20;

/// The most parts of a message.
pub(crate) const PARTS: i64 = 255;

/// The highest cost of a message. More than a million is a typing error.
const HIGHEST_COST: Money = Money(1_000_000 * 10_000);

/// Reads a line: a message with its receipt, or a receipt alone.
pub fn parse(mut record: Record) -> Result<MessageLine, LineError> {
    let record = &mut record;
    let receipt_alone = !FACTS.iter().any(|field| record.has(field));
    let line = record.line();
    let id = record.text("id", NAME)?;
    let id = record.require("id", id)?;
    let client_id = required::<Id>(record, "client_id")?;
    let facts = if receipt_alone { None } else { Some(facts(record)?) };
    let status = record.word("status")?;
    let status = record.require("status", status)?;
    let at = record.moment("status_at")?.or(facts.as_ref().map(|facts| facts.sent_at));
    let at = record.require("status_at", at)?;
    Ok(MessageLine { line, client_id, id, facts, receipt: Receipt { status, at } })
}

fn facts(record: &mut Record) -> Result<Facts, LineError> {
    let channel = record.word("channel")?;
    let parts = record.whole_number("parts", 1..=PARTS)?.and_then(|parts| i16::try_from(parts).ok());
    let cost = record.money_from_zero("cost")?;
    let sent_at = record.moment("sent_at")?;
    if let Some(cost) = cost.filter(|cost| *cost > HIGHEST_COST) {
        let reason = format!("{} is more than {HIGHEST_COST} for one message", quote(&cost.to_string()));
        return Err(record.refuse("cost", reason));
    }
    Ok(Facts {
        mailing: record.text("mailing", NAME)?.unwrap_or_default(),
        channel: record.require("channel", channel)?,
        sender_id: record.text("sender_id", SENDER_ID)?.unwrap_or_default(),
        country: record
            .checked("country", NAME, is_country, "is not a country's code in ISO 3166, such as UA")?
            .unwrap_or_default(),
        operator: record.text("operator", NAME)?.unwrap_or_default(),
        parts: record.require("parts", parts)?,
        cost: record.require("cost", cost)?,
        sent_at: record.require("sent_at", sent_at)?,
    })
}

#[cfg(test)]
mod tests;
