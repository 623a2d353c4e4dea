//! The names on a page of the tab, and their rows.

use super::{
    NameRow, NameStatus, NameVersion, OpenName, QuestionnaireField, StatusChange, Unregistered, UnregisteredName,
    look_alikes,
    name::{self, NameId, no_such_name},
    query::{NamesQuery, Questionnaires, Sort},
    rules,
    store::{self, client_count, status_change, unregistered},
    usage as name_use,
};
use crate::{
    clients::store::{self as clients, client},
    database::Database,
    form_answers::{self, SEVERAL, new_key},
    ids::{AdministratorId, ClientId},
    mail,
    policy::Policy,
};
use sea_orm::{
    ConnectionTrait, DbErr, Order, QueryOrder, QuerySelect, Select,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait as _, LikeExpr},
};
use std::collections::HashMap;
use values::{Direction, Paging, address::typed, error::Error, time};

/// The most unregistered sender IDs on a page.
const UNREGISTERED: u64 = 20;

/// Selects the names of a client that match a query.
fn matching(client_id: ClientId, query: &NamesQuery) -> Select<name::Entity> {
    let mut names = name::Entity::find().filter(name::Column::ClientId.eq(client_id));
    // The search comes first, since it is the most selective: PostgreSQL applies filters in this order.
    if !query.q.is_empty() {
        let needle = rules::key(&query.q).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        names = names.filter(Expr::col(name::Column::NameKey).like(LikeExpr::new(format!("%{needle}%")).escape('\\')));
    }
    names = match query.status {
        Some(status) => names.filter(name::Column::Status.eq(status)),
        // Not `IN` with the other statuses: SQLite would then find the names by status and sort them.
        None => names.filter(name::Column::Status.is_not_in([NameStatus::Retired, NameStatus::Removed])),
    };
    if let Some(questionnaire) = query.questionnaire {
        names = names.filter(name::Column::Filled.eq(questionnaire == Questionnaires::Filled));
    }
    names
}

/// Counts the names that match a query. Without a search it reads the stored counts.
pub async fn count(database: &impl ConnectionTrait, client_id: ClientId, query: &NamesQuery) -> Result<u64, DbErr> {
    if !query.q.is_empty() {
        return matching(client_id, query).count(database).await;
    }
    let counts = client_count::Entity::find().filter(client_count::Column::ClientId.eq(client_id));
    let matches = |count: &client_count::Model| {
        let status = query.status.map_or(NameStatus::CURRENT.contains(&count.status), |status| status == count.status);
        status && query.questionnaire.is_none_or(|state| (state == Questionnaires::Filled) == count.filled)
    };
    let counts = counts.all(database).await?;
    Ok(counts.iter().filter(|count| matches(count)).map(|count| count.names.unsigned_abs()).sum())
}

/// Selects the keys of matching names in the query's order.
fn in_order(client_id: ClientId, query: &NamesQuery) -> Select<name::Entity> {
    let order = if query.dir == Direction::Ascending { Order::Asc } else { Order::Desc };
    let names = matching(client_id, query).select_only().columns([name::Column::ClientId, name::Column::NameKey]);
    let names = match query.sort {
        Sort::Name => names,
        Sort::Status => names.order_by(name::Column::Status, order.clone()),
        Sort::Questionnaire => names.order_by(name::Column::Filled, order.clone()),
        Sort::Changed => names.order_by(name::Column::StatusAt, order.clone()),
    };
    // The key has the column's direction: an index can be read from either end, but not both ways at once.
    names.order_by(name::Column::NameKey, order)
}

/// Reads matching names in the query's order: skips `skip` names and returns at most `count`.
pub async fn names(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    query: &NamesQuery,
    skip: u64,
    count: u64,
) -> Result<Vec<name::Model>, DbErr> {
    let rows = in_order(client_id, query).offset(skip).limit(count);
    let rows: Vec<(ClientId, String)> = rows.into_tuple().all(database).await?;
    let ids: Vec<NameId> = rows.into_iter().map(NameId::from).collect();
    store::in_order(database, &ids).await
}

/// Reads a page: which one it is, the number of names on all pages, and its names.
///
/// # Errors
/// [`Error::NoSuchPage`] for a page beyond the last.
pub async fn page(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    query: &NamesQuery,
) -> Result<(Paging, u64, Vec<name::Model>), Error> {
    let paging = query.paging;
    if !query.q.is_empty() && paging.go_to.is_none() && u32::try_from(paging.page).is_ok() {
        // A search scans all names anyway, so it counts the matches in the same statement.
        let found: Vec<(ClientId, String, i64)> = in_order(client_id, query)
            .column_as(Expr::cust("COUNT(*) OVER ()"), "total")
            .offset(paging.skip())
            .limit(paging.per_page)
            .into_tuple()
            .all(database)
            .await?;
        if let Some((_, _, total)) = found.first() {
            let total = total.unsigned_abs();
            let ids: Vec<NameId> = found.into_iter().map(|(client_id, key, _)| NameId { client_id, key }).collect();
            return Ok((paging, total, store::in_order(database, &ids).await?));
        }
    }
    let total = count(database, client_id, query).await?;
    let paging = paging.within(total)?;
    let names = names(database, client_id, query, paging.skip(), paging.per_page).await?;
    Ok((paging, total, names))
}

