//! `clientele token`: manages the tokens of the programs that call the gateway's API.

use domain::{
    actor::Actor,
    administrators::{
        api_tokens,
        scope::{Scope, Scopes},
    },
    database::Database,
};
use values::{error::Error, time};

/// Creates a token and prints nothing else. It expires after `days`, or never.
pub async fn create(database: &Database, name: &str, scopes: &[Scope], days: Option<u32>) -> Result<(), Error> {
    let scopes = if scopes.is_empty() { Scopes::UNLESS_TOLD } else { scopes };
    println!("{}", api_tokens::create(database, &Actor::command_line(), name, scopes, days).await?);
    Ok(())
}

/// Prints a line for each token: name, creation, last use, scopes, and expiry or revocation.
pub async fn list(database: &Database) -> Result<(), Error> {
    let now = time::now();
    for token in api_tokens::list(database).await? {
        let scopes = token.scopes();
        let mut details = vec![
            format!("made {}", time::show(token.created_at)),
            token.last_used_at.map_or("never used".to_owned(), |at| format!("used {}", time::show(at))),
            format!("scopes {scopes}"),
        ];
        if let Some(at) = token.expires_at {
            details.push(format!("{} {}", if at > now { "expires" } else { "expired" }, time::show(at)));
        }
        if let Some(at) = token.revoked_at {
            details.push(format!("revoked {}", time::show(at)));
        } else if scopes.mixes_kannel() {
            let advice = "made before there were scopes: replace it by one token for Kannel and one for the API";
            details.push(advice.to_owned());
        }
        println!("{}: {}", token.name, details.join(", "));
    }
    Ok(())
}

/// Revokes a token.
pub async fn revoke(database: &Database, name: &str) -> Result<(), Error> {
    api_tokens::revoke(database, &Actor::command_line(), name).await?;
    println!("The token {name} can't be used any more.");
    Ok(())
}
