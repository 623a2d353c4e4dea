//! Fills the databases with the program, and times it.

use crate::{
    Failure,
    program::{Program, Ran},
    report::{rate, seconds},
};
use domain::clients::fields::{FIELDS, client};
use sea_orm::{ConnectionTrait, Database, DbBackend, QueryOrder, QuerySelect, Statement, prelude::*};
use std::{path::Path, time::Duration};
use values::{Money, time::Moment};

/// Rows per read.
const AT_ONCE: u64 = 20_000;

/// Name and version of the database.
pub async fn version(url: &str) -> Result<String, Failure> {
    let connection = Database::connect(url).await?;
    let (name, sql) = match connection.get_database_backend() {
        DbBackend::Postgres => ("PostgreSQL", "SHOW server_version"),
        _ => ("SQLite", "SELECT sqlite_version()"),
    };
    let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
    let version: String = row.ok_or("no version")?.try_get_by_index(0)?;
    Ok(format!("{name} {version}"))
}

/// Runs `clientele demo`.
pub async fn demo(program: &Program, clients: u32) -> Result<(), Failure> {
    let ran = program.run(&["demo", "--clients", &clients.to_string(), "--messages", "0"], "").await?;
    tell("demo", clients, ran);
    Ok(())
}

/// Runs `clientele import clients` on an empty database, with the demo's clients in a file, which is written on the
/// first call.
pub async fn import(demo: &Program, empty: &Program, clients: u32, csv: &Path) -> Result<(), Failure> {
    if !csv.exists() {
        write_csv(&demo.database_url, csv).await?;
    }
    let ran = empty.run(&["import", "clients", &csv.to_string_lossy()], "").await?;
    let (said, expected) = (empty.said()?, format!("accepted {clients}, repeated 0, refused 0\n"));
    if said != expected {
        return Err(format!("the import said “{said}” instead of “{expected}”").into());
    }
    tell("import of a CSV", clients, ran);
    Ok(())
}

/// Brings PostgreSQL into the state that autovacuum would bring it into a little later.
pub async fn settle(url: &str) -> Result<(), Failure> {
    let connection = Database::connect(url).await?;
    if connection.get_database_backend() == DbBackend::Postgres {
        connection.execute_unprepared("VACUUM (ANALYZE)").await?;
        connection.execute_unprepared("CHECKPOINT").await?;
    }
    Ok(connection.close().await?)
}

fn tell(what: &str, clients: u32, Ran { took, computed }: Ran) {
    let target = Duration::from_mins(1);
    let verdict = match clients {
        1_000_000.. if took <= target => ": a million in a minute reached",
        1_000_000.. => ": a million in a minute missed",
        _ => "",
    };
    println!(
        "{what:<20} {:>9}   {} of them computing, {} clients a second{verdict}",
        seconds(took),
        seconds(computed),
        rate(u64::from(clients), took)
    );
}

async fn write_csv(url: &str, path: &Path) -> Result<(), Failure> {
    let connection = Database::connect(url).await?;
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(FIELDS)?;
    let mut after = 0;
    loop {
        let page = client::Entity::find()
            .filter(client::Column::Id.gt(after))
            .order_by_asc(client::Column::Id)
            .limit(AT_ONCE)
            .all(&connection)
            .await?;
        let Some(last) = page.last() else { break };
        after = last.id.0;
        for client in page {
            file.write_record(record(client))?;
        }
    }
    file.flush()?;
    Ok(connection.close().await?)
}

/// The fields of a client in the order of [`FIELDS`].
fn record(client: client::Model) -> [String; 25] {
    let text = Option::unwrap_or_default;
    let moment = |moment: Option<Moment>| moment.map(|moment| moment.to_rfc3339()).unwrap_or_default();
    let money = |money: Option<Money>| money.map(|money| money.to_string()).unwrap_or_default();
    [
        client.id.to_string(),
        client.login,
        text(client.company),
        text(client.name),
        text(client.site),
        text(client.email),
        text(client.email_accounting),
        text(client.region),
        client.language,
        text(client.activity_type),
        client.property_type.map(|word| word.word().to_owned()).unwrap_or_default(),
        text(client.postal_address),
        moment(client.registered_at),
        moment(client.last_login_at),
        client.login_attempts.to_string(),
        client.activation.map(|word| word.word().to_owned()).unwrap_or_default(),
        text(client.referer),
        text(client.channel),
        text(client.channel_source),
        money(client.sms_price),
        client.billing_mode.word().to_owned(),
        client.currency,
        client.balance.to_string(),
        client.credit.to_string(),
        client.sms_subscription.to_string(),
    ]
}
