//! Administrators, their sessions, failed sign-ins, set-up links and the audit record.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Administrators {
    Table,
    Id,
    Login,
    PasswordHash,
    Role,
    CreatedAt,
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    TokenHash,
    AdministratorId,
    CreatedAt,
    LastSeenAt,
    Address,
}

#[derive(DeriveIden)]
enum SetupTokens {
    Table,
    TokenHash,
    CreatedAt,
}

#[derive(DeriveIden)]
enum SignInFailures {
    Table,
    SourceHash,
    Failures,
    LastAt,
}

#[derive(DeriveIden)]
enum Audit {
    Table,
    Id,
    At,
    AdministratorId,
    AdministratorLogin,
    Address,
    Action,
    ClientId,
    Before,
    After,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(administrators()).await?;
        manager.create_table(sessions()).await?;
        manager.create_table(setup_tokens()).await?;
        manager.create_table(sign_in_failures()).await?;
        manager.create_table(audit()).await?;
        manager
            .create_index(
                Index::create().name("audit_client").table(Audit::Table).col(Audit::ClientId).col(Audit::Id).to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            Audit::Table.into_table_ref(),
            SignInFailures::Table.into_table_ref(),
            SetupTokens::Table.into_table_ref(),
            Sessions::Table.into_table_ref(),
            Administrators::Table.into_table_ref(),
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn administrators() -> TableCreateStatement {
    Table::create()
        .table(Administrators::Table)
        .col(big_pk_auto(Administrators::Id))
        .col(text(Administrators::Login).unique_key())
        .col(text(Administrators::PasswordHash))
        .col(text(Administrators::Role))
        .col(timestamp_with_time_zone(Administrators::CreatedAt))
        .to_owned()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table(Sessions::Table)
        .col(text(Sessions::TokenHash).primary_key())
        .col(big_integer(Sessions::AdministratorId))
        .col(timestamp_with_time_zone(Sessions::CreatedAt))
        .col(timestamp_with_time_zone(Sessions::LastSeenAt))
        .col(text(Sessions::Address))
        .foreign_key(
            ForeignKey::create()
                .name("sessions_administrator")
                .from(Sessions::Table, Sessions::AdministratorId)
                .to(Administrators::Table, Administrators::Id),
        )
        .to_owned()
}

fn setup_tokens() -> TableCreateStatement {
    Table::create()
        .table(SetupTokens::Table)
        .col(text(SetupTokens::TokenHash).primary_key())
        .col(timestamp_with_time_zone(SetupTokens::CreatedAt))
        .to_owned()
}

fn sign_in_failures() -> TableCreateStatement {
    Table::create()
        .table(SignInFailures::Table)
        .col(text(SignInFailures::SourceHash).primary_key())
        .col(integer(SignInFailures::Failures))
        .col(timestamp_with_time_zone(SignInFailures::LastAt))
        .to_owned()
}

fn audit() -> TableCreateStatement {
    Table::create()
        .table(Audit::Table)
        .col(big_pk_auto(Audit::Id))
        .col(timestamp_with_time_zone(Audit::At))
        .col(big_integer_null(Audit::AdministratorId))
        .col(text(Audit::AdministratorLogin))
        .col(text(Audit::Address))
        .col(text(Audit::Action))
        .col(big_integer_null(Audit::ClientId))
        .col(text_null(Audit::Before))
        .col(text_null(Audit::After))
        .to_owned()
}
