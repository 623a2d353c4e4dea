//! The tables of names. Native only.
//!
//! A client's names change under the client's lock, through [`apply`], which keeps their history and their counts with
//! them. How much is sent under a name is the gateway's to count ([`super::usage`]).

use super::{
    NameStatus,
    change::Change,
    name::{self, Key},
    rules,
};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    clients::store::record_changes,
    database::{by_keys, rows_per_statement, values_list},
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
pub mod step {
    use super::*;

    /// A status that a name had.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "name_history")]
    pub struct Model {
        /// Whose name.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: i64,
        /// Which, without regard to case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name_key: String,
        /// How often the name had been changed then.
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i64,
        /// Since when.
        pub at: Moment,
        /// Who gave it.
        pub by: String,
        /// The status.
        pub status: NameStatus,
        /// Why.
        pub reason: Option<String>,
    }

    /// A step's name is found by its key.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `name_counts`: counting a hundred thousand names takes longer than a page may.
pub mod count {
    use super::*;

    /// How many names of all clients have had a status since a day.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "name_counts")]
    pub struct Model {
        /// The status.
        #[sea_orm(primary_key, auto_increment = false)]
        pub status: NameStatus,
        /// Whether their questionnaires are filled in.
        #[sea_orm(primary_key, auto_increment = false)]
        pub filled: bool,
        /// The day on which they got the status, in the platform's time zone.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: NaiveDate,
        /// How many.
        pub names: i64,
    }

    /// Counts are of all clients.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `client_name_counts`: the same of each client, for the tab.
pub mod client_count {
    use super::*;

    /// How many names of a client have a status.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_name_counts")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: i64,
        /// The status.
        #[sea_orm(primary_key, auto_increment = false)]
        pub status: NameStatus,
        /// Whether their questionnaires are filled in.
        #[sea_orm(primary_key, auto_increment = false)]
        pub filled: bool,
        /// How many.
        pub names: i64,
    }

    /// They are found by their client's id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `unregistered_names`: sender IDs that were used without being names of the client.
pub mod unregistered {
    use super::*;

    /// Such a sender ID.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "unregistered_names")]
    pub struct Model {
        /// Who sent under it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: i64,
        /// The sender ID without regard to case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name_key: String,
        /// As it was sent the first time.
        pub sender_id: String,
    }

    /// They are found by their client's id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const NAMES: usize = rows_per_statement(18);

/// Rows of up to seven values, or keys in a list.
const ROWS: usize = rows_per_statement(7);

/// The name with a key, whatever became of it.
pub async fn find(database: &impl ConnectionTrait, client_id: i64, name: &str) -> Result<Option<name::Model>, DbErr> {
    name::Entity::find_by_id((client_id, rules::key(name))).one(database).await
}

/// The names with these keys, removed ones too.
pub async fn find_all(
    database: &impl ConnectionTrait,
    keys: &[(i64, &str)],
) -> Result<HashMap<Key, name::Model>, DbErr> {
    let wanted = |keys: &str| {
        format!(
            "SELECT names.* FROM names JOIN ({keys}) AS wanted
                  ON names.client_id = wanted.column1 AND names.name_key = wanted.column2"
        )
    };
    let rows = by_keys(database, keys, wanted).await?;
    rows.iter().map(|row| name::Model::from_query_result(row, "").map(|name| (name.key(), name))).collect()
}

/// The names with these keys, in this order. One that is gone is left out.
pub async fn in_order(database: &impl ConnectionTrait, keys: &[Key]) -> Result<Vec<name::Model>, DbErr> {
    let wanted: Vec<_> = keys.iter().map(|(client_id, key)| (*client_id, key.as_str())).collect();
    let mut found = find_all(database, &wanted).await?;
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}

/// How many changed names are read at once: more than any one transaction writes with the same time.
const CHANGED: u64 = 10_000;

/// The names that changed at a time or later, in the order of their changes, some thousands of them, and whether there
/// are more. Those of one moment are all there or none of them.
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
        // Only if somebody wrote that many with one time would nothing be left.
        if whole > 0 {
            names.truncate(whole);
        }
    }
    Ok((names, more))
}

/// Each status that a name had, newest first.
pub async fn history(database: &impl ConnectionTrait, name: &name::Model) -> Result<Vec<step::Model>, DbErr> {
    step::Entity::find()
        .filter(step::Column::ClientId.eq(name.client_id))
        .filter(step::Column::NameKey.eq(&name.name_key))
        .order_by_desc(step::Column::Revision)
        .limit(100)
        .all(database)
        .await
}

/// Writes changes, those of one name in their order, in a transaction that has locked their clients: the names, their
/// history, the audit record, and the counts at last, since whoever changes the same ones waits for this transaction's
/// end.
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
    let steps: Vec<_> = changes.iter().filter(|change| change.is_step()).map(|change| step_of(&change.after)).collect();
    for batch in steps.chunks(ROWS) {
        let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        step::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    register(transaction, changes).await?;
    audit::record_all(transaction, deeds(changes).into_iter().map(|deed| (author, deed))).await?;
    let mut clients: Vec<i64> = changes.iter().map(|change| change.after.client_id).collect();
    clients.sort_unstable();
    clients.dedup();
    record_changes(transaction, &clients).await?;
    add_counts(transaction, changes).await
}

impl Change {
    /// Whether the history has it.
    fn is_step(&self) -> bool {
        let standing = |name: &name::Model| (name.status, name.reason.clone());
        self.before.as_ref().map(standing) != Some(standing(&self.after))
    }
}

fn step_of(name: &name::Model) -> step::Model {
    step::Model {
        client_id: name.client_id,
        name_key: name.name_key.clone(),
        revision: name.revision,
        at: name.changed_at,
        by: name.changed_by.clone(),
        status: name.status,
        reason: name.reason.clone(),
    }
}

/// Names that come in are no longer unregistered, whatever was sent under them.
async fn register(transaction: &DatabaseTransaction, changes: &[Change]) -> Result<(), DbErr> {
    let comes_in = |change: &&Change| change.before.as_ref().is_none_or(|before| before.status == NameStatus::Removed);
    let keys: Vec<_> = changes
        .iter()
        .filter(comes_in)
        .map(|change| (change.after.client_id, change.after.name_key.as_str()))
        .collect();
    let registered = |keys: &str| {
        format!("DELETE FROM unregistered_names WHERE (client_id, name_key) IN ({keys}) RETURNING client_id")
    };
    by_keys(transaction, &keys, registered).await.map(drop)
}

/// What the audit record, and with it the client's history, says: new names of a client together, and each changed one
/// with what differs.
fn deeds(changes: &[Change]) -> Vec<AuditEntry> {
    let mut added: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    let mut deeds = Vec::new();
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
        deeds.push(AuditEntry { action, client: Some(after.client_id), before: state(from), after: state(to) });
    }
    let added = added.into_iter().map(|(client_id, names)| AuditEntry {
        action: "add names",
        client: Some(client_id),
        before: None,
        after: Some(json!({ "names": listed(&names) }).to_string()),
    });
    added.chain(deeds).collect()
}

