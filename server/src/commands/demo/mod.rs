//! `clientele demo`: fills an empty database with generated data. The same seed generates the same clients on any day,
//! and the same messages on the days up to yesterday.
//!
//! - [`clients`]: clients, generated from [`countries`]; [`latin`]: their names as email and web addresses
//! - [`traffic`]: messages over the networks in [`networks`]
//! - [`names`]: the names that messages are sent under, and their decisions
//!
//! Any likeness to a person or company is accidental. All web and email addresses are under domains that are reserved
//! for examples.

mod clients;
mod countries;
mod latin;
mod names;
mod networks;
mod plan;
mod traffic;

use clients::Clients;
use domain::{
    actor::Actor,
    clients::fields::{ClientRecord, client},
    database::Database,
    imports,
    intake::{Counts, writer::Writer},
    ledger::booking::{self, Booking, Order},
    messages::{self, message::MessageLine},
};
use indicatif::ProgressBar;
pub use plan::DemoPlan;
use sea_orm::{EntityTrait, QuerySelect};
use std::process::ExitCode;
use traffic::{Day, Traffic};
use values::error::Error;

/// Fills a database that has no clients. The exit code is 0 on success and 1 otherwise.
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
    let first = client::Entity::find().select_only().column(client::Column::Id).limit(1);
    if first.into_tuple::<i64>().one(database.reader()).await?.is_some() {
        return Ok(None);
    }
    let writer = Writer::new(database, Actor::command_line());
    let bar = ProgressBar::new(plan.clients.into());
    let mut counts = Counts::default();
    let mut clients = (1..).zip(Clients::generate(plan)).peekable();
    while clients.peek().is_some() {
        let named = |(line, client)| ClientRecord::naming(line, client);
        let batch: Vec<_> = clients.by_ref().take(imports::clients::BATCH).map(named).collect();
        counts.add(&writer.write(&batch).await?);
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();

    let bar = ProgressBar::new(plan.messages);
    let mut traffic = Traffic::generate(plan, Clients::generate(plan));
    names::fill(database, plan, Clients::generate(plan), &traffic).await?;
    let mut lines = Vec::new();
    while let Some(day) = traffic.next() {
        book_payments(database, &day).await?;
        for mailing in &day.mailings {
            lines.append(&mut traffic.lines(mailing));
            while lines.len() >= messages::store::BATCH {
                let rest = lines.split_off(messages::store::BATCH);
                write_messages(&writer, std::mem::replace(&mut lines, rest), &bar, &mut counts).await?;
            }
        }
        // Written before the next day, whose payments are booked on its morning.
        write_messages(&writer, std::mem::take(&mut lines), &bar, &mut counts).await?;
    }
    bar.finish_and_clear();
    writer.finish().await?;
    Ok(Some(counts))
}

async fn write_messages(
    writer: &Writer<'_>,
    lines: Vec<MessageLine>,
    bar: &ProgressBar,
    counts: &mut Counts,
) -> Result<(), Error> {
    if !lines.is_empty() {
        counts.add(&writer.write(&lines).await?);
        bar.inc(lines.len() as u64);
    }
    Ok(())
}

/// Books the payments of a day.
async fn book_payments(database: &Database, day: &Day) -> Result<(), Error> {
    let orders: Vec<Order> = day
        .payments
        .iter()
        .map(|&(client_id, amount)| Order {
            client_id,
            idempotency_key: format!("demo/{}", day.morning.format("%F")),
            booking: Booking::TopUp { amount, comment: "bank transfer".to_owned() },
            author: Actor::command_line(),
        })
        .collect();
    if orders.is_empty() {
        return Ok(());
    }
    let transaction = database.write().await?;
    for booked in booking::book_in(&transaction, &orders, day.morning).await? {
        booked?;
    }
    Ok(transaction.commit().await?)
}
