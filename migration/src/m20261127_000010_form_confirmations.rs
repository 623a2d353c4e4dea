//! Confirmations that administrators are asked for, each with a one-time value.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum FormConfirmations {
    Table,
    TokenHash,
    AdministratorId,
    ClientId,
    Form,
    Subject,
    UsedBy,
    At,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(FormConfirmations::Table)
                    .col(text(FormConfirmations::TokenHash).primary_key())
                    .col(big_integer(FormConfirmations::AdministratorId))
                    .col(big_integer(FormConfirmations::ClientId))
                    .col(text(FormConfirmations::Form))
                    .col(text(FormConfirmations::Subject))
                    .col(text(FormConfirmations::UsedBy))
                    .col(timestamp_with_time_zone(FormConfirmations::At))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(FormConfirmations::Table).to_owned()).await
    }
}
