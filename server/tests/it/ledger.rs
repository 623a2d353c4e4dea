//! Compares the ledger with a reference implementation of one page: after random bookings in any order, with
//! repetitions, both have the same rows. `CLIENTELE_LEDGER_OPERATIONS` sets the number of operations, a million in
//! `make faults`.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
};
use domain::{
    actor::Actor,
    clients::store::client::Model,
    ids::{ClientId, EntryId},
    ledger::{
        EntryKind,
        booking::{Booking, Order, book_all},
        check,
        store::entry,
    },
};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use std::{
    collections::{HashMap, HashSet},
    env,
};
use values::Money;

const CLIENTS: i64 = 6;
const CREDIT: i64 = 5_000_000;

/// A row: key, kind, amount, balance after it, and the row that it reverses.
type Row = (String, EntryKind, i64, i64, Option<i64>);

/// The reference ledger by client.
#[derive(Default)]
struct Reference {
    rows: HashMap<i64, Vec<Row>>,
    /// Index of the row of each client and key, and the reversed rows.
    keys: HashMap<(i64, String), usize>,
    reversed: HashSet<(i64, i64)>,
}

impl Reference {
    /// Books an order. Returns the row's number, or `None` if it is refused.
    fn book(&mut self, order: &Order) -> Option<usize> {
        let rows = self.rows.entry(order.client_id.0).or_default();
        let balance = rows.last().map_or(0, |row| row.3);
        let (kind, amount, reverses) = match &order.booking {
            Booking::TopUp { amount, .. } => (EntryKind::TopUp, amount.0, None),
            Booking::Correction { amount, .. } => (EntryKind::Correction, -amount.0, None),
            Booking::Mailing { cost, .. } => (EntryKind::Mailing, -cost.0, None),
            Booking::Reversal { of, .. } => {
                let amount = usize::try_from(of.0 - 1).ok().and_then(|at| rows.get(at)).map_or(0, |row| row.2);
                (EntryKind::Reversal, -amount, Some(of.0))
            }
        };
        let key = (order.client_id.0, order.idempotency_key.clone());
        if let Some(&at) = self.keys.get(&key) {
            let same = rows[at].1 == kind && rows[at].4 == reverses && (reverses.is_some() || rows[at].2 == amount);
            return same.then_some(at + 1);
        }
        if let Some(of) = reverses {
            let row = usize::try_from(of - 1).ok().and_then(|at| rows.get(at))?;
            if !row.1.can_be_reversed() || self.reversed.contains(&(order.client_id.0, of)) {
                return None;
            }
        }
        if amount < 0 && kind != EntryKind::Mailing && balance + amount < -CREDIT {
            return None;
        }
        self.keys.insert(key, rows.len());
        self.reversed.extend(reverses.map(|of| (order.client_id.0, of)));
        rows.push((order.idempotency_key.clone(), kind, amount, balance + amount, reverses));
        Some(rows.len())
    }
}

fn any_order(random: &mut fastrand::Rng, number: u64) -> Order {
    let client_id = random.i64(1..=CLIENTS);
    // One in eight keys is also used by another operation.
    let key = if random.u32(0..8) == 0 { random.u64(0..=number) } else { number };
    let amount = Money(random.i64(1..2_000_000));
    let booking = match random.u32(0..10) {
        0..4 => Booking::TopUp { amount, comment: String::new() },
        4..6 => Booking::Correction { amount, reason: "r".into() },
        6..8 => Booking::Reversal {
            of: EntryId(random.i64(1..=1 + i64::try_from(number).unwrap() / CLIENTS)),
            reason: String::new(),
        },
        _ => Booking::Mailing { cost: amount, purpose: "m".into(), at: "2024-01-05T07:46:00Z".parse().unwrap() },
    };
    Order {
        client_id: ClientId(client_id),
        idempotency_key: format!("key-{key:08}"),
        booking,
        author: Actor { administrator: None, login: "gateway".into(), address: String::new() },
    }
}

#[apply(both_databases)]
async fn any_bookings_in_any_batches_are_those_of_the_reference(test: &TestDatabase) {
    let operations =
        env::var("CLIENTELE_LEDGER_OPERATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(4_000u64);
    let clients: Vec<Model> = (1..=CLIENTS).map(|id| Model { credit: Money(CREDIT), ..client(id) }).collect();
    put(&test.database, &clients).await;
    let mut random = fastrand::Rng::with_seed(11);
    let mut reference = Reference::default();
    let mut number = 0;
    while number < operations {
        let mut orders = Vec::new();
        for _ in 0..random.usize(1..300) {
            let order = any_order(&mut random, number);
            // A double click, or an immediate retry.
            if random.u32(0..16) == 0 {
                orders.push(order.clone());
            }
            orders.push(order);
            number += 1;
        }
        let answers = book_all(&test.database, &orders).await.unwrap();
        for (order, answer) in orders.iter().zip(answers) {
            let expected = reference.book(order);
            let given = answer.as_ref().ok().map(|booked| usize::try_from(booked.entry.id.0).unwrap());
            assert_eq!(given, expected, "{order:?}: {answer:?}");
        }
    }
    let kept = entry::Entity::find().order_by_asc(entry::Column::ClientId).order_by_asc(entry::Column::Id);
    let mut rows = HashMap::<i64, Vec<_>>::new();
    for row in kept.all(test.database.reader()).await.unwrap() {
        let of_client = rows.entry(row.client_id.0).or_default();
        of_client.push((row.idempotency_key, row.kind, row.amount.0, row.balance.0, row.reverses.map(|id| id.0)));
    }
    assert_eq!(rows, reference.rows);
    check::recount(&test.database, |difference| panic!("{difference}")).await.unwrap();
}
