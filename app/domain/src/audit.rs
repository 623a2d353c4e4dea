//! The audit record: authors of changes, with time and network address.
//!
//! An entry is written in the transaction of its change, so that neither exists without the other.

use crate::{
    actor::Actor,
    database::{Database, rows_per_statement},
    ids::{AdministratorId, AuditId, ClientId},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DatabaseTransaction, QueryOrder, QuerySelect,
    entity::prelude::*,
};
use values::{
    error::Error,
    time::{self, Moment},
};

mod entry {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: AuditId,
        pub at: Moment,
        pub administrator_id: Option<AdministratorId>,
        pub administrator_login: String,
        pub address: String,
        pub action: String,
        pub client_id: Option<ClientId>,
        pub before: Option<String>,
        pub after: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A change to be recorded.
#[derive(Clone, Debug, Default)]
pub struct AuditEntry {
    /// The change in a word or two.
    pub action: &'static str,
    /// The client, where the change concerns one.
    pub client: Option<ClientId>,
    /// The state before, as JSON.
    pub before: Option<String>,
    /// The state after, as JSON.
    pub after: Option<String>,
}

/// Writes an entry in the transaction of its change.
pub async fn record(transaction: &DatabaseTransaction, actor: &Actor, entry: AuditEntry) -> Result<(), Error> {
    Ok(record_all(transaction, [(actor, entry)]).await?)
}

/// Writes several entries, each with its author.
pub async fn record_all<'a>(
    transaction: &DatabaseTransaction,
    entries: impl IntoIterator<Item = (&'a Actor, AuditEntry)>,
) -> Result<(), DbErr> {
    let at = time::now();
    let rows: Vec<_> = entries
        .into_iter()
        .map(|(actor, entry)| entry::ActiveModel {
            id: NotSet,
            at: Set(at),
            administrator_id: Set(actor.administrator),
            administrator_login: Set(actor.login.clone()),
            address: Set(actor.address.clone()),
            action: Set(entry.action.to_owned()),
            client_id: Set(entry.client),
            before: Set(entry.before),
            after: Set(entry.after),
        })
        .collect();
    for batch in rows.chunks(rows_per_statement(8)) {
        entry::Entity::insert_many(batch.iter().cloned()).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// An entry about a client, as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, DerivePartialModel)]
#[sea_orm(entity = "entry::Entity")]
pub struct RecordedEntry {
    /// Ascending.
    pub id: AuditId,
    /// The time of the change.
    pub at: Moment,
    /// The author's login.
    pub administrator_login: String,
    /// The change in a word or two.
    pub action: String,
    /// The state before, as JSON.
    pub before: Option<String>,
    /// The state after, as JSON.
    pub after: Option<String>,
}

/// The entries about a client, newest first: those before the entry with the id `before`, or the latest ones.
pub async fn of_client(
    database: &Database,
    client_id: ClientId,
    before: Option<AuditId>,
    count: u64,
) -> Result<Vec<RecordedEntry>, Error> {
    let mut entries = entry::Entity::find().filter(entry::Column::ClientId.eq(client_id));
    if let Some(before) = before {
        entries = entries.filter(entry::Column::Id.lt(before));
    }
    let entries = entries.order_by_desc(entry::Column::Id).limit(count);
    Ok(entries.into_partial_model().all(database.reader()).await?)
}

/// The newest change of a client's field.
pub async fn newest_of_field(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    field: &str,
) -> Result<Option<RecordedEntry>, Error> {
    let entries = entry::Entity::find()
        .filter(entry::Column::ClientId.eq(client_id))
        .filter(entry::Column::After.contains(format!("\"{field}\":")))
        .order_by_desc(entry::Column::Id)
        .limit(1);
    Ok(entries.into_partial_model().one(database).await?)
}
