use super::*;
use crate::{clients::BillingMode, values::Money};
use proptest::{collection::vec, prelude::*};

fn client(id: i64, login: &str, balance: i64) -> client::Model {
    client::Model {
        id,
        login: login.to_owned(),
        company: None,
        name: None,
        site: None,
        email: None,
        email_accounting: None,
        region: None,
        language: "en".to_owned(),
        activity_type: None,
        property_type: None,
        postal_address: None,
        registered_at: None,
        last_login_at: None,
        login_attempts: 0,
        activation: None,
        referer: None,
        channel: None,
        channel_source: None,
        sms_price: None,
        billing_mode: BillingMode::Sent,
        currency: "EUR".to_owned(),
        balance: Money(balance),
        credit: Money(0),
        sms_subscription: false,
    }
}

fn known(clients: &[client::Model]) -> Known {
    Known {
        clients: clients.iter().map(|client| (client.id, client.clone())).collect(),
        owners: clients.iter().map(|client| (client.login.clone(), client.id)).collect(),
    }
}

/// A database of clients to which plans are applied.
fn apply(plan: &Plan, clients: &mut Vec<client::Model>) {
    for client in plan.new.iter().chain(plan.changed.iter().map(|(_, client)| client)) {
        clients.retain(|other| other.id != client.id);
        clients.push(client.clone());
    }
    clients.sort_by_key(|client| client.id);
}

fn numbered(clients: Vec<client::Model>) -> Vec<(u64, client::Model)> {
    (1..).zip(clients).collect()
}

#[test]
fn a_login_that_another_client_has_is_refused() {
    let batch = numbered(vec![client(2, "1", 0), client(2, "2", 0), client(3, "2", 0)]);
    let plan = Plan::make(&batch, known(&[client(1, "1", 0)]));
    let told: Vec<_> = plan.outcome.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["line 1: login: 1 belongs to client 1", "line 3: login: 2 belongs to client 2"]);
    assert_eq!(plan.new, [client(2, "2", 0)]);
}

#[test]
fn a_login_that_is_given_up_can_be_taken_by_the_next_line() {
    let batch = numbered(vec![client(1, "9", 0), client(2, "1", 0)]);
    let plan = Plan::make(&batch, known(&[client(1, "1", 0)]));
    assert_eq!((plan.outcome.accepted, plan.released(), plan.claimed()), (2, vec!["1"], vec![("1", 2), ("9", 1)]));
}

#[test]
fn the_balance_of_a_client_who_is_there_stays() {
    let batch = numbered(vec![client(1, "1", 500), client(2, "2", 600), client(2, "3", 700)]);
    let plan = Plan::make(&batch, known(&[client(1, "1", 100)]));
    assert_eq!((plan.outcome.repeated, plan.outcome.accepted), (1, 2));
    assert_eq!((plan.new, plan.changed), (vec![client(2, "3", 600)], vec![]));
}

proptest! {
    #[test]
    fn a_batch_does_what_its_lines_do_one_by_one(
        records in vec((1..6_i64, 1..6_u8, 0..2_i64, any::<bool>()), 0..20),
        there in 0..4_i64,
    ) {
        let start: Vec<_> = (1..=there).map(|id| client(id, &id.to_string(), 0)).collect();
        let batch = numbered(
            records
                .into_iter()
                .map(|(id, login, balance, sms_subscription)| client::Model {
                    sms_subscription,
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

        // The table of logins, changed as the plan says, is that of the clients.
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
