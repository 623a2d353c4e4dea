use super::*;
use crate::{clients::BillingMode, ids::ClientId};
use proptest::{collection::vec, prelude::*};

fn client(id: i64, login: &str, balance: i64) -> client::Model {
    client::Model { balance: Money(balance), ..client::Model::new(ClientId(id), login.to_owned(), "EUR".to_owned()) }
}

fn known(clients: &[client::Model]) -> Known {
    Known {
        clients: clients.iter().map(|client| (client.id, client.clone())).collect(),
        owners: clients.iter().map(|client| (client.login.clone(), client.id)).collect(),
        booked: clients.iter().filter(|client| client.balance != Money(0)).map(|client| client.id).collect(),
    }
}

/// Applies a plan to the clients of a database.
fn apply(plan: &Plan, clients: &mut Vec<client::Model>) {
    for client in plan.new.iter().chain(plan.changed.iter().map(|(_, client)| client)) {
        clients.retain(|other| other.id != client.id);
        clients.push(client.clone());
    }
    clients.sort_by_key(|client| client.id);
}

fn numbered(clients: Vec<client::Model>) -> Vec<ClientRecord> {
    (1..).zip(clients).map(|(line, client)| ClientRecord::naming(line, client)).collect()
}

#[test]
fn a_login_of_another_client_is_refused() {
    let batch = numbered(vec![client(2, "1", 0), client(2, "2", 0), client(3, "2", 0)]);
    let plan = Plan::make(&batch, known(&[client(1, "1", 0)]));
    let refusals: Vec<_> = plan.outcome.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(refusals, ["line 1: login: 1 belongs to client 1", "line 3: login: 2 belongs to client 2"]);
    assert_eq!(plan.new, [client(2, "2", 0)]);
}

#[test]
fn a_released_login_can_be_claimed_by_the_next_line() {
    let batch = numbered(vec![client(1, "9", 0), client(2, "1", 0)]);
    let plan = Plan::make(&batch, known(&[client(1, "1", 0)]));
    assert_eq!(
        (plan.outcome.accepted, plan.released(), plan.claimed()),
        (2, vec!["1"], vec![("1", ClientId(2)), ("9", ClientId(1))])
    );
}

#[test]
fn the_balance_of_an_existing_client_stays() {
    let batch = numbered(vec![client(1, "1", 500), client(2, "2", 600), client(2, "3", 700)]);
    let plan = Plan::make(&batch, known(&[client(1, "1", 100)]));
    assert_eq!((plan.outcome.repeated, plan.outcome.accepted), (1, 2));
    assert_eq!((plan.new, plan.changed), (vec![client(2, "3", 600)], vec![]));
}

#[test]
fn a_currency_stays_once_there_is_a_transaction() {
    let with = |id: i64, balance: i64, currency: &str| client::Model {
        currency: currency.to_owned(),
        ..client(id, &id.to_string(), balance)
    };
    // The third client is new with a balance, and the fourth without.
    let batch = numbered(
        [(1, 0), (2, 0), (3, 5), (4, 0)]
            .into_iter()
            .flat_map(|(id, balance)| [with(id, balance, "UAH"), with(id, balance, "USD")])
            .collect(),
    );
    let plan = Plan::make(&batch, known(&[client(1, "1", 5), client(2, "2", 0)]));
    let refusals: Vec<_> = plan.outcome.refusals.iter().map(ToString::to_string).collect();
    let refused = |line: u32, from: &str, to: &str| {
        format!("line {line}: currency: is {from} and can't become {to}: the ledger has transactions in it")
    };
    assert_eq!(refusals, [refused(1, "EUR", "UAH"), refused(2, "EUR", "USD"), refused(6, "UAH", "USD")]);
    assert_eq!(plan.new, [with(3, 5, "UAH"), with(4, 0, "USD")]);
    assert_eq!(plan.changed, [(client(2, "2", 0), with(2, 0, "USD"))]);
}

#[test]
fn a_sender_who_may_not_set_money_may_send_unchanged_values() {
    let existing = client::Model { credit: Money(5), sms_price: Some(Money(7)), ..client(1, "1", 9) };
    let judged = |record: client::Model| {
        let record = ClientRecord { may_set_money: false, ..ClientRecord::naming(1, record) };
        let plan = Plan::make(&[record], known(std::slice::from_ref(&existing)));
        (plan.forbidden, plan.outcome.accepted, plan.changed.len() + plan.new.len())
    };
    assert_eq!(judged(client::Model { sms_subscription: true, balance: Money(0), ..existing.clone() }), (None, 1, 1));
    assert_eq!(judged(client::Model { credit: Money(6), ..existing.clone() }), (Some("credit"), 0, 0));
    assert_eq!(
        judged(client::Model { billing_mode: BillingMode::Delivered, ..existing.clone() }),
        (Some("billing_mode"), 0, 0)
    );
    assert_eq!(judged(client(2, "2", 0)), (None, 1, 1));
    assert_eq!(judged(client(2, "2", 1)), (Some("balance"), 0, 0));
    assert_eq!(judged(client::Model { sms_price: Some(Money(0)), ..client(2, "2", 0) }), (Some("sms_price"), 0, 0));
}

proptest! {
    #[test]
    fn a_batch_does_what_its_lines_do_one_by_one(
        records in vec((1..6_i64, 1..6_u8, 0..2_i64, any::<bool>(), any::<bool>()), 0..20),
        existing in 0..4_i64,
    ) {
        let start: Vec<_> = (1..=existing).map(|id| client(id, &id.to_string(), 0)).collect();
        let batch = numbered(
            records
                .into_iter()
                .map(|(id, login, balance, sms_subscription, euro)| client::Model {
                    sms_subscription,
                    currency: if euro { "EUR" } else { "UAH" }.to_owned(),
                    ..client(id, &login.to_string(), balance)
                })
                .collect(),
        );

        let (mut one_by_one, mut outcome) = (start.clone(), Outcome::default());
        for record in &batch {
            let plan = Plan::make(std::slice::from_ref(record), known(&one_by_one));
            apply(&plan, &mut one_by_one);
            outcome.accepted += plan.outcome.accepted;
            outcome.repeated += plan.outcome.repeated;
            outcome.refusals.extend(plan.outcome.refusals);
        }

        let plan = Plan::make(&batch, known(&start));
        let mut at_once = start.clone();
        apply(&plan, &mut at_once);
        prop_assert_eq!(&plan.outcome, &outcome);
        prop_assert_eq!(&at_once, &one_by_one);

        // The table of logins, changed by the plan, matches the clients.
        let mut logins: BTreeMap<_, _> = start.iter().map(|client| (client.login.as_str(), client.id)).collect();
        for login in plan.released() {
            prop_assert!(logins.remove(login).is_some());
        }
        for (login, id) in plan.claimed() {
            prop_assert!(logins.insert(login, id).is_none());
        }
        prop_assert_eq!(logins, at_once.iter().map(|client| (client.login.as_str(), client.id)).collect());
    }
}
