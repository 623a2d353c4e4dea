//! The tables of clients, and the feed of changes that every change to a client writes to.

pub use super::fields::client;
use super::{BillingMode, ClientRow, PropertyType, no_such_client, parse_id};
use crate::{
    database::{Database, rows_per_statement},
    ids::ClientId,
};
use futures::Stream;
use sea_orm::{
    ActiveValue::{NotSet, Set, Unchanged},
    DatabaseTransaction, DbBackend, DbErr, FromQueryResult, Iterable, QueryOrder, QueryResult, QuerySelect, Statement,
    entity::prelude::*,
};
use serde_json::json;
use std::collections::HashMap;
use values::{
    Money,
    error::Error,
    time::{self, Moment},
};

impl From<client::Model> for ClientRow {
    fn from(client: client::Model) -> Self {
        Self {
            id: client.id,
            login: client.login,
            company: client.company,
            name: client.name,
            sms_price: client.sms_price,
            balance: client.balance,
            credit: client.credit,
            currency: client.currency,
            channel: client.channel,
            channel_source: client.channel_source,
        }
    }
}

/// The table `logins`: claims a login, which is unique over all clients.
pub mod login {
    use super::*;

    /// A login and its client.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "logins")]
    pub struct Model {
        /// The phone number, as text.
        #[sea_orm(primary_key, auto_increment = false)]
        pub login: String,
        /// The client who has it.
        pub client_id: ClientId,
    }

    /// Logins have no relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `client_changes`: the feed of changes.
pub mod change {
    use super::*;

    /// One change to one client.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_changes")]
    pub struct Model {
        /// Ascending, but on PostgreSQL not in the order of commits.
        #[sea_orm(primary_key)]
        pub id: i64,
        /// The client.
        pub client_id: ClientId,
        /// PostgreSQL's transaction id, which tells followers whether they have seen the change.
        pub transaction_id: Option<i64>,
        /// The time of the change. Old changes are pruned.
        pub changed_at: Moment,
    }

    /// Changes have no relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Writes to the feed that these clients change in this transaction. Every transaction that inserts or updates a client
/// must call it, since the index follows the feed.
pub async fn record_changes(transaction: &DatabaseTransaction, clients: &[ClientId]) -> Result<(), DbErr> {
    if clients.is_empty() {
        return Ok(());
    }
    let transaction_id = match transaction.get_database_backend() {
        DbBackend::Postgres => {
            let statement =
                Statement::from_string(DbBackend::Postgres, "SELECT pg_current_xact_id()::text::bigint AS id");
            transaction.query_one_raw(statement).await?.map(|row| row.try_get("", "id")).transpose()?
        }
        _ => None,
    };
    let changed_at = time::now();
    for batch in clients.chunks(rows_per_statement(4)) {
        let rows = batch.iter().map(|&client_id| change::ActiveModel {
            id: NotSet,
            client_id: Set(client_id),
            transaction_id: Set(transaction_id),
            changed_at: Set(changed_at),
        });
        change::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// The retention of changes in the feed.
pub const CHANGES_KEPT: chrono::Duration = chrono::Duration::hours(24);

/// The most clients that are read in one query.
pub const ENTRIES_AT_ONCE: usize = rows_per_statement(1);

/// The fields of a client that are searched, filtered and sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of the client")]
pub struct Entry {
    pub id: ClientId,
    pub login: String,
    pub company: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_accounting: Option<String>,
    pub channel: Option<String>,
    pub sms_price: Option<Money>,
    pub currency: String,
    pub balance: Money,
    pub credit: Money,
    pub property_type: Option<PropertyType>,
    pub sms_subscription: bool,
    pub registered_at: Option<Moment>,
}

/// The columns of an [`Entry`].
const ENTRY: [client::Column; 14] = [
    client::Column::Id,
    client::Column::Login,
    client::Column::Company,
    client::Column::Name,
    client::Column::Email,
    client::Column::EmailAccounting,
    client::Column::Channel,
    client::Column::SmsPrice,
    client::Column::Currency,
    client::Column::Balance,
    client::Column::Credit,
    client::Column::PropertyType,
    client::Column::SmsSubscription,
    client::Column::RegisteredAt,
];

/// Reads by the order of [`ENTRY`], which is faster than by name for a million rows.
impl FromQueryResult for Entry {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.try_get_by_index(0)?,
            login: row.try_get_by_index(1)?,
            company: row.try_get_by_index(2)?,
            name: row.try_get_by_index(3)?,
            email: row.try_get_by_index(4)?,
            email_accounting: row.try_get_by_index(5)?,
            channel: row.try_get_by_index(6)?,
            sms_price: row.try_get_by_index(7)?,
            currency: row.try_get_by_index(8)?,
            balance: row.try_get_by_index(9)?,
            credit: row.try_get_by_index(10)?,
            property_type: row.try_get_by_index(11)?,
            sms_subscription: row.try_get_by_index(12)?,
            registered_at: row.try_get_by_index(13)?,
        })
    }
}

/// The rows of these clients, in this order. Leaves out missing ones.
pub async fn rows(database: &Database, ids: &[ClientId]) -> Result<Vec<client::Model>, Error> {
    let wanted = client::Entity::find().filter(client::Column::Id.is_in(ids.iter().copied()));
    let mut rows: HashMap<ClientId, client::Model> =
        wanted.all(database.reader()).await?.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
}

/// One client.
pub async fn find(database: &Database, id: ClientId) -> Result<Option<client::Model>, Error> {
    Ok(client::Entity::find_by_id(id).one(database.reader()).await?)
}

/// The client with the id in an address.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn of_address(database: &Database, id: &str) -> Result<client::Model, Error> {
    find(database, parse_id(id)?).await?.ok_or_else(no_such_client)
}

