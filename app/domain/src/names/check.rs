//! Recounts names, and checks their history and the unregistered sender IDs. [`crate::messages::check`] recounts the
//! use of sender IDs.

use super::{
    NameStatus, name, rules,
    store::{client_count, count},
};
use crate::{database::Database, ids::ClientId, ledger::check::Difference};
use chrono::NaiveDate;
use futures::TryStreamExt as _;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr, EntityTrait as _, Statement};
use std::collections::BTreeMap;
use values::{error::Error, time};

/// The number of names by status, whether the questionnaire is complete, and day of the status.
type DayCounts = BTreeMap<(NameStatus, bool, NaiveDate), i64>;

/// The number of names by client, status, and whether the questionnaire is complete.
type ClientCounts = BTreeMap<(ClientId, NameStatus, bool), i64>;

/// Recounts all names. Calls `report` with each difference, and returns the number of names.
pub async fn recount(database: &Database, mut report: impl FnMut(Difference)) -> Result<u64, Error> {
    let snapshot = database.snapshot().await?;
    let (mut days, mut clients) = (DayCounts::new(), ClientCounts::new());
    let mut names = 0;
    let mut rows = name::Entity::find().stream(&snapshot).await?;
    while let Some(name) = rows.try_next().await? {
        names += 1;
        *days.entry((name.status, name.filled, time::day_of(name.status_at))).or_default() += 1;
        *clients.entry((name.client_id, name.status, name.filled)).or_default() += 1;
        let derived = (rules::key(&name.name), rules::skeleton(&name.name), rules::stem(&name.name));
        let filled = name.questionnaire().iter().all(Option::is_some);
        if derived != (name.name_key.clone(), name.skeleton.clone(), name.stem.clone()) || filled != name.filled {
            report(format!(
                "client {}, name {}: what is kept beside it isn't what follows from it",
                name.client_id, name.name
            ));
        }
    }
    drop(rows);
    compare_days(&snapshot, days, &mut report).await?;
    compare_clients(&snapshot, clients, &mut report).await?;
    check_tables(&snapshot, &mut report).await?;
    snapshot.rollback().await?;
    Ok(names)
}

async fn compare_days(
    snapshot: &DatabaseTransaction,
    mut counted: DayCounts,
    report: &mut impl FnMut(Difference),
) -> Result<(), DbErr> {
    for row in count::Entity::find().all(snapshot).await? {
        let found = counted.remove(&(row.status, row.filled, row.day)).unwrap_or_default();
        if found != row.names {
            report(counts_differ(&format!("since {}", row.day), row.status, row.filled, row.names, found));
        }
    }
    for ((status, filled, day), found) in counted {
        report(counts_differ(&format!("since {day}"), status, filled, 0, found));
    }
    Ok(())
}

async fn compare_clients(
    snapshot: &DatabaseTransaction,
    mut counted: ClientCounts,
    report: &mut impl FnMut(Difference),
) -> Result<(), DbErr> {
    let mut kept = client_count::Entity::find().stream(snapshot).await?;
    while let Some(row) = kept.try_next().await? {
        let found = counted.remove(&(row.client_id, row.status, row.filled)).unwrap_or_default();
        if found != row.names {
            report(counts_differ(&format!("of client {}", row.client_id), row.status, row.filled, row.names, found));
        }
    }
    for ((client_id, status, filled), found) in counted {
        report(counts_differ(&format!("of client {client_id}"), status, filled, 0, found));
    }
    Ok(())
}

/// Compares the names with their history, and the use of sender IDs with the names.
async fn check_tables(snapshot: &DatabaseTransaction, report: &mut impl FnMut(Difference)) -> Result<(), DbErr> {
    for (sql, problem) in [
        (
            "SELECT client_id, name FROM names WHERE status <> COALESCE((
                 SELECT status FROM name_history AS step
                 WHERE step.client_id = names.client_id AND step.name_key = names.name_key
                 ORDER BY step.revision DESC LIMIT 1), '') ORDER BY client_id, name",
            "its history ends with another status",
        ),
        (
            "SELECT DISTINCT sent.client_id, sent.name_key FROM name_use AS sent
             LEFT JOIN names ON names.client_id = sent.client_id AND names.name_key = sent.name_key
                AND names.status <> 'Removed'
             LEFT JOIN unregistered_names AS other
                ON other.client_id = sent.client_id AND other.name_key = sent.name_key
             WHERE (names.client_id IS NULL) = (other.client_id IS NULL)",
            "it was sent under, and is neither or both of a name and one that isn't registered",
        ),
    ] {
        let statement = Statement::from_string(snapshot.get_database_backend(), sql);
        for row in snapshot.query_all_raw(statement).await? {
            let (client_id, name): (ClientId, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            report(format!("client {client_id}, name {name}: {problem}"));
        }
    }
    Ok(())
}

fn counts_differ(which: &str, status: NameStatus, filled: bool, kept: i64, counted: i64) -> Difference {
    let questionnaire = if filled { "filled" } else { "not filled" };
    format!("names {which}, {}, questionnaire {questionnaire}: kept as {kept} and counted as {counted}", status.label())
}
