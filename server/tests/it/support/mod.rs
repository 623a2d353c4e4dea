//! Test support: databases, the program itself, and the server with browsers.
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

/// The path of the program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_clientele");

/// A temporary database with the program's schema, which is removed on drop.
pub struct TestDatabase {
    /// Its address, for `DATABASE_URL`.
    pub url: String,
    /// The open database.
    pub database: Database,
    /// A folder for files of the test and of SQLite.
    pub folder: tempfile::TempDir,
}

impl TestDatabase {
    /// Creates an SQLite database.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
        Self::open(url, folder).await
    }

    /// Creates a PostgreSQL database.
    pub async fn postgres() -> Self {
        Self::open(postgres::database_url(), tempfile::tempdir().expect("a temporary folder")).await
    }

    async fn open(url: String, folder: tempfile::TempDir) -> Self {
        let database = Database::open(&url).await.expect("a database that opens");
        Self { url, database, folder }
    }

    /// The address of another database of the same kind, without tables.
    pub fn empty_url(&self) -> String {
        match self.database.backend() {
            DbBackend::Postgres => postgres::database_url(),
            _ => format!("sqlite://{}?mode=rwc", self.folder.path().join("empty.db").display()),
        }
    }

    /// Changes rows directly, without the application.
    pub async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) {
        let statement = Statement::from_sql_and_values(self.database.backend(), sql, values);
        let transaction = self.database.write().await.expect("a transaction");
        transaction.execute_raw(statement).await.expect(sql);
        transaction.commit().await.expect(sql);
    }

    /// The first column of a query's rows.
    pub async fn column<T: TryGetable>(&self, sql: &str) -> Vec<T> {
        let statement = Statement::from_string(self.database.backend(), sql);
        let rows = self.database.reader().query_all_raw(statement).await.expect(sql);
        rows.iter().map(|row: &QueryResult| row.try_get_by_index(0).expect(sql)).collect()
    }

    /// The audit record in order: action, author and address.
    pub async fn audit(&self) -> Vec<String> {
        let row = "action || ' / ' || administrator_login || ' / ' || address";
        self.column(&format!("SELECT {row} FROM audit ORDER BY id")).await
    }

    /// Creates a token with these scopes, or with the default ones if there are none.
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

    /// Starts the program on this database, with piped streams.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().expect("the program starts")
    }

    /// A command that runs the program on this database.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(PROGRAM, arguments)
    }

    /// A command that runs another program with this database's settings.
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
            // The program may exit before it has read everything.
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

/// Exit code and output of the program.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs an async test on both databases, as `name::sqlite` and `name::postgres`, with the program's number of
/// threads.
macro_rules! both_databases {
    ($(#[$meta:meta])* async fn $name:ident($test:ident: $database:ty) $body:block) => {
        $(#[$meta])*
        async fn $name($test: $database) $body

        // A module and a function may have the same name.
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
