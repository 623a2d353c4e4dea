//! Writes what Kannel reports: messages, and the messages and receipts that wait for each other, in one transaction.

use super::{
    callback::Callback,
    key::Key,
    log::Entry,
    matching::{AWAITED, AwaitingMessage, Kind, Matcher, Message, Receipt},
};
use crate::{
    actor::Actor,
    clients::store::client,
    database::{Database, by_keys, rows_per_statement},
    ids::ClientId,
    intake::{
        LineError, Outcome,
        writer::{BatchError, Line},
    },
    messages::{self, MessageStatus, message::MessageLine, zone::fact},
};
use chrono::Duration;
use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QuerySelect,
    entity::prelude::*, sea_query::OnConflict,
};
use std::collections::{HashMap, HashSet};
use values::{Money, error::Error, time::Moment};

/// The usual number of log lines in a batch.
pub const BATCH: usize = 10_000;

/// Rows of up to seven values, or values in a list.
const ROWS: usize = rows_per_statement(7);

/// How long the id of a receipt's line is stored, to recognise repeated lines.
const KNOWN_AGAIN: Duration = Duration::days(90);

/// The key of an advisory lock. The number is arbitrary.
const LOG_LOCK: i64 = 7_226_131_964_351;

mod awaited {
    use super::*;

    /// A message whose receipt is awaited.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "awaited_receipts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: String,
        pub route: String,
        pub foreign_id: String,
        pub refused: bool,
        pub sent_at: Moment,
        pub line: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod logged {
    use super::*;

    /// A receipt that was read. After a match only its id matters, to recognise repeated lines, and its route is empty.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "logged_receipts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub route: String,
        pub foreign_id: String,
        pub kind: Kind,
        pub at: Moment,
        pub line: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The name of the key in `facts`.
const KEY: &str = "number key";

/// Reads the key of the database, or makes one at first use. A rehearsal doesn't store it.
pub async fn key(database: &Database, rehearsal: bool) -> Result<Key, Error> {
    let stored = || fact::Entity::find_by_id(KEY).one(database.reader());
    if let Some(fact) = stored().await? {
        return Ok(Key::new(fact.value.as_bytes()));
    }
    let new = crate::database::new_token()?;
    if rehearsal {
        return Ok(Key::new(new.as_bytes()));
    }
    let transaction = database.write().await?;
    let row = fact::ActiveModel { name: Set(KEY.to_owned()), value: Set(new) };
    // Another process may insert it first.
    let insert = fact::Entity::insert_many([row]).on_conflict_do_nothing();
    insert.exec_without_returning(&transaction).await?;
    transaction.commit().await?;
    let fact = stored().await?.ok_or_else(|| Error::internal("the key that was just written isn't there"))?;
    Ok(Key::new(fact.value.as_bytes()))
}

impl Line for Entry {
    /// Writes a batch of a log. Known messages keep their price and operator, even if these have changed since.
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        if transaction.get_database_backend() == DbBackend::Postgres {
            // Two concurrent imports would match one receipt with two messages.
            transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOG_LOCK})")).await?;
        }
        let mut outcome = Outcome::default();
        let messages = || batch.iter().filter_map(Self::message);
        let prices = prices(transaction, messages().map(|message| message.client_id)).await?;
        let mut known =
            known_messages(transaction, messages().map(|message| (message.client_id, &*message.id))).await?;
        let mut read = read_before(transaction, batch.iter().filter_map(Self::receipt)).await?;
        let mut matcher = matcher(transaction, batch).await?;

