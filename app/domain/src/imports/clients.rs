//! Writes batches of clients.

use super::client_plan::{Known, Plan};
use crate::{
    actor::Actor,
    administrators::scope::Scope,
    audit::{self, AuditEntry},
    clients::{
        fields::{ClientRecord, FIELDS, client},
        store::{audited, login, record_changes},
    },
    database::rows_per_statement,
    ids::ClientId,
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

/// The recommended size of a batch.
pub const BATCH: usize = 4_000;

const CLIENTS: usize = rows_per_statement(FIELDS.len());

/// Rows of two values, or values in a list.
const PAIRS: usize = rows_per_statement(2);

impl Line for ClientRecord {
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        let plan = Plan::make(batch, read_known(transaction, batch).await?);
        if let Some(field) = plan.forbidden {
            return Err(Scope::ClientsMoney.is_needed_for(field).into());
        }
        // Locks logins before clients, and both in key order, to avoid deadlocks.
        move_logins(transaction, &plan).await?;
        lock_changed(transaction, &plan).await?;
        insert_new(transaction, &plan.new).await?;
        update_changed(transaction, &plan.changed).await?;
        record_changes(transaction, &plan.ids()).await?;
        record_audit(transaction, &plan, author).await?;
        Ok(plan.outcome)
    }
}

async fn read_known(transaction: &DatabaseTransaction, batch: &[ClientRecord]) -> Result<Known, DbErr> {
    let ids = distinct(batch.iter().map(|record| record.id));
    let logins = distinct(batch.iter().map(|record| record.login.as_str()));
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
    let changing = distinct(batch.iter().filter(changes_currency).map(|record| record.id));
    known.booked = booked(transaction, &changing).await?;
    Ok(known)
}

/// Those of the clients who have rows in the ledger, which are numbered from 1.
async fn booked(transaction: &DatabaseTransaction, clients: &[ClientId]) -> Result<HashSet<ClientId>, DbErr> {
    let mut found = HashSet::new();
    for batch in clients.chunks(PAIRS) {
        let first = entry::Entity::find()
            .select_only()
            .column(entry::Column::ClientId)
            .filter(entry::Column::ClientId.is_in(batch.iter().copied()))
            .filter(entry::Column::Id.eq(1));
        found.extend(first.into_tuple::<ClientId>().all(transaction).await?);
    }
    Ok(found)
}

/// Sorts and de-duplicates values.
fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
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

/// Locks the changed clients and compares them with the rows that the plan is based on: fields without a value in the
/// record must stay, and a currency may change only before the first transaction. The balance isn't written here.
async fn lock_changed(transaction: &DatabaseTransaction, plan: &Plan) -> Result<(), BatchError> {
    for batch in plan.changed.chunks(PAIRS) {
        let locked: Vec<client::Model> = client::Entity::find()
            .filter(client::Column::Id.is_in(batch.iter().map(|(_, client)| client.id)))
            .order_by_asc(client::Column::Id)
            .lock_exclusive()
            .all(transaction)
            .await?;
        let is_unchanged = |(locked, before): (&client::Model, &client::Model)| {
            *locked == client::Model { balance: locked.balance, ..before.clone() }
        };
        let before = batch.iter().map(|(before, _)| before);
        if locked.len() != batch.len() || !locked.iter().zip(before).all(is_unchanged) {
            return Err(BatchError::Conflict);
        }
    }
    let changing: Vec<ClientId> = plan
        .changed
        .iter()
        .filter(|(before, after)| before.currency != after.currency)
        .map(|(client, _)| client.id)
        .collect();
    if !booked(transaction, &changing).await?.is_empty() {
        return Err(BatchError::Conflict);
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

/// Replaces all columns except the balance, which only the ledger changes.
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

/// Records a batch in the audit record: one entry with the ids of all new clients, and one for each changed client with
/// its fields before and after.
async fn record_audit(transaction: &DatabaseTransaction, plan: &Plan, author: &Actor) -> Result<(), DbErr> {
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
    let entries = created.into_iter().chain(changed).map(|entry| (author, entry));
    audit::record_all(transaction, entries).await
}

/// Returns a conflict if a row wasn't inserted, since another transaction has inserted it in the meantime.
fn all_inserted<K>(result: TryInsertResult<Vec<K>>, rows: usize) -> Result<(), BatchError> {
    match result {
        TryInsertResult::Inserted(keys) if keys.len() == rows => Ok(()),
        _ => Err(BatchError::Conflict),
    }
}
