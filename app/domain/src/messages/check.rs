//! Recounts messages, and compares the roll-ups and the ledger with them.

use super::{
    MessageStatus, Tally, is_paid_for,
    roll_ups::{Cell, Level, RollUps, roll_up},
    store::{late_cost, message},
};
use crate::{
    clients::store::client,
    database::Database,
    ids::ClientId,
    ledger::{EntryKind, booking::MESSAGES_KEY, check::Difference, store::entry},
    names::usage::{self, name_use},
};
use chrono::NaiveDate;
use futures::{StreamExt as _, TryStreamExt as _};
use sea_orm::{DatabaseTransaction, DbErr, QueryOrder, QuerySelect, entity::prelude::*};
use std::collections::HashMap;
use values::{
    Money,
    error::Error,
    messaging::MessagingChannel,
    time::{self, Moment},
};

/// Clients in a snapshot.
const CLIENTS: u64 = 500;

/// Messages in a batch.
const MESSAGES: usize = 10_000;

/// A roll-up's key: client, level, day, channel, country, operator, sender ID.
type Key = (ClientId, Level, NaiveDate, MessagingChannel, String, String, String);

/// A sender ID on a day: client, sender ID in lower case, day.
type SenderDay = (ClientId, String, NaiveDate);

/// Recounts all messages, and compares the roll-ups, the use of sender IDs, and the bookings by day of sending. Calls
/// `report` with each difference, and returns the number of messages. Works while others write.
pub async fn recount(database: &Database, mut report: impl FnMut(Difference)) -> Result<u64, Error> {
    let (mut counted, mut after) = (0, ClientId(i64::MIN));
    loop {
        let ids: Vec<ClientId> = client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .filter(client::Column::Id.gt(after))
            .order_by_asc(client::Column::Id)
            .limit(CLIENTS)
            .into_tuple()
            .all(database.reader())
            .await?;
        let Some(&last) = ids.last() else { return Ok(counted) };
        let snapshot = database.snapshot().await?;
        counted += recount_clients(&snapshot, after, last, &mut report).await?;
        snapshot.rollback().await?;
        after = last;
    }
}

/// Recounts the clients with ids above `after`, up to and including `last`.
async fn recount_clients(
    snapshot: &DatabaseTransaction,
    after: ClientId,
    last: ClientId,
    report: &mut impl FnMut(Difference),
) -> Result<u64, DbErr> {
    let mut rows: HashMap<Key, Tally> = HashMap::new();
    let mut uses: HashMap<SenderDay, (i64, i64)> = HashMap::new();
    let mut days: HashMap<(ClientId, NaiveDate), i64> = HashMap::new();
    let mut counted = 0;
    let messages = message::Entity::find()
        .filter(message::Column::ClientId.gt(after))
        .filter(message::Column::ClientId.lte(last))
        .stream(snapshot)
        .await?;
    let mut messages = messages.chunks(MESSAGES).boxed();
    while let Some(batch) = messages.next().await {
        let batch = batch.into_iter().collect::<Result<Vec<_>, _>>()?;
        counted += batch.len() as u64;
        let mut roll_ups = RollUps::default();
        for message in &batch {
            let (cell, tally) = count(message);
            roll_ups.count(cell, &tally);
            *days.entry((cell.client_id, cell.day)).or_default() += tally.cost.0;
        }
        for row in roll_ups.rows() {
            let (key, tally) = split(row);
            rows.entry(key).or_default().add(&tally);
        }
        for row in usage::rows(roll_ups.uses()) {
            let sum = uses.entry((row.client_id, row.name_key, row.day)).or_default();
            *sum = (sum.0 + row.messages, sum.1 + row.parts);
        }
    }
    drop(messages);
    compare_uses(snapshot, after, last, uses, report).await?;
    compare_roll_ups(snapshot, after, last, rows, report).await?;
    compare_ledger(snapshot, after, last, days, report).await?;
    Ok(counted)
}

/// The cell and the tally of a message.
fn count(message: &message::Model) -> (Cell<'_>, Tally) {
    let delivered = i64::from(message.status == MessageStatus::Delivered);
    let parts = i64::from(message.parts);
    let cell = Cell {
        client_id: message.client_id,
        day: time::day_of(message.sent_at),
        channel: message.channel,
        country: &message.country,
        operator: &message.operator,
        sender_id: &message.sender_id,
    };
    let tally = Tally {
        sent_messages: 1,
        sent_parts: parts,
        delivered_messages: delivered,
        delivered_parts: parts * delivered,
        cost: if is_paid_for(message.billing_mode, message.status) { message.cost } else { Money(0) },
    };
    (cell, tally)
}

