//! Lower bounds of a request's time: reading its rows by primary key, and serving its page from memory.

use crate::{
    Failure, http,
    program::{self, Ran},
};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, HeaderName, header},
};
use domain::clients::store::client;
use futures::TryStreamExt as _;
use sea_orm::{EntityName as _, sqlx, sqlx::Connection as _};
use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

/// Rows of a page.
const ROWS: usize = 10;

/// One open connection to the database.
pub enum BareSql {
    /// To SQLite.
    Sqlite(sqlx::SqliteConnection, String),
    /// To PostgreSQL.
    Postgres(sqlx::PgConnection, String),
}

impl BareSql {
    /// Opens it.
    pub async fn open(url: &str) -> Result<Self, Failure> {
        let places: Vec<String> = (1..=ROWS).map(|place| format!("${place}")).collect();
        let sql = format!("SELECT * FROM {} WHERE id IN ({})", client::Entity.table_name(), places.join(", "));
        Ok(if url.starts_with("sqlite") {
            Self::Sqlite(sqlx::SqliteConnection::connect(url).await?, sql)
        } else {
            Self::Postgres(sqlx::PgConnection::connect(url).await?, sql)
        })
    }

    /// Reads the columns of the index from all clients, row by row. Returns the time and the number of clients.
    pub async fn read_all(&mut self) -> Result<(usize, Ran), Failure> {
        let sql =
            "SELECT id, login, company, name, email, email_accounting, channel, sms_price, currency, balance, credit,
            property_type, sms_subscription, registered_at FROM clients ORDER BY id";
        let (begun, computed) = (Instant::now(), program::computed_here()?);
        let mut rows = 0;
        match self {
            Self::Sqlite(connection, _) => {
                let mut all = sqlx::query(sql).fetch(connection);
                while all.try_next().await?.is_some() {
                    rows += 1;
                }
            }
            Self::Postgres(connection, _) => {
                let mut all = sqlx::query(sql).fetch(connection);
                while all.try_next().await?.is_some() {
                    rows += 1;
                }
            }
        }
        let computed = program::computed_here()?.saturating_sub(computed);
        Ok((rows, Ran { took: begun.elapsed(), computed }))
    }

    /// Reads up to the first ten of the clients in one statement, and returns the time.
    pub async fn read(&mut self, ids: &[i64]) -> Result<Duration, Failure> {
        let Some(first) = ids.first() else { return Err("no rows to read".into()) };
        let ids: Vec<i64> = ids.iter().chain(std::iter::repeat(first)).take(ROWS).copied().collect();
        let begun = Instant::now();
        let rows = match self {
            Self::Sqlite(connection, sql) => {
                let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()));
                for id in &ids {
                    query = query.bind(*id);
                }
                query.fetch_all(connection).await?.len()
            }
            Self::Postgres(connection, sql) => {
                let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()));
                for id in &ids {
                    query = query.bind(*id);
                }
                query.fetch_all(connection).await?.len()
            }
        };
        let took = begun.elapsed();
        if rows == 0 { Err("the rows are gone".into()) } else { Ok(took) }
    }
}

/// A server that gives the same answer to every request.
pub struct Memory {
    /// Address and port that it listens on.
    pub address: SocketAddr,
    answer: Arc<RwLock<(HeaderMap, Bytes)>>,
    task: tokio::task::JoinHandle<()>,
}

impl Memory {
    /// Starts the server in this process.
    pub async fn start() -> Result<Self, Failure> {
        let answer = Arc::<RwLock<(HeaderMap, Bytes)>>::default();
        let shared = answer.clone();
        let app = Router::new()
            .fallback(move || async move { shared.read().unwrap_or_else(PoisonError::into_inner).clone() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, answer, task })
    }

    /// Sets the answer.
    pub fn remember(&self, answer: http::Answer) -> Result<(), Failure> {
        let mut headers = HeaderMap::new();
        for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_SECURITY_POLICY] {
            if let Some(value) = answer.header(HeaderName::as_str(&name)) {
                headers.insert(&name, value.parse()?);
            }
        }
        *self.answer.write().unwrap_or_else(PoisonError::into_inner) = (headers, answer.body.into());
        Ok(())
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.task.abort();
    }
}
