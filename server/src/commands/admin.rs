//! `clientele admin create`

use app::{
    admins::{
        Role, password,
        store::{self, Actor},
    },
    database::Database,
};
use std::{
    error::Error,
    io::{IsTerminal, Read},
};

/// Makes an administrator. The password comes from a prompt, or from standard input up to its newline.
pub async fn create(database: &Database, login: &str, role: Role) -> Result<(), Box<dyn Error + Send + Sync>> {
    let hash = password::hash(read_password()?).await?;
    store::create_administrator(database, Actor::COMMAND_LINE, login, hash, role).await?;
    println!("The {} {} can sign in now.", role.label(), login.trim());
    Ok(())
}

fn read_password() -> Result<String, Box<dyn Error + Send + Sync>> {
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
