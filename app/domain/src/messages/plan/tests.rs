use super::*;
use crate::ids::ClientId;
use proptest::{collection::vec, prelude::*, sample::subsequence};
use values::messaging::MessagingChannel;

const CLIENT: ClientId = ClientId(7);
const OTHER: ClientId = ClientId(8);

fn at(minute: i64) -> Moment {
    Moment::UNIX_EPOCH + chrono::Duration::days(20_000) + chrono::Duration::minutes(minute)
}

fn facts(mailing: &str, cost: i64, minute: i64) -> Facts {
    Facts {
        mailing: mailing.to_owned(),
        channel: MessagingChannel::Sms,
        sender_id: "Shop".to_owned(),
        country: "UA".to_owned(),
        operator: String::new(),
        parts: 2,
        cost: Money(cost),
        sent_at: at(minute),
    }
}

fn line(number: u64, id: &str, facts: Option<Facts>, status: MessageStatus, minute: i64) -> MessageLine {
    let receipt = Receipt { status, at: at(minute) };
    MessageLine { line: number, client_id: CLIENT, id: id.to_owned(), facts, receipt }
}

fn known(billing: BillingMode) -> Known {
    Known { clients: [(CLIENT, billing), (OTHER, BillingMode::Sent)].into(), ..Known::default() }
}

/// Applies a plan as the database would. Returns the outcome, the tally and the booked cost.
fn carry_out(known: &mut Known, batch: &[MessageLine]) -> (Outcome, Tally, Money) {
    let before = std::mem::take(known);
    let plan = Plan::make(batch, &before);
    let mut after = Known { clients: before.clients.clone(), ..Known::default() };
    let stored = |message: &Message<'_>| StoredMessage {
        facts: message.facts.clone(),
        billing: message.billing,
        receipt: message.receipt,
    };
    after.messages.clone_from(&before.messages);
    after.early.clone_from(&before.early);
    for message in plan.new.iter().chain(plan.changed.iter().map(|(message, _)| message)) {
        after.messages.insert((message.client_id, message.id.to_owned()), stored(message));
    }
    for (client_id, id, receipt) in &plan.waiting {
        after.early.insert((*client_id, (*id).to_owned()), *receipt);
    }
    for (client_id, id) in &plan.arrived {
        after.early.remove(&(*client_id, (*id).to_owned()));
    }
    let mut counted = Tally::default();
    for row in plan.roll_ups().rows().iter().filter(|row| row.level == crate::messages::roll_ups::Level::DaySplit) {
        counted.add(&Tally {
            sent_messages: row.sent_messages,
            sent_parts: row.sent_parts,
            delivered_messages: row.delivered_messages,
            delivered_parts: row.delivered_parts,
            cost: row.cost,
        });
    }
    let booked = Money(plan.costs().iter().map(|cost| cost.cost.0).sum());
    let outcome = plan.outcome;
    *known = after;
    (outcome, counted, booked)
}

#[test]
fn the_same_line_twice_is_one_message() {
    let mut known = known(BillingMode::Sent);
    let message = line(1, "a", Some(facts("spring", 300, 5)), MessageStatus::Sent, 5);
    let (outcome, counted, booked) = carry_out(&mut known, &[message.clone(), message.clone()]);
    assert_eq!((outcome.accepted, outcome.repeated, counted.sent_messages, booked), (1, 1, 1, Money(300)));
    let (outcome, counted, booked) = carry_out(&mut known, &[message]);
    assert_eq!((outcome.accepted, outcome.repeated, counted, booked), (0, 1, Tally::default(), Money(0)));
}

#[test]
fn a_status_waits_for_its_message() {
    let mut known = known(BillingMode::Delivered);
    let (outcome, counted, _) = carry_out(&mut known, &[line(1, "a", None, MessageStatus::Delivered, 9)]);
    assert_eq!((outcome.accepted, counted), (1, Tally::default()));
    let message = line(1, "a", Some(facts("spring", 300, 5)), MessageStatus::Sent, 5);
    let (_, counted, booked) = carry_out(&mut known, &[message]);
    assert_eq!((counted.sent_messages, counted.delivered_parts, booked), (1, 2, Money(300)));
    assert!(known.early.is_empty());
}

