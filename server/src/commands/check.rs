//! `clientele check`: recounts derived data, such as balances and roll-ups.

use domain::{
    database::Database,
    ledger::{self, check::Difference},
    messages, names,
};
use std::process::ExitCode;
use values::error::Error;

/// Prints each difference. The exit code is 0 without differences, 1 with some, and 2 after an error.
pub async fn check(database: &Database) -> ExitCode {
    let mut differences = 0u64;
    let counted = count(database, |difference| {
        differences += 1;
        println!("{difference}");
    })
    .await;
    match counted {
        Ok(counted) => {
            println!("{counted} counted, {differences} differences");
            if differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn count(database: &Database, mut report: impl FnMut(Difference)) -> Result<String, Error> {
    let (clients, rows) = ledger::check::recount(database, &mut report).await?;
    let messages = messages::check::recount(database, &mut report).await?;
    let names = names::check::recount(database, &mut report).await?;
    Ok(format!("{clients} clients, {rows} transactions, {messages} messages and {names} names"))
}
