//! Batches of lines about messages into the database: messages, roll-ups and ledger agree in whatever is committed.
//! Native only.

use super::{
    Facts, MessageLine, MessageStatus, Receipt,
    plan::{Held, Key, Known, MailingCost, Message, Plan},
};
use crate::{
    actor::Actor,
    clients::{
        BillingMode,
        store::{self as clients, client},
    },
    database::{by_keys, rows_per_statement, values_list},
    intake::{
        Outcome,
        writer::{BatchError, Line},
    },
    ledger::booking::{self, Booked, Booking, MESSAGES_KEY, Order, Room},
    names::usage,
};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, IntoActiveModel, QuerySelect,
    Statement, entity::prelude::*, sea_query::OnConflict,
};
use std::collections::{HashMap, HashSet};
use values::{
    Money,
    messaging::MessagingChannel,
    time::{self, Moment},
};

/// The table `messages`.
pub mod message {
    use super::*;

    /// A message's row. [`Facts`] says what the fields mean.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    #[allow(missing_docs, reason = "the fields are those of the message file, described in the README")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub mailing: String,
        pub channel: MessagingChannel,
        pub sender_id: String,
        pub country: String,
        pub operator: String,
        pub parts: i16,
        pub cost: Money,
        pub billing_mode: BillingMode,
        pub sent_at: Moment,
        pub status: MessageStatus,
        pub status_at: Moment,
    }

    /// Messages are found by their client's id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `early_receipts`: statuses that came before their messages.
pub mod early_receipt {
    use super::*;

    /// A status that waits for its message.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "early_receipts")]
    pub struct Model {
        /// Whose message it will be.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: i64,
        /// The message's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: String,
        /// What became of it.
        pub status: MessageStatus,
        /// When.
        pub status_at: Moment,
    }

    /// Early receipts are found by their client's id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `late_costs`: which part of a ledger row is for messages that were sent on another day than the row is
/// booked on. It explains where a period's reports and its ledger differ.
pub mod late_cost {
    use super::*;

    /// A part of a ledger row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "late_costs")]
    pub struct Model {
        /// Whose ledger.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: i64,
        /// The row.
        #[sea_orm(primary_key, auto_increment = false)]
        pub ledger_id: i64,
        /// The day of sending, in the platform's time zone.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sent_on: NaiveDate,
        /// The day on which the row is booked.
        pub booked_on: NaiveDate,
        /// What those messages cost.
        pub cost: Money,
    }

