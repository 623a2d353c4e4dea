//! The database: embedded SQLite or PostgreSQL, by its URL.
//!
//! Features read through [`Database::reader`] and write through [`Database::write`].

use crate::ids::ClientId;
use migration::{Migrator, MigratorTrait};
use rustix::fs::{Access, access};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    QueryResult, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
    sqlx::{
        self, ConnectOptions as _, Connection as _,
        error::DatabaseError,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    fs::{DirBuilder, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
    time::Duration,
};
use values::error::Error;

/// An open database. Cheap to clone: clones share the connections.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// Opens SQLite's file once more, to try whether it can be written.
    file: Option<SqliteConnectOptions>,
}

/// The reason why nothing can be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// Nothing can be read either.
    #[error("the database can't be reached")]
    Unreachable(#[source] DbErr),
    /// The file, its folder or its disk is read-only, or PostgreSQL is a replica.
    #[error("the database can't be written")]
    ReadOnly(#[source] DbErr),
}

/// The key of an advisory lock, arbitrary but unlike other programs' keys.
const MIGRATION_LOCK: i64 = 7_226_131_964_350;

/// Whether a transaction failed because of a concurrent one, by a deadlock or a serialization failure, so that a retry
/// can succeed.
#[must_use]
pub fn is_retryable(cause: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = cause else {
        return false;
    };
    let code = error.as_database_error().and_then(DatabaseError::code);
    matches!(code.as_deref(), Some("40P01" | "40001"))
}

/// The most attempts of a transaction.
const ATTEMPTS: u32 = 10;

/// Retries a transaction that conflicts with concurrent ones.
#[derive(Debug, Default)]
pub struct Retry {
    failed: u32,
}

impl Retry {
    /// Rolls back and pauses, longer after each attempt. Returns false after the last one.
    pub async fn roll_back(&mut self, transaction: DatabaseTransaction) -> Result<bool, DbErr> {
        self.failed += 1;
        transaction.rollback().await?;
        if self.failed >= ATTEMPTS {
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(10) * self.failed).await;
        Ok(true)
    }
}

/// A list of placeholders: `VALUES ($1, CAST($2 AS BIGINT)), ($3, CAST($4 AS BIGINT))` for two rows of the types
/// `["", "BIGINT"]`. An empty type means no cast. Both databases name the columns `column1`, `column2` and so on.
#[must_use]
pub fn values_list(backend: DbBackend, rows: usize, types: &[&str]) -> String {
    let mut list = "VALUES ".to_owned();
    let mut number = 0;
    for row in 0..rows {
        list.push_str(if row == 0 { "(" } else { ", (" });
        for (column, kind) in types.iter().enumerate() {
            number += 1;
            list.push_str(if column == 0 { "" } else { ", " });
            list.push_str(if kind.is_empty() { "" } else { "CAST(" });
            // SQLite searches a list for each numbered placeholder, which takes seconds for thousands.
            let _ = match backend {
                DbBackend::Sqlite => list.write_char('?'),
                _ => write!(list, "${number}"),
            };
            if !kind.is_empty() {
                let _ = write!(list, " AS {kind})");
            }
        }
        list.push(')');
    }
    list
}

/// The most values in a statement: SQLite's limit, which is below PostgreSQL's.
const MAX_VALUES: usize = 32_766;

/// The most rows in a statement. Longer ones would fill the cache of prepared statements with much memory.
const MAX_ROWS: usize = 4_000;

/// How many rows of so many values, at least one, fit into a statement.
#[must_use]
pub const fn rows_per_statement(values_per_row: usize) -> usize {
    let rows = MAX_VALUES / values_per_row;
    if rows < MAX_ROWS { rows } else { MAX_ROWS }
}

const KEYS: usize = rows_per_statement(2);

/// Finds rows by keys. `statement` gets the keys as a list of values with `column1` (the client's id) and
/// `column2`.
pub async fn by_keys(
    database: &impl ConnectionTrait,
    keys: &[(ClientId, &str)],
    statement: impl Fn(&str) -> String,
) -> Result<Vec<QueryResult>, DbErr> {
    let mut rows = Vec::new();
    for batch in keys.chunks(KEYS) {
        let values = batch.iter().flat_map(|(client_id, id)| [Value::from(*client_id), Value::from(*id)]);
        let backend = database.get_database_backend();
        let sql = statement(&values_list(backend, batch.len(), &["BIGINT", "TEXT"]));
        rows.extend(database.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?);
    }
    Ok(rows)
}

/// 256 random bits, as 64 hexadecimal digits.
pub fn new_token() -> Result<String, Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(hex::encode(bytes))
}

/// The hash of a token. The database keeps only this.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

