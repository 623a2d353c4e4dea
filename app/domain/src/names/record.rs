//! Reads a record as a name. Checks the fields of the name file.

use super::{
    NameStatus,
    rules::{self, Questionnaire},
};
use crate::{
    ids::ClientId,
    intake::{
        LineError,
        record::Record,
        rule::{Id, required},
    },
};

/// The names of a name's fields in files and calls.
pub const FIELDS: &[&str] =
    &["client_id", "name", "status", "reason", "initiator", "registration_id", "contacts", "web_site", "subject"];

/// The longest text that is checked as a name or as a status, in characters. A longer one is refused for its length.
const TEXT: usize = 250;

/// A line about a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameLine {
    /// The physical line where the record begins, from 1.
    pub line: u64,
    /// The client.
    pub client_id: ClientId,
    /// The name as it is sent.
    pub name: String,
    /// The status with the reason of a rejection, if the line has them.
    pub status: Option<(NameStatus, Option<String>)>,
    /// The answers of the questionnaire that the line has.
    pub questionnaire: Questionnaire,
    /// Whether the sender may check and reject names. The current status of a name may be sent without it.
    pub may_decide: bool,
}

/// Reads a name.
pub fn parse(mut record: Record) -> Result<NameLine, LineError> {
    let record = &mut record;
    let client_id = required::<Id>(record, "client_id")?;
    let name = record.text("name", TEXT)?;
    let name = record.require("name", name)?;
    rules::check(&name).map_err(|problem| record.refuse("name", problem))?;
    let known = || NameStatus::IN_FILES.iter().map(|status| status.word()).collect::<Vec<_>>().join(", ");
    let status = match record.text("status", TEXT)? {
        None => None,
        Some(word) => match word.parse() {
            Ok(status) if NameStatus::IN_FILES.contains(&status) => Some(status),
            _ => {
                return Err(
                    record.refuse("status", format!("{} is not one of {}", crate::intake::quote(&word), known()))
                );
            }
        },
    };
    let reason = record.text("reason", values::comment::LONGEST)?;
    let status = match (status, reason) {
        (Some(NameStatus::Rejected), None) => {
            return Err(record.refuse("reason", "is required where the status is Rejected"));
        }
        (Some(NameStatus::Rejected), reason) => Some((NameStatus::Rejected, reason)),
        (_, Some(_)) => return Err(record.refuse("reason", "goes with the status Rejected only")),
        (status, None) => status.map(|status| (status, None)),
    };
    let questionnaire = rules::questionnaire(record)?;
    Ok(NameLine { line: record.line(), client_id, name, status, questionnaire, may_decide: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(fields: &[(&str, Value)]) -> Result<NameLine, String> {
        let value = |name: &&str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        let record = Record::new(3, FIELDS, FIELDS.iter().map(value).collect());
        parse(record).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn a_name_is_read_with_its_questionnaire() {
        let line = read(&[
            ("client_id", json!(7)),
            ("name", json!(" Shop 24 ")),
            ("status", json!("Rejected")),
            ("reason", json!("taken")),
            ("contacts", json!("Садова 1\nКиїв")),
            ("web_site", json!("shop.example")),
        ]);
        let line = line.unwrap();
        assert_eq!((line.client_id, line.name.as_str()), (ClientId(7), "Shop 24"));
        assert_eq!(line.status, Some((NameStatus::Rejected, Some("taken".to_owned()))));
        assert_eq!(line.questionnaire[2].as_deref(), Some("Садова 1\nКиїв"));
        assert_eq!(line.questionnaire[0], None);
        assert_eq!(read(&[("client_id", json!("7")), ("name", json!("Shop"))]).unwrap().status, None);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_its_field() {
        let shop = |field: &'static str, value: Value| {
            let mut fields = vec![("client_id", json!(7)), ("name", json!("Shop"))];
            fields.retain(|(name, _)| *name != field);
            fields.push((field, value));
            read(&fields)
        };
        for (field, value, said) in [
            ("client_id", json!(0), "line 3: client_id: \"0\" is not from 1"),
            ("name", json!(null), "line 3: name: is required"),
            ("name", json!("12345"), "line 3: name: has no Latin letter"),
            ("name", json!("x".repeat(12)), "line 3: name: is 12 characters long"),
            ("name", json!("x".repeat(10_000)), "line 3: name: is longer than 250 characters"),
            ("name", json!(42), "line 3: name: is a number"),
            ("status", json!("Retired"), "line 3: status: \"Retired\" is not one of New, Checked, Rejected"),
            ("status", json!("checked"), "line 3: status: \"checked\" is not one of"),
            ("status", json!("Rejected"), "line 3: reason: is required where the status is Rejected"),
            ("reason", json!("why"), "line 3: reason: goes with the status Rejected only"),
            ("initiator", json!("123"), "line 3: initiator: \"123\" is no legal entity's name"),
            ("registration_id", json!("none"), "line 3: registration_id: \"none\" is no registration ID"),
            ("web_site", json!("javascript:alert(1)"), "line 3: web_site: \"javascript:alert(1)\" is no web site"),
            ("subject", json!("x".repeat(1_001)), "line 3: subject: is longer than 1000 characters"),
        ] {
            let refusal = shop(field, value).unwrap_err();
            assert!(refusal.starts_with(said), "{refusal}");
        }
    }
}