    /// Late costs are found by their client's id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A good number of lines for a batch.
pub const BATCH: usize = 10_000;

const MESSAGES: usize = rows_per_statement(13);

/// Rows of up to five values, or values in a list.
const ROWS: usize = rows_per_statement(5);

impl Line for MessageLine {
    /// Clients are locked first, in the order of their ids, so that of two batches about one client one waits, and
    /// nothing of what the other does is seen by halves.
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        let mut known = Known::default();
        let clients = clients::lock_all(transaction, batch.iter().map(|line| line.client_id)).await?;
        known.clients.extend(clients);
        read_early(transaction, batch, &mut known).await?;
        // Messages are mostly new, so they aren't looked up: those that are there already stay out of the insert.
        let told: HashSet<_> = batch.iter().filter(|line| line.facts.is_some()).map(Self::key).collect();
        let told_before = batch.iter().map(Self::key).filter(|key| !told.contains(key));
        read_messages(transaction, &distinct(told_before), &mut known).await?;
        let plan = Plan::make(batch, &known);
        let met = insert_new(transaction, &plan.new).await?;
        let plan = if met.is_empty() {
            plan
        } else {
            drop(plan);
            let met: Vec<_> = met.iter().map(|(client_id, id)| (*client_id, id.as_str())).collect();
            read_messages(transaction, &met, &mut known).await?;
            Plan::make(batch, &known)
        };
        // The ledger first: a roll-up's cost is never more than what was booked, so it has room where the ledger has.
        let plan = match book(transaction, &plan.costs(), author).await? {
            Ok(()) => plan,
            Err(rooms) => {
                let inserted: Vec<Key> =
                    plan.new.iter().map(|message| (message.client_id, message.id.to_owned())).collect();
                drop(plan);
                known.rooms = rooms;
                let plan = Plan::make(batch, &known);
                remove_refused(transaction, &inserted, &plan.new).await?;
                if book(transaction, &plan.costs(), author).await?.is_err() {
                    return Err(DbErr::Custom("an account can't hold what it has room for".to_owned()).into());
                }
                plan
            }
        };
        update_changed(transaction, &plan.changed).await?;
        keep_waiting(transaction, &plan).await?;
        let roll_ups = plan.roll_ups();
        roll_ups.add(transaction).await?;
        usage::add(transaction, roll_ups.uses()).await?;
        Ok(plan.outcome)
    }
}

/// Reads the statuses that wait for messages of the batch. Few clients have any.
async fn read_early(transaction: &DatabaseTransaction, batch: &[MessageLine], known: &mut Known) -> Result<(), DbErr> {
    let ids: Vec<i64> = known.clients.keys().copied().collect();
    let mut with_any: HashSet<i64> = HashSet::new();
    for batch in ids.chunks(ROWS) {
        let any = Expr::cust("EXISTS (SELECT 1 FROM early_receipts WHERE early_receipts.client_id = clients.id)");
        let clients = client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .filter(client::Column::Id.is_in(batch.iter().copied()))
            .filter(any);
        with_any.extend(clients.into_tuple::<i64>().all(transaction).await?);
    }
    let keys = batch.iter().map(MessageLine::key).filter(|(client_id, _)| with_any.contains(client_id));
    let wanted = |keys: &str| {
        format!(
            "SELECT early_receipts.* FROM early_receipts JOIN ({keys}) AS wanted
                  ON early_receipts.client_id = wanted.column1 AND early_receipts.message_id = wanted.column2"
        )
    };
    for row in by_keys(transaction, &distinct(keys), wanted).await? {
        let early = early_receipt::Model::from_query_result(&row, "")?;
        let receipt = Receipt { status: early.status, at: early.status_at };
        known.early.insert((early.client_id, early.message_id), receipt);
    }
    Ok(())
}

async fn read_messages(
    transaction: &DatabaseTransaction,
    keys: &[(i64, &str)],
    known: &mut Known,
) -> Result<(), DbErr> {
    let wanted = |keys: &str| {
        format!(
            "SELECT messages.* FROM messages JOIN ({keys}) AS wanted
                  ON messages.client_id = wanted.column1 AND messages.id = wanted.column2"
        )
    };
    for row in by_keys(transaction, keys, wanted).await? {
        let row = message::Model::from_query_result(&row, "")?;
        let facts = Facts {
            mailing: row.mailing,
            channel: row.channel,
            sender_id: row.sender_id,
            country: row.country,
            operator: row.operator,
            parts: row.parts,
            cost: row.cost,
            sent_at: row.sent_at,
        };
        let receipt = Receipt { status: row.status, at: row.status_at };
        known.messages.insert((row.client_id, row.id), Held { facts, billing: row.billing_mode, receipt });
    }
    Ok(())
}

/// Each key once, in order.
fn distinct<'a>(keys: impl Iterator<Item = (i64, &'a str)>) -> Vec<(i64, &'a str)> {
    let mut keys: Vec<_> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Inserts messages, and returns the keys of those that were there already.
async fn insert_new(transaction: &DatabaseTransaction, messages: &[Message<'_>]) -> Result<Vec<Key>, DbErr> {
    let mut met = Vec::new();
    for batch in messages.chunks(MESSAGES) {
        let statement = insertion(transaction, batch, "DO NOTHING RETURNING client_id, id");
        let inserted = transaction.query_all_raw(statement).await?;
        if inserted.len() == batch.len() {
            continue;
        }
        let inserted = inserted
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
            .collect::<Result<HashSet<Key>, DbErr>>()?;
        let keys = batch.iter().map(|message| (message.client_id, message.id.to_owned()));
        met.extend(keys.filter(|key| !inserted.contains(key)));
    }
    Ok(met)
}

/// Takes away those of the inserted messages that turn out not to be among the new ones.
async fn remove_refused(transaction: &DatabaseTransaction, inserted: &[Key], new: &[Message<'_>]) -> Result<(), DbErr> {
    let kept: HashSet<(i64, &str)> = new.iter().map(|message| (message.client_id, message.id)).collect();
    let refused: Vec<_> =
        inserted.iter().map(|(client_id, id)| (*client_id, id.as_str())).filter(|key| !kept.contains(key)).collect();
    let removal = |keys: &str| format!("DELETE FROM messages WHERE (client_id, id) IN ({keys}) RETURNING client_id");
    by_keys(transaction, &refused, removal).await.map(drop)
}

async fn update_changed(transaction: &DatabaseTransaction, messages: &[(Message<'_>, Receipt)]) -> Result<(), DbErr> {
    let messages: Vec<Message<'_>> = messages.iter().map(|(message, _)| *message).collect();
    for batch in messages.chunks(MESSAGES) {
        let changed = "(client_id, id) DO UPDATE SET status = excluded.status, status_at = excluded.status_at";
        transaction.execute_raw(insertion(transaction, batch, changed)).await?;
    }
    Ok(())
}

/// Written by hand: the builder of statements takes longer than the database for so many rows.
fn insertion(transaction: &DatabaseTransaction, messages: &[Message<'_>], on_conflict: &str) -> Statement {
    const COLUMNS: usize = 13;
    let backend = transaction.get_database_backend();
    let sql = format!(
        "INSERT INTO messages (client_id, id, mailing, channel, sender_id, country, operator, parts, cost,
            billing_mode, sent_at, status, status_at) {} ON CONFLICT {on_conflict}",
        values_list(backend, messages.len(), &[""; COLUMNS])
    );
    let values = messages.iter().flat_map(|message| -> [Value; COLUMNS] {
        let facts = message.facts;
        [
            message.client_id.into(),
            message.id.into(),
            facts.mailing.as_str().into(),
            facts.channel.word().into(),
            facts.sender_id.as_str().into(),
            facts.country.as_str().into(),
            facts.operator.as_str().into(),
            facts.parts.into(),
            facts.cost.0.into(),
            message.billing.word().into(),
            facts.sent_at.into(),
            message.receipt.status.word().into(),
            message.receipt.at.into(),
        ]
    });
    Statement::from_sql_and_values(backend, sql, values)
}

/// Keeps the statuses that came before their messages, and lets go of those whose message has come.
async fn keep_waiting(transaction: &DatabaseTransaction, plan: &Plan<'_>) -> Result<(), DbErr> {
    let replace = OnConflict::columns([early_receipt::Column::ClientId, early_receipt::Column::MessageId])
        .update_columns([early_receipt::Column::Status, early_receipt::Column::StatusAt])
        .to_owned();
    for batch in plan.waiting.chunks(ROWS) {
        let rows = batch.iter().map(|(client_id, id, receipt)| early_receipt::ActiveModel {
            client_id: Set(*client_id),
            message_id: Set((*id).to_owned()),
            status: Set(receipt.status),
            status_at: Set(receipt.at),
        });
        let insert = early_receipt::Entity::insert_many(rows).on_conflict(replace.clone());
        insert.exec_without_returning(transaction).await?;
    }
    let arrived = |keys: &str| {
        format!("DELETE FROM early_receipts WHERE (client_id, message_id) IN ({keys}) RETURNING client_id")
    };
    by_keys(transaction, &plan.arrived, arrived).await.map(drop)
}

/// Books what the batch costs: a row of the ledger for each client and mailing. Books nothing where an account can't
/// hold it, and says how much each can.
async fn book(
    transaction: &DatabaseTransaction,
    costs: &[MailingCost<'_>],
    author: &Actor,
) -> Result<Result<(), HashMap<i64, Room>>, DbErr> {
    if costs.is_empty() {
        return Ok(Ok(()));
    }
    // The messages themselves tell whether a batch was booked; its key only has to be one of its own.
    let mut batch = [0; 16];
    getrandom::fill(&mut batch).map_err(|cause| DbErr::Custom(cause.to_string()))?;
    let batch = hex::encode(batch);
    let orders: Vec<Order> = costs
        .iter()
        .enumerate()
        .map(|(number, cost)| Order {
            client_id: cost.client_id,
            idempotency_key: format!("{MESSAGES_KEY}{batch}/{number}"),
            booking: Booking::Mailing { cost: cost.cost, purpose: purpose(cost), at: cost.at },
            author: author.clone(),
        })
        .collect();
    // Everything or nothing: what was counted must be paid for.
    let booked = match booking::book_whole(transaction, &orders, time::now()).await? {
        Ok(booked) => booked,
        Err(rooms) => return Ok(Err(rooms)),
    };
    let mut late = Vec::new();
    for (cost, Booked { entry, .. }) in costs.iter().zip(booked) {
        let booked_on = time::day_of(entry.at);
        let others = cost.days.iter().filter(|(day, part)| **day != booked_on && part.0 != 0);
        late.extend(others.map(|(&sent_on, &cost)| late_cost::Model {
            client_id: entry.client_id,
            ledger_id: entry.id,
            sent_on,
            booked_on,
            cost,
        }));
    }
    for batch in late.chunks(ROWS) {
        let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        late_cost::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    Ok(Ok(()))
}

/// What people read of it in the ledger.
fn purpose(cost: &MailingCost<'_>) -> String {
    let mailing = if cost.mailing.is_empty() {
        "Messages without a mailing".to_owned()
    } else {
        format!("Mailing {}", cost.mailing)
    };
    if cost.cost.0 < 0 { format!("{mailing}: not delivered after all") } else { mailing }
}
