//! Operators by their number prefixes, and the messages and receipts that wait for each other between two imports of a
//! gateway's log.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Operators {
    Table,
    Prefix,
    Country,
    Operator,
    Mcc,
    Mnc,
}

#[derive(DeriveIden)]
enum AwaitedReceipts {
    Table,
    ClientId,
    MessageId,
    Route,
    ForeignId,
    Refused,
    SentAt,
    Line,
}

#[derive(DeriveIden)]
enum LoggedReceipts {
    Table,
    Id,
    Route,
    ForeignId,
    Kind,
    At,
    Line,
}

/// Operators that a new database starts with. Importing operators adds to them.
const KNOWN: &str = include_str!("operators.csv");

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(operators()).await?;
        let mut insert = Query::insert()
            .into_table(Operators::Table)
            .columns([Operators::Prefix, Operators::Country, Operators::Operator, Operators::Mcc, Operators::Mnc])
            .to_owned();
        for row in KNOWN.lines().skip(1) {
            insert.values(row.split(',').map(Expr::val)).map_err(|cause| DbErr::Custom(cause.to_string()))?;
        }
        manager.execute(insert).await?;

        // Both are looked up without a client, so they stay on one node.
        manager.create_table(awaited_receipts()).await?;
        manager.create_table(logged_receipts()).await?;
        let indexes = [
            Index::create()
                .name("awaited_receipts_route")
                .table(AwaitedReceipts::Table)
                .col(AwaitedReceipts::Route)
                .take(),
            Index::create()
                .name("awaited_receipts_foreign_id")
                .table(AwaitedReceipts::Table)
                .col(AwaitedReceipts::ForeignId)
                .take(),
            Index::create()
                .name("awaited_receipts_sent_at")
                .table(AwaitedReceipts::Table)
                .col(AwaitedReceipts::SentAt)
                .take(),
            Index::create()
                .name("logged_receipts_route")
                .table(LoggedReceipts::Table)
                .col(LoggedReceipts::Route)
                .take(),
            Index::create()
                .name("logged_receipts_foreign_id")
                .table(LoggedReceipts::Table)
                .col(LoggedReceipts::ForeignId)
                .take(),
            Index::create().name("logged_receipts_at").table(LoggedReceipts::Table).col(LoggedReceipts::At).take(),
        ];
        for index in indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            LoggedReceipts::Table.into_table_ref(),
            AwaitedReceipts::Table.into_table_ref(),
            Operators::Table.into_table_ref(),
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn operators() -> TableCreateStatement {
    Table::create()
        .table(Operators::Table)
        .col(text(Operators::Prefix).primary_key())
        .col(text(Operators::Country))
        .col(text(Operators::Operator))
        .col(text(Operators::Mcc))
        .col(text(Operators::Mnc))
        .to_owned()
}

fn awaited_receipts() -> TableCreateStatement {
    Table::create()
        .table(AwaitedReceipts::Table)
        .col(big_integer(AwaitedReceipts::ClientId))
        .col(text(AwaitedReceipts::MessageId))
        .col(text(AwaitedReceipts::Route))
        .col(text(AwaitedReceipts::ForeignId))
        .col(boolean(AwaitedReceipts::Refused))
        .col(timestamp_with_time_zone(AwaitedReceipts::SentAt))
        .col(big_integer(AwaitedReceipts::Line))
        .primary_key(Index::create().col(AwaitedReceipts::ClientId).col(AwaitedReceipts::MessageId))
        .to_owned()
}

fn logged_receipts() -> TableCreateStatement {
    Table::create()
        .table(LoggedReceipts::Table)
        .col(text(LoggedReceipts::Id).primary_key())
        .col(text(LoggedReceipts::Route))
        .col(text(LoggedReceipts::ForeignId))
        .col(text(LoggedReceipts::Kind))
        .col(timestamp_with_time_zone(LoggedReceipts::At))
        .col(big_integer(LoggedReceipts::Line))
        .to_owned()
}
