//! Checks that the targets for records share. A module of theirs, not a target.

use domain::{
    clients::fields as client_fields,
    intake::{LineError, reader::Reader, record::Record},
    messages::record as message_record,
    names::record as name_record,
    operators::record as operator_record,
};

/// Reads bytes as a file of each kind of record. Every line is parsed or refused by its number, parsed values keep
/// their invariants, and the input is read to its end.
pub fn read(bytes: &[u8]) {
    each(bytes, client_fields::FIELDS, |record| {
        let client = client_fields::parse(record)?;
        assert!(client.id.0 >= 1 && !client.login.is_empty() && client.login.len() <= 33);
        assert!(client.credit.is_none_or(|credit| credit.0 >= 0) && client.currency.len() == 3);
        Ok(())
    });
    each(bytes, message_record::FIELDS, |record| {
        let line = message_record::parse(record)?;
        assert!(line.client_id.0 >= 1 && !line.id.is_empty());
        if let Some(facts) = line.facts {
            assert!((1..=255).contains(&facts.parts) && facts.cost.0 >= 0);
            assert!(facts.sender_id.chars().count() <= 20 && !facts.sender_id.contains('\n'));
        }
        Ok(())
    });
    each(bytes, name_record::FIELDS, |record| {
        let line = name_record::parse(record)?;
        assert!(line.client_id.0 >= 1 && (3..=11).contains(&line.name.len()) && line.name.is_ascii());
        Ok(())
    });
    each(bytes, operator_record::FIELDS, |record| {
        let (_, operator) = operator_record::parse(record)?;
        assert!(operator.prefix.bytes().all(|byte| byte.is_ascii_digit()) && !operator.operator.is_empty());
        Ok(())
    });
}

fn each(bytes: &[u8], fields: &'static [&'static str], parse: impl Fn(Record) -> Result<(), LineError>) {
    let Ok(mut reader) = Reader::open(bytes, fields) else { return };
    let mut before = 0;
    while let Some(record) = reader.next() {
        let record = record.expect("bytes in memory can be read");
        let line = match &record {
            Ok(record) => record.line(),
            Err(refusal) => refusal.line,
        };
        assert!(line > before, "line {line} comes after {before}");
        before = line;
        if let Err(refusal) = record.and_then(&parse) {
            assert_eq!(refusal.line, line);
            assert!(!refusal.to_string().contains('\u{1b}'), "a terminal would interpret this");
        }
    }
    assert_eq!(reader.consumed(), bytes.len() as u64);
}
