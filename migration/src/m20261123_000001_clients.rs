//! Clients, their logins (unique over all clients), and the change feed that search indexes follow.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Clients {
    Table,
    Id,
    Login,
    Company,
    Name,
    Site,
    Email,
    EmailAccounting,
    Region,
    Language,
    ActivityType,
    PropertyType,
    PostalAddress,
    RegisteredAt,
    LastLoginAt,
    LoginAttempts,
    Activation,
    Referer,
    Channel,
    ChannelSource,
    SmsPrice,
    BillingMode,
    Currency,
    Balance,
    Credit,
    SmsSubscription,
}

#[derive(DeriveIden)]
enum Logins {
    Table,
    Login,
    ClientId,
}

#[derive(DeriveIden)]
enum ClientChanges {
    Table,
    Id,
    ClientId,
    TransactionId,
    ChangedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Clients::Table)
                    .col(big_integer(Clients::Id).primary_key())
                    .col(text(Clients::Login))
                    .col(text_null(Clients::Company))
                    .col(text_null(Clients::Name))
                    .col(text_null(Clients::Site))
                    .col(text_null(Clients::Email))
                    .col(text_null(Clients::EmailAccounting))
                    .col(text_null(Clients::Region))
                    .col(text(Clients::Language))
                    .col(text_null(Clients::ActivityType))
                    .col(text_null(Clients::PropertyType))
                    .col(text_null(Clients::PostalAddress))
                    .col(timestamp_with_time_zone_null(Clients::RegisteredAt))
                    .col(timestamp_with_time_zone_null(Clients::LastLoginAt))
                    .col(integer(Clients::LoginAttempts))
                    .col(text_null(Clients::Activation))
                    .col(text_null(Clients::Referer))
                    .col(text_null(Clients::Channel))
                    .col(text_null(Clients::ChannelSource))
                    .col(big_integer_null(Clients::SmsPrice))
                    .col(text(Clients::BillingMode))
                    .col(text(Clients::Currency))
                    .col(big_integer(Clients::Balance))
                    .col(big_integer(Clients::Credit))
                    .col(boolean(Clients::SmsSubscription))
                    .to_owned(),
            )
            .await?;

        // A table that is sharded by client can't have a unique login, so this table claims logins.
        manager
            .create_table(
                Table::create()
                    .table(Logins::Table)
                    .col(text(Logins::Login).primary_key())
                    .col(big_integer(Logins::ClientId))
                    .to_owned(),
            )
            .await?;

        // `transaction_id` is set on PostgreSQL only, where rows don't commit in the order of their ids.
        manager
            .create_table(
                Table::create()
                    .table(ClientChanges::Table)
                    .col(big_pk_auto(ClientChanges::Id))
                    .col(big_integer(ClientChanges::ClientId))
                    .col(big_integer_null(ClientChanges::TransactionId))
                    .col(timestamp_with_time_zone(ClientChanges::ChangedAt))
                    .to_owned(),
            )
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager
                .create_index(
                    Index::create()
                        .name("client_changes_transaction_id")
                        .table(ClientChanges::Table)
                        .col(ClientChanges::TransactionId)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in
            [ClientChanges::Table.into_table_ref(), Logins::Table.into_table_ref(), Clients::Table.into_table_ref()]
        {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
