//! `clientele token`

use domain::{
    actor::Actor,
    administrators::{
        api_tokens,
        scope::{Scope, Scopes},
    },
    database::Database,
};
use values::{error::Error, time};

/// Makes a token that ends after so many days, if any are given, and prints it alone.
pub async fn create(database: &Database, name: &str, scopes: &[Scope], days: Option<u32>) -> Result<(), Error> {
    let scopes = if scopes.is_empty() { Scopes::DEFAULT } else { scopes };
    println!("{}", api_tokens::create(database, &Actor::command_line(), name, scopes, days).await?);
    Ok(())
}

/// A line for each token: its name, when it was made and used, what it opens, and when it ends or ended.
pub async fn list(database: &Database) -> Result<(), Error> {
    let now = time::now();
    for token in api_tokens::list(database).await? {
        let scopes = token.scopes();
        let mut said = vec![
            format!("made {}", time::show(token.created_at)),
            token.last_used_at.map_or("never used".to_owned(), |at| format!("used {}", time::show(at))),
            format!("scopes {scopes}"),
        ];
        if let Some(at) = token.expires_at {
            said.push(format!("{} {}", if at > now { "expires" } else { "expired" }, time::show(at)));
        }
        if let Some(at) = token.revoked_at {
            said.push(format!("revoked {}", time::show(at)));
        } else if scopes.mixes_kannel() {
            let advice = "made before there were scopes: replace it by one token for Kannel and one for the API";
            said.push(advice.to_owned());
        }
        println!("{}: {}", token.name, said.join(", "));
    }
    Ok(())
}

/// Ends a token.
pub async fn revoke(database: &Database, name: &str) -> Result<(), Error> {
    api_tokens::revoke(database, &Actor::command_line(), name).await?;
    println!("The token {name} can't be used any more.");
    Ok(())
}
