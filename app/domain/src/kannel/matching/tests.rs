use super::*;
use crate::ids::ClientId;
use chrono::TimeZone as _;
use proptest::prelude::*;
use values::{Money, messaging::MessagingChannel};

fn at(second: i64) -> Moment {
    chrono::Utc.timestamp_opt(1_700_000_000 + second, 0).unwrap()
}

fn message(id: &str, route: &str, foreign_id: &str, second: i64) -> Message {
    let facts = Facts {
        mailing: String::new(),
        channel: MessagingChannel::Sms,
        sender_id: String::new(),
        country: String::new(),
        operator: String::new(),
        parts: 1,
        cost: Money(0),
        sent_at: at(second),
    };
    Message {
        line: second.unsigned_abs(),
        client_id: ClientId(7),
        id: id.to_owned(),
        facts,
        route: route.to_owned(),
        foreign_id: foreign_id.to_owned(),
        refused: false,
        awaits: true,
    }
}

fn receipt(route: &str, foreign_id: &str, kind: Kind, second: i64) -> Receipt {
    Receipt {
        line: second.unsigned_abs(),
        id: format!("{route}/{foreign_id}/{second}"),
        route: route.to_owned(),
        foreign_id: foreign_id.to_owned(),
        kind,
        at: at(second),
    }
}

fn delivered(route: &str, foreign_id: &str, second: i64) -> Receipt {
    receipt(route, foreign_id, Kind::Delivered, second)
}

fn found(matcher: &mut Matcher, receipt: Receipt) -> Option<String> {
    matcher.match_receipt(receipt).map(|message| message.message_id)
}

#[test]
fn without_ids_receipts_come_in_the_order_of_the_messages() {
    let mut matcher = Matcher::default();
    for (id, second) in [("a", 0), ("b", 1)] {
        assert_eq!(matcher.match_message(&message(id, "r", "", second)), None);
    }
    matcher.match_message(&message("other", "elsewhere", "", 0));
    assert_eq!(found(&mut matcher, delivered("r", "x", 2)).as_deref(), Some("a"));
    assert_eq!(found(&mut matcher, delivered("r", "", 3)).as_deref(), Some("b"));
    assert_eq!(found(&mut matcher, delivered("r", "", 4)), None);
}

#[test]
fn the_operator_s_id_decides_where_both_have_one() {
    let mut matcher = Matcher::default();
    matcher.match_message(&message("a", "r", "1", 0));
    matcher.match_message(&message("b", "r", "2", 1));
    matcher.match_message(&message("c", "r", "", 2));
    assert_eq!(found(&mut matcher, delivered("r", "2", 3)).as_deref(), Some("b"));
    // The operator may write the receiver's number in another way.
    assert_eq!(found(&mut matcher, delivered("r written otherwise", "1", 3)).as_deref(), Some("a"));
    assert_eq!(found(&mut matcher, delivered("r", "3", 3)).as_deref(), Some("c"));
}

#[test]
fn a_receipt_that_overtook_its_message_waits_for_it() {
    let expected = HashSet::from(["2".to_owned()]);
    let mut matcher = Matcher::new(Vec::new(), Vec::new(), expected);
    matcher.match_message(&message("a", "r", "", 0));
    assert_eq!(found(&mut matcher, delivered("r", "2", 0)), None);
    assert_eq!(matcher.match_message(&message("b", "r", "2", 0)), Some(delivered("r", "2", 0)));
    assert_eq!(found(&mut matcher, delivered("r", "1", 1)).as_deref(), Some("a"));
}

#[test]
fn a_receipt_is_never_taken_for_a_message_sent_long_after_or_long_before() {
    let mut matcher = Matcher::default();
    matcher.match_message(&message("a", "r", "", 100));
    assert_eq!(found(&mut matcher, delivered("r", "", 90)), None);
    assert_eq!(found(&mut matcher, delivered("r", "", 100 + 31 * 86_400)), None);
    assert_eq!(found(&mut matcher, delivered("r", "", 100 + 29 * 86_400)).as_deref(), Some("a"));
}

#[test]
fn what_the_operator_refused_takes_no_receipt_of_another() {
    let mut matcher = Matcher::default();
    let refused = Message { refused: true, ..message("refused", "r", "", 0) };
    matcher.match_message(&message("sent", "r", "", 0));
    matcher.match_message(&refused);
    assert_eq!(found(&mut matcher, receipt("r", "", Kind::Rejected, 0)).as_deref(), Some("refused"));
    matcher.match_message(&Message { id: "refused too".to_owned(), ..refused });
    assert_eq!(found(&mut matcher, receipt("r", "", Kind::Failed, 2)).as_deref(), Some("sent"));
}

#[test]
fn a_refusal_of_a_message_that_was_sent_decides_about_it() {
    let mut matcher = Matcher::default();
    matcher.match_message(&message("a", "r", "", 0));
    assert_eq!(found(&mut matcher, receipt("r", "", Kind::Rejected, 1)).as_deref(), Some("a"));
}

#[test]
fn only_what_began_to_wait_is_to_be_written() {
    let mut first = Matcher::default();
    first.match_message(&message("a", "r", "", 0));
    found(&mut first, delivered("s", "", 0));
    let (messages, receipts) = first.into_new();
    assert_eq!((messages.len(), receipts.len()), (1, 1));

    let mut second = Matcher::new(messages, receipts, HashSet::new());
    second.match_message(&message("b", "t", "", 1));
    let (messages, receipts) = second.into_new();
    assert_eq!(messages.iter().map(|message| message.message_id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(receipts, []);
}

proptest! {
    /// Matches the same receipts and messages, whether a log is split or not.
    #[test]
    fn a_log_in_pieces_is_matched_like_a_log_in_one(
        lines in prop::collection::vec((any::<bool>(), 0_u8..3, 0_u8..4), 1..40),
        cuts in prop::collection::vec(0_usize..40, 0..4),
    ) {
        let matched = |cuts: &[usize]| {
            let (mut messages, mut receipts): (Vec<AwaitingMessage>, Vec<Receipt>) = Default::default();
            let mut pairs = Vec::new();
            let mut matcher = Matcher::default();
            for (line, (is_message, route, foreign_id)) in lines.iter().enumerate() {
                if cuts.contains(&line) {
                    let (more_messages, more_receipts) = std::mem::take(&mut matcher).into_new();
                    messages.extend(more_messages);
                    receipts.extend(more_receipts);
                    let known: HashSet<String> = pairs
                        .iter()
                        .flat_map(|(message, receipt): &(String, String)| [message.clone(), receipt.clone()])
                        .collect();
                    messages.retain(|message| !known.contains(&message.message_id));
                    receipts.retain(|receipt| !known.contains(&receipt.id));
                    matcher = Matcher::new(messages.clone(), receipts.clone(), HashSet::new());
                }
                let (route, second) = (route.to_string(), i64::try_from(line).unwrap());
                // An operator never uses an id twice.
                let foreign_id = if *foreign_id == 0 { format!("{line}") } else { String::new() };
                if *is_message {
                    let message = message(&format!("m{line}"), &route, &foreign_id, second);
                    pairs.extend(matcher.match_message(&message).map(|receipt| (message.id, receipt.id)));
                } else {
                    let receipt = delivered(&route, &foreign_id, second);
                    let id = receipt.id.clone();
                    pairs.extend(found(&mut matcher, receipt).map(|message| (message, id)));
                }
            }
            pairs
        };
        prop_assert_eq!(matched(&cuts), matched(&[]));
    }
}