/// Reads one client and locks it until the end of the transaction.
pub async fn lock(transaction: &DatabaseTransaction, id: ClientId) -> Result<Option<client::Model>, DbErr> {
    client::Entity::find_by_id(id).lock_exclusive().one(transaction).await
}

/// Locks those of the clients that exist until the end of the transaction. Returns their ids and billing modes, and
/// locks in the order of ids to avoid deadlocks.
pub async fn lock_all(
    transaction: &DatabaseTransaction,
    ids: impl Iterator<Item = ClientId>,
) -> Result<Vec<(ClientId, BillingMode)>, DbErr> {
    let mut ids: Vec<ClientId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut locked = Vec::with_capacity(ids.len());
    for batch in ids.chunks(ENTRIES_AT_ONCE) {
        let clients = client::Entity::find()
            .select_only()
            .columns([client::Column::Id, client::Column::BillingMode])
            .filter(client::Column::Id.is_in(batch.iter().copied()))
            .order_by_asc(client::Column::Id)
            .lock_exclusive()
            .into_tuple::<(ClientId, BillingMode)>();
        locked.extend(clients.all(transaction).await?);
    }
    Ok(locked)
}

/// Sets how far below zero a client's balance may go.
pub async fn set_credit(transaction: &DatabaseTransaction, id: ClientId, credit: Money) -> Result<(), DbErr> {
    let changed = client::ActiveModel { id: Unchanged(id), credit: Set(credit), ..Default::default() };
    client::Entity::update(changed).exec(transaction).await.map(drop)
}

/// Writes the columns that differ, except the balance, which only the ledger changes. Returns each column's name with
/// its values before and after.
pub async fn update(
    transaction: &DatabaseTransaction,
    before: &client::Model,
    after: &client::Model,
) -> Result<Vec<(String, serde_json::Value, serde_json::Value)>, DbErr> {
    let differs = |column: &client::Column| {
        !matches!(column, client::Column::Id | client::Column::Balance) && before.get(*column) != after.get(*column)
    };
    let columns: Vec<client::Column> = client::Column::iter().filter(differs).collect();
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let mut changed = client::ActiveModel { id: Unchanged(before.id), ..Default::default() };
    for column in &columns {
        changed.set(*column, after.get(*column));
    }
    client::Entity::update(changed).exec(transaction).await?;
    Ok(columns
        .into_iter()
        .map(|column| (column.to_string(), audited(before.get(column)), audited(after.get(column))))
        .collect())
}

/// A value as the audit record shows it.
#[must_use]
pub fn audited(value: Value) -> serde_json::Value {
    match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        // Also money, in ten-thousandths.
        Value::BigInt(value) => json!(value),
        Value::String(value) => json!(value),
        Value::ChronoDateTimeUtc(value) => json!(value),
        other => json!(other.to_string()),
    }
}