/// Makes the rows of names. `client_name` returns the name of a client.
pub async fn rows(
    database: &impl ConnectionTrait,
    names: Vec<name::Model>,
    client_name: impl Fn(ClientId) -> String,
) -> Result<Vec<NameRow>, DbErr> {
    let ids: Vec<NameId> = names.iter().map(name::Model::id).collect();
    let sent = name_use::recent(database, &ids).await?;
    // Warnings help to decide, so only names that wait for a decision have them.
    let new = names.iter().filter(|name| name.status == NameStatus::New);
    let new: Vec<_> = new.map(|name| (name.client_id, name.name.as_str())).collect();
    let mut warnings = look_alikes::warnings(database, &new).await?;
    Ok(names
        .iter()
        .map(|name| NameRow {
            client: client_name(name.client_id),
            seen: NameVersion { client_id: name.client_id, revision: name.revision, name: name.name.clone() },
            status: name.status,
            reason: name.reason.clone(),
            filled: name.filled,
            status_at: time::show(name.status_at),
            status_by: name.status_by.clone(),
            sent: sent.get(&name.id()).copied().unwrap_or_default(),
            warnings: warnings.remove(&name.id()).unwrap_or_default(),
        })
        .collect())
}

/// Finds the names that were ticked in a refused form, if it was sent without JavaScript from this address.
pub async fn ticked(database: &Database, administrator: AdministratorId, address: &str) -> Result<Vec<String>, Error> {
    let answer = form_answers::find(database, administrator, SEVERAL, typed(address, "answer")).await?;
    let answer = answer.filter(|answer| answer.form == super::TICKED_FORM && answer.outcome.is_err());
    let typed = answer.into_iter().flat_map(|answer| answer.typed);
    Ok(typed.filter(|(field, _)| field == "seen").map(|(_, seen)| seen).collect())
}

/// Says how somebody else has changed a name since a version of it.
pub async fn news(database: &impl ConnectionTrait, login: &str, open: &str) -> Result<Option<(String, String)>, DbErr> {
    let Ok(seen) = open.parse::<NameVersion>() else { return Ok(None) };
    let name = store::find(database, seen.client_id, &seen.name).await?;
    let changed = name.filter(|name| name.revision != seen.revision && name.changed_by != login);
    Ok(changed.map(|name| (open.to_owned(), format!("{}.", name.last_change()))))
}

/// Reads the sender IDs that were used without being names of the client.
pub async fn unregistered(database: &impl ConnectionTrait, client_id: ClientId) -> Result<Unregistered, DbErr> {
    let mut found = unregistered::Entity::find()
        .filter(unregistered::Column::ClientId.eq(client_id))
        .order_by_asc(unregistered::Column::NameKey)
        .limit(UNREGISTERED + 1)
        .all(database)
        .await?;
    let more = found.len() as u64 > UNREGISTERED;
    found.truncate(usize::try_from(UNREGISTERED).unwrap_or(usize::MAX));
    let ids: Vec<_> = found.iter().map(|row| NameId { client_id, key: row.name_key.clone() }).collect();
    let sent = name_use::recent(database, &ids).await?;
    let names = found
        .iter()
        .zip(&ids)
        .map(|(row, id)| UnregisteredName {
            sender_id: row.sender_id.clone(),
            sent: sent.get(id).copied().unwrap_or_default(),
            problem: rules::check(&row.sender_id).err(),
        })
        .collect();
    Ok(Unregistered { names, more })
}

/// Finds a client's name and reads its details.
///
/// # Errors
/// [`Error::NotFound`] if the client has no such name.
pub async fn open(database: &Database, policy: Policy, client: &client::Model, name: &str) -> Result<OpenName, Error> {
    let found = store::find(database.reader(), client.id, name).await?;
    let found = found.filter(|name| name.status != NameStatus::Removed).ok_or_else(no_such_name)?;
    open_name(database, policy, client, found).await
}

/// Reads the details of a name.
pub async fn open_name(
    database: &Database,
    policy: Policy,
    client: &client::Model,
    name: name::Model,
) -> Result<OpenName, Error> {
    let reader = database.reader();
    let history = store::history(reader, &name).await?;
    let used = name_use::is_used(reader, name.client_id, &name.name_key).await?;
    let mail = mail::store::newest(database, client.id, mail::Topic::Names).await?;
    let fields = QuestionnaireField::ALL.iter().copied().zip(name.questionnaire().map(Option::unwrap_or_default));
    let fields = fields.collect();
    let mut rows = rows(reader, vec![name], |_| client_name(client)).await?;
    Ok(OpenName {
        row: rows.pop().ok_or(Error::Internal)?,
        used,
        fields,
        history: history.into_iter().map(shown).collect(),
        notified: mail.map(|mail| mail.describe(policy.sends_mail)),
        keys: [new_key()?, new_key()?, new_key()?],
    })
}

/// Makes a change of a status for people.
fn shown(change: status_change::Model) -> StatusChange {
    StatusChange { at: time::show(change.at), by: change.by, status: change.status, reason: change.reason }
}

/// The name of a client: its company, its name or its login.
#[must_use]
pub fn client_name(client: &client::Model) -> String {
    client.company.clone().or_else(|| client.name.clone()).unwrap_or_else(|| client.login.clone())
}

/// The names of the clients who own these names, by client id.
pub async fn client_names(database: &Database, names: &[name::Model]) -> Result<HashMap<ClientId, String>, Error> {
    let mut ids: Vec<ClientId> = names.iter().map(|name| name.client_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let clients = clients::rows(database, &ids).await?;
    Ok(clients.iter().map(|client| (client.id, client_name(client))).collect())
}
