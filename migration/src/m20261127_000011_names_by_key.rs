//! An index that finds the names of all clients by their beginning.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Creates the index.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A beginning is a range in the order of bytes only.
        let key = match manager.get_database_backend() {
            DbBackend::Postgres => "name_key COLLATE \"C\"",
            _ => "name_key",
        };
        let sql = format!("CREATE INDEX names_by_key ON names ({key}, client_id, status)");
        manager.get_connection().execute_unprepared(&sql).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX names_by_key").await.map(drop)
    }
}
