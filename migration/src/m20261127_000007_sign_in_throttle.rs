//! Counts failed sign-ins in windows that begin with the first failure, and lets the audit record sum failures up.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum SignInFailures {
    Table,
    LastAt,
    Since,
}

#[derive(DeriveIden)]
enum SignInFailureSums {
    Table,
    SourceHash,
    Login,
    Network,
    Failures,
    Since,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, SignInFailures::LastAt, SignInFailures::Since).await?;
        manager
            .create_table(
                Table::create()
                    .table(SignInFailureSums::Table)
                    .col(text(SignInFailureSums::SourceHash).primary_key())
                    .col(text(SignInFailureSums::Login))
                    .col(text(SignInFailureSums::Network))
                    .col(integer(SignInFailureSums::Failures))
                    .col(timestamp_with_time_zone(SignInFailureSums::Since))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(SignInFailureSums::Table).to_owned()).await?;
        rename(manager, SignInFailures::Since, SignInFailures::LastAt).await
    }
}

async fn rename(manager: &SchemaManager<'_>, from: SignInFailures, to: SignInFailures) -> Result<(), DbErr> {
    let renamed = Table::alter().table(SignInFailures::Table).rename_column(from, to).to_owned();
    manager.alter_table(renamed).await
}