        let mut lines = Vec::with_capacity(batch.len());
        let mut matched_receipts: Vec<Receipt> = Vec::new();
        let mut matched_messages: Vec<AwaitingMessage> = Vec::new();
        for entry in batch {
            match entry {
                Self::Message(message) => {
                    let Some(price) = prices.get(&message.client_id) else {
                        outcome.refusals.push(LineError::unknown_client(message.line, "ACT", message.client_id));
                        continue;
                    };
                    if !known.insert((message.client_id, message.id.clone())) {
                        outcome.repeated += 1;
                        continue;
                    }
                    let receipt = matcher.match_message(message);
                    lines.push(message_line(message, *price, receipt.as_ref()));
                    matched_receipts.extend(receipt);
                }
                Self::Receipt(receipt) => {
                    if !read.insert(receipt.id.clone()) {
                        outcome.repeated += 1;
                        continue;
                    }
                    match matcher.match_receipt(receipt.clone()) {
                        Some(message) => {
                            lines.push(MessageLine {
                                line: receipt.line,
                                client_id: message.client_id,
                                id: message.message_id.clone(),
                                facts: None,
                                receipt: receipt.to_message_receipt(),
                            });
                            matched_receipts.push(receipt.clone());
                            matched_messages.push(message);
                        }
                        None => outcome.accepted += 1,
                    }
                }
            }
        }

        let (awaiting, receipts) = matcher.into_new();
        write_waiting(transaction, &awaiting, &matched_messages, &receipts, &matched_receipts).await?;
        delete_expired(transaction, batch).await?;
        let written = MessageLine::write(&lines, transaction, author).await?;
        outcome.accepted += written.accepted;
        outcome.repeated += written.repeated;
        outcome.refusals.extend(written.refusals);
        Ok(outcome)
    }
}

impl Entry {
    fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            Self::Receipt(_) => None,
        }
    }

    fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Message(_) => None,
            Self::Receipt(receipt) => Some(receipt),
        }
    }
}

impl Receipt {
    fn to_message_receipt(&self) -> messages::message::Receipt {
        messages::message::Receipt { status: self.kind.status(), at: self.at }
    }
}

/// Makes the line of a message, with the cost of its parts and the receipt that waited for it.
fn message_line(message: &Message, price: Money, receipt: Option<&Receipt>) -> MessageLine {
    let mut facts = message.facts.clone();
    facts.cost = cost(price, facts.parts);
    let status = if message.refused { MessageStatus::Failed } else { MessageStatus::Sent };
    let sent = messages::message::Receipt { status, at: facts.sent_at };
    let receipt = receipt.map(Receipt::to_message_receipt).filter(|receipt| receipt.beats(&sent)).unwrap_or(sent);
    MessageLine {
        line: message.line,
        client_id: message.client_id,
        id: message.id.clone(),
        facts: Some(facts),
        receipt,
    }
}

/// The cost of a number of parts.
fn cost(price: Money, parts: i16) -> Money {
    Money(price.0.saturating_mul(i64::from(parts)))
}

/// Reads the price of a part for each existing client; zero for a client without a price.
async fn prices(
    transaction: &DatabaseTransaction,
    clients: impl Iterator<Item = ClientId>,
) -> Result<HashMap<ClientId, Money>, DbErr> {
    let ids: Vec<ClientId> = clients.collect::<HashSet<_>>().into_iter().collect();
    let mut prices = HashMap::new();
    for batch in ids.chunks(ROWS) {
        let rows: Vec<(ClientId, Option<Money>)> = client::Entity::find()
            .select_only()
            .columns([client::Column::Id, client::Column::SmsPrice])
            .filter(client::Column::Id.is_in(batch.iter().copied()))
            .into_tuple()
            .all(transaction)
            .await?;
        prices.extend(rows.into_iter().map(|(id, price)| (id, price.unwrap_or_default())));
    }
    Ok(prices)
}