impl Database {
    /// Opens the database and brings its schema up to date.
    ///
    /// `url` is `sqlite://path/to/file.db?mode=rwc` (which creates a missing folder) or
    /// `postgres://user:password@host/name`.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        let database = Self::connect(url).await?;
        database.migrate().await?;
        Ok(database)
    }

    /// Opens the database without migrating it.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url);
        options.sqlx_logging(false).acquire_timeout(Duration::from_secs(8));
        if url.starts_with("sqlite:") {
            let file: SqliteConnectOptions = url.parse().map_err(|cause| DbErr::Custom(format!("{cause}")))?;
            let settings = url.split_once('?').map_or("", |(_, settings)| settings);
            if settings.split('&').any(|setting| setting == "mode=rwc") {
                create_for_owner(file.get_filename())?;
            }
            // SQLite allows one writer, and waiting in the pool is fair. Readers go on meanwhile (WAL). With FULL a
            // committed change survives a power cut.
            options.map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(Duration::from_secs(30))
                    .pragma("cache_size", "-32768")
                    .pragma("mmap_size", "1073741824")
                    .pragma("temp_store", "memory")
                    .foreign_keys(true)
            });
            options.max_connections(1).min_connections(1);
            let writer = sea_orm::Database::connect(options.clone()).await?;
            options.max_connections(8).map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("query_only", "on"));
            let reader = sea_orm::Database::connect(options).await?;
            // Without waiting for a lock: whichever process holds it can write.
            let file = file.create_if_missing(false).busy_timeout(Duration::ZERO);
            Ok(Self { writer, reader, file: Some(file) })
        } else {
            options.max_connections(24).test_before_acquire_if_idle_for(Duration::from_secs(10));
            let shared = sea_orm::Database::connect(options).await?;
            Ok(Self { writer: shared.clone(), reader: shared, file: None })
        }
    }

    /// Applies pending migrations in one transaction. Another server that starts meanwhile waits for it.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        let transaction = self.begin().await?;
        if self.backend() == DbBackend::Postgres {
            transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
        }
        Migrator::up(&transaction, None).await?;
        transaction.commit().await
    }

    /// The number of pending migrations. 0 when the schema is up to date.
    pub async fn pending_migrations(&self) -> Result<usize, DbErr> {
        // The migrator would first create its table, which a reader can't.
        let versions = Statement::from_string(self.backend(), "SELECT version FROM seaql_migrations");
        let rows = self.reader.query_all_raw(versions).await?;
        let applied = rows.iter().map(|row| row.try_get("", "version")).collect::<Result<Vec<String>, _>>()?;
        Ok(Migrator::migrations().iter().filter(|step| !applied.iter().any(|name| name == step.name())).count())
    }

    /// Checks that changes can be written, without writing any and without waiting for other writers.
    pub async fn check_writable(&self) -> Result<(), Unwritable> {
        let Some(file) = &self.file else {
            let setting = Statement::from_string(self.backend(), "SHOW transaction_read_only");
            let row = self.reader.query_one_raw(setting).await.map_err(Unwritable::Unreachable)?;
            let value: Option<String> =
                row.map(|row| row.try_get_by_index(0)).transpose().map_err(Unwritable::Unreachable)?;
            return match value.as_deref() {
                Some("on") => Err(Unwritable::ReadOnly(DbErr::Custom("its transactions are read-only".to_owned()))),
                _ => Ok(()),
            };
        };
        // A new connection finds the problems that the pool's next one would, and doesn't block the writer.
        let tried = async {
            let mut connection = file.connect().await?;
            // A read-only file refuses an UPDATE even of no row, but not BEGIN IMMEDIATE.
            let nothing = "UPDATE seaql_migrations SET version = version WHERE false";
            let changed = sqlx::raw_sql(nothing).execute(&mut connection).await.map(drop);
            connection.close().await?;
            changed
        };
        match tried.await {
            Err(sqlx::Error::Database(error)) if is_busy(&*error) => {}
            Err(cause) => return Err(Unwritable::ReadOnly(DbErr::Custom(cause.to_string()))),
            Ok(()) => {}
        }
        // SQLite creates and deletes journal files in the same folder.
        let folder = file.get_filename().parent().filter(|folder| !folder.as_os_str().is_empty());
        access(folder.unwrap_or(Path::new(".")), Access::WRITE_OK).map_err(|cause| {
            Unwritable::ReadOnly(DbErr::Custom(format!("the folder of the database can't be written: {cause}")))
        })
    }

    /// SQLite's file, if users other than its owner may read or write it.
    #[must_use]
    pub fn file_open_to_others(&self) -> Option<&Path> {
        let path = self.file.as_ref()?.get_filename();
        let mode = std::fs::metadata(path).ok()?.permissions().mode();
        (mode & 0o077 != 0).then_some(path)
    }

    /// The kind of database.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    /// The connections for queries.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// A transaction for queries that see one consistent snapshot.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        // On SQLite every transaction is a snapshot.
        let isolation = (self.backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
        self.reader.begin_with_config(isolation, None).await
    }

    /// A transaction for changes. Dropping it without a commit rolls them back.
    pub async fn write(&self) -> Result<DatabaseTransaction, Error> {
        Ok(self.begin().await?)
    }

    // IMMEDIATE, since a SQLite transaction that begins with a read can fail at its first write.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await
    }
}

/// Creates a missing database file for its owner alone. SQLite's files beside it get the same mode.
fn create_for_owner(path: &Path) -> Result<(), DbErr> {
    let failed = |path: &Path, cause| DbErr::Custom(format!("{} can't be made: {cause}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|cause| failed(folder, cause))?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => Err(failed(path, cause)),
        _ => Ok(()),
    }
}

/// Whether SQLite reports BUSY, in any of its variants: another connection is writing.
fn is_busy(error: &dyn DatabaseError) -> bool {
    error.code().and_then(|code| code.parse::<i32>().ok()).is_some_and(|code| code & 0xff == 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_written_as_each_database_expects_them() {
        let list = |backend| values_list(backend, 2, &["", "BIGINT"]);
        assert_eq!(list(DbBackend::Postgres), "VALUES ($1, CAST($2 AS BIGINT)), ($3, CAST($4 AS BIGINT))");
        assert_eq!(list(DbBackend::Sqlite), "VALUES (?, CAST(? AS BIGINT)), (?, CAST(? AS BIGINT))");
    }

    #[test]
    fn a_statement_is_limited_by_its_values_and_by_its_rows() {
        assert_eq!([25, 14, 1].map(rows_per_statement), [1_310, 2_340, 4_000]);
    }
}
