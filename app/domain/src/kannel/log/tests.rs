use super::*;
use crate::{ids::ClientId, operators::Home};
use chrono_tz::Tz;
use proptest::prelude::*;

/// The access log of a bearerbox with a fake operator.
const FAKE_SMSC: &[u8] = include_bytes!("fake_smsc.log");

fn log(bytes: &[u8], zone: Tz) -> Log<&[u8]> {
    let home = Home { country: "UA".to_owned(), operator: "Kyivstar".to_owned() };
    let numbers = Numbers::new([("38067".to_owned(), home)].into());
    Log::open(bytes, zone, Key::new(&[7; 32]), numbers).unwrap()
}

fn read(bytes: &[u8]) -> (Vec<Entry>, Vec<String>, u64) {
    let mut log = log(bytes, Tz::UTC);
    let (mut entries, mut refusals) = (Vec::new(), Vec::new());
    for entry in &mut log {
        match entry.unwrap() {
            Ok(entry) => entries.push(entry),
            Err(refusal) => refusals.push(refusal.to_string()),
        }
    }
    assert_eq!(log.consumed(), bytes.len() as u64);
    (entries, refusals, log.skipped())
}

fn messages(entries: &[Entry]) -> Vec<&Message> {
    entries.iter().filter_map(|entry| if let Entry::Message(message) = entry { Some(message) } else { None }).collect()
}

fn receipts(entries: &[Entry]) -> Vec<&Receipt> {
    entries.iter().filter_map(|entry| if let Entry::Receipt(receipt) = entry { Some(receipt) } else { None }).collect()
}

fn sent_with(text: &str, length: usize, coding: i64, udh: &str) -> Vec<u8> {
    format!(
        "2024-01-05 07:46:00 Sent SMS [SMSC:one] [SVC:u] [ACT:7] [BINF:spring] [FID:] [META:] [from:Shop] \
         [to:+380671234567] [flags:-1:{coding}:-1:-1:31] [msg:{length}:{text}] [udh:{}:{udh}]\n",
        udh.len() / 2
    )
    .into_bytes()
}

fn sent(text: &str) -> Vec<u8> {
    sent_with(text, text.len(), 0, "")
}

fn replaced(line: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8(line.to_vec()).unwrap().replace(from, to).into_bytes()
}

#[test]
fn the_log_of_a_real_bearerbox_is_parsed() {
    let (entries, refusals, skipped) = read(FAKE_SMSC);
    assert_eq!(refusals, Vec::<String>::new());
    let messages = messages(&entries);
    let parts: Vec<i16> = messages.iter().map(|message| message.facts.parts).collect();
    assert_eq!(parts, [1, 1, 1, 1, 2, 1, 2, 1, 1]);
    assert_eq!(receipts(&entries).len(), 9);
    // Nine receipts with the status sent, and the line at the beginning.
    assert_eq!(skipped, 10);

    let first = messages[0];
    assert_eq!((first.line, first.client_id, first.awaits, first.refused), (2, ClientId(7), true, false));
    assert_eq!(first.facts.mailing, "Spring sale");
    assert_eq!(first.facts.sender_id, "Shop");
    assert_eq!((first.facts.country.as_str(), first.facts.operator.as_str()), ("UA", "Kyivstar"));
    assert_eq!(first.facts.sent_at.to_rfc3339(), "2026-11-25T07:15:49+00:00");
    assert_eq!((messages[4].facts.country.as_str(), messages[4].facts.operator.as_str()), ("PL", ""));
}

#[test]
fn nothing_that_is_read_holds_a_number_or_a_text() {
    let (entries, _, _) = read(FAKE_SMSC);
    let held = format!("{entries:?}");
    for private in ["671234567", "48501234567", "1511234567", "Hello", "0401"] {
        assert!(!held.contains(private), "{private}");
    }
}

#[test]
fn a_text_may_hold_anything_since_its_length_tells_its_end() {
    for text in ["", "] [udh:0:]", "two\nlines", "\n\n", "a\r\nb] [msg:1:x] [udh:0:]\n", "ends in a break\n", "[[[]]]"]
    {
        let bytes = [sent(text), sent("next")].concat();
        let (entries, refusals, _) = read(&bytes);
        assert_eq!((entries.len(), refusals), (2, Vec::new()), "{text:?}");
    }
    let mut odd = sent_with("???", 3, 0, "");
    odd.iter_mut().filter(|byte| **byte == b'?').for_each(|byte| *byte = 0xff);
    assert_eq!(read(&odd).0.len(), 1);
}

