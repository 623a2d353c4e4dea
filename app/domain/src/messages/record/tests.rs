use super::*;
use crate::{ids::ClientId, intake::reader::Reader, messages::MessageStatus};

fn read(line: &str) -> Result<MessageLine, String> {
    let record = Reader::open(line.as_bytes(), FIELDS).unwrap().next().unwrap().unwrap();
    record.and_then(parse).map_err(|refusal| refusal.to_string())
}

const WHOLE: &str = r#""id":"a","client_id":7,"mailing":"spring","channel":"sms","sender_id":"Shop","country":"UA","operator":"Kyivstar","parts":2,"cost":"0.05","sent_at":"2024-01-05T07:46:00+02:00","status":"delivered","status_at":"2024-01-05T07:47:00+02:00""#;

#[test]
fn a_whole_line_is_a_message_with_its_status() {
    let line = read(&format!("{{{WHOLE}}}")).unwrap();
    let facts = line.facts.unwrap();
    assert_eq!((line.client_id, line.id.as_str(), facts.parts, facts.cost), (ClientId(7), "a", 2, Money(500)));
    assert_eq!(facts.sent_at.to_rfc3339(), "2024-01-05T05:46:00+00:00");
    assert_eq!(line.receipt.status, MessageStatus::Delivered);
}

#[test]
fn a_line_without_facts_is_a_status_alone() {
    let line =
        read(r#"{"id":"a","client_id":7,"status":"failed","status_at":"2024-01-05T07:47:00Z","parts":null,"cost":""}"#);
    assert_eq!(line.unwrap().facts, None);
    let line = read(r#"{"id":"a","client_id":7,"status":"failed"}"#);
    assert_eq!(line, Err("line 1: status_at: is required".to_owned()));
}

#[test]
fn the_time_of_a_status_is_that_of_sending_when_it_is_not_given() {
    let line = read(&format!("{{{}}}", WHOLE.replace(r#","status_at":"2024-01-05T07:47:00+02:00""#, ""))).unwrap();
    assert_eq!(line.receipt.at, line.facts.unwrap().sent_at);
}

#[test]
fn bad_fields_are_refused_by_name() {
    for (good, bad, said) in [
        (r#""parts":2"#, r#""parts":-1"#, "parts: \"-1\" is not from 1 to 255"),
        (r#""parts":2"#, r#""parts":256"#, "parts: \"256\" is not from 1 to 255"),
        (r#""cost":"0.05""#, r#""cost":0.05"#, "cost: is a JSON number"),
        (r#""cost":"0.05""#, r#""cost":"-0.05""#, "cost: is below zero"),
        (r#""cost":"0.05""#, r#""cost":"1000000.0001""#, "cost: \"1000000.0001\" is more than 1000000 for one message"),
        (r#""cost":"0.05""#, r#""cost":"0.00001""#, "cost: \"0.00001\" has more than four decimals"),
        (
            "2024-01-05T07:46:00+02:00",
            "1970-01-05T07:46:00Z",
            "sent_at: \"1970-01-05T07:46:00Z\" is before the year 2000",
        ),
        (
            "2024-01-05T07:46:00+02:00",
            "2124-01-05T07:46:00Z",
            "sent_at: \"2124-01-05T07:46:00Z\" is more than a day ahead",
        ),
        (r#""channel":"sms""#, r#""channel":"fax""#, "channel: \"fax\" is not one of sms, viber"),
        (r#""status":"delivered""#, r#""status":"lost""#, "status: \"lost\" is not one of sent, delivered, failed"),
        (r#""country":"UA""#, r#""country":"Ukraine""#, "country: \"Ukraine\" is not a country's code"),
        (r#""country":"UA""#, r#""country":"UK""#, "country: \"UK\" is not a country's code"),
        (r#""id":"a","#, "", "id: is required"),
        (r#""client_id":7,"#, "", "client_id: is required"),
        (r#""sender_id":"Shop""#, r#""sender_id":"123456789012345678901""#, "sender_id: is longer than 20 characters"),
    ] {
        let refused = read(&format!("{{{}}}", WHOLE.replace(good, bad))).unwrap_err();
        assert!(refused.starts_with(&format!("line 1: {said}")), "{refused}");
    }
}
