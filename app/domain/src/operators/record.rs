//! Parses operators: the fields of the operator file, and the rules of each.

use super::store::operator;
use crate::intake::{LineError, record::Record};
use values::country::is_country;

/// The fields of an operator, by the names that files use.
pub const FIELDS: &[&str] = &["prefix", "country", "operator", "mcc", "mnc"];

/// The most characters of an operator's name, as in messages.
const NAME: usize = 100;

/// Parses an operator. Also returns its line.
pub fn parse(mut record: Record) -> Result<(u64, operator::Model), LineError> {
    let record = &mut record;
    let digits = |shortest: usize, longest: usize| {
        move |text: &str| (shortest..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_prefix = |text: &str| digits(1, 15)(text) && !text.starts_with('0');
    let prefix = "is not what numbers begin with: 1 to 15 digits, the country's code first";
    let prefix = record.checked("prefix", NAME, is_prefix, prefix)?;
    let country = record.checked("country", NAME, is_country, "is not a country's code in ISO 3166, such as UA")?;
    let operator = record.text("operator", NAME)?;
    let model = operator::Model {
        prefix: record.require("prefix", prefix)?,
        country: record.require("country", country)?,
        operator: record.require("operator", operator)?,
        mcc: record.checked("mcc", NAME, digits(3, 3), "is not a country's code of three digits")?.unwrap_or_default(),
        mnc: record
            .checked("mnc", NAME, digits(2, 3), "is not a network's code of two or three digits")?
            .unwrap_or_default(),
    };
    Ok((record.line(), model))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parsed(fields: [Value; 5]) -> Result<operator::Model, String> {
        let record = Record::new(3, FIELDS, fields.into_iter().map(Some).collect());
        parse(record).map(|(_, operator)| operator).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn an_operator_is_read() {
        let operator = parsed([json!("38067"), json!("UA"), json!("Kyivstar"), json!("255"), json!("03")]).unwrap();
        assert_eq!((operator.prefix.as_str(), operator.mnc.as_str()), ("38067", "03"));
        let operator = parsed([json!("380"), json!("UA"), json!("Kyivstar"), json!(null), json!("")]).unwrap();
        assert_eq!((operator.mcc.as_str(), operator.mnc.as_str()), ("", ""));
    }

    #[test]
    fn an_invalid_field_is_refused_by_its_name() {
        for (fields, refused) in [
            (
                [json!("+38067"), json!("UA"), json!("K"), json!("255"), json!("03")],
                "line 3: prefix: \"+38067\" is not",
            ),
            ([json!("067"), json!("UA"), json!("K"), json!("255"), json!("03")], "line 3: prefix: \"067\" is not"),
            ([json!(""), json!("UA"), json!("K"), json!("255"), json!("03")], "line 3: prefix: is required"),
            ([json!("38067"), json!("ua"), json!("K"), json!("255"), json!("03")], "line 3: country: \"ua\" is not"),
            ([json!("38067"), json!("UA"), json!(""), json!("255"), json!("03")], "line 3: operator: is required"),
            ([json!("38067"), json!("UA"), json!("K"), json!("25"), json!("03")], "line 3: mcc: \"25\" is not"),
            ([json!("38067"), json!("UA"), json!("K"), json!("255"), json!("3")], "line 3: mnc: \"3\" is not"),
        ] {
            let refusal = parsed(fields).unwrap_err();
            assert!(refusal.starts_with(refused), "{refusal}");
        }
    }
}
