//! The client's history, from the audit record. Native only.

use super::HistoryEntry;
use domain::{
    audit::{self, RecordedEntry},
    clients::fields::TABLE,
    database::Database,
    ids::{AuditId, ClientId},
};
use serde_json::{Map, Value};
use values::{Money, error::Error, time};

/// The entries of a page.
const ENTRIES: u64 = 20;

/// The one amount in the audit record that isn't a client's field: that of a booking.
const BOOKED: &str = "amount";

/// Reads the changes to a client before an entry or up to now, newest first, and the number that older entries are
/// before.
pub async fn of_client(
    database: &Database,
    client_id: ClientId,
    before: Option<AuditId>,
) -> Result<(Vec<HistoryEntry>, Option<AuditId>), Error> {
    let mut found = audit::of_client(database, client_id, before, ENTRIES + 1).await?;
    let more = found.len() as u64 > ENTRIES;
    found.truncate(usize::try_from(ENTRIES).unwrap_or(usize::MAX));
    let older = found.last().filter(|_| more).map(|entry| entry.id);
    Ok((found.into_iter().map(entry).collect(), older))
}

fn entry(audited: RecordedEntry) -> HistoryEntry {
    let (before, after) = (fields(audited.before), fields(audited.after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let changes =
        names.into_iter().map(|name| (label(name), shown(name, before.get(name)), shown(name, after.get(name))));
    HistoryEntry {
        at: time::show(audited.at),
        who: audited.administrator_login,
        changes: changes.collect(),
        action: audited.action,
    }
}

fn fields(json: Option<String>) -> Map<String, Value> {
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// The label of a field: `SMS price` for `sms_price`.
fn label(name: &str) -> String {
    let words = name.replace('_', " ").replace("sms", "SMS");
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn shown(name: &str, value: Option<&Value>) -> Option<String> {
    let is_money = name == BOOKED || TABLE.iter().any(|field| field.is_money && field.name == name);
    match value? {
        Value::Null => None,
        // Imports record ten-thousandths.
        Value::Number(number) if is_money => number.as_i64().map(|value| Money(value).grouped()),
        Value::String(text) if is_money => Some(text.parse().map_or_else(|_| text.clone(), Money::grouped)),
        Value::String(text) => Some(text.clone()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_what_it_changed_from_what_to_what() {
        let audited = RecordedEntry {
            id: AuditId(1),
            at: time::now(),
            administrator_login: "olena".into(),
            action: "edit profile".into(),
            before: Some(r#"{"company":null,"sms_price":12500,"sms_subscription":false}"#.into()),
            after: Some(r#"{"company":"Blue","sms_price":"2.5","sms_subscription":true}"#.into()),
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            entry(audited).changes,
            [
                ("Company".to_owned(), None, text("Blue")),
                ("SMS price".to_owned(), text("1.2500"), text("2.5000")),
                ("SMS subscription".to_owned(), text("no"), text("yes")),
            ]
        );
    }
}
