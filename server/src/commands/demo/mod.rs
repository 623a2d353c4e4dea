//! `clientele demo`: invented clients into an empty database, the same for the same seed, whenever it runs.
//!
//! [`clients`] invents them from the tables in [`countries`]; [`latin`] writes their names as addresses. No
//! person or company of these names is meant, and all web and e-mail addresses are under domains that are
//! reserved for examples.

mod clients;
mod countries;
mod latin;

use app::{
    client::finance::booking::Author,
    clients::store::client,
    database::Database,
    error::Error,
    gateway::{Counts, client_store::BATCH, writer::Writer},
};
use clients::Clients;
use indicatif::ProgressBar;
use sea_orm::{EntityTrait, QuerySelect};
use std::process::ExitCode;

/// How much demo data, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPlan {
    /// How many clients.
    pub clients: u32,
    /// Another seed gives other clients.
    pub seed: u64,
}

/// Fills a database that has no clients. The exit code is 0 when it is done, 1 when it isn't.
pub async fn fill(database: &Database, plan: DemoPlan) -> ExitCode {
    match run(database, plan).await {
        Ok(Some(counts)) => {
            println!("{counts}");
            ExitCode::SUCCESS
        }
        Ok(None) => {
            eprintln!("The database has clients already. Demo data goes only into an empty one: set DATABASE_URL.");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(database: &Database, plan: DemoPlan) -> Result<Option<Counts>, Error> {
    let any = client::Entity::find().select_only().column(client::Column::Id).limit(1);
    if any.into_tuple::<i64>().one(database.reader()).await?.is_some() {
        return Ok(None);
    }
    let writer = Writer::new(database, Author::command_line());
    let bar = ProgressBar::new(plan.clients.into());
    let mut counts = Counts::default();
    let mut clients = (1..).zip(Clients::invent(plan)).peekable();
    while clients.peek().is_some() {
        let batch: Vec<_> = clients.by_ref().take(BATCH).collect();
        counts.add(&writer.write(&batch).await?);
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    writer.finish().await?;
    Ok(Some(counts))
}
