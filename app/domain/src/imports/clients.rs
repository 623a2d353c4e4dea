//! Batches of clients into the database. Native only.

use super::client_plan::{Known, Plan};
use crate::{
    actor::Actor,
    administrators::scope::Scope,
    audit::{self, AuditEntry},
    clients::{
        record::ClientRecord,
        store::{audited, client, login, record_changes},
    },
    intake::{
        Outcome,
        writer::{BatchError, Line},
    },
    ledger::{booking, store::entry},
};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, DbErr, IntoActiveModel, Iterable, QueryOrder, QuerySelect, TryInsertResult,
    entity::prelude::*, sea_query::OnConflict,
};
use serde_json::json;
use std::collections::HashSet;

/// A good number of records for a batch.
pub const BATCH: usize = 4_000;

/// Rows of clients in a statement: SQLite takes 32,766 values, and a client has 25.
const CLIENTS: usize = 1_000;

/// Rows of two values, or values in a list, in a statement.
const PAIRS: usize = 4_000;

impl Line for ClientRecord {
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        let plan = Plan::make(batch, read_known(transaction, batch).await?);
        if let Some(field) = plan.forbidden {
            return Err(Scope::ClientsMoney.is_needed_for(field).into());
        }
        // Logins before clients, clients in the order of their ids: nobody then waits for one who waits for him.
        move_logins(transaction, &plan).await?;
        lock_changed(transaction, &plan).await?;
        insert_new(transaction, &plan.new).await?;
        update_changed(transaction, &plan.changed).await?;
        record_changes(transaction, &plan.ids()).await?;
        record_deeds(transaction, &plan, author).await?;
        Ok(plan.outcome)
    }
}

async fn read_known(transaction: &DatabaseTransaction, batch: &[ClientRecord]) -> Result<Known, DbErr> {
    let ids = sorted(batch.iter().map(|record| record.id));
    let logins = sorted(batch.iter().map(|record| record.login.as_str()));
    let mut known = Known::default();
    for batch in ids.chunks(PAIRS) {
        let clients = client::Entity::find().filter(client::Column::Id.is_in(batch.iter().copied()));
        known.clients.extend(clients.all(transaction).await?.into_iter().map(|client| (client.id, client)));
    }
    for batch in logins.chunks(PAIRS) {
        let owners = login::Entity::find().filter(login::Column::Login.is_in(batch.iter().copied()));
        known.owners.extend(owners.all(transaction).await?.into_iter().map(|owner| (owner.login, owner.client_id)));
    }
    let changes_currency =
        |record: &&ClientRecord| known.clients.get(&record.id).is_some_and(|client| client.currency != record.currency);
    let changing = sorted(batch.iter().filter(changes_currency).map(|record| record.id));
    known.booked = in_the_ledger(transaction, &changing).await?;
    Ok(known)
}

/// Those of the clients who have a row in the ledger. Its rows are numbered from 1.
async fn in_the_ledger(transaction: &DatabaseTransaction, clients: &[i64]) -> Result<HashSet<i64>, DbErr> {
    let mut found = HashSet::new();
    for batch in clients.chunks(PAIRS) {
        let first = entry::Entity::find()
            .select_only()
            .column(entry::Column::ClientId)
            .filter(entry::Column::ClientId.is_in(batch.iter().copied()))
            .filter(entry::Column::Id.eq(1));
        found.extend(first.into_tuple::<i64>().all(transaction).await?);
    }
    Ok(found)
}

/// Each value once, in order.
fn sorted<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

async fn move_logins(transaction: &DatabaseTransaction, plan: &Plan) -> Result<(), BatchError> {
    for batch in plan.released().chunks(PAIRS) {
        login::Entity::delete_many()
            .filter(login::Column::Login.is_in(batch.iter().copied()))
            .exec(transaction)
            .await?;
    }
    for batch in plan.claimed().chunks(PAIRS) {
        let rows = batch
            .iter()
            .map(|&(login, client_id)| login::ActiveModel { login: Set(login.to_owned()), client_id: Set(client_id) });
        let insert = login::Entity::insert_many(rows).on_conflict_do_nothing();
        all_inserted(insert.exec_with_returning_keys(transaction).await?, batch.len())?;
    }
    Ok(())
}

