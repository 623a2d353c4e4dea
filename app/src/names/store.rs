//! Which names are on a page of the queue. Native only.
//!
//! How many there are is kept by day ([`count`]), so a total is the sum of a few rows, and a page begins within the day
//! that it falls into, not at the queue's beginning.

use super::QueueQuery;
use crate::{
    client::names::{
        Questionnaires,
        store::{self, count, name},
    },
    values::time,
};
use chrono::{Days, NaiveDate};
use sea_orm::{ConnectionTrait, DbErr, QueryOrder, QuerySelect, entity::prelude::*};

/// The names that a query leaves.
#[derive(Debug)]
pub struct Queue<'a> {
    query: &'a QueueQuery,
    /// How many there are since each day, oldest first.
    days: Vec<(NaiveDate, u64)>,
}

impl<'a> Queue<'a> {
    /// Counts them.
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

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.days.iter().map(|(_, names)| names).sum()
    }

    /// Some of them in the queue's order, the one that waits longest first.
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
        let (Some((day, names)), Some((last, _))) = (first, self.days.last()) else { return Ok(Vec::new()) };
        let mut keys = name::Entity::find()
            .select_only()
            .columns([name::Column::ClientId, name::Column::NameKey])
            .filter(name::Column::Status.eq(self.query.status))
            .filter(name::Column::StatusAt.gte(time::start_of_day(*day)));
        if self.query.older_than.is_some() {
            keys = keys.filter(name::Column::StatusAt.lt(time::end_of_day(*last)));
        }
        if let Some(questionnaire) = self.query.questionnaire {
            keys = keys.filter(name::Column::Filled.eq(questionnaire == Questionnaires::Filled));
        }
        let keys: Vec<(i64, String)> = keys
            .order_by_asc(name::Column::StatusAt)
            .order_by_asc(name::Column::ClientId)
            .order_by_asc(name::Column::NameKey)
            .offset(skip - (before - names))
            .limit(count)
            .into_tuple()
            .all(database)
            .await?;
        store::in_order(database, &keys).await
    }
}
