//! `clientele admin`: manages administrators.

use domain::{
    actor::Actor,
    administrators::{Role, accounts, password, store},
    database::Database,
};
use std::io::{IsTerminal, Read};
use values::time;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Creates an administrator. The password comes from a prompt, or from the first line of standard input.
pub async fn create(database: &Database, login: &str, role: Role) -> Result<(), Failure> {
    let login = login.trim();
    let hash = password::hash(read_password()?, login).await?;
    store::create_administrator(database, &Actor::command_line(), login, hash, role).await?;
    println!("The {} {login} can sign in now.", role.label());
    Ok(())
}

/// Prints a line for each administrator: login, role, and the times of creation, last sign-in and disabling.
pub async fn list(database: &Database) -> Result<(), Failure> {
    for account in accounts::list(database).await? {
        let signed_in =
            account.last_sign_in_at.map_or("never signed in".to_owned(), |at| format!("signed in {}", time::show(at)));
        let disabled = account.disabled_at.map_or(String::new(), |at| format!(", disabled {}", time::show(at)));
        println!(
            "{}: {}, made {}, {signed_in}{disabled}",
            account.login,
            account.role.label(),
            time::show(account.created_at)
        );
    }
    Ok(())
}

/// Changes a password. The new one comes from a prompt, or from the first line of standard input.
pub async fn passwd(database: &Database, login: &str) -> Result<(), Failure> {
    let login = login.trim();
    // Checked before the prompt, so that nobody types a password for an unknown login.
    if store::find_administrator(database, login).await?.is_none() {
        return Err(accounts::no_such_administrator(login).into());
    }
    let hash = password::hash(read_password()?, login).await?;
    let ended = accounts::change_password(database, &Actor::command_line(), login, hash).await?;
    println!("{login} has a new password. {}", sessions_ended(ended));
    Ok(())
}

/// Changes a role.
pub async fn role(database: &Database, login: &str, role: Role) -> Result<(), Failure> {
    let login = login.trim();
    match accounts::change_role(database, &Actor::command_line(), login, role).await? {
        Some(ended) => println!("{login} is {} now. {}", with_article(role), sessions_ended(ended)),
        None => println!("{login} is {} already. Nothing was changed.", with_article(role)),
    }
    Ok(())
}

/// Disables an administrator, who can't sign in any more.
pub async fn disable(database: &Database, login: &str) -> Result<(), Failure> {
    let login = login.trim();
    match accounts::disable(database, &Actor::command_line(), login).await? {
        Some(ended) => println!("{login} can't sign in any more. {}", sessions_ended(ended)),
        None => println!("{login} is disabled already. Nothing was changed."),
    }
    Ok(())
}

/// Enables a disabled administrator.
pub async fn enable(database: &Database, login: &str) -> Result<(), Failure> {
    let login = login.trim();
    if accounts::enable(database, &Actor::command_line(), login).await? {
        println!("{login} can sign in again.");
    } else {
        println!("{login} isn't disabled. Nothing was changed.");
    }
    Ok(())
}

/// Ends an administrator's sessions.
pub async fn sign_out(database: &Database, login: &str) -> Result<(), Failure> {
    let login = login.trim();
    match accounts::sign_out(database, &Actor::command_line(), login).await? {
        0 => println!("{login} has no session. Nothing was changed."),
        ended => println!("{login} is signed out. {}", sessions_ended(ended)),
    }
    Ok(())
}

fn with_article(role: Role) -> &'static str {
    match role {
        Role::Viewer => "a viewer",
        Role::Manager => "a manager",
        Role::Owner => "an owner",
    }
}

fn sessions_ended(count: u64) -> String {
    match count {
        0 => "No session was open.".to_owned(),
        1 => "1 session was ended.".to_owned(),
        count => format!("{count} sessions were ended."),
    }
}

fn read_password() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        if rpassword::prompt_password("Repeat password: ")? != password {
            return Err("The passwords differ. Nothing was changed.".into());
        }
        return Ok(password);
    }
    let mut bytes = Vec::new();
    std::io::stdin().take(4096).read_to_end(&mut bytes)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(String::from_utf8(line.to_vec()).map_err(|_| "The password isn't UTF-8 text.")?)
}
