use super::*;
use crate::ids::ClientId;

const GOOD: &str = "token=t&id=m1&type=8&account=7&binfo=Spring+sale&sender=Shop&receiver=%2B380671234567&smsc=one\
                    &time=1700000000&parts=2";

fn read(query: &str) -> Result<(Callback, String), String> {
    let query = Query::of(query).map_err(|error| error.to_string())?;
    let read = query.callback().map(|(callback, receiver)| (callback, receiver.to_owned()));
    read.map_err(|error| error.to_string())
}

#[test]
fn a_call_says_what_was_sent_and_what_became_of_it() {
    let (callback, receiver) = read(GOOD).unwrap();
    assert_eq!((callback.client_id, callback.id.as_str(), receiver.as_str()), (ClientId(7), "m1", "+380671234567"));
    assert_eq!((callback.facts.mailing.as_str(), callback.facts.sender_id.as_str()), ("Spring sale", "Shop"));
    assert_eq!((callback.facts.parts, callback.receipt.status), (2, MessageStatus::Sent));
    assert_eq!(callback.receipt.at.to_rfc3339(), "2023-11-14T22:13:20+00:00");
    assert_eq!(callback.facts.sent_at, callback.receipt.at);
}

#[test]
fn each_kind_of_report_is_a_status() {
    for (kind, status) in [
        ("1", MessageStatus::Delivered),
        ("2", MessageStatus::Failed),
        ("4", MessageStatus::Sent),
        ("8", MessageStatus::Sent),
        ("16", MessageStatus::Failed),
    ] {
        let (callback, _) = read(&GOOD.replace("type=8", &format!("type={kind}"))).unwrap();
        assert_eq!(callback.receipt.status, status, "{kind}");
    }
}

#[test]
fn times_are_taken_as_kannel_writes_them() {
    for time in ["1700000000", "2023-11-14+22:13:20", "2023-11-15T00:13:20%2B02:00"] {
        let (callback, _) = read(&GOOD.replace("1700000000", time)).unwrap();
        assert_eq!(callback.receipt.at.to_rfc3339(), "2023-11-14T22:13:20+00:00", "{time}");
    }
    let (callback, _) = read(&GOOD.replace("&time=1700000000", "")).unwrap();
    assert!((time::now() - callback.receipt.at).num_seconds() < 60);
}

#[test]
fn what_may_be_missing_is_unknown() {
    let (callback, receiver) = read("id=m1&type=1&account=7&binfo=&sender=&receiver=&parts=").unwrap();
    assert_eq!((callback.facts.mailing.as_str(), callback.facts.sender_id.as_str()), ("", ""));
    assert_eq!((callback.facts.parts, receiver.as_str()), (1, ""));
}

#[test]
fn what_makes_no_sense_is_refused_by_its_name() {
    for (from, to, reason) in [
        ("type=8", "type=3", "type: \"3\" is no kind of delivery report"),
        ("type=8", "type=%25d", "type: \"%d\" is no kind of delivery report"),
        ("&type=8", "", "type: is required"),
        ("id=m1", "id=+", "id: is required"),
        ("account=7", "account=", "account: is required"),
        ("account=7", "account=shop", "account: \"shop\" is no client's id"),
        ("account=7", "account=-7", "account: \"-7\" is no client's id"),
        ("parts=2", "parts=0", "parts: \"0\" is not from 1 to 255"),
        ("parts=2", "parts=256", "parts: \"256\" is not from 1 to 255"),
        ("time=1700000000", "time=1", "time: \"1\" is before the year 2000"),
        ("time=1700000000", "time=32503680000", "time: \"32503680000\" is more than a day ahead"),
        ("time=1700000000", "time=99999999999999999999", "time: \"99999999999999999999\" is not a time"),
        ("sender=Shop", "sender=a%0Ab", "sender: has a control character in it"),
        ("sender=Shop", "sender=123456789012345678901", "sender: is longer than 20 characters"),
        ("binfo=Spring+sale", "binfo=a&mailing=b", "mailing: is there as well as binfo"),
        ("parts=2", "prats=2", "\"prats\" is unknown; known are token, id, type"),
        ("parts=2", "parts=2&id=m2", "id is there twice"),
    ] {
        let refusal = read(&GOOD.replace(from, to)).unwrap_err();
        assert!(refusal.starts_with(reason), "{refusal} is not {reason}");
    }
}
