//! Names (sender IDs), their history, and the number of messages under each.

use crate::create_sorted;
use sea_orm_migration::{
    prelude::*,
    schema::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Clients {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Outbox {
    Table,
    Topic,
}

#[derive(DeriveIden)]
enum Names {
    Table,
    ClientId,
    NameKey,
    Name,
    Status,
    Reason,
    Initiator,
    RegistrationId,
    Contacts,
    WebSite,
    Subject,
    Filled,
    Look,
    Core,
    Revision,
    StatusAt,
    StatusBy,
    ChangedAt,
    ChangedBy,
}

#[derive(DeriveIden)]
enum NameHistory {
    Table,
    ClientId,
    NameKey,
    Revision,
    At,
    By,
    Status,
    Reason,
}

#[derive(DeriveIden)]
enum NameCounts {
    Table,
    Status,
    Filled,
    Day,
    Names,
}

#[derive(DeriveIden)]
enum ClientNameCounts {
    Table,
    ClientId,
    Status,
    Filled,
    Names,
}

#[derive(DeriveIden)]
enum NameUse {
    Table,
    ClientId,
    NameKey,
    Day,
    Messages,
    Parts,
}

#[derive(DeriveIden)]
enum UnregisteredNames {
    Table,
    ClientId,
    NameKey,
    SenderId,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_names(manager).await?;
        manager.create_table(name_history()).await?;
        manager.create_table(name_counts()).await?;
        create_sorted(manager, &client_name_counts()).await?;
        create_sorted(manager, &name_use()).await?;
        create_sorted(manager, &unregistered_names()).await?;
        count_what_was_sent(manager).await?;
        // Finds the names of operators without a scan of all number prefixes.
        manager.get_connection().execute_unprepared("CREATE INDEX operators_operator ON operators (operator)").await?;
        manager
            .alter_table(
                Table::alter().table(Outbox::Table).add_column(text(Outbox::Topic).default("credit")).to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX operators_operator").await?;
        manager.alter_table(Table::alter().table(Outbox::Table).drop_column(Outbox::Topic).to_owned()).await?;
        for table in [
            UnregisteredNames::Table.into_table_ref(),
            NameUse::Table.into_table_ref(),
            ClientNameCounts::Table.into_table_ref(),
            NameCounts::Table.into_table_ref(),
            NameHistory::Table.into_table_ref(),
            Names::Table.into_table_ref(),
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn name_history() -> TableCreateStatement {
    Table::create()
        .table(NameHistory::Table)
        .col(big_integer(NameHistory::ClientId))
        .col(text(NameHistory::NameKey))
        .col(big_integer(NameHistory::Revision))
        .col(timestamp_with_time_zone(NameHistory::At))
        .col(text(NameHistory::By))
        .col(text(NameHistory::Status))
        .col(text_null(NameHistory::Reason))
        .primary_key(Index::create().col(NameHistory::ClientId).col(NameHistory::NameKey).col(NameHistory::Revision))
        .foreign_key(
            ForeignKey::create()
                .name("name_history_name")
                .from(NameHistory::Table, (NameHistory::ClientId, NameHistory::NameKey))
                .to(Names::Table, (Names::ClientId, Names::NameKey)),
        )
        .to_owned()
}

fn name_counts() -> TableCreateStatement {
    Table::create()
        .table(NameCounts::Table)
        .col(text(NameCounts::Status))
        .col(boolean(NameCounts::Filled))
        .col(date(NameCounts::Day))
        .col(big_integer(NameCounts::Names))
        .primary_key(Index::create().col(NameCounts::Status).col(NameCounts::Filled).col(NameCounts::Day))
        .to_owned()
}

fn client_name_counts() -> TableCreateStatement {
    Table::create()
        .table(ClientNameCounts::Table)
        .col(big_integer(ClientNameCounts::ClientId))
        .col(text(ClientNameCounts::Status))
        .col(boolean(ClientNameCounts::Filled))
        .col(big_integer(ClientNameCounts::Names))
        .primary_key(
            Index::create().col(ClientNameCounts::ClientId).col(ClientNameCounts::Status).col(ClientNameCounts::Filled),
        )
        .to_owned()
}

fn name_use() -> TableCreateStatement {
    Table::create()
        .table(NameUse::Table)
        .col(big_integer(NameUse::ClientId))
        .col(text(NameUse::NameKey))
        .col(date(NameUse::Day))
        .col(big_integer(NameUse::Messages))
        .col(big_integer(NameUse::Parts))
        .primary_key(Index::create().col(NameUse::ClientId).col(NameUse::NameKey).col(NameUse::Day))
        .to_owned()
}

fn unregistered_names() -> TableCreateStatement {
    Table::create()
        .table(UnregisteredNames::Table)
        .col(big_integer(UnregisteredNames::ClientId))
        .col(text(UnregisteredNames::NameKey))
        .col(text(UnregisteredNames::SenderId))
        .primary_key(Index::create().col(UnregisteredNames::ClientId).col(UnregisteredNames::NameKey))
        .to_owned()
}

async fn create_names(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Names::Table)
                .col(big_integer(Names::ClientId))
                .col(text(Names::NameKey))
                .col(text(Names::Name))
                .col(text(Names::Status))
                .col(text_null(Names::Reason))
                .col(text_null(Names::Initiator))
                .col(text_null(Names::RegistrationId))
                .col(text_null(Names::Contacts))
                .col(text_null(Names::WebSite))
                .col(text_null(Names::Subject))
                .col(boolean(Names::Filled))
                .col(text(Names::Look))
                .col(text(Names::Core))
                .col(big_integer(Names::Revision))
                .col(timestamp_with_time_zone(Names::StatusAt))
                .col(text(Names::StatusBy))
                .col(timestamp_with_time_zone(Names::ChangedAt))
                .col(text(Names::ChangedBy))
                .primary_key(Index::create().col(Names::ClientId).col(Names::NameKey))
                .foreign_key(
                    ForeignKey::create()
                        .name("names_client")
                        .from(Names::Table, Names::ClientId)
                        .to(Clients::Table, Clients::Id),
                )
                .to_owned(),
        )
        .await?;
    for (name, columns) in [
        // An index for each sort of a client's table, covering its filters, so that a late page needs no sorting and
        // reads no questionnaires.
        ("names_by_name", "client_id, name_key, status, filled)"),
        ("names_by_status", "client_id, status, name_key, filled)"),
        ("names_by_questionnaire", "client_id, filled, name_key, status)"),
        ("names_by_change", "client_id, status_at, name_key, status, filled)"),
        ("names_queue", "status, status_at, client_id, name_key)"),
        ("names_queue_filled", "status, filled, status_at, client_id, name_key)"),
        ("names_changed", "changed_at, client_id, name_key)"),
        // A partial index, since look-alikes are only searched among checked names.
        ("names_look", "look, client_id) WHERE status = 'Checked'"),
        ("names_core", "core, client_id) WHERE status = 'Checked'"),
    ] {
        manager.get_connection().execute_unprepared(&format!("CREATE INDEX {name} ON names ({columns}")).await?;
    }
    Ok(())
}

/// Counts messages from before there were names, by sender ID. Ignores the case of Latin letters, as the program does.
async fn count_what_was_sent(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let key = match manager.get_database_backend() {
        DbBackend::Postgres => "lower(sender_id COLLATE \"C\")",
        _ => "lower(sender_id)",
    };
    let sent = "FROM roll_ups WHERE level = 'day_split' AND sender_id <> ''";
    let connection = manager.get_connection();
    connection
        .execute_unprepared(&format!(
            "INSERT INTO name_use (client_id, name_key, day, messages, parts)
             SELECT client_id, {key}, day, CAST(SUM(sent_messages) AS BIGINT), CAST(SUM(sent_parts) AS BIGINT) {sent}
             GROUP BY client_id, {key}, day"
        ))
        .await?;
    connection
        .execute_unprepared(&format!(
            "INSERT INTO unregistered_names (client_id, name_key, sender_id)
             SELECT client_id, {key}, MIN(sender_id) {sent} GROUP BY client_id, {key}"
        ))
        .await?;
    Ok(())
}
