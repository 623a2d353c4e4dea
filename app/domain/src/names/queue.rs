//! The names on a page of the queue.
//!
//! Counts are stored by day ([`count`]). In the usual order a total is therefore the sum of a few rows, and a page is
//! found from the beginning of its day, not from that of the queue. For a search or another order, the keys of all
//! names with the status are read.

use super::{
    name::{self, NameId},
    query::Questionnaires,
    queue_query::{QueueQuery, QueueSort},
    rules,
    store::{self, count},
};
use crate::{
    clients::{index::Directory, query::ClientQuery},
    database::Database,
    ids::ClientId,
};
use chrono::{Days, NaiveDate};
use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult, Order, QueryOrder, QuerySelect, Select, Statement, entity::prelude::*,
};
use std::{collections::HashSet, fmt::Write as _};
use values::{Direction, error::Error, fold::fold, time};

/// The names that match a query.
#[derive(Debug)]
pub struct Queue<'a> {
    query: &'a QueueQuery,
    names: Names,
}

#[derive(Debug)]
enum Names {
    /// The number of names by day of their status, oldest first.
    ByDay(Vec<(NaiveDate, u64)>),
    /// The names in their order.
    Listed(Vec<NameId>),
}

impl<'a> Queue<'a> {
    /// Reads the counts, or the keys of all names that match.
    pub async fn open(database: &Database, directory: &Directory, query: &'a QueueQuery) -> Result<Self, Error> {
        let usual = query.q.is_empty() && query.sort == QueueSort::Since && query.dir == Direction::Ascending;
        let names = if usual {
            Names::ByDay(days(database.reader(), query).await?)
        } else {
            Names::Listed(listed(database.reader(), directory, query).await?)
        };
        Ok(Self { query, names })
    }

    /// The number of names.
    #[must_use]
    pub fn total(&self) -> u64 {
        match &self.names {
            Names::ByDay(days) => days.iter().map(|(_, names)| names).sum(),
            Names::Listed(ids) => ids.len() as u64,
        }
    }

    /// The ids of all names, in the queue's order.
    pub async fn ids(self, database: &impl ConnectionTrait) -> Result<Vec<NameId>, DbErr> {
        match self.names {
            Names::Listed(ids) => Ok(ids),
            Names::ByDay(days) => {
                let total = days.iter().map(|(_, names)| names).sum();
                keys_by_day(database, self.query, &days, 0, total).await
            }
        }
    }

    /// Reads names in the queue's order, the longest waiting first unless told: skips `skip` names and returns at most
    /// `count`.
    pub async fn names(
        &self,
        database: &impl ConnectionTrait,
        skip: u64,
        count: u64,
    ) -> Result<Vec<name::Model>, DbErr> {
        match &self.names {
            Names::ByDay(days) => {
                let ids = keys_by_day(database, self.query, days, skip, count).await?;
                store::in_order(database, &ids).await
            }
            Names::Listed(ids) => {
                let [skip, count] = [skip, count].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
                let ids: Vec<NameId> = ids.iter().skip(skip).take(count).cloned().collect();
                store::in_order(database, &ids).await
            }
        }
    }
}

async fn days(database: &impl ConnectionTrait, query: &QueueQuery) -> Result<Vec<(NaiveDate, u64)>, DbErr> {
    let mut counts = count::Entity::find()
        .select_only()
        .column(count::Column::Day)
        .column_as(Expr::cust("CAST(SUM(names) AS BIGINT)"), "names")
        .filter(count::Column::Status.eq(query.status));
    if let Some(questionnaire) = query.questionnaire {
        counts = counts.filter(count::Column::Filled.eq(questionnaire == Questionnaires::Filled));
    }
    if let Some(days) = query.older_than {
        counts = counts.filter(count::Column::Day.lte(time::today() - Days::new(days.into())));
    }
    let counts = counts.group_by(count::Column::Day).order_by_asc(count::Column::Day);
    let counts: Vec<(NaiveDate, i64)> = counts.into_tuple().all(database).await?;
    Ok(counts.into_iter().map(|(day, names)| (day, names.unsigned_abs())).collect())
}

async fn keys_by_day(
    database: &impl ConnectionTrait,
    query: &QueueQuery,
    days: &[(NaiveDate, u64)],
    skip: u64,
    count: u64,
) -> Result<Vec<NameId>, DbErr> {
    let mut before = 0;
    let first = days.iter().find(|(_, names)| {
        before += names;
        before > skip
    });
    let Some((day, names)) = first else { return Ok(Vec::new()) };
    let skip = skip - (before - names);
    let mut found = Vec::new();
    let mut from = *day;
    if skip > names / 2 {
        // The day's end is nearer.
        let of_page = count.min(names - skip);
        let of_day = keys(query, *day, Some(*day), Order::Desc);
        found = of_day
            .offset(names - skip - of_page)
            .limit(of_page)
            .into_tuple::<(ClientId, String)>()
            .all(database)
            .await?;
        found.reverse();
        from = *day + Days::new(1);
    }
    let rest = count - found.len() as u64;
    if rest > 0 {
        let skip = if from == *day { skip } else { 0 };
        let last = query.older_than.and_then(|_| days.last()).map(|(day, _)| *day);
        let later = keys(query, from, last, Order::Asc).offset(skip).limit(rest);
        found.extend(later.into_tuple::<(ClientId, String)>().all(database).await?);
    }
    Ok(found.into_iter().map(NameId::from).collect())
}