/// Keeps others from changing these clients, and sees to it that they are as they were read: what a record doesn't name
/// must stay as it is, and a currency may change only before the first transaction. The balance isn't written here.
async fn lock_changed(transaction: &DatabaseTransaction, plan: &Plan) -> Result<(), BatchError> {
    for batch in plan.changed.chunks(PAIRS) {
        let locked: Vec<client::Model> = client::Entity::find()
            .filter(client::Column::Id.is_in(batch.iter().map(|(_, client)| client.id)))
            .order_by_asc(client::Column::Id)
            .lock_exclusive()
            .all(transaction)
            .await?;
        let is_as_read = |(locked, before): (&client::Model, &client::Model)| {
            *locked == client::Model { balance: locked.balance, ..before.clone() }
        };
        let before = batch.iter().map(|(before, _)| before);
        if locked.len() != batch.len() || !locked.iter().zip(before).all(is_as_read) {
            return Err(BatchError::Overtaken);
        }
    }
    let changing: Vec<i64> = plan
        .changed
        .iter()
        .filter(|(before, after)| before.currency != after.currency)
        .map(|(client, _)| client.id)
        .collect();
    if !in_the_ledger(transaction, &changing).await?.is_empty() {
        return Err(BatchError::Overtaken);
    }
    Ok(())
}

async fn insert_new(transaction: &DatabaseTransaction, clients: &[client::Model]) -> Result<(), BatchError> {
    for batch in clients.chunks(CLIENTS) {
        let insert = client::Entity::insert_many(batch.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict_do_nothing();
        all_inserted(insert.exec_with_returning_keys(transaction).await?, batch.len())?;
    }
    booking::insert(transaction, clients.iter().filter_map(booking::opening).collect()).await?;
    Ok(())
}

/// Writes all of the clients anew but their balance, which is the ledger's.
async fn update_changed(
    transaction: &DatabaseTransaction,
    clients: &[(client::Model, client::Model)],
) -> Result<(), DbErr> {
    let replaced =
        client::Column::iter().filter(|column| !matches!(column, client::Column::Id | client::Column::Balance));
    let replace = OnConflict::column(client::Column::Id).update_columns(replaced).to_owned();
    for batch in clients.chunks(CLIENTS) {
        let rows = batch.iter().map(|(_, client)| client.clone().into_active_model());
        client::Entity::insert_many(rows).on_conflict(replace.clone()).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// What the audit record says of a batch: new clients together, since each is its own record, and each changed
/// client with its fields before and after.
async fn record_deeds(transaction: &DatabaseTransaction, plan: &Plan, author: &Actor) -> Result<(), DbErr> {
    let created = json!({ "ids": plan.new.iter().map(|client| client.id).collect::<Vec<_>>() }).to_string();
    let created = (!plan.new.is_empty()).then_some(AuditEntry {
        action: "import new clients",
        after: Some(created),
        ..AuditEntry::default()
    });
    let changed = plan.changed.iter().map(|(before, after)| {
        let differs = |column: &client::Column| before.get(*column) != after.get(*column);
        let fields = |client: &client::Model| {
            let fields = client::Column::iter().filter(differs);
            let fields: serde_json::Map<_, _> =
                fields.map(|column| (column.to_string(), audited(client.get(column)))).collect();
            Some(serde_json::Value::Object(fields).to_string())
        };
        AuditEntry { action: "import client", client: Some(after.id), before: fields(before), after: fields(after) }
    });
    let deeds = created.into_iter().chain(changed).map(|deed| (author, deed));
    audit::record_all(transaction, deeds).await
}

/// A row that wasn't inserted met one that another transaction had written since this one looked.
fn all_inserted<K>(result: TryInsertResult<Vec<K>>, rows: usize) -> Result<(), BatchError> {
    match result {
        TryInsertResult::Inserted(keys) if keys.len() == rows => Ok(()),
        _ => Err(BatchError::Overtaken),
    }
}