fn split(row: roll_up::Model) -> (Key, Tally) {
    let tally = Tally {
        sent_messages: row.sent_messages,
        sent_parts: row.sent_parts,
        delivered_messages: row.delivered_messages,
        delivered_parts: row.delivered_parts,
        cost: row.cost,
    };
    ((row.client_id, row.level, row.day, row.channel, row.country, row.operator, row.sender_id), tally)
}

async fn compare_roll_ups(
    snapshot: &DatabaseTransaction,
    after: ClientId,
    last: ClientId,
    mut counted: HashMap<Key, Tally>,
    report: &mut impl FnMut(Difference),
) -> Result<(), DbErr> {
    let mut kept = roll_up::Entity::find()
        .filter(roll_up::Column::ClientId.gt(after))
        .filter(roll_up::Column::ClientId.lte(last))
        .stream(snapshot)
        .await?
        .boxed();
    let mut differences = Vec::new();
    while let Some(row) = kept.try_next().await? {
        let (key, kept) = split(row);
        let counted = counted.remove(&key).unwrap_or_default();
        if kept != counted {
            differences.push((key, kept, counted));
        }
    }
    differences.extend(counted.into_iter().map(|(key, counted)| (key, Tally::default(), counted)));
    differences.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    for ((client, level, day, channel, country, operator, sender_id), kept, counted) in differences {
        report(format!(
            "client {client}, roll-up {} {day} {} {country:?} {operator:?} {sender_id:?} is kept as {kept:?} and \
             counted as {counted:?}",
            level.label(),
            channel.word()
        ));
    }
    Ok(())
}

async fn compare_uses(
    snapshot: &DatabaseTransaction,
    after: ClientId,
    last: ClientId,
    mut counted: HashMap<SenderDay, (i64, i64)>,
    report: &mut impl FnMut(Difference),
) -> Result<(), DbErr> {
    let mut kept = name_use::Entity::find()
        .filter(name_use::Column::ClientId.gt(after))
        .filter(name_use::Column::ClientId.lte(last))
        .stream(snapshot)
        .await?
        .boxed();
    let mut differences = Vec::new();
    while let Some(row) = kept.try_next().await? {
        let key = (row.client_id, row.name_key, row.day);
        let counted = counted.remove(&key).unwrap_or_default();
        if (row.messages, row.parts) != counted {
            differences.push((key, (row.messages, row.parts), counted));
        }
    }
    differences.extend(counted.into_iter().map(|(key, counted)| (key, (0, 0), counted)));
    differences.sort_unstable();
    for ((client, name, day), kept, counted) in differences {
        report(format!(
            "client {client}, sent under {name:?} on {day}: kept as {kept:?} and counted as {counted:?} (messages, parts)"
        ));
    }
    Ok(())
}

/// Compares the cost of each day's messages with the ledger. The bookings of a day count without the late costs of
/// other days, and with the day's own late costs that are booked on others.
async fn compare_ledger(
    snapshot: &DatabaseTransaction,
    after: ClientId,
    last: ClientId,
    mut days: HashMap<(ClientId, NaiveDate), i64>,
    report: &mut impl FnMut(Difference),
) -> Result<(), DbErr> {
    let mut booked = entry::Entity::find()
        .select_only()
        .columns([entry::Column::ClientId, entry::Column::At, entry::Column::Amount])
        .filter(entry::Column::ClientId.gt(after))
        .filter(entry::Column::ClientId.lte(last))
        .filter(entry::Column::Kind.eq(EntryKind::Mailing))
        .filter(entry::Column::IdempotencyKey.starts_with(MESSAGES_KEY))
        .into_tuple::<(ClientId, Moment, Money)>()
        .stream(snapshot)
        .await?
        .boxed();
    while let Some((client_id, at, amount)) = booked.try_next().await? {
        *days.entry((client_id, time::day_of(at))).or_default() += amount.0;
    }
    drop(booked);
    let late = late_cost::Entity::find()
        .filter(late_cost::Column::ClientId.gt(after))
        .filter(late_cost::Column::ClientId.lte(last))
        .all(snapshot)
        .await?;
    for part in late {
        *days.entry((part.client_id, part.sent_on)).or_default() -= part.cost.0;
        *days.entry((part.client_id, part.booked_on)).or_default() += part.cost.0;
    }
    let mut differences: Vec<_> = days.into_iter().filter(|(_, rest)| *rest != 0).collect();
    differences.sort_unstable();
    for ((client, day), rest) in differences {
        let rest = Money(rest);
        report(format!("client {client}, {day}: messages cost {rest} more than the ledger has for that day"));
    }
    Ok(())
}
