//! The ledger, the outbox of mails, and the answers to forms.

use sea_orm_migration::{
    prelude::*,
    schema::*,
    sea_orm::{ConnectionTrait, Statement},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Clients {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Ledger {
    Table,
    ClientId,
    Id,
    At,
    Kind,
    Amount,
    Balance,
    Debits,
    KindId,
    KindDebits,
    KindCredits,
    Purpose,
    Author,
    IdempotencyKey,
    Reverses,
}

#[derive(DeriveIden)]
enum Outbox {
    Table,
    Id,
    ClientId,
    MessageId,
    Recipient,
    Subject,
    Body,
    State,
    Attempts,
    NextAttemptAt,
    Problem,
    CreatedAt,
    ChangedAt,
}

#[derive(DeriveIden)]
enum FormAnswers {
    Table,
    IdempotencyKey,
    AdministratorId,
    ClientId,
    Form,
    Typed,
    Outcome,
    Done,
    At,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_ledger(manager).await?;
        open_accounts(manager).await?;
        manager
            .create_table(
                Table::create()
                    .table(Outbox::Table)
                    .col(big_pk_auto(Outbox::Id))
                    .col(big_integer(Outbox::ClientId))
                    .col(text(Outbox::MessageId).unique_key())
                    .col(text(Outbox::Recipient))
                    .col(text(Outbox::Subject))
                    .col(text(Outbox::Body))
                    .col(text(Outbox::State))
                    .col(integer(Outbox::Attempts))
                    .col(timestamp_with_time_zone(Outbox::NextAttemptAt))
                    .col(text_null(Outbox::Problem))
                    .col(timestamp_with_time_zone(Outbox::CreatedAt))
                    .col(timestamp_with_time_zone(Outbox::ChangedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("outbox_state")
                    .table(Outbox::Table)
                    .col(Outbox::State)
                    .col(Outbox::NextAttemptAt)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("outbox_client")
                    .table(Outbox::Table)
                    .col(Outbox::ClientId)
                    .col(Outbox::Id)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(FormAnswers::Table)
                    .col(text(FormAnswers::IdempotencyKey).primary_key())
                    .col(big_integer(FormAnswers::AdministratorId))
                    .col(big_integer(FormAnswers::ClientId))
                    .col(text(FormAnswers::Form))
                    .col(text(FormAnswers::Typed))
                    .col(text(FormAnswers::Outcome))
                    .col(boolean(FormAnswers::Done))
                    .col(timestamp_with_time_zone(FormAnswers::At))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in
            [FormAnswers::Table.into_table_ref(), Outbox::Table.into_table_ref(), Ledger::Table.into_table_ref()]
        {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn create_ledger(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Ledger::Table)
                .col(big_integer(Ledger::ClientId))
                .col(big_integer(Ledger::Id))
                .col(timestamp_with_time_zone(Ledger::At))
                .col(text(Ledger::Kind))
                .col(big_integer(Ledger::Amount))
                .col(big_integer(Ledger::Balance))
                .col(big_integer(Ledger::Debits))
                .col(big_integer(Ledger::KindId))
                .col(big_integer(Ledger::KindDebits))
                .col(big_integer(Ledger::KindCredits))
                .col(text(Ledger::Purpose))
                .col(text(Ledger::Author))
                .col(text(Ledger::IdempotencyKey))
                .col(big_integer_null(Ledger::Reverses))
                .primary_key(Index::create().col(Ledger::ClientId).col(Ledger::Id))
                .foreign_key(
                    ForeignKey::create()
                        .name("ledger_client")
                        .from(Ledger::Table, Ledger::ClientId)
                        .to(Clients::Table, Clients::Id),
                )
                .foreign_key(
                    ForeignKey::create()
                        .name("ledger_reverses")
                        .from(Ledger::Table, (Ledger::ClientId, Ledger::Reverses))
                        .to(Ledger::Table, (Ledger::ClientId, Ledger::Id)),
                )
                .to_owned(),
        )
        .await?;
    for (name, columns) in [
        ("ledger_idempotency_key", vec![Ledger::ClientId, Ledger::IdempotencyKey]),
        ("ledger_kind", vec![Ledger::ClientId, Ledger::Kind, Ledger::KindId]),
    ] {
        let mut index = Index::create();
        index.name(name).table(Ledger::Table).unique();
        for column in columns {
            index.col(column);
        }
        manager.create_index(index).await?;
    }
    manager
        .create_index(
            Index::create()
                .name("ledger_at")
                .table(Ledger::Table)
                .col(Ledger::ClientId)
                .col(Ledger::At)
                .col(Ledger::Id)
                .to_owned(),
        )
        .await?;
    // A partial index, since most rows reverse nothing.
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE UNIQUE INDEX ledger_reverses ON ledger (client_id, reverses) WHERE reverses IS NOT NULL",
        )
        .await?;
    Ok(())
}

/// Books the opening balance of clients from before there was a ledger.
async fn open_accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let opened = Statement::from_sql_and_values(
        manager.get_database_backend(),
        "INSERT INTO ledger (client_id, id, at, kind, amount, balance, debits, kind_id, kind_debits, kind_credits,
                             purpose, author, idempotency_key)
         SELECT id, 1, COALESCE(registered_at, $1), 'opening', balance, balance,
                CASE WHEN balance > 0 THEN balance ELSE 0 END, 1,
                CASE WHEN balance > 0 THEN balance ELSE 0 END, CASE WHEN balance < 0 THEN balance ELSE 0 END,
                'Opening balance', 'command line', 'opening'
         FROM clients WHERE balance <> 0",
        [chrono::Utc::now().into()],
    );
    manager.get_connection().execute_raw(opened).await?;
    Ok(())
}