/// Names for people to read; each has its own history, so of very many some are enough.
fn listed(names: &[&str]) -> String {
    const LISTED: usize = 50;
    let (some, others) = names.split_at(names.len().min(LISTED));
    let more = if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) };
    format!("{}{more}", some.join(", "))
}

/// The fields that differ, before and after.
fn differences(before: &name::Model, after: &name::Model) -> [serde_json::Map<String, serde_json::Value>; 2] {
    use name::Column::{Contacts, Initiator, Name, Reason, RegistrationId, Status, Subject, WebSite};
    let told = [Name, Status, Reason, Initiator, RegistrationId, Contacts, WebSite, Subject];
    let differ: Vec<_> = told.into_iter().filter(|column| before.get(*column) != after.get(*column)).collect();
    [before, after].map(|name| {
        let fields =
            differ.iter().map(|column| (column.to_string(), crate::clients::store::audited(name.get(*column))));
        fields.collect()
    })
}

async fn add_counts(transaction: &DatabaseTransaction, changes: &[Change]) -> Result<(), DbErr> {
    // In the order of their keys, so that nobody waits for one who waits for him.
    let mut clients: BTreeMap<(i64, NameStatus, bool), i64> = BTreeMap::new();
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

/// A checked name of another client that a name could be taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookAlike {
    /// Whose it is.
    pub client_id: i64,
    /// How it is written.
    pub name: String,
}

/// For each of these names one checked name of another client that looks like it, where there is one.
pub async fn checked_look_alikes(
    database: &impl ConnectionTrait,
    names: &[(i64, &str)],
) -> Result<HashMap<Key, LookAlike>, DbErr> {
    // The other's whole look or its core, each by its own index, which begins with it and goes on with the client: a
    // client with thousands of names that look alike is passed over. Not a join: PostgreSQL would go through all names
    // for it. So both columns come as one.
    let one = |column: &str, wanted: &str| {
        let twin = |clients: &str| {
            format!(
                "(SELECT CAST(twin.client_id AS TEXT) || '.' || twin.name FROM names AS twin
                  WHERE twin.status = 'Checked' AND twin.{column} IN (wanted.column3, wanted.column4)
                    AND twin.client_id {clients} wanted.column1
                  LIMIT 1)"
            )
        };
        let (before, behind) = (twin("<"), twin(">"));
        format!("SELECT wanted.column1, wanted.column2, COALESCE({before}, {behind}) FROM ({wanted}) AS wanted")
    };
    let mut twins = HashMap::new();
    for batch in names.chunks(ROWS) {
        for column in ["core", "look"] {
            let backend = database.get_database_backend();
            let values = batch.iter().flat_map(|(client_id, name)| -> [Value; 4] {
                [(*client_id).into(), rules::key(name).into(), rules::skeleton(name).into(), rules::stem(name).into()]
            });
            let list = values_list(backend, batch.len(), &["BIGINT", "TEXT", "TEXT", "TEXT"]);
            let statement = Statement::from_sql_and_values(backend, one(column, &list), values);
            for row in database.query_all_raw(statement).await? {
                let found: Option<String> = row.try_get_by_index(2)?;
                let found = found.as_ref().and_then(|found| found.split_once('.'));
                let Some((client_id, name)) = found else { continue };
                let twin = LookAlike { client_id: client_id.parse().unwrap_or_default(), name: name.to_owned() };
                twins.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), twin);
            }
        }
    }
    Ok(twins)
}

/// How many names wait to be decided.
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
