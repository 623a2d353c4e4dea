//! Writes batches of lines about messages. Messages, roll-ups and ledger change in the same transaction.

use super::{
    MessageStatus,
    message::{Facts, MessageLine, Receipt},
    plan::{Known, MailingCost, Message, MessageId, Plan, StoredMessage},
};
use crate::{
    actor::Actor,
    clients::{
        BillingMode,
        store::{self as clients, client},
    },
    database::{by_keys, rows_per_statement, values_list},
    ids::{ClientId, EntryId},
    intake::{
        Outcome,
        writer::{BatchError, Line},
    },
    ledger::booking::{self, Booked, Booking, Headroom, MESSAGES_KEY, Order},
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

    /// A message's row. The fields are those of [`Facts`] and [`Receipt`].
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    #[allow(missing_docs, reason = "the fields are those of the message file, described in the README")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
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

    /// None: messages are looked up by client id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `early_receipts`: receipts that came before their messages.
pub mod early_receipt {
    use super::*;

    /// A receipt that waits for its message.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "early_receipts")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// The message's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: String,
        /// The status.
        pub status: MessageStatus,
        /// The time of the status.
        pub status_at: Moment,
    }

    /// None: early receipts are looked up by client id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `late_costs`: the parts of ledger rows for messages that were sent on another day than the row's. They
/// explain the differences between a period's reports and its ledger.
pub mod late_cost {
    use super::*;

    /// A part of a ledger row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "late_costs")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// The id of the row.
        #[sea_orm(primary_key, auto_increment = false)]
        pub ledger_id: EntryId,
        /// The day of sending, in the platform's time zone.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sent_on: NaiveDate,
        /// The day of the row.
        pub booked_on: NaiveDate,
        /// The cost of those messages.
        pub cost: Money,
    }

    /// None: late costs are looked up by client id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The usual number of lines in a batch.
pub const BATCH: usize = 10_000;

const MESSAGES: usize = rows_per_statement(13);

/// Rows of up to five values, or values in a list.
const ROWS: usize = rows_per_statement(5);

impl Line for MessageLine {
    /// Locks the clients first, in id order to avoid deadlocks. The second of two batches about one client waits, and
    /// never reads a part of the first one's changes.
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        let mut known = Known::default();
        let clients = clients::lock_all(transaction, batch.iter().map(|line| line.client_id)).await?;
        known.clients.extend(clients);
        read_early(transaction, batch, &mut known).await?;
        // Most messages are new, so those with facts aren't looked up. The insert skips existing ones.
        let with_facts: HashSet<_> = batch.iter().filter(|line| line.facts.is_some()).map(Self::key).collect();
        let without_facts = batch.iter().map(Self::key).filter(|key| !with_facts.contains(key));
        read_messages(transaction, &distinct(without_facts), &mut known).await?;
        let plan = Plan::make(batch, &known);
        let existing = insert_new(transaction, &plan.new).await?;
        let plan = if existing.is_empty() {
            plan
        } else {
            drop(plan);
            let existing: Vec<_> = existing.iter().map(|(client_id, id)| (*client_id, id.as_str())).collect();
            read_messages(transaction, &existing, &mut known).await?;
            Plan::make(batch, &known)
        };
        // The ledger comes first. The cost in a roll-up is never more than the ledger's sums, so it can't overflow.
        let plan = match book(transaction, &plan.costs(), author).await? {
            Ok(()) => plan,
            Err(headroom) => {
                let inserted: Vec<MessageId> =
                    plan.new.iter().map(|message| (message.client_id, message.id.to_owned())).collect();
                drop(plan);
                known.headroom = headroom;
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

/// Reads the receipts that wait for messages of the batch. Few clients have any.
async fn read_early(transaction: &DatabaseTransaction, batch: &[MessageLine], known: &mut Known) -> Result<(), DbErr> {
    let ids: Vec<ClientId> = known.clients.keys().copied().collect();
    let mut with_early: HashSet<ClientId> = HashSet::new();
    for batch in ids.chunks(ROWS) {
        let has_early = Expr::cust("EXISTS (SELECT 1 FROM early_receipts WHERE early_receipts.client_id = clients.id)");
        let clients = client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .filter(client::Column::Id.is_in(batch.iter().copied()))
            .filter(has_early);
        with_early.extend(clients.into_tuple::<ClientId>().all(transaction).await?);
    }
    let keys = batch.iter().map(MessageLine::key).filter(|(client_id, _)| with_early.contains(client_id));
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

/// Reads messages into `known`.
async fn read_messages(
    transaction: &DatabaseTransaction,
    keys: &[(ClientId, &str)],
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
        known.messages.insert((row.client_id, row.id), StoredMessage { facts, billing: row.billing_mode, receipt });
    }
    Ok(())
}

/// Sorts the keys and removes duplicates.
fn distinct<'a>(keys: impl Iterator<Item = (ClientId, &'a str)>) -> Vec<(ClientId, &'a str)> {
    let mut keys: Vec<_> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Inserts messages. Returns the keys of those that exist already.
async fn insert_new(transaction: &DatabaseTransaction, messages: &[Message<'_>]) -> Result<Vec<MessageId>, DbErr> {
    let mut existing = Vec::new();
    for batch in messages.chunks(MESSAGES) {
        let statement = insertion(transaction, batch, "DO NOTHING RETURNING client_id, id");
        let inserted = transaction.query_all_raw(statement).await?;
        if inserted.len() == batch.len() {
            continue;
        }
        let inserted = inserted
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
            .collect::<Result<HashSet<MessageId>, DbErr>>()?;
        let keys = batch.iter().map(|message| (message.client_id, message.id.to_owned()));
        existing.extend(keys.filter(|key| !inserted.contains(key)));
    }
    Ok(existing)
}

/// Deletes inserted messages that the second plan refuses.
async fn remove_refused(
    transaction: &DatabaseTransaction,
    inserted: &[MessageId],
    new: &[Message<'_>],
) -> Result<(), DbErr> {
    let kept: HashSet<(ClientId, &str)> = new.iter().map(|message| (message.client_id, message.id)).collect();
    let refused: Vec<_> =
        inserted.iter().map(|(client_id, id)| (*client_id, id.as_str())).filter(|key| !kept.contains(key)).collect();
    let removal = |keys: &str| format!("DELETE FROM messages WHERE (client_id, id) IN ({keys}) RETURNING client_id");
    by_keys(transaction, &refused, removal).await.map(drop)
}

/// Updates the receipts of changed messages.
async fn update_changed(transaction: &DatabaseTransaction, messages: &[(Message<'_>, Receipt)]) -> Result<(), DbErr> {
    let messages: Vec<Message<'_>> = messages.iter().map(|(message, _)| *message).collect();
    for batch in messages.chunks(MESSAGES) {
        let changed = "(client_id, id) DO UPDATE SET status = excluded.status, status_at = excluded.status_at";
        transaction.execute_raw(insertion(transaction, batch, changed)).await?;
    }
    Ok(())
}

/// Makes the insert statement as text. For so many rows the query builder takes longer than the database.
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

/// Writes the receipts that came before their messages, and deletes those whose message has arrived.
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

/// Books the costs of the batch, one ledger row for each client and mailing. If an account can't hold its costs,
/// nothing is booked and the headroom of each account is returned.
async fn book(
    transaction: &DatabaseTransaction,
    costs: &[MailingCost<'_>],
    author: &Actor,
) -> Result<Result<(), HashMap<ClientId, Headroom>>, DbErr> {
    if costs.is_empty() {
        return Ok(Ok(()));
    }
    // The messages tell whether a batch was booked, so its key only has to be unique.
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
    let booked = match booking::book_all_or_nothing(transaction, &orders, time::now()).await? {
        Ok(booked) => booked,
        Err(headroom) => return Ok(Err(headroom)),
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

/// The text of the ledger row.
fn purpose(cost: &MailingCost<'_>) -> String {
    let mailing = if cost.mailing.is_empty() {
        "Messages without a mailing".to_owned()
    } else {
        format!("Mailing {}", cost.mailing)
    };
    if cost.cost.0 < 0 { format!("{mailing}: not delivered after all") } else { mailing }
}
