//! `clientele token`

use app::{admins::store::Actor, database::Database, error::Error, gateway::token_store, values::time};

/// Makes a token, and prints it alone.
pub async fn create(database: &Database, name: &str) -> Result<(), Error> {
    println!("{}", token_store::create(database, Actor::COMMAND_LINE, name).await?);
    Ok(())
}

/// A line for each token: its name, and when it was made, used and ended.
pub async fn list(database: &Database) -> Result<(), Error> {
    for token in token_store::list(database).await? {
        let used = token.last_used_at.map_or("never used".to_owned(), |at| format!("used {}", time::show(at)));
        let revoked = token.revoked_at.map_or(String::new(), |at| format!(", revoked {}", time::show(at)));
        println!("{}: made {}, {used}{revoked}", token.name, time::show(token.created_at));
    }
    Ok(())
}

/// Ends a token.
pub async fn revoke(database: &Database, name: &str) -> Result<(), Error> {
    token_store::revoke(database, Actor::COMMAND_LINE, name).await?;
    println!("The token {name} can't be used any more.");
    Ok(())
}
