//! The tables of names.
//!
//! [`apply`] is the one way to write names. It runs under the clients' locks, and also writes history and counts.
//! [`super::usage`] counts how much is sent under a name.

use super::{
    NameStatus,
    change::Change,
    name::{self, NameId},
    rules,
};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    clients::store::record_changes,
    database::{by_keys, rows_per_statement, values_list},
    ids::ClientId,
};
use chrono::NaiveDate;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, IntoActiveModel, Iterable, QueryOrder, QuerySelect,
    Statement, entity::prelude::*, sea_query::OnConflict,
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use values::{
    error::Error,
    time::{self, Moment},
};

/// The table `name_history`.
pub mod status_change {
    use super::*;

    /// A change of a name's status.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "name_history")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// The name in lower case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name_key: String,
        /// The revision of the name after the change.
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i64,
        /// The time.
        pub at: Moment,
        /// The author.
        pub by: String,
        /// The new status.
        pub status: NameStatus,
        /// The reason of a rejection.
        pub reason: Option<String>,
    }

    /// None: names are looked up by their keys.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `name_counts`. Counting a hundred thousand names would take too long for a page.
pub mod count {
    use super::*;

    /// The number of names of all clients that have had a status since a day.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "name_counts")]
    pub struct Model {
        /// The status.
        #[sea_orm(primary_key, auto_increment = false)]
        pub status: NameStatus,
        /// Whether their questionnaires are complete.
        #[sea_orm(primary_key, auto_increment = false)]
        pub filled: bool,
        /// The day of the change to the status, in the platform's time zone.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: NaiveDate,
        /// The number of names.
        pub names: i64,
    }

    /// None: counts are of all clients.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `client_name_counts`: the same for each client.
pub mod client_count {
    use super::*;

    /// The number of a client's names with a status.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_name_counts")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// The status.
        #[sea_orm(primary_key, auto_increment = false)]
        pub status: NameStatus,
        /// Whether their questionnaires are complete.
        #[sea_orm(primary_key, auto_increment = false)]
        pub filled: bool,
        /// The number of names.
        pub names: i64,
    }

    /// None: rows are looked up by client id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `unregistered_names`: sender IDs that were used without being names of the client.
pub mod unregistered {
    use super::*;

    /// An unregistered sender ID.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "unregistered_names")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// The sender ID in lower case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name_key: String,
        /// The spelling of the first use.
        pub sender_id: String,
    }

