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
        /// Number of clients.
        #[arg(long, default_value_t = 971)]
        clients: u32,
        /// Number of messages that they sent.
        #[arg(long, default_value_t = 200_000)]
        messages: u64,
        /// Number of days with messages, up to yesterday.
        #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
        /// Seed of the random generator.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Load records from CSV (with a header row) or NDJSON.
    #[command(subcommand)]
    Import(Import),
    /// Recount derived data, such as balances and roll-ups, and exit with 1 on a difference.
    Check,
    /// Manage administrators.
    #[command(subcommand)]
    Admin(Admin),
    /// Manage the tokens of the programs that call the gateway's API.
    #[command(subcommand)]
    Token(Token),
}

#[derive(Subcommand)]
enum Import {
    /// Clients: creates new ones, updates known ones.
    Clients {
        /// Path of the file; - for standard input.
        file: OsString,
        /// Report the outcome and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Messages and their statuses.
    Messages {
        /// Path of the file; - for standard input.
        file: OsString,
        /// Report the outcome and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Names (sender IDs): creates new ones, fills known ones in from the file.
    Names {
        /// Path of the file; - for standard input.
        file: OsString,
        /// Report the outcome and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Operators by the prefixes of their numbers: creates new ones, updates known ones.
    Operators {
        /// Path of the file; - for standard input.
        file: OsString,
        /// Report the outcome and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// The access log of Kannel's bearerbox: messages and their statuses.
    KannelLog {
        /// Path of the file; - for standard input.
        file: OsString,
        /// Report the outcome and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Time zone of the log, such as Europe/Kyiv; the platform's by default.
        #[arg(long)]
        timezone: Option<chrono_tz::Tz>,
    },
}

#[derive(Subcommand)]
enum Token {
    /// Create a token and print it, only this once.
    Create {
        /// Name of the token, which the ledger shows as the author.
        #[arg(long)]
        name: String,
        /// Scope; repeat for several. By default messages, clients and names.
        #[arg(long, value_parser = |word: &str| word.parse::<Scope>().map_err(|known| format!("it may be: {known}")))]
        scope: Vec<Scope>,
        /// Number of days until it expires; by default it doesn't.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
        expires: Option<u32>,
    },
    /// List tokens with their scopes, last use and expiry.
    List,
    /// Revoke a token.
    Revoke {
        /// Name of the token.
        #[arg(long)]
        name: String,
    },
}

#[derive(Subcommand)]
enum Admin {
    /// Create an administrator; the password comes from a prompt or standard input.
    Create {
        /// Login of the new administrator.
        #[arg(long)]
        login: String,
        /// viewer (sees), manager (also changes) or owner (also administers).
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// List administrators with role, last sign-in and time of disabling.
    List,
    /// Change a password, which comes from a prompt or standard input; ends the administrator's sessions.
    Passwd {
        /// Login of the administrator.
        #[arg(long)]
        login: String,
    },
    /// Change a role; ends the administrator's sessions.
    Role {
        /// Login of the administrator.
        #[arg(long)]
        login: String,
        /// viewer (sees), manager (also changes) or owner (also administers).
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// Disable an administrator, who can't sign in any more; ends their sessions.
    Disable {
        /// Login of the administrator.
        #[arg(long)]
        login: String,
    },
    /// Enable a disabled administrator.
    Enable {
        /// Login of the administrator.
        #[arg(long)]
        login: String,
    },
    /// End an administrator's sessions.
    SignOut {
        /// Login of the administrator.
        #[arg(long)]
        login: String,
    },
}

fn parse_role(word: &str) -> Result<Role, String> {
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