#[test]
fn parts_follow_from_length_coding_and_header() {
    for (line, parts) in [
        (sent(&"x".repeat(160)), 1),
        (sent(&"x".repeat(161)), 2),
        (sent(&"[".repeat(81)), 2),
        (sent(&"é".repeat(160)), 1),
        (sent_with(&"0041".repeat(70), 140, 2, ""), 1),
        (sent_with(&"0041".repeat(71), 142, 2, ""), 2),
        (sent_with(&"00".repeat(141), 141, 1, ""), 2),
        // A part of a text that the sender has split.
        (sent_with(&"x".repeat(153), 153, 0, "050003010201"), 1),
    ] {
        let (entries, refusals, _) = read(&line);
        assert_eq!(refusals, Vec::<String>::new());
        assert_eq!(messages(&entries)[0].facts.parts, parts, "{}", String::from_utf8_lossy(&line));
    }
}

#[test]
fn equal_lines_within_a_second_are_two_messages_and_the_same_log_is_the_same_messages() {
    let later = replaced(&sent("a"), "07:46:00", "07:46:01");
    let bytes = [sent("a"), sent("b"), sent("a"), later].concat();
    let ids = |bytes: &[u8]| {
        let (entries, _, _) = read(bytes);
        messages(&entries).iter().map(|message| message.id.clone()).collect::<Vec<_>>()
    };
    let all = ids(&bytes);
    assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 4);
    assert_eq!(all[2], format!("{}-2", all[0]));
    assert_eq!(ids(&bytes), all);
    let half = bytes.len() / 2;
    assert_eq!([ids(&bytes[..half]), ids(&[&bytes[half..]].concat())].concat()[..2], all[..2]);
}

#[test]
fn times_are_those_of_the_log_s_zone() {
    let at = |time: &str, zone: Tz| {
        let line = replaced(&sent("a"), "2024-01-05 07:46:00", time);
        let entry = log(&line, zone).next().unwrap().unwrap().unwrap();
        messages(&[entry])[0].facts.sent_at.to_rfc3339()
    };
    assert_eq!(at("2024-01-05 07:46:00", Tz::Europe__Kyiv), "2024-01-05T05:46:00+00:00");
    assert_eq!(at("2024-07-05 07:46:00", Tz::Europe__Kyiv), "2024-07-05T04:46:00+00:00");
    // Clocks are put forward from 3 to 4, and back from 4 to 3.
    assert_eq!(at("2024-03-31 03:30:00", Tz::Europe__Kyiv), "2024-03-31T01:30:00+00:00");
    assert_eq!(at("2024-10-27 03:30:00", Tz::Europe__Kyiv), "2024-10-27T00:30:00+00:00");
}

#[test]
fn a_message_that_was_not_handed_over_has_failed() {
    for event in ["FAILED Send SMS", "REJECTED Send SMS", "DISCARDED SMS", "EXPIRED SMS"] {
        let (entries, refusals, _) = read(&replaced(&sent("a"), "Sent SMS", event));
        assert_eq!(refusals, Vec::<String>::new());
        let message = messages(&entries)[0];
        assert!(message.refused && message.awaits, "{event}");
    }
}

#[test]
fn a_receipt_is_awaited_where_one_was_asked_for() {
    for (mask, awaits) in [("31", true), ("1", true), ("2", true), ("8", false), ("0", false), ("-1", false)] {
        let (entries, _, _) = read(&replaced(&sent("a"), ":31]", &format!(":{mask}]")));
        assert_eq!(messages(&entries)[0].awaits, awaits, "{mask}");
    }
}

#[test]
fn a_route_is_the_same_however_the_number_is_written() {
    let route = |number: &str| {
        let (entries, _, _) = read(&replaced(&sent("a"), "+380671234567", number));
        messages(&entries)[0].route.clone()
    };
    assert_eq!(route("+380671234567"), route("380671234567"));
    assert_eq!(route("+380671234567"), route("00380671234567"));
    assert_ne!(route("+380671234567"), route("+380671234568"));
}

#[test]
fn lines_about_something_else_are_skipped() {
    let lines = [
        b"2024-01-05 07:46:00 Log begins\n".to_vec(),
        b"\n".to_vec(),
        replaced(&sent("STOP\n[x]"), "Sent SMS", "Receive SMS"),
        replaced(&sent("a"), "Sent SMS", "REJECTED Receive SMS - black-listed SMS"),
        replaced(&sent("a"), "Sent SMS", "DROPPED Received DLR"),
        replaced(&replaced(&sent("a"), "Sent SMS", "Receive DLR"), ":31]", ":8]"),
        replaced(&replaced(&sent("a"), "Sent SMS", "Receive DLR"), ":31]", ":4]"),
        b"2024-01-05 07:46:00 Log ends".to_vec(),
    ];
    assert_eq!(read(&lines.concat()), (Vec::new(), Vec::new(), 7));
}