    /// None: rows are looked up by client id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const NAMES: usize = rows_per_statement(18);

/// Rows of up to seven values, or keys in a list.
const ROWS: usize = rows_per_statement(7);

/// Finds a name by its key, with any status.
pub async fn find(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    name: &str,
) -> Result<Option<name::Model>, DbErr> {
    name::Entity::find_by_id((client_id, rules::key(name))).one(database).await
}

/// Finds names by their ids, including removed ones.
pub async fn find_all(database: &impl ConnectionTrait, ids: &[NameId]) -> Result<HashMap<NameId, name::Model>, DbErr> {
    let wanted = |keys: &str| {
        format!(
            "SELECT names.* FROM names JOIN ({keys}) AS wanted
                  ON names.client_id = wanted.column1 AND names.name_key = wanted.column2"
        )
    };
    let ids: Vec<_> = ids.iter().map(NameId::columns).collect();
    let rows = by_keys(database, &ids, wanted).await?;
    rows.iter().map(|row| name::Model::from_query_result(row, "").map(|name| (name.id(), name))).collect()
}

/// Reads the names with these ids, in the same order. Missing ones are left out.
pub async fn in_order(database: &impl ConnectionTrait, ids: &[NameId]) -> Result<Vec<name::Model>, DbErr> {
    let mut found = find_all(database, ids).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The most changed names in an answer. A transaction writes fewer with the same time.
const CHANGED: u64 = 10_000;

/// Reads the names that changed at a time or later, in the order of their changes, and whether there are more. The
/// answer has either all names that changed at the same time or none of them.
pub async fn changed_since(database: &impl ConnectionTrait, since: Moment) -> Result<(Vec<name::Model>, bool), DbErr> {
    let mut names = name::Entity::find()
        .filter(name::Column::ChangedAt.gte(since))
        .order_by_asc(name::Column::ChangedAt)
        .order_by_asc(name::Column::ClientId)
        .order_by_asc(name::Column::NameKey)
        .limit(CHANGED + 1)
        .all(database)
        .await?;
    let more = names.len() as u64 > CHANGED;
    if more && let Some(next) = names.pop() {
        let whole = names.partition_point(|name| name.changed_at < next.changed_at);
        // If all of them have the same time, none may be cut off.
        if whole > 0 {
            names.truncate(whole);
        }
    }
    Ok((names, more))
}

/// Reads the newest 100 changes of a name's status, newest first.
pub async fn history(database: &impl ConnectionTrait, name: &name::Model) -> Result<Vec<status_change::Model>, DbErr> {
    history_of(name).limit(100).all(database).await
}

/// Reads the changes of a name's status up to a revision, newest first.
pub async fn history_until(
    database: &impl ConnectionTrait,
    name: &name::Model,
    revision: i64,
) -> Result<Vec<status_change::Model>, DbErr> {
    let until = history_of(name).filter(status_change::Column::Revision.lte(revision));
    until.limit(100).all(database).await
}

fn history_of(name: &name::Model) -> Select<status_change::Entity> {
    status_change::Entity::find()
        .filter(status_change::Column::ClientId.eq(name.client_id))
        .filter(status_change::Column::NameKey.eq(&name.name_key))
        .order_by_desc(status_change::Column::Revision)
}

/// Writes changes of names, their history, the audit record and the counts. The transaction must have locked the
/// clients. Changes of the same name are in their order. The counts come last, since others who change the same counts
/// wait for the end of this transaction.
pub async fn apply(transaction: &DatabaseTransaction, changes: &[Change], author: &Actor) -> Result<(), DbErr> {
    let replaced =
        name::Column::iter().filter(|column| !matches!(column, name::Column::ClientId | name::Column::NameKey));
    let replace =
        OnConflict::columns([name::Column::ClientId, name::Column::NameKey]).update_columns(replaced).to_owned();
    let names: BTreeMap<_, _> =
        changes.iter().map(|Change { after, .. }| ((after.client_id, &after.name_key), after)).collect();
    let names: Vec<&name::Model> = names.into_values().collect();
    for batch in names.chunks(NAMES) {
        let rows = batch.iter().map(|name| (*name).clone().into_active_model());
        name::Entity::insert_many(rows).on_conflict(replace.clone()).exec_without_returning(transaction).await?;
    }
    let status_changes: Vec<_> =
        changes.iter().filter(|change| change.changes_status()).map(|change| status_change_of(&change.after)).collect();
    for batch in status_changes.chunks(ROWS) {
        let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        status_change::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    register(transaction, changes).await?;
    audit::record_all(transaction, audit_entries(changes).into_iter().map(|entry| (author, entry))).await?;
    let mut clients: Vec<ClientId> = changes.iter().map(|change| change.after.client_id).collect();
    clients.sort_unstable();
    clients.dedup();
    record_changes(transaction, &clients).await?;
    add_counts(transaction, changes).await
}

impl Change {
    /// Whether the status or its reason changes.
    fn changes_status(&self) -> bool {
        let status = |name: &name::Model| (name.status, name.reason.clone());
        self.before.as_ref().map(status) != Some(status(&self.after))
    }
}

fn status_change_of(name: &name::Model) -> status_change::Model {
    status_change::Model {
        client_id: name.client_id,
        name_key: name.name_key.clone(),
        revision: name.revision,
        at: name.changed_at,
        by: name.changed_by.clone(),
        status: name.status,
        reason: name.reason.clone(),
    }
}

/// Deletes added names from the unregistered sender IDs.
async fn register(transaction: &DatabaseTransaction, changes: &[Change]) -> Result<(), DbErr> {
    let is_added = |change: &&Change| change.before.as_ref().is_none_or(|before| before.status == NameStatus::Removed);
    let keys: Vec<_> = changes
        .iter()
        .filter(is_added)
        .map(|change| (change.after.client_id, change.after.name_key.as_str()))
        .collect();
    let registered = |keys: &str| {
        format!("DELETE FROM unregistered_names WHERE (client_id, name_key) IN ({keys}) RETURNING client_id")
    };
    by_keys(transaction, &keys, registered).await.map(drop)
}

/// Makes the audit entries: one for all added names of a client, and one for each changed name with the fields that
/// differ.
fn audit_entries(changes: &[Change]) -> Vec<AuditEntry> {
    let mut added: BTreeMap<ClientId, Vec<&str>> = BTreeMap::new();
    let mut changed = Vec::new();
    for Change { before, after } in changes {
        let Some(before) = before.as_ref().filter(|before| before.status != NameStatus::Removed) else {
            added.entry(after.client_id).or_default().push(&after.name);
            continue;
        };
        let action = match after.status {
            status if status == before.status => "edit name",
            NameStatus::New => "return name to New",
            NameStatus::Checked => "check name",
            NameStatus::Rejected => "reject name",
            NameStatus::Retired => "retire name",
            NameStatus::Removed => "remove name",
        };
        let [from, mut to] = differences(before, after);
        to.insert("name".to_owned(), json!(after.name));
        let state = |fields: serde_json::Map<_, _>| Some(serde_json::Value::Object(fields).to_string());
        changed.push(AuditEntry { action, client: Some(after.client_id), before: state(from), after: state(to) });
    }
    let added = added.into_iter().map(|(client_id, names)| AuditEntry {
        action: "add names",
        client: Some(client_id),
        before: None,
        after: Some(json!({ "names": listed(&names) }).to_string()),
    });
    added.chain(changed).collect()
}

/// Lists the first names and counts the others. The history has each of them.
fn listed(names: &[&str]) -> String {
    const LISTED: usize = 50;
    let (first, others) = names.split_at(names.len().min(LISTED));
    let more = if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) };
    format!("{}{more}", first.join(", "))
}

/// The fields that differ, with their values before and after.
fn differences(before: &name::Model, after: &name::Model) -> [serde_json::Map<String, serde_json::Value>; 2] {
    use name::Column::{Contacts, Initiator, Name, Reason, RegistrationId, Status, Subject, WebSite};
    let audited = [Name, Status, Reason, Initiator, RegistrationId, Contacts, WebSite, Subject];
    let differ: Vec<_> = audited.into_iter().filter(|column| before.get(*column) != after.get(*column)).collect();
    [before, after].map(|name| {
        let fields =
            differ.iter().map(|column| (column.to_string(), crate::clients::store::audited(name.get(*column))));
        fields.collect()
    })
}

/// Adds changes to the counts. Locks the rows in key order to avoid deadlocks.
async fn add_counts(transaction: &DatabaseTransaction, changes: &[Change]) -> Result<(), DbErr> {
    let mut clients: BTreeMap<(ClientId, NameStatus, bool), i64> = BTreeMap::new();
    let mut days: BTreeMap<(NameStatus, bool, NaiveDate), i64> = BTreeMap::new();
    for Change { before, after } in changes {
        for (name, more) in before.iter().map(|before| (before, -1)).chain([(after, 1)]) {
            *clients.entry((name.client_id, name.status, name.filled)).or_default() += more;
            *days.entry((name.status, name.filled, time::day_of(name.status_at))).or_default() += more;
        }
    }
    let clients: Vec<_> = clients
        .into_iter()
        .filter(|(_, names)| *names != 0)
        .map(|((client_id, status, filled), names)| client_count::Model { client_id, status, filled, names })
        .collect();
    let add = OnConflict::columns([
        client_count::Column::ClientId,
        client_count::Column::Status,
        client_count::Column::Filled,
    ])
    .value(client_count::Column::Names, Expr::cust("client_name_counts.names + excluded.names"))
    .to_owned();
    for batch in clients.chunks(ROWS) {
        let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        client_count::Entity::insert_many(rows).on_conflict(add.clone()).exec_without_returning(transaction).await?;
    }
    let days: Vec<_> = days
        .into_iter()
        .filter(|(_, names)| *names != 0)
        .map(|((status, filled, day), names)| count::Model { status, filled, day, names })
        .collect();
    let add = OnConflict::columns([count::Column::Status, count::Column::Filled, count::Column::Day])
        .value(count::Column::Names, Expr::cust("name_counts.names + excluded.names"))
        .to_owned();
    for batch in days.chunks(ROWS) {
        let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        count::Entity::insert_many(rows).on_conflict(add.clone()).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// A checked name of another client that a name could be mistaken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookAlike {
    /// The client.
    pub client_id: ClientId,
    /// The name.
    pub name: String,
}

/// Finds for each name a checked name of another client that looks like it, if there is one.
pub async fn checked_look_alikes(
    database: &impl ConnectionTrait,
    names: &[(ClientId, &str)],
) -> Result<HashMap<NameId, LookAlike>, DbErr> {
    // Stem and skeleton each have an index that goes on with the client id, so a client with thousands of look-alikes
    // is skipped. For a join PostgreSQL would scan all names. A subquery returns one column, so client id and name are
    // concatenated.
    let statement = |column: &str, wanted: &str| {
        let other = |clients: &str| {
            format!(
                "(SELECT CAST(other.client_id AS TEXT) || '.' || other.name FROM names AS other
                  WHERE other.status = 'Checked' AND other.{column} IN (wanted.column3, wanted.column4)
                    AND other.client_id {clients} wanted.column1
                  LIMIT 1)"
            )
        };
        let (lower, higher) = (other("<"), other(">"));
        format!("SELECT wanted.column1, wanted.column2, COALESCE({lower}, {higher}) FROM ({wanted}) AS wanted")
    };
    let mut look_alikes = HashMap::new();
    for batch in names.chunks(ROWS) {
        for column in ["core", "look"] {
            let backend = database.get_database_backend();
            let values = batch.iter().flat_map(|(client_id, name)| -> [Value; 4] {
                [(*client_id).into(), rules::key(name).into(), rules::skeleton(name).into(), rules::stem(name).into()]
            });
            let list = values_list(backend, batch.len(), &["BIGINT", "TEXT", "TEXT", "TEXT"]);
            let statement = Statement::from_sql_and_values(backend, statement(column, &list), values);
            for row in database.query_all_raw(statement).await? {
                let found: Option<String> = row.try_get_by_index(2)?;
                let found = found.as_ref().and_then(|found| found.split_once('.'));
                let Some((client_id, name)) = found else { continue };
                let client_id = client_id.parse().map_err(|cause| DbErr::Type(format!("a client's id: {cause}")))?;
                let other = LookAlike { client_id, name: name.to_owned() };
                let id = NameId { client_id: row.try_get_by_index(0)?, key: row.try_get_by_index(1)? };
                look_alikes.insert(id, other);
            }
        }
    }
    Ok(look_alikes)
}

/// A value that differs after every change of names: the time of the newest one, and the number of names that wait.
pub async fn newest_change(database: &impl ConnectionTrait) -> Result<(Option<Moment>, u64), Error> {
    let newest: Option<Option<Moment>> = name::Entity::find()
        .select_only()
        .column_as(name::Column::ChangedAt.max(), "newest")
        .into_tuple()
        .one(database)
        .await?;
    Ok((newest.flatten(), waiting(database).await?))
}

/// Counts the names that wait for a decision.
pub async fn waiting(database: &impl ConnectionTrait) -> Result<u64, Error> {
    let sum: Option<Option<i64>> = count::Entity::find()
        .select_only()
        .column_as(Expr::cust("CAST(SUM(names) AS BIGINT)"), "names")
        .filter(count::Column::Status.eq(NameStatus::New))
        .into_tuple()
        .one(database)
        .await?;
    Ok(sum.flatten().unwrap_or_default().unsigned_abs())
}
