//! Top-ups from 64 connections, on one client and on a thousand, against the lower bound: a transaction with one row,
//! one balance and one commit.

use crate::{
    Failure,
    http::Connection,
    program::Server,
    times::{Times, milliseconds},
};
use domain::{clients::store::client, database::Database};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseConnection, EntityTrait as _, QuerySelect as _,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicI64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Number of concurrent connections.
const CONNECTIONS: usize = 64;
/// Duration of each case.
const WITHIN: Duration = Duration::from_secs(10);

/// The ids of the clients.
pub async fn clients(database: &Database) -> Result<Vec<i64>, Failure> {
    let ids = client::Entity::find().select_only().column(client::Column::Id).into_tuple();
    Ok(ids.all(database.reader()).await?)
}

/// Times both cases, each next to its baseline.
pub async fn measure(url: &str, server: &Server, session: &str, clients: &[i64]) -> Result<(), Failure> {
    println!(
        "{:<44} {:>9} {:>8} {:>8} {:>12} {:>8} {:>8} {:>7}",
        "top-ups from 64 connections", "a second", "p50 ms", "p99 ms", "bare, a sec.", "p50 ms", "p99 ms", "ratio"
    );
    let floor = Floor::open(url).await?;
    let mut rates = Vec::new();
    for (name, clients) in [("on one client", &clients[..1]), ("spread over 1,000 clients", clients)] {
        let bare = floor.measure(clients).await?;
        let ours = send(server.address, session, clients)?;
        let rate = |times: &Times| times.count() as f64 / WITHIN.as_secs_f64();
        println!(
            "{name:<44} {:>9.0} {:>8} {:>8} {:>12.0} {:>8} {:>8} {:>7.2}",
            rate(&ours),
            milliseconds(ours.percentile(50)),
            milliseconds(ours.percentile(99)),
            rate(&bare),
            milliseconds(bare.percentile(50)),
            milliseconds(bare.percentile(99)),
            rate(&ours) / rate(&bare)
        );
        verdict(&format!("ratio to the bare transaction {name}"), rate(&ours) / rate(&bare), 0.7);
        rates.push(rate(&ours));
    }
    verdict("one hot client beside the spread", rates[0] / rates[1], 1.0);
    Ok(())
}

fn verdict(what: &str, reached: f64, wanted: f64) {
    let said = if reached >= wanted { "reached" } else { "missed" };
    println!("  {what}: {reached:.2}, at least {wanted:.2}: {said}");
}

/// Idempotency keys that no other case uses.
static KEYS: AtomicI64 = AtomicI64::new(1);

fn send(server: SocketAddr, session: &str, clients: &[i64]) -> Result<Times, Failure> {
    let begun = Instant::now();
    let one = |first: usize| -> Result<Vec<Duration>, Failure> {
        let mut connection = Connection::open(server, session)?;
        let mut times = Vec::new();
        let mut turn = first;
        while begun.elapsed() < WITHIN {
            let client = clients[turn % clients.len()];
            turn += CONNECTIONS;
            let form =
                format!("idempotency_key=bench-{:012}&amount=1.25&comment=bench", KEYS.fetch_add(1, Ordering::Relaxed));
            let sent = Instant::now();
            let answer = connection.post(&format!("/clients/{client}/finance/top-up"), &form)?;
            times.push(sent.elapsed());
            if answer.status != 200 {
                return Err(format!("a top-up was answered with {}: {}", answer.status, answer.text()?).into());
            }
        }
        Ok(times)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|first| scope.spawn(move || one(first))).collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().map_err(|_| "a thread ended early")??);
        }
        Ok(Times::new(times))
    })
}

/// The bare transaction.
struct Floor {
    connection: DatabaseConnection,
}

impl Floor {
    /// Opens connections: one per sender on PostgreSQL, and the single writer on SQLite.
    async fn open(url: &str) -> Result<Self, Failure> {
        let mut options = ConnectOptions::new(url);
        options.sqlx_logging(false).acquire_timeout(Duration::from_mins(1));
        if url.starts_with("sqlite") {
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
        connection
            .execute_unprepared(
                "CREATE TABLE bench_accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL);
                 CREATE TABLE bench_rows (client_id BIGINT NOT NULL, id BIGINT NOT NULL, amount BIGINT NOT NULL,
                                          purpose TEXT NOT NULL, PRIMARY KEY (client_id, id));
                 INSERT INTO bench_accounts SELECT id, 0 FROM clients;",
            )
            .await?;
        Ok(Self { connection })
    }

    async fn measure(&self, clients: &[i64]) -> Result<Times, Failure> {
        let begun = Instant::now();
        let one = |first: usize| async move {
            let mut times = Vec::new();
            let mut turn = first;
            while begun.elapsed() < WITHIN {
                let client = clients[turn % clients.len()];
                turn += CONNECTIONS;
                let sent = Instant::now();
                self.book(client).await?;
                times.push(sent.elapsed());
            }
            Ok::<_, Failure>(times)
        };
        let all = futures::future::try_join_all((0..CONNECTIONS).map(one)).await?;
        Ok(Times::new(all.into_iter().flatten().collect()))
    }

    async fn book(&self, client: i64) -> Result<(), Failure> {
        let backend = self.connection.get_database_backend();
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.connection.begin_with_options(options).await?;
        let update = "UPDATE bench_accounts SET balance = balance + 12500 WHERE id = $1";
        transaction.execute_raw(Statement::from_sql_and_values(backend, update, [client.into()])).await?;
        let insert = "INSERT INTO bench_rows VALUES ($1, $2, 12500, 'bench')";
        let id = KEYS.fetch_add(1, Ordering::Relaxed);
        transaction.execute_raw(Statement::from_sql_and_values(backend, insert, [client.into(), id.into()])).await?;
        Ok(transaction.commit().await?)
    }
}
