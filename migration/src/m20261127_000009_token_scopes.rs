//! Adds scopes and expiry of API tokens.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Tokens {
    Table,
    Scopes,
    ExpiresAt,
}

/// Scopes of tokens from before there were scopes: all but clients' money and decisions on names.
const BEFORE: &str = "messages clients names kannel";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [text(Tokens::Scopes).default(BEFORE).take(), timestamp_with_time_zone_null(Tokens::ExpiresAt)] {
            let alter = Table::alter().table(Tokens::Table).add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Tokens::Scopes, Tokens::ExpiresAt] {
            let alter = Table::alter().table(Tokens::Table).drop_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
