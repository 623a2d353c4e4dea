//! The lower bound: inserts the same rows into a table of the same shape, in transactions of the same size and with the
//! same durability.

use super::{CONNECTIONS, Failure, bodies::Message};
use domain::database::values_list;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseConnection, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait as _, Value,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// Rows per statement.
const ROWS: usize = 1_000;

/// Inserts all batches. Returns the time and the number of rows.
pub async fn measure(url: &str, batches: &[Vec<Message>]) -> Result<(Duration, usize), Failure> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).acquire_timeout(Duration::from_mins(1));
    let sqlite = url.starts_with("sqlite");
    if sqlite {
        options.max_connections(1).map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(30))
        });
    } else {
        options.max_connections(u32::try_from(CONNECTIONS)?);
    }
    let connection = sea_orm::Database::connect(options).await?;
    let (time, sorted) = if sqlite { ("TEXT", " WITHOUT ROWID") } else { ("TIMESTAMPTZ", "") };
    connection
        .execute_unprepared(&format!(
            "CREATE TABLE bench_messages (client_id BIGINT NOT NULL, id TEXT NOT NULL, mailing TEXT NOT NULL,
                channel TEXT NOT NULL, sender_id TEXT NOT NULL, country TEXT NOT NULL, operator TEXT NOT NULL,
                parts SMALLINT NOT NULL, cost BIGINT NOT NULL, billing_mode TEXT NOT NULL, sent_at {time} NOT NULL,
                status TEXT NOT NULL, status_at {time} NOT NULL, PRIMARY KEY (client_id, id)){sorted}"
        ))
        .await?;
    let (begun, next) = (Instant::now(), AtomicUsize::new(0));
    let one = || async {
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            insert(&connection, batch).await?;
        }
        Ok::<_, Failure>(())
    };
    futures::future::try_join_all((0..CONNECTIONS).map(|_| one())).await?;
    let took = begun.elapsed();
    connection.execute_unprepared("DROP TABLE bench_messages").await?;
    Ok((took, batches.iter().map(Vec::len).sum()))
}

async fn insert(connection: &DatabaseConnection, batch: &[Message]) -> Result<(), Failure> {
    const COLUMNS: usize = 13;
    let backend = connection.get_database_backend();
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = connection.begin_with_options(options).await?;
    for batch in batch.chunks(ROWS) {
        let values: Vec<Value> = batch
            .iter()
            .flat_map(|message| -> [Value; COLUMNS] {
                let at = chrono::DateTime::from_timestamp(message.sent_at, 0).unwrap_or_default();
                [
                    message.client_id.into(),
                    message.id.as_str().into(),
                    message.mailing.as_str().into(),
                    "sms".into(),
                    "Shop".into(),
                    message.country.into(),
                    message.operator.into(),
                    i16::try_from(message.parts).unwrap_or(1).into(),
                    i64::from(message.parts * 100 + 5).into(),
                    "sent".into(),
                    at.into(),
                    "sent".into(),
                    at.into(),
                ]
            })
            .collect();
        let sql = format!("INSERT INTO bench_messages {}", values_list(backend, batch.len(), &[""; COLUMNS]));
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(transaction.commit().await?)
}
