//! `clientele check`: recounts everything that is kept twice.

use app::{client::finance::check, database::Database};
use std::process::ExitCode;

/// Prints each difference. The exit code is 0 when there is none, 1 when there are some, 2 when it couldn't count.
pub async fn check(database: &Database) -> ExitCode {
    let mut differences = 0u64;
    let counted = check::recount(database, |difference| {
        differences += 1;
        println!("{difference}");
    })
    .await;
    match counted {
        Ok((clients, rows)) => {
            println!("{clients} clients and {rows} transactions counted, {differences} differences");
            if differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