#[test]
fn what_makes_no_sense_is_refused_by_its_line_and_the_next_is_read() {
    let good = sent("a");
    let cases: &[(Vec<u8>, &str)] = &[
        (b"hello\n".to_vec(), "line 1: doesn't begin with a time such as 2024-01-05 07:46:00"),
        (replaced(&good, "2024-01-05", "2024-13-05"), "line 1: doesn't begin with a time"),
        (replaced(&good, "2024-01-05", "1970-01-05"), "line 1: 1970-01-05 07:46:00 is before the year 2000"),
        (replaced(&good, "2024-01-05", "2999-01-05"), "line 1: 2999-01-05 07:46:00 is more than a day ahead"),
        (b"2024-01-05 07:46:00 Something\n".to_vec(), "line 1: is no line of a bearerbox's access log"),
        (replaced(&good, "Sent SMS", "Lost SMS"), "line 1: \"Lost SMS\" is unknown"),
        (replaced(&good, "[ACT:7]", "[ACT:]"), "line 1: ACT: is required: send the client's id as `account`"),
        (replaced(&good, "[ACT:7]", "[ACT:+7]"), "line 1: ACT: \"+7\" is no client's id"),
        (replaced(&good, "[ACT:7]", "[ACT:0]"), "line 1: ACT: \"0\" is no client's id"),
        (replaced(&good, "[ACT:7]", "[ACT:9007199254740992]"), "line 1: ACT: \"9007199254740992\" is no"),
        (replaced(&good, "[FID:] ", ""), "line 1: BINF: isn't where Kannel's own format has it"),
        (replaced(&good, "[from:Shop]", "[from:123456789012345678901]"), "line 1: from: is longer than 20"),
        (replaced(&good, "[flags:-1:0:", "[flags:0:"), "line 1: flags: aren't five numbers"),
        (replaced(&good, "[msg:1:a]", "[msg:2:a]"), "line 1: msg: isn't as long as it says"),
        (replaced(&good, "[msg:1:a]", "[msg:0:a]"), "line 1: msg: isn't as long as it says"),
        (replaced(&good, "[msg:1:a]", "[msg:60000:a]"), "line 1: msg: isn't as long as it says"),
        (replaced(&good, "[msg:1:a]", "[msg:-1:a]"), "line 1: msg: doesn't begin with its length"),
        (replaced(&good, "[udh:0:]", "[udh:0:] [more:1]"), "line 1: udh: isn't as long as it says"),
        (sent(&"x".repeat(50_000)), "line 1: msg: would be more than 255 parts"),
        (sent(&"x".repeat(70_000)), "line 1: is longer than 64 KiB"),
        (
            replaced(&replaced(&good, "Sent SMS", "Receive DLR"), ":31]", ":3]"),
            "line 1: flags: end with 3, which is no delivery report's kind",
        ),
    ];
    for (bad, reason) in cases {
        let (entries, refusals, _) = read(&[bad.clone(), good.clone()].concat());
        assert_eq!(refusals.len(), 1, "{reason}: {refusals:?}");
        assert!(refusals[0].starts_with(reason), "{} is not {reason}", refusals[0]);
        assert_eq!(messages(&entries).len(), 1, "{reason}");
        assert_eq!(messages(&entries)[0].line, 2, "{reason}");
    }
    // A log whose last line is incomplete.
    let (entries, refusals, _) = read(&[&good[..], &good[..90]].concat());
    assert_eq!((entries.len(), refusals.len()), (1, 1));
}

proptest! {
    #[test]
    fn any_bytes_are_understood_skipped_or_refused(bytes: Vec<u8>) {
        read(&bytes);
    }

    #[test]
    fn a_log_with_any_bytes_changed_is_read_to_its_end(
        changes in prop::collection::vec((0..FAKE_SMSC.len(), any::<u8>()), 0..20),
        cut in 0..FAKE_SMSC.len(),
    ) {
        let mut bytes = FAKE_SMSC.to_vec();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        bytes.truncate(cut);
        let (entries, refusals, skipped) = read(&bytes);
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        prop_assert!(entries.len() + refusals.len() + usize::try_from(skipped).unwrap() <= lines);
    }

    #[test]
    fn any_text_is_read_back_as_one_message(text: String) {
        let (entries, refusals, _) = read(&[sent(&text), sent("next")].concat());
        prop_assert_eq!(refusals, Vec::<String>::new());
        prop_assert_eq!(entries.len(), 2);
    }
}
