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
        action: done(audited.action, &after),
    }
}

/// The action as the end of a sentence that begins with its author: `reversed transaction 123`.
fn done(action: String, after: &Map<String, Value>) -> String {
    let text =
        |field: &str| after.get(field).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let named = |verb: &str| format!("{verb} {}", text("name").unwrap_or_else(|| "a name".to_owned()));
    let done = match action.as_str() {
        "edit profile" => "edited the profile",
        "set SMS subscription" => "set the SMS subscription",
        "set credit" => "set the credit",
        "top up" => "topped up the account",
        "correct" => "corrected the balance",
        "reverse" => match text("reverses") {
            Some(of) => return format!("reversed transaction {of}"),
            None => "reversed a transaction",
        },
        "import client" => "imported the client",
        "add names" => "added names",
        "edit name" => return named("edited"),
        "check name" => return named("checked"),
        "reject name" => return named("rejected"),
        "retire name" => return named("retired"),
        "remove name" => return named("removed"),
        "return name to New" => return format!("{} to New", named("returned")),
        _ => return action,
    };
    done.to_owned()
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
        assert_eq!(entry(audited.clone()).action, "edited the profile");
        assert_eq!(
            entry(audited).changes,
            [
                ("Company".to_owned(), None, text("Blue")),
                ("SMS price".to_owned(), text("1.2500"), text("2.5000")),
                ("SMS subscription".to_owned(), text("no"), text("yes")),
            ]
        );
    }

    #[test]
    fn an_entry_says_who_did_it_to_which_transaction_or_name() {
        let after = |json: Value| json.as_object().cloned().unwrap_or_default();
        let done = |action: &str, json: Value| done(action.to_owned(), &after(json));
        assert_eq!(done("reverse", serde_json::json!({ "reverses": 123 })), "reversed transaction 123");
        assert_eq!(done("reverse", serde_json::json!({})), "reversed a transaction");
        assert_eq!(done("check name", serde_json::json!({ "name": "Shop" })), "checked Shop");
        assert_eq!(done("return name to New", serde_json::json!({ "name": "Shop" })), "returned Shop to New");
    }
}
