//! The names on a page of the queue.
//!
//! Counts are stored by day ([`count`]). A total is therefore the sum of a few rows, and a page is found from the
//! beginning of its day, not from that of the queue.

use super::{
    name::{self, NameId},
    query::Questionnaires,
    queue_query::QueueQuery,
    store::{self, count},
};
use crate::ids::ClientId;
use chrono::{Days, NaiveDate};
use sea_orm::{ConnectionTrait, DbErr, Order, QueryOrder, QuerySelect, Select, entity::prelude::*};
use values::time;

/// The names that match a query.
#[derive(Debug)]
pub struct Queue<'a> {
    query: &'a QueueQuery,
    /// The number of names by day of their status, oldest first.
    days: Vec<(NaiveDate, u64)>,
}

impl<'a> Queue<'a> {
    /// Reads the counts.
    pub async fn open(database: &impl ConnectionTrait, query: &'a QueueQuery) -> Result<Self, DbErr> {
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
        let days = counts.into_iter().map(|(day, names)| (day, names.unsigned_abs())).collect();
        Ok(Self { query, days })
    }

    /// The number of names.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.days.iter().map(|(_, names)| names).sum()
    }

    /// Reads names in the queue's order, the longest waiting first: skips `skip` names and returns at most `count`.
    pub async fn names(
        &self,
        database: &impl ConnectionTrait,
        skip: u64,
        count: u64,
    ) -> Result<Vec<name::Model>, DbErr> {
        let mut before = 0;
        let first = self.days.iter().find(|(_, names)| {
            before += names;
            before > skip
        });
        let Some((day, names)) = first else { return Ok(Vec::new()) };
        let skip = skip - (before - names);
        let mut keys = Vec::new();
        let mut from = *day;
        if skip > names / 2 {
            // The day's end is nearer.
            let of_page = count.min(names - skip);
            let of_day = self.keys(*day, Some(*day), Order::Desc);
            keys = of_day
                .offset(names - skip - of_page)
                .limit(of_page)
                .into_tuple::<(ClientId, String)>()
                .all(database)
                .await?;
            keys.reverse();
            from = *day + Days::new(1);
        }
        let rest = count - keys.len() as u64;
        if rest > 0 {
            let skip = if from == *day { skip } else { 0 };
            let last = self.query.older_than.and_then(|_| self.days.last()).map(|(day, _)| *day);
            let later = self.keys(from, last, Order::Asc).offset(skip).limit(rest);
            keys.extend(later.into_tuple::<(ClientId, String)>().all(database).await?);
        }
        let ids: Vec<NameId> = keys.into_iter().map(NameId::from).collect();
        store::in_order(database, &ids).await
    }

    /// Selects the keys of names with a status since one of the days from `from` to `to`.
    fn keys(&self, from: NaiveDate, to: Option<NaiveDate>, order: Order) -> Select<name::Entity> {
        let mut keys = name::Entity::find()
            .select_only()
            .columns([name::Column::ClientId, name::Column::NameKey])
            .filter(name::Column::Status.eq(self.query.status))
            .filter(name::Column::StatusAt.gte(time::start_of_day(from)));
        if let Some(to) = to {
            keys = keys.filter(name::Column::StatusAt.lt(time::end_of_day(to)));
        }
        if let Some(questionnaire) = self.query.questionnaire {
            keys = keys.filter(name::Column::Filled.eq(questionnaire == Questionnaires::Filled));
        }
        keys.order_by(name::Column::StatusAt, order.clone())
            .order_by(name::Column::ClientId, order.clone())
            .order_by(name::Column::NameKey, order)
    }
}