/// Selects the keys of names with a status since one of the days from `from` to `to`.
fn keys(query: &QueueQuery, from: NaiveDate, to: Option<NaiveDate>, order: Order) -> Select<name::Entity> {
    let mut keys = name::Entity::find()
        .select_only()
        .columns([name::Column::ClientId, name::Column::NameKey])
        .filter(name::Column::Status.eq(query.status))
        .filter(name::Column::StatusAt.gte(time::start_of_day(from)));
    if let Some(to) = to {
        keys = keys.filter(name::Column::StatusAt.lt(time::end_of_day(to)));
    }
    if let Some(questionnaire) = query.questionnaire {
        keys = keys.filter(name::Column::Filled.eq(questionnaire == Questionnaires::Filled));
    }
    keys.order_by(name::Column::StatusAt, order.clone())
        .order_by(name::Column::ClientId, order.clone())
        .order_by(name::Column::NameKey, order)
}

/// The key of a name, and the name of its client if the names are sorted by it.
#[derive(FromQueryResult)]
struct Listed {
    client_id: ClientId,
    name_key: String,
    client: String,
}

/// Reads the keys of all names that match, in the query's order.
async fn listed(
    database: &impl ConnectionTrait,
    directory: &Directory,
    query: &QueueQuery,
) -> Result<Vec<NameId>, Error> {
    let mut values: Vec<Value> = vec![query.status.into()];
    let mut matching = "names.status = $1".to_owned();
    let mut filter = |condition: &str, value: Value| {
        values.push(value);
        let _ = write!(matching, " AND names.{condition} ${}", values.len());
    };
    if let Some(questionnaire) = query.questionnaire {
        filter("filled =", (questionnaire == Questionnaires::Filled).into());
    }
    if let Some(days) = query.older_than {
        filter("status_at <", time::end_of_day(time::today() - Days::new(days.into())).into());
    }
    let (client, join) = if query.sort == QueueSort::Client {
        let client = "COALESCE(NULLIF(clients.company, ''), NULLIF(clients.name, ''), clients.login)";
        (client, "JOIN clients ON clients.id = names.client_id")
    } else {
        ("''", "")
    };
    let dir = if query.dir == Direction::Ascending { "ASC" } else { "DESC" };
    let order = match query.sort {
        QueueSort::Since => format!("names.status_at {dir}, names.client_id {dir}, names.name_key {dir}"),
        QueueSort::Questionnaire => {
            format!("names.filled {dir}, names.status_at, names.client_id, names.name_key")
        }
        QueueSort::Name | QueueSort::Client => "names.client_id, names.name_key".to_owned(),
    };
    let statement = format!(
        "SELECT names.client_id, names.name_key, {client} AS client FROM names {join} WHERE {matching} ORDER BY {order}"
    );
    let statement = Statement::from_sql_and_values(database.get_database_backend(), statement, values);
    let mut found = Listed::find_by_statement(statement).all(database).await?;
    if !query.q.is_empty() {
        let clients = ClientQuery { q: query.q.clone(), ..ClientQuery::default() };
        let clients: HashSet<ClientId> = directory.select_all(&clients).await?.into_iter().collect();
        let needle = rules::key(&query.q);
        found.retain(|key| key.name_key.contains(&needle) || clients.contains(&key.client_id));
    }
    // Databases fold the case of Latin letters only, or in an order of their own.
    match query.sort {
        QueueSort::Name => sort_by(&mut found, query.dir, |key| key.name_key.clone()),
        QueueSort::Client => sort_by(&mut found, query.dir, |key| fold(&key.client)),
        QueueSort::Since | QueueSort::Questionnaire => {}
    }
    Ok(found.into_iter().map(|key| NameId { client_id: key.client_id, key: key.name_key }).collect())
}

/// Sorts in a direction. Equal ones keep their order.
fn sort_by(keys: &mut [Listed], dir: Direction, text: impl Fn(&Listed) -> String) {
    match dir {
        Direction::Ascending => keys.sort_by_cached_key(text),
        Direction::Descending => keys.sort_by_cached_key(|key| std::cmp::Reverse(text(key))),
    }
}
