//! Names for tests.

use super::TestDatabase;
use domain::{
    actor::Actor,
    intake::{Outcome, reader::Reader, writer::Writer},
    names::record as name_record,
};
use serde_json::{Value, json};

/// A line of a name file with a complete questionnaire.
pub fn name(client: i64, name: &str) -> Value {
    json!({
        "client_id": client,
        "name": name,
        "initiator": "Blue Heron Ltd",
        "registration_id": "UA 123-45",
        "contacts": "Sadova 1, Kyiv",
        "web_site": "shop.example",
        "subject": "Orders",
    })
}

/// The same line with other fields. Null removes one.
pub fn name_with(client: i64, called: &str, fields: &[(&str, Value)]) -> Value {
    let mut line = name(client, called);
    for (field, value) in fields {
        line[*field] = value.clone();
    }
    line
}

/// Writes names as an import does. Fails if one is refused.
pub async fn put_names(test: &TestDatabase, lines: &[Value]) -> Outcome {
    let file = super::traffic::ndjson(lines);
    let reader = Reader::open(&*file, name_record::FIELDS).expect("a file");
    let lines: Vec<_> = reader
        .map(|record| name_record::parse(record.expect("a file that can be read").expect("a good line")))
        .map(|line| line.expect("a good name"))
        .collect();
    let outcome =
        Writer::new(&test.database, Actor::command_line()).write(&lines).await.expect("names that can be written");
    assert_eq!(outcome.refusals, []);
    outcome
}

/// All tables of names, to check that nothing has changed.
pub async fn dump(test: &TestDatabase) -> Vec<String> {
    let mut rows = Vec::new();
    for sql in [
        "SELECT client_id || '/' || name || '/' || status || '/' || COALESCE(reason, '-') || '/' || revision || '/'
            || COALESCE(initiator, '-') || '/' || COALESCE(subject, '-') FROM names ORDER BY client_id, name_key",
        "SELECT client_id || '/' || name_key || '/' || revision || '/' || status FROM name_history
            ORDER BY client_id, name_key, revision",
        "SELECT status || '/' || names FROM name_counts ORDER BY status, filled, day",
    ] {
        rows.extend(test.column::<String>(sql).await);
    }
    rows
}
