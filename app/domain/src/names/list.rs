//! Which names are on a page of the tab, and what their rows show. Native only.

use super::{
    NameRow, NameStatus, NamesQuery, OpenName, QuestionnaireField, Questionnaires, Seen, Sort, Step, Unregistered,
    UnregisteredName, look_alikes,
    name::{self, Key, no_such_name},
    rules,
    store::{self, client_count, step, unregistered},
    usage as name_use,
};
use crate::{
    clients::store::{self as clients, client},
    database::Database,
    form_answers::{self, SEVERAL, new_key},
    mail,
    services::Services,
};
use sea_orm::{
    ConnectionTrait, DbErr, Order, QueryOrder, QuerySelect, Select,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait as _, LikeExpr},
};
use std::collections::HashMap;
use values::{Direction, address::typed, error::Error, time};

/// How many unregistered sender IDs a page shows.
const UNREGISTERED: u64 = 20;

/// The names of a client that a query leaves.
fn wanted(client_id: i64, query: &NamesQuery) -> Select<name::Entity> {
    let mut names = name::Entity::find().filter(name::Column::ClientId.eq(client_id));
    // First, since it leaves the fewest: PostgreSQL asks in this order.
    if !query.q.is_empty() {
        let needle = rules::key(&query.q).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        names = names.filter(Expr::col(name::Column::NameKey).like(LikeExpr::new(format!("%{needle}%")).escape('\\')));
    }
    names = match query.status {
        Some(status) => names.filter(name::Column::Status.eq(status)),
        // Not as a list of those that are meant: with one SQLite would find them by status, and sort them.
        None => names.filter(name::Column::Status.is_not_in([NameStatus::Retired, NameStatus::Removed])),
    };
    if let Some(questionnaire) = query.questionnaire {
        names = names.filter(name::Column::Filled.eq(questionnaire == Questionnaires::Filled));
    }
    names
}

/// How many they are. Without a search the counts know.
pub async fn count(database: &impl ConnectionTrait, client_id: i64, query: &NamesQuery) -> Result<u64, DbErr> {
    if !query.q.is_empty() {
        return wanted(client_id, query).count(database).await;
    }
    let counts = client_count::Entity::find().filter(client_count::Column::ClientId.eq(client_id));
    let is_wanted = |count: &client_count::Model| {
        let status = query.status.map_or(NameStatus::CURRENT.contains(&count.status), |status| status == count.status);
        status && query.questionnaire.is_none_or(|state| (state == Questionnaires::Filled) == count.filled)
    };
    let counts = counts.all(database).await?;
    Ok(counts.iter().filter(|count| is_wanted(count)).map(|count| count.names.unsigned_abs()).sum())
}

/// Their keys in the query's order.
fn in_order(client_id: i64, query: &NamesQuery) -> Select<name::Entity> {
    let order = if query.dir == Direction::Ascending { Order::Asc } else { Order::Desc };
    let names = wanted(client_id, query).select_only().columns([name::Column::ClientId, name::Column::NameKey]);
    let names = match query.sort {
        Sort::Name => names,
        Sort::Status => names.order_by(name::Column::Status, order.clone()),
        Sort::Questionnaire => names.order_by(name::Column::Filled, order.clone()),
        Sort::Changed => names.order_by(name::Column::StatusAt, order.clone()),
    };
    // In the same direction as the column: an index is read from either end, but not both ways at once.
    names.order_by(name::Column::NameKey, order)
}

/// Some of them.
pub async fn names(
    database: &impl ConnectionTrait,
    client_id: i64,
    query: &NamesQuery,
    skip: u64,
    count: u64,
) -> Result<Vec<name::Model>, DbErr> {
    let keys: Vec<Key> = in_order(client_id, query).offset(skip).limit(count).into_tuple().all(database).await?;
    store::in_order(database, &keys).await
}

/// The page that a query asks for: its number, how many names are on all pages, and its own.
///
/// # Errors
/// [`Error::NoSuchPage`] when there is none.
pub async fn page(
    database: &impl ConnectionTrait,
    client_id: i64,
    query: &NamesQuery,
) -> Result<(u64, u64, Vec<name::Model>), Error> {
    let paging = query.paging;
    if !query.q.is_empty() && paging.go_to.is_none() && u32::try_from(paging.page).is_ok() {
        // A search looks at all names in any case, and counts them on its way.
        let found: Vec<(i64, String, i64)> = in_order(client_id, query)
            .column_as(Expr::cust("COUNT(*) OVER ()"), "total")
            .offset(paging.skip())
            .limit(paging.per_page)
            .into_tuple()
            .all(database)
            .await?;
        if let Some((_, _, total)) = found.first() {
            let total = total.unsigned_abs();
            let keys: Vec<Key> = found.into_iter().map(|(client_id, key, _)| (client_id, key)).collect();
            return Ok((paging.page, total, store::in_order(database, &keys).await?));
        }
    }
    let total = count(database, client_id, query).await?;
    let paging = paging.within(total)?;
    let names = names(database, client_id, query, paging.skip(), paging.per_page).await?;
    Ok((paging.page, total, names))
}