#[test]
fn a_status_that_goes_backwards_changes_nothing() {
    let mut known = known(BillingMode::Sent);
    carry_out(&mut known, &[line(1, "a", Some(facts("spring", 300, 5)), MessageStatus::Delivered, 9)]);
    let (outcome, counted, _) = carry_out(&mut known, &[line(1, "a", None, MessageStatus::Sent, 60)]);
    assert_eq!((outcome.repeated, counted), (1, Tally::default()));
}

#[test]
fn of_two_final_statuses_the_later_stands_and_the_cost_follows() {
    let mut known = known(BillingMode::Delivered);
    let delivered = line(1, "a", Some(facts("spring", 300, 5)), MessageStatus::Delivered, 9);
    assert_eq!(carry_out(&mut known, &[delivered]).2, Money(300));
    let (outcome, counted, booked) = carry_out(&mut known, &[line(1, "a", None, MessageStatus::Failed, 9)]);
    assert_eq!((outcome.repeated, counted, booked), (1, Tally::default(), Money(0)));
    let (outcome, counted, booked) = carry_out(&mut known, &[line(1, "a", None, MessageStatus::Failed, 10)]);
    assert_eq!((outcome.accepted, counted.delivered_messages, booked), (1, -1, Money(-300)));
}

#[test]
fn the_same_id_with_other_facts_is_refused_by_the_field() {
    let mut known = known(BillingMode::Sent);
    let first = line(1, "a", Some(facts("spring", 300, 5)), MessageStatus::Sent, 5);
    let other = line(2, "a", Some(facts("spring", 301, 5)), MessageStatus::Delivered, 6);
    let (outcome, counted, booked) = carry_out(&mut known, &[first, other]);
    assert_eq!((outcome.accepted, outcome.refusals.len()), (1, 1));
    assert_eq!(
        outcome.refusals[0].to_string(),
        "line 2: cost: differs from what was said of this message first, which stands"
    );
    assert_eq!((counted.delivered_messages, booked), (0, Money(300)));
}

#[test]
fn a_client_that_is_not_there_is_named() {
    let mut stranger = line(3, "a", Some(facts("spring", 300, 5)), MessageStatus::Sent, 5);
    stranger.client_id = ClientId(99);
    let outcome = carry_out(&mut known(BillingMode::Sent), &[stranger]).0;
    assert_eq!(outcome.refusals[0].to_string(), "line 3: client_id: there is no client 99");
}

#[test]
fn a_mailing_is_one_cost_with_the_day_of_each_part() {
    let known = known(BillingMode::Sent);
    let batch = [
        line(1, "a", Some(facts("spring", 300, 5)), MessageStatus::Sent, 5),
        line(2, "b", Some(facts("spring", 200, 24 * 60 + 5)), MessageStatus::Sent, 5),
        line(3, "c", Some(facts("autumn", 0, 5)), MessageStatus::Sent, 5),
    ];
    let plan = Plan::make(&batch, &known);
    let costs = plan.costs();
    assert_eq!(costs.len(), 1);
    assert_eq!((costs[0].mailing, costs[0].cost, costs[0].at), ("spring", Money(500), at(24 * 60 + 5)));
    assert_eq!(costs[0].days.values().copied().collect::<Vec<_>>(), [Money(300), Money(200)]);
}

#[test]
fn what_an_account_can_t_hold_is_refused_and_the_rest_is_taken() {
    let mut known = known(BillingMode::Sent);
    known.headroom.insert(CLIENT, Headroom { cost: Money(500), refund: Money(0) });
    let sent =
        |number: u64, id: &str, cost: i64| line(number, id, Some(facts("spring", cost, 5)), MessageStatus::Sent, 5);
    let batch = [
        sent(1, "a", 300),
        sent(2, "b", 300),
        line(3, "b", None, MessageStatus::Delivered, 6),
        sent(4, "c", 200),
        MessageLine { client_id: OTHER, ..sent(5, "d", 900) },
    ];
    let plan = Plan::make(&batch, &known);
    let told: Vec<_> = plan.outcome.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(told, [2, 3].map(|line| format!("line {line}: cost: the account can't hold so much")));
    assert_eq!((plan.outcome.accepted, plan.new.len()), (3, 3));
    let costs: Vec<_> = plan.costs().iter().map(|cost| (cost.client_id, cost.cost)).collect();
    assert_eq!(costs, [(CLIENT, Money(500)), (OTHER, Money(900))]);
}