/// A position in the feed of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedPosition {
    /// The last change seen, for SQLite, whose one writer numbers changes in the order of commits.
    Change(i64),
    /// The visible transactions as `pg_snapshot`, for PostgreSQL, where a lower number may commit later.
    Snapshot(String),
}

/// The entries of these clients, in no order.
pub async fn entries(database: &Database, ids: &[ClientId]) -> Result<Vec<Entry>, Error> {
    let wanted = client::Entity::find().filter(client::Column::Id.is_in(ids.iter().copied()));
    Ok(wanted.select_only().columns(ENTRY).into_model().all(database.reader()).await?)
}

/// The entries of all clients, from one snapshot and in no order.
pub async fn all_entries(database: &Database) -> Result<impl Stream<Item = Result<Entry, DbErr>>, Error> {
    Ok(client::Entity::find().select_only().columns(ENTRY).into_model().stream(database.reader()).await?)
}

/// The number of clients.
pub async fn count(database: &Database) -> Result<u64, Error> {
    Ok(client::Entity::find().count(database.reader()).await?)
}

/// The end of the feed.
pub async fn feed_position(database: &Database) -> Result<FeedPosition, Error> {
    let reader = database.reader();
    if database.backend() == DbBackend::Postgres {
        let statement = Statement::from_string(DbBackend::Postgres, "SELECT pg_current_snapshot()::text AS position");
        let row = reader.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| Error::internal("no snapshot"))?;
        return Ok(FeedPosition::Snapshot(row.try_get("", "position")?));
    }
    let last: Option<i64> = change::Entity::find()
        .select_only()
        .column(change::Column::Id)
        .order_by_desc(change::Column::Id)
        .into_tuple()
        .one(reader)
        .await?;
    Ok(FeedPosition::Change(last.unwrap_or(0)))
}

/// The clients that changed since a position in the feed, each once and sorted, and the next position.
pub async fn changes_since(
    database: &Database,
    position: &FeedPosition,
) -> Result<(Vec<ClientId>, FeedPosition), Error> {
    let (mut changed, next) = match position {
        FeedPosition::Change(last) => {
            let changes: Vec<(i64, ClientId)> = change::Entity::find()
                .select_only()
                .columns([change::Column::Id, change::Column::ClientId])
                .filter(change::Column::Id.gt(*last))
                .order_by_asc(change::Column::Id)
                .into_tuple()
                .all(database.reader())
                .await?;
            let next = changes.last().map_or(*last, |(id, _)| *id);
            (changes.into_iter().map(|(_, client)| client).collect::<Vec<_>>(), FeedPosition::Change(next))
        }
        FeedPosition::Snapshot(seen) => {
            // One statement, so that the changes and the next position belong to one snapshot.
            let statement = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_current_snapshot()::text AS position, client_id
                 FROM (SELECT 1) AS always LEFT JOIN client_changes
                   ON transaction_id >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint
                  AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, $1::pg_snapshot)",
                [seen.clone().into()],
            );
            let rows = database.reader().query_all_raw(statement).await?;
            let next = rows.first().ok_or_else(|| Error::internal("no snapshot"))?.try_get("", "position")?;
            let changed = rows.iter().map(|row| row.try_get::<Option<ClientId>>("", "client_id"));
            (changed.filter_map(Result::transpose).collect::<Result<_, DbErr>>()?, FeedPosition::Snapshot(next))
        }
    };
    changed.sort_unstable();
    changed.dedup();
    Ok((changed, next))
}

/// Deletes old changes from the feed, some thousand per transaction so that other writers don't wait long. Returns how
/// many.
pub async fn prune_changes(database: &Database) -> Result<u64, Error> {
    let mut pruned = 0;
    loop {
        let old: Vec<i64> = change::Entity::find()
            .select_only()
            .column(change::Column::Id)
            .filter(change::Column::ChangedAt.lt(time::now() - CHANGES_KEPT))
            .order_by_asc(change::Column::Id)
            .limit(5_000)
            .into_tuple()
            .all(database.reader())
            .await?;
        if old.is_empty() {
            return Ok(pruned);
        }
        let transaction = database.write().await?;
        let deleted = change::Entity::delete_many().filter(change::Column::Id.is_in(old)).exec(&transaction).await?;
        transaction.commit().await?;
        pruned += deleted.rows_affected;
    }
}
