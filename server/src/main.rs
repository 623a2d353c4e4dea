//! The command line of `clientele`.

use clap::{Parser, Subcommand};
use domain::{
    administrators::{Role, scope::Scope},
    database::Database,
    messages::zone,
};
use server::{
    commands::{
        self,
        demo::{self, DemoPlan},
        import,
    },
    settings::Settings,
    telemetry,
};
use std::{error::Error, ffi::OsString, process::ExitCode};
use values::time;

/// The back office of a messaging reseller.
#[derive(Parser)]
#[command(name = "clientele", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve,
    /// Fill an empty database with demo data, the same for the same seed.
    Demo {
        /// How many clients.
        #[arg(long, default_value_t = 971)]
        clients: u32,
        /// How many messages they sent.
        #[arg(long, default_value_t = 200_000)]
        messages: u64,
        /// In how many days, up to yesterday.
        #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
        /// What the data is invented from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Load records from CSV (with a header row) or NDJSON.
    #[command(subcommand)]
    Import(Import),
    /// Recount everything that is kept twice, and exit with 1 where it differs.
    Check,
    /// Administrators.
    #[command(subcommand)]
    Admin(Admin),
    /// Tokens of the programs that call the gateway's API.
    #[command(subcommand)]
    Token(Token),
}

#[derive(Subcommand)]
enum Import {
    /// Clients: new ones are made, known ones updated.
    Clients {
        /// The file; - for standard input.
        file: OsString,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
    },
    /// Messages, and what became of them.
    Messages {
        /// The file; - for standard input.
        file: OsString,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
    },
    /// Names (sender IDs): new ones are made; of known ones, what the file says is filled in.
    Names {
        /// The file; - for standard input.
        file: OsString,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
    },
    /// Operators, by what their numbers begin with: new ones are made, known ones updated.
    Operators {
        /// The file; - for standard input.
        file: OsString,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
    },
    /// The access log of Kannel's bearerbox: messages, and what became of them.
    KannelLog {
        /// The file; - for standard input.
        file: OsString,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// The time zone of the log's times, such as Europe/Kyiv; else the platform's.
        #[arg(long)]
        timezone: Option<chrono_tz::Tz>,
    },
}

#[derive(Subcommand)]
enum Token {
    /// Make a token and print it, this once.
    Create {
        /// What it is for; the ledger names it.
        #[arg(long)]
        name: String,
        /// A scope, once for each; without any: messages, clients and names.
        #[arg(long, value_parser = |word: &str| word.parse::<Scope>().map_err(|known| format!("it may be: {known}")))]
        scope: Vec<Scope>,
        /// In how many days it ends; unless told when it is revoked.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
        expires: Option<u32>,
    },
    /// Say which there are, what they open, and when they were used and end.
    List,
    /// End a token.
    Revoke {
        /// Which.
        #[arg(long)]
        name: String,
    },
}

#[derive(Subcommand)]
enum Admin {
    /// Make an administrator; the password comes from standard input, or a prompt.
    Create {
        /// What they sign in with.
        #[arg(long)]
        login: String,
        /// viewer sees, manager also changes, owner also administers.
        #[arg(long, value_parser = role)]
        role: Role,
    },
    /// Say who there is, with role, last sign-in, and since when disabled.
    List,
    /// Change a password, which comes from standard input, or a prompt; ends the administrator's sessions.
    Passwd {
        /// Whose.
        #[arg(long)]
        login: String,
    },
    /// Change a role; ends the administrator's sessions.
    Role {
        /// Whose.
        #[arg(long)]
        login: String,
        /// viewer sees, manager also changes, owner also administers.
        #[arg(long, value_parser = role)]
        role: Role,
    },
    /// Keep an administrator from signing in; ends the administrator's sessions.
    Disable {
        /// Whom.
        #[arg(long)]
        login: String,
    },
    /// Let a disabled administrator sign in again.
    Enable {
        /// Whom.
        #[arg(long)]
        login: String,
    },
    /// End an administrator's sessions.
    SignOut {
        /// Whose.
        #[arg(long)]
        login: String,
    },
}

fn role(word: &str) -> Result<Role, String> {
    word.parse().map_err(|known| format!("it may be: {known}"))
}

#[tokio::main(worker_threads = 4)]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    telemetry::start_log();
    match run(arguments.command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("clientele: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let settings = Settings::from_environment()?;
    time::set_zone(settings.time_zone);
    let database = Database::open(&settings.database_url)
        .await
        .map_err(|cause| format!("The database can't be opened: {cause}. DATABASE_URL says where it is."))?;
    zone::settle(&database).await?;
    match command {
        Command::Serve => commands::serve::serve(&settings, database).await?,
        Command::Demo { clients, messages, days, seed } => {
            return Ok(demo::fill(&database, DemoPlan { clients, messages, days, seed }).await);
        }
        Command::Import(Import::Clients { file, dry_run }) => {
            return Ok(import::import_clients(&database, &file.into(), dry_run).await);
        }
        Command::Import(Import::Messages { file, dry_run }) => {
            return Ok(import::import_messages(&database, &file.into(), dry_run).await);
        }
        Command::Import(Import::Names { file, dry_run }) => {
            return Ok(import::import_names(&database, &file.into(), dry_run).await);
        }
        Command::Import(Import::Operators { file, dry_run }) => {
            return Ok(import::import_operators(&database, &file.into(), dry_run).await);
        }
        Command::Import(Import::KannelLog { file, dry_run, timezone }) => {
            let zone = timezone.unwrap_or(settings.time_zone);
            return Ok(import::import_kannel_log(&database, &file.into(), dry_run, zone).await?);
        }
        Command::Check => return Ok(commands::check::check(&database).await),
        Command::Token(Token::Create { name, scope, expires }) => {
            commands::token::create(&database, &name, &scope, expires).await?;
        }
        Command::Token(Token::List) => commands::token::list(&database).await?,
        Command::Token(Token::Revoke { name }) => commands::token::revoke(&database, &name).await?,
        Command::Admin(Admin::Create { login, role }) => commands::admin::create(&database, &login, role).await?,
        Command::Admin(Admin::List) => commands::admin::list(&database).await?,
        Command::Admin(Admin::Passwd { login }) => commands::admin::passwd(&database, &login).await?,
        Command::Admin(Admin::Role { login, role }) => commands::admin::role(&database, &login, role).await?,
        Command::Admin(Admin::Disable { login }) => commands::admin::disable(&database, &login).await?,
        Command::Admin(Admin::Enable { login }) => commands::admin::enable(&database, &login).await?,
        Command::Admin(Admin::SignOut { login }) => commands::admin::sign_out(&database, &login).await?,
    }
    Ok(ExitCode::SUCCESS)
}
