//! Messages, the roll-ups of reports, and API tokens.

use crate::create_sorted;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Messages {
    Table,
    ClientId,
    Id,
    Mailing,
    Channel,
    SenderId,
    Country,
    Operator,
    Parts,
    Cost,
    BillingMode,
    SentAt,
    Status,
    StatusAt,
}

#[derive(DeriveIden)]
enum EarlyReceipts {
    Table,
    ClientId,
    MessageId,
    Status,
    StatusAt,
}

#[derive(DeriveIden)]
enum RollUps {
    Table,
    ClientId,
    Level,
    Day,
    Channel,
    Country,
    Operator,
    SenderId,
    SentMessages,
    SentParts,
    DeliveredMessages,
    DeliveredParts,
    Cost,
}

#[derive(DeriveIden)]
enum LateCosts {
    Table,
    ClientId,
    LedgerId,
    SentOn,
    BookedOn,
    Cost,
}

#[derive(DeriveIden)]
enum Tokens {
    Table,
    Id,
    Name,
    Hash,
    CreatedAt,
    LastUsedAt,
    RevokedAt,
}

#[derive(DeriveIden)]
enum Facts {
    Table,
    Name,
    Value,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Unknown texts are empty and not null, since they are parts of the keys of roll-ups.
        create_sorted(manager, &messages()).await?;
        create_sorted(manager, &early_receipts()).await?;
        create_sorted(manager, &roll_ups()).await?;
        manager.create_table(late_costs()).await?;
        for (name, day) in [("late_costs_sent_on", LateCosts::SentOn), ("late_costs_booked_on", LateCosts::BookedOn)] {
            let index = Index::create().name(name).table(LateCosts::Table).col(LateCosts::ClientId).col(day).to_owned();
            manager.create_index(index).await?;
        }
        manager.create_table(tokens()).await?;
        // Properties of the database itself, such as the time zone that its days are counted in.
        manager.create_table(facts()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            Facts::Table.into_table_ref(),
            Tokens::Table.into_table_ref(),
            LateCosts::Table.into_table_ref(),
            RollUps::Table.into_table_ref(),
            EarlyReceipts::Table.into_table_ref(),
            Messages::Table.into_table_ref(),
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn late_costs() -> TableCreateStatement {
    Table::create()
        .table(LateCosts::Table)
        .col(big_integer(LateCosts::ClientId))
        .col(big_integer(LateCosts::LedgerId))
        .col(date(LateCosts::SentOn))
        .col(date(LateCosts::BookedOn))
        .col(big_integer(LateCosts::Cost))
        .primary_key(Index::create().col(LateCosts::ClientId).col(LateCosts::LedgerId).col(LateCosts::SentOn))
        .to_owned()
}

fn tokens() -> TableCreateStatement {
    Table::create()
        .table(Tokens::Table)
        .col(big_pk_auto(Tokens::Id))
        .col(text(Tokens::Name).unique_key())
        .col(text(Tokens::Hash).unique_key())
        .col(timestamp_with_time_zone(Tokens::CreatedAt))
        .col(timestamp_with_time_zone_null(Tokens::LastUsedAt))
        .col(timestamp_with_time_zone_null(Tokens::RevokedAt))
        .to_owned()
}

fn facts() -> TableCreateStatement {
    Table::create().table(Facts::Table).col(text(Facts::Name).primary_key()).col(text(Facts::Value)).to_owned()
}

fn messages() -> TableCreateStatement {
    Table::create()
        .table(Messages::Table)
        .col(big_integer(Messages::ClientId))
        .col(text(Messages::Id))
        .col(text(Messages::Mailing))
        .col(text(Messages::Channel))
        .col(text(Messages::SenderId))
        .col(text(Messages::Country))
        .col(text(Messages::Operator))
        .col(small_integer(Messages::Parts))
        .col(big_integer(Messages::Cost))
        .col(text(Messages::BillingMode))
        .col(timestamp_with_time_zone(Messages::SentAt))
        .col(text(Messages::Status))
        .col(timestamp_with_time_zone(Messages::StatusAt))
        .primary_key(Index::create().col(Messages::ClientId).col(Messages::Id))
        .to_owned()
}

fn early_receipts() -> TableCreateStatement {
    Table::create()
        .table(EarlyReceipts::Table)
        .col(big_integer(EarlyReceipts::ClientId))
        .col(text(EarlyReceipts::MessageId))
        .col(text(EarlyReceipts::Status))
        .col(timestamp_with_time_zone(EarlyReceipts::StatusAt))
        .primary_key(Index::create().col(EarlyReceipts::ClientId).col(EarlyReceipts::MessageId))
        .to_owned()
}

fn roll_ups() -> TableCreateStatement {
    Table::create()
        .table(RollUps::Table)
        .col(big_integer(RollUps::ClientId))
        .col(text(RollUps::Level))
        .col(date(RollUps::Day))
        .col(text(RollUps::Channel))
        .col(text(RollUps::Country))
        .col(text(RollUps::Operator))
        .col(text(RollUps::SenderId))
        .col(big_integer(RollUps::SentMessages))
        .col(big_integer(RollUps::SentParts))
        .col(big_integer(RollUps::DeliveredMessages))
        .col(big_integer(RollUps::DeliveredParts))
        .col(big_integer(RollUps::Cost))
        .primary_key(
            Index::create()
                .col(RollUps::ClientId)
                .col(RollUps::Level)
                .col(RollUps::Day)
                .col(RollUps::Channel)
                .col(RollUps::Country)
                .col(RollUps::Operator)
                .col(RollUps::SenderId),
        )
        .to_owned()
}
