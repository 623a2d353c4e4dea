//! The schema, one file per migration. The file's name is the migration's name and never changes once released.
//!
//! Three rules allow for sharding the tables over PostgreSQL nodes by `client_id`: every key and unique index of a
//! client's table contains the client's id, there are no triggers, and the default of a new column is a constant.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

mod m20261123_000001_clients;
mod m20261123_000002_administrators;
mod m20261125_000003_ledger;
mod m20261125_000004_messages;
mod m20261125_000005_operators;
mod m20261126_000006_names;
mod m20261127_000007_sign_in_throttle;
mod m20261127_000008_administrators_disabled;
mod m20261127_000009_token_scopes;
mod m20261127_000010_form_confirmations;
mod m20261127_000011_names_by_key;
mod m20261127_000012_saved_views;

/// Applies the migrations in order. Run it through `domain::database`, which holds a lock meanwhile.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_clients::Migration),
            Box::new(m20261123_000002_administrators::Migration),
            Box::new(m20261125_000003_ledger::Migration),
            Box::new(m20261125_000004_messages::Migration),
            Box::new(m20261125_000005_operators::Migration),
            Box::new(m20261126_000006_names::Migration),
            Box::new(m20261127_000007_sign_in_throttle::Migration),
            Box::new(m20261127_000008_administrators_disabled::Migration),
            Box::new(m20261127_000009_token_scopes::Migration),
            Box::new(m20261127_000010_form_confirmations::Migration),
            Box::new(m20261127_000011_names_by_key::Migration),
            Box::new(m20261127_000012_saved_views::Migration),
        ]
    }
}

/// Creates a table that SQLite clusters by its primary key, without a rowid: a row is then written once, and not once
/// in the table and once more in an index.
async fn create_sorted(manager: &SchemaManager<'_>, table: &TableCreateStatement) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Sqlite => {
            let sql = format!("{} WITHOUT ROWID", table.to_string(SqliteQueryBuilder));
            manager.get_connection().execute_unprepared(&sql).await.map(drop)
        }
        _ => manager.create_table(table.to_owned()).await,
    }
}