#[test]
fn a_batch_whose_sum_no_account_could_hold_is_added_up_without_a_fault() {
    let known = known(BillingMode::Sent);
    let dear =
        |id: usize| line(id as u64, &id.to_string(), Some(facts("spring", i64::MAX / 2, 5)), MessageStatus::Sent, 5);
    let batch: Vec<_> = (1..=4).map(dear).collect();
    let plan = Plan::make(&batch, &known);
    assert_eq!((plan.new.len(), plan.outcome.refusals.len()), (2, 2));
    assert_eq!(plan.costs()[0].cost, Money(i64::MAX - 1));
    assert!(plan.roll_ups().rows().iter().all(|row| row.cost == Money(i64::MAX - 1)));
}

/// Random lines about one message, all with the same facts.
fn lines_about(client_id: ClientId, id: usize) -> impl Strategy<Value = Vec<MessageLine>> {
    let status = prop_oneof![Just(MessageStatus::Sent), Just(MessageStatus::Delivered), Just(MessageStatus::Failed)];
    let told = (any::<bool>(), status, 0..6_i64);
    (vec(told, 1..5), 0..3_i64, 0..3_usize).prop_map(move |(told, cost, mailing)| {
        let facts = facts(["", "spring", "autumn"][mailing], cost * 100, i64::try_from(id).unwrap_or(0) * 700);
        let line = |(full, status, minute): (bool, MessageStatus, i64)| MessageLine {
            line: 1,
            client_id,
            id: id.to_string(),
            facts: full.then(|| facts.clone()),
            receipt: Receipt { status, at: at(minute) },
        };
        told.into_iter().map(line).collect()
    })
}

/// Lines about messages of two clients, and the same lines in another order.
fn two_orders() -> impl Strategy<Value = (Vec<MessageLine>, Vec<MessageLine>)> {
    let all: Vec<_> = (0..8).map(|id| lines_about(if id % 2 == 0 { OTHER } else { CLIENT }, id)).collect();
    all.prop_map(|lines| lines.concat()).prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()))
}

/// Applies lines in batches that end at `cuts`.
fn in_batches(billing: BillingMode, lines: &[MessageLine], cuts: &[usize]) -> (Known, Tally, Money) {
    let (mut known, mut counted, mut booked) = (known(billing), Tally::default(), Money(0));
    let mut from = 0;
    for to in cuts.iter().copied().chain([lines.len()]) {
        let (_, more, cost) = carry_out(&mut known, &lines[from..to]);
        counted.add(&more);
        booked.0 += cost.0;
        from = to;
    }
    (known, counted, booked)
}

proptest! {
    #[test]
    fn counts_are_the_same_in_any_order_and_any_batches(
        (lines, others) in two_orders(),
        cuts in subsequence((0..8_usize).collect::<Vec<_>>(), 0..4),
        per_delivered in any::<bool>(),
    ) {
        let billing = if per_delivered { BillingMode::Delivered } else { BillingMode::Sent };
        let (known, counted, booked) = in_batches(billing, &lines, &cuts);
        let (known_otherwise, counted_otherwise, booked_otherwise) = in_batches(billing, &others, &[]);
        prop_assert_eq!(&known.messages, &known_otherwise.messages);
        prop_assert_eq!(&known.early, &known_otherwise.early);
        prop_assert_eq!(counted, counted_otherwise);
        prop_assert_eq!(booked, booked_otherwise);
        prop_assert_eq!(booked, counted.cost);
        // A repetition of all lines changes nothing.
        let mut known = known;
        let (outcome, more, cost) = carry_out(&mut known, &others);
        prop_assert_eq!((outcome.accepted, more, cost), (0, Tally::default(), Money(0)));
    }
}