/// Finds the messages that exist.
async fn known_messages(
    transaction: &DatabaseTransaction,
    keys: impl Iterator<Item = (ClientId, &str)>,
) -> Result<HashSet<(ClientId, String)>, DbErr> {
    let keys: Vec<_> = keys.collect::<HashSet<_>>().into_iter().collect();
    let wanted = |keys: &str| {
        format!(
            "SELECT messages.client_id, messages.id FROM messages JOIN ({keys}) AS wanted
                  ON messages.client_id = wanted.column1 AND messages.id = wanted.column2"
        )
    };
    let rows = by_keys(transaction, &keys, wanted).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Finds the ids of receipts that were read before.
async fn read_before(
    transaction: &DatabaseTransaction,
    receipts: impl Iterator<Item = &Receipt>,
) -> Result<HashSet<String>, DbErr> {
    let ids: Vec<&str> = receipts.map(|receipt| receipt.id.as_str()).collect();
    let mut known = HashSet::new();
    for batch in ids.chunks(ROWS) {
        let rows: Vec<String> = logged::Entity::find()
            .select_only()
            .column(logged::Column::Id)
            .filter(logged::Column::Id.is_in(batch.iter().copied()))
            .into_tuple()
            .all(transaction)
            .await?;
        known.extend(rows);
    }
    Ok(known)
}

/// Makes a matcher with the stored messages and receipts that the lines of a batch may match.
async fn matcher(transaction: &DatabaseTransaction, batch: &[Entry]) -> Result<Matcher, DbErr> {
    let routes_and_ids = |of: fn(&Entry) -> Option<(&String, &String)>| {
        let (routes, ids): (HashSet<&str>, HashSet<&str>) =
            batch.iter().filter_map(of).map(|(route, id)| (route.as_str(), id.as_str())).unzip();
        let ids: Vec<&str> = ids.into_iter().filter(|id| !id.is_empty()).collect();
        (routes.into_iter().collect::<Vec<_>>(), ids)
    };
    let (routes, ids) = routes_and_ids(|entry| entry.receipt().map(|receipt| (&receipt.route, &receipt.foreign_id)));
    let mut messages: HashMap<(ClientId, String), AwaitingMessage> = HashMap::new();
    for (column, values) in [(awaited::Column::Route, routes), (awaited::Column::ForeignId, ids)] {
        for batch in values.chunks(ROWS) {
            let rows = awaited::Entity::find().filter(column.is_in(batch.iter().copied())).all(transaction).await?;
            messages.extend(rows.into_iter().map(|row| ((row.client_id, row.message_id.clone()), row.into())));
        }
    }
    let (routes, ids) = routes_and_ids(|entry| entry.message().map(|message| (&message.route, &message.foreign_id)));
    let expected: HashSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let mut receipts: HashMap<String, Receipt> = HashMap::new();
    for (column, values) in [(logged::Column::Route, routes), (logged::Column::ForeignId, ids)] {
        for batch in values.chunks(ROWS) {
            let rows = logged::Entity::find().filter(column.is_in(batch.iter().copied())).all(transaction).await?;
            receipts.extend(rows.into_iter().map(|row| (row.id.clone(), row.into())));
        }
    }
    Ok(Matcher::new(messages.into_values().collect(), receipts.into_values().collect(), expected))
}

impl From<awaited::Model> for AwaitingMessage {
    fn from(row: awaited::Model) -> Self {
        let awaited::Model { client_id, message_id, route, foreign_id, refused, sent_at, line } = row;
        Self { client_id, message_id, route, foreign_id, refused, sent_at, line: line.cast_unsigned() }
    }
}

impl From<logged::Model> for Receipt {
    fn from(row: logged::Model) -> Self {
        let logged::Model { id, route, foreign_id, kind, at, line } = row;
        Self { line: line.cast_unsigned(), id, route, foreign_id, kind, at }
    }
}

/// Writes messages and receipts that wait, and removes matched ones. Of a matched receipt only the id stays.
async fn write_waiting(
    transaction: &DatabaseTransaction,
    awaiting: &[AwaitingMessage],
    matched_messages: &[AwaitingMessage],
    receipts: &[Receipt],
    matched_receipts: &[Receipt],
) -> Result<(), DbErr> {
    for batch in awaiting.chunks(ROWS) {
        let rows = batch.iter().cloned().map(|message| awaited::ActiveModel {
            client_id: Set(message.client_id),
            message_id: Set(message.message_id),
            route: Set(message.route),
            foreign_id: Set(message.foreign_id),
            refused: Set(message.refused),
            sent_at: Set(message.sent_at),
            line: Set(message.line.cast_signed()),
        });
        awaited::Entity::insert_many(rows).on_conflict_do_nothing().exec_without_returning(transaction).await?;
    }
    let matched: Vec<_> =
        matched_messages.iter().map(|message| (message.client_id, message.message_id.as_str())).collect();
    let delete = |keys: &str| {
        format!("DELETE FROM awaited_receipts WHERE (client_id, message_id) IN ({keys}) RETURNING client_id")
    };
    by_keys(transaction, &matched, delete).await?;

    let waiting = receipts.iter().map(|receipt| (receipt, receipt.route.as_str(), receipt.foreign_id.as_str()));
    let rows: Vec<_> = waiting.chain(matched_receipts.iter().map(|receipt| (receipt, "", ""))).collect();
    let replace = OnConflict::column(logged::Column::Id)
        .update_columns([logged::Column::Route, logged::Column::ForeignId])
        .to_owned();
    for batch in rows.chunks(ROWS) {
        let rows = batch.iter().map(|(receipt, route, foreign_id)| logged::ActiveModel {
            id: Set(receipt.id.clone()),
            route: Set((*route).to_owned()),
            foreign_id: Set((*foreign_id).to_owned()),
            kind: Set(receipt.kind),
            at: Set(receipt.at),
            line: Set(receipt.line.cast_signed()),
        });
        logged::Entity::insert_many(rows).on_conflict(replace.clone()).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// Deletes what has waited for too long, measured from the newest line of a batch.
async fn delete_expired(transaction: &DatabaseTransaction, batch: &[Entry]) -> Result<(), DbErr> {
    let times = batch.iter().map(|entry| match entry {
        Entry::Message(message) => message.facts.sent_at,
        Entry::Receipt(receipt) => receipt.at,
    });
    let Some(newest) = times.max() else { return Ok(()) };
    awaited::Entity::delete_many().filter(awaited::Column::SentAt.lt(newest - AWAITED)).exec(transaction).await?;
    let unmatched = Condition::all().add(logged::Column::At.lt(newest - AWAITED)).add(logged::Column::Route.ne(""));
    let expired = Condition::any().add(unmatched).add(logged::Column::At.lt(newest - KNOWN_AGAIN));
    logged::Entity::delete_many().filter(expired).exec(transaction).await?;
    Ok(())
}

impl Line for Callback {
    /// Writes a batch of calls. The first call about a message creates it, and its facts stay.
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        let prices = prices(transaction, batch.iter().map(|callback| callback.client_id)).await?;
        let keys = batch.iter().map(|callback| (callback.client_id, callback.id.as_str()));
        let mut known = known_messages(transaction, keys).await?;
        let mut refusals = Vec::new();
        let mut lines = Vec::with_capacity(batch.len());
        for (line, callback) in (0..).zip(batch) {
            let Some(price) = prices.get(&callback.client_id) else {
                refusals.push(LineError::unknown_client(line, "account", callback.client_id));
                continue;
            };
            let new = known.insert((callback.client_id, callback.id.clone()));
            let mut facts = callback.facts.clone();
            facts.cost = cost(*price, facts.parts);
            lines.push(MessageLine {
                line,
                client_id: callback.client_id,
                id: callback.id.clone(),
                facts: new.then_some(facts),
                receipt: callback.receipt,
            });
        }
        let mut outcome = MessageLine::write(&lines, transaction, author).await?;
        outcome.refusals.extend(refusals);
        Ok(outcome)
    }
}