/// What the rows of names show. `called` says whose they are.
pub async fn rows(
    database: &impl ConnectionTrait,
    names: Vec<name::Model>,
    called: impl Fn(i64) -> String,
) -> Result<Vec<NameRow>, DbErr> {
    let keys: Vec<_> = names.iter().map(|name| (name.client_id, name.name_key.as_str())).collect();
    let sent = name_use::recent(database, &keys).await?;
    // Whoever decides should know; what is decided is decided.
    let new = names.iter().filter(|name| name.status == NameStatus::New);
    let new: Vec<_> = new.map(|name| (name.client_id, name.name.as_str())).collect();
    let mut warnings = look_alikes::warnings(database, &new).await?;
    Ok(names
        .iter()
        .map(|name| NameRow {
            client: called(name.client_id),
            seen: Seen { client_id: name.client_id, revision: name.revision, name: name.name.clone() },
            status: name.status,
            reason: name.reason.clone(),
            filled: name.filled,
            status_at: time::show(name.status_at),
            status_by: name.status_by.clone(),
            sent: sent.get(&name.key()).copied().unwrap_or_default(),
            warnings: warnings.remove(&name.key()).unwrap_or_default(),
        })
        .collect())
}

/// The names that were ticked in a form that was refused, when it was sent without JavaScript from this address.
pub async fn ticked(database: &Database, administrator: i64, address: &str) -> Result<Vec<String>, Error> {
    let answer = form_answers::find(database, administrator, SEVERAL, typed(address, "answer")).await?;
    let answer = answer.filter(|answer| answer.form == super::TICKED_FORM && answer.outcome.is_err());
    let typed = answer.into_iter().flat_map(|answer| answer.typed);
    Ok(typed.filter(|(field, _)| field == "seen").map(|(_, seen)| seen).collect())
}

/// What was sent under names that the client doesn't have.
pub async fn unregistered(database: &impl ConnectionTrait, client_id: i64) -> Result<Unregistered, DbErr> {
    let mut found = unregistered::Entity::find()
        .filter(unregistered::Column::ClientId.eq(client_id))
        .order_by_asc(unregistered::Column::NameKey)
        .limit(UNREGISTERED + 1)
        .all(database)
        .await?;
    let more = found.len() as u64 > UNREGISTERED;
    found.truncate(usize::try_from(UNREGISTERED).unwrap_or(usize::MAX));
    let keys: Vec<_> = found.iter().map(|row| (client_id, row.name_key.as_str())).collect();
    let sent = name_use::recent(database, &keys).await?;
    let names = found
        .iter()
        .map(|row| UnregisteredName {
            sender_id: row.sender_id.clone(),
            sent: sent.get(&(client_id, row.name_key.clone())).copied().unwrap_or_default(),
            problem: rules::check(&row.sender_id).err(),
        })
        .collect();
    Ok(Unregistered { names, more })
}

/// What a client's name that is open shows.
///
/// # Errors
/// [`Error::NotFound`] when the client has no such name.
pub async fn open(services: &Services, client: &client::Model, name: &str) -> Result<OpenName, Error> {
    let found = store::find(services.database.reader(), client.id, name).await?;
    let found = found.filter(|name| name.status != NameStatus::Removed).ok_or_else(no_such_name)?;
    desk(services, client, found).await
}

/// What a name that is open shows.
pub async fn desk(services: &Services, client: &client::Model, name: name::Model) -> Result<OpenName, Error> {
    let reader = services.database.reader();
    let history = store::history(reader, &name).await?;
    let used = name_use::is_used(reader, name.client_id, &name.name_key).await?;
    let mail = mail::store::newest(&services.database, client.id, mail::Topic::Names).await?;
    let fields = QuestionnaireField::ALL.iter().copied().zip(name.questionnaire().map(Option::unwrap_or_default));
    let fields = fields.collect();
    let mut rows = rows(reader, vec![name], |_| called(client)).await?;
    Ok(OpenName {
        row: rows.pop().ok_or(Error::Internal)?,
        used,
        fields,
        history: history.into_iter().map(step).collect(),
        notified: mail.map(|mail| mail.told(services.policy.sends_mail)),
        keys: [new_key()?, new_key()?, new_key()?],
    })
}

fn step(step: step::Model) -> Step {
    Step { at: time::show(step.at), by: step.by, status: step.status, reason: step.reason }
}

/// What a client is called beside its names.
#[must_use]
pub fn called(client: &client::Model) -> String {
    client.company.clone().or_else(|| client.name.clone()).unwrap_or_else(|| client.login.clone())
}

/// What the clients of these names are called.
pub async fn clients_of(database: &Database, names: &[name::Model]) -> Result<HashMap<i64, String>, Error> {
    let mut ids: Vec<i64> = names.iter().map(|name| name.client_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let clients = clients::rows(database, &ids).await?;
    Ok(clients.iter().map(|client| (client.id, called(client))).collect())
}
