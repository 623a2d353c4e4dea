//! What tests need: databases, the program itself, and the server with browsers that speak to it.
//!
//! A test under `#[apply(both_databases)]` runs twice, each time with a fresh database of its own.

pub mod clients;
pub mod events;
pub mod html;
pub mod kannel;
pub mod names;
pub mod postgres;
pub mod program;
pub mod server;
pub mod traffic;

use domain::database::Database;
pub use macro_rules_attribute::apply;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, TryGetable, Value};
use std::{
    io::Write as _,
    process::{Child, Command, Stdio},
    thread,
};

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_clientele");

/// A database that is there as long as its value, with the program's schema.
pub struct TestDatabase {
    /// Its address, for `DATABASE_URL`.
    pub url: String,
    /// Open.
    pub database: Database,
    /// A folder for files of the test; SQLite's is there too.
    pub folder: tempfile::TempDir,
}

impl TestDatabase {
    /// A fresh one in SQLite.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
        Self::open(url, folder).await
    }

    /// A fresh one in PostgreSQL.
    pub async fn postgres() -> Self {
        Self::open(postgres::database_url(), tempfile::tempdir().expect("a temporary folder")).await
    }

    async fn open(url: String, folder: tempfile::TempDir) -> Self {
        let database = Database::open(&url).await.expect("a database that opens");
        Self { url, database, folder }
    }

    /// The address of another database of the same kind, without any table.
    pub fn empty_url(&self) -> String {
        match self.database.backend() {
            DbBackend::Postgres => postgres::database_url(),
            _ => format!("sqlite://{}?mode=rwc", self.folder.path().join("empty.db").display()),
        }
    }

    /// Changes rows behind the application's back.
    pub async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) {
        let statement = Statement::from_sql_and_values(self.database.backend(), sql, values);
        let transaction = self.database.write().await.expect("a transaction");
        transaction.execute_raw(statement).await.expect(sql);
        transaction.commit().await.expect(sql);
    }

    /// The first column of each row that a query finds.
    pub async fn column<T: TryGetable>(&self, sql: &str) -> Vec<T> {
        let statement = Statement::from_string(self.database.backend(), sql);
        let rows = self.database.reader().query_all_raw(statement).await.expect(sql);
        rows.iter().map(|row: &QueryResult| row.try_get_by_index(0).expect(sql)).collect()
    }

    /// The audit record in its order: what was done, by whom, from where.
    pub async fn audit(&self) -> Vec<String> {
        let row = "action || ' / ' || administrator_login || ' / ' || address";
        self.column(&format!("SELECT {row} FROM audit ORDER BY id")).await
    }

    /// Makes a token for programs with these scopes; without any, with those that a token has unless told.
    pub fn token(&self, name: &str, scopes: &[&str]) -> String {
        let named = scopes.iter().flat_map(|scope| ["--scope", scope]);
        let arguments: Vec<&str> = ["token", "create", "--name", name].into_iter().chain(named).collect();
        let made = self.run(&arguments, b"");
        assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""));
        let token = made.stdout.strip_suffix('\n').expect("a line").to_owned();
        assert!(
            token.len() >= 32 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "the token alone: {token}"
        );
        token
    }

    /// Starts the program on this database, with its streams for the test.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().expect("the program starts")
    }

    /// The program on this database, to be started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(PROGRAM, arguments)
    }

    /// What starts the program on this database.
    pub fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env("DATABASE_URL", &self.url).env("RUST_LOG", "warn");
        command.current_dir(self.folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end, with `input` as its standard input.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self.spawn(arguments);
        let mut stdin = child.stdin.take().expect("a standard input");
        let output = thread::scope(|scope| {
            // The program may end without reading all of it.
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().expect("the program ends")
        });
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// How the program ran.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs an async test on both databases, as `name::sqlite` and `name::postgres`, with as many threads as the program
/// has.
macro_rules! both_databases {
    ($(#[$meta:meta])* async fn $name:ident($test:ident: $database:ty) $body:block) => {
        $(#[$meta])*
        async fn $name($test: $database) $body

        // A module and a function may share their name.
        mod $name {
            use $crate::support::TestDatabase;

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                super::$name(&TestDatabase::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                super::$name(&TestDatabase::postgres().await).await;
            }
        }
    };
}
pub(crate) use both_databases;
