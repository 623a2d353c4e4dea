//! Saved views of lists and reports.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum SavedViews {
    Table,
    Id,
    AdministratorId,
    Place,
    Name,
    Query,
    Shared,
    IsDefault,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(SavedViews::Table)
                    .col(big_integer(SavedViews::Id).primary_key().auto_increment())
                    .col(big_integer(SavedViews::AdministratorId))
                    .col(text(SavedViews::Place))
                    .col(text(SavedViews::Name))
                    .col(text(SavedViews::Query))
                    .col(boolean(SavedViews::Shared))
                    .col(boolean(SavedViews::IsDefault))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("saved_views_name")
                    .table(SavedViews::Table)
                    .col(SavedViews::AdministratorId)
                    .col(SavedViews::Place)
                    .col(SavedViews::Name)
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(SavedViews::Table).to_owned()).await
    }
}
