//! Reads the roll-ups. Native only; `gateway/roll_up_store.rs` writes them.
//!
//! Each question reads the level that has the fewest rows for it: days by messaging channel alone where nothing else
//! is asked for, and where it is, whole months with the days at the period's ends.

use super::{
    Figures, Kind, LateRow, StatisticsQuery,
    query::{NO_NAME, UNKNOWN},
};
use crate::{
    ledger::{EntryKind, store::extract},
    messages::roll_ups::Level,
};
use chrono::{Datelike as _, Months, NaiveDate};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value, prelude::DbErr};
use values::{Money, error::Error, messaging::MessagingChannel, period::Period};

/// Rows and what they come to, by their key.
pub type Rows = Vec<(Vec<String>, Figures)>;

/// What is read: whose messages, of when, which.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// The client.
    pub client_id: i64,
    /// The days.
    pub period: Period,
    /// The report.
    pub kind: Kind,
    /// Its filters.
    pub query: &'a StatisticsQuery,
}

/// A statement, while it is being written.
struct Writing {
    sql: String,
    values: Vec<Value>,
    numbered: bool,
}

impl Writing {
    fn new(database: &impl ConnectionTrait) -> Self {
        let numbered = database.get_database_backend() == sea_orm::DbBackend::Postgres;
        Self { sql: String::new(), values: Vec::new(), numbered }
    }

    fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        let place = if self.numbered { format!("${}", self.values.len()) } else { "?".to_owned() };
        self.sql.push_str(&place);
    }

    async fn rows(self, database: &impl ConnectionTrait) -> Result<Vec<QueryResult>, DbErr> {
        let backend = database.get_database_backend();
        database.query_all_raw(Statement::from_sql_and_values(backend, self.sql, self.values)).await
    }
}

const FIGURES: [&str; 5] = ["sent_messages", "sent_parts", "delivered_messages", "delivered_parts", "cost"];

/// What each row of a report counts, in no order; days without messages have none.
pub async fn rows(database: &impl ConnectionTrait, selection: &Selection<'_>) -> Result<Rows, Error> {
    let group: &[&str] = match selection.kind {
        Kind::Day => &["day"],
        Kind::Operator => &["country", "operator"],
        Kind::Country => &["country"],
        Kind::Sender | Kind::ViberSender => &["sender_id"],
    };
    let mut writing = Writing::new(database);
    writing.push("SELECT ");
    for column in group {
        writing.push(&format!("CAST({column} AS TEXT), "));
    }
    let sums: Vec<String> = FIGURES.iter().map(|figure| format!("CAST(SUM({figure}) AS BIGINT)")).collect();
    writing.push(&format!("{} FROM (", sums.join(", ")));
    for (index, (level, first, last)) in parts(selection).into_iter().enumerate() {
        writing.push(if index == 0 { "SELECT " } else { " UNION ALL SELECT " });
        writing.push(&format!("{}, {} FROM roll_ups WHERE client_id = ", group.join(", "), FIGURES.join(", ")));
        writing.bind(selection.client_id);
        writing.push(&format!(" AND level = '{}' AND day BETWEEN ", level.word()));
        writing.bind(first);
        writing.push(" AND ");
        writing.bind(last);
        restrict(&mut writing, selection);
    }
    writing.push(&format!(") AS parts GROUP BY {}", group.join(", ")));
    let rows = writing.rows(database).await?;
    let read = |row: &QueryResult| -> Result<(Vec<String>, Figures), DbErr> {
        let key = (0..group.len()).map(|index| row.try_get_by_index(index)).collect::<Result<_, _>>()?;
        Ok((key, figures(row, group.len())?))
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

fn figures(row: &QueryResult, from: usize) -> Result<Figures, DbErr> {
    Ok(Figures {
        sent_messages: row.try_get_by_index(from)?,
        sent_parts: row.try_get_by_index(from + 1)?,
        delivered_messages: row.try_get_by_index(from + 2)?,
        delivered_parts: row.try_get_by_index(from + 3)?,
        cost: Money(row.try_get_by_index(from + 4)?),
    })
}

/// The levels to read, each with its first and last day: together they count each message of the period once.
fn parts(selection: &Selection<'_>) -> Vec<(Level, NaiveDate, NaiveDate)> {
    let Period { from, to } = selection.period;
    if selection.kind == Kind::Day {
        let level = if selection.query.is_split() { Level::DaySplit } else { Level::Day };
        return vec![(level, from, to)];
    }
    // The first of the first whole month, and the day before the first month that isn't whole any more.
    let first_of = |day: NaiveDate| day.with_day(1).unwrap_or(day);
    let next_month = |day: NaiveDate| first_of(day).checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
    let begin = if from.day() == 1 { from } else { next_month(from) };
    let end = if to.succ_opt().is_none_or(|next| next.day() == 1) { next_month(to) } else { first_of(to) };
    if begin >= end {
        return vec![(Level::DaySplit, from, to)];
    }
    let before = |day: NaiveDate| day.pred_opt().unwrap_or(day);
    let mut parts = vec![(Level::MonthSplit, begin, before(end))];
    if from < begin {
        parts.push((Level::DaySplit, from, before(begin)));
    }
    if end <= to {
        parts.push((Level::DaySplit, end, to));
    }
    parts
}

fn restrict(writing: &mut Writing, selection: &Selection<'_>) {
    let query = selection.query;
    let channel = if selection.kind == Kind::ViberSender { Some(MessagingChannel::Viber) } else { query.channel };
    let told = |text: &Option<String>, empty: &str| {
        text.as_ref().map(|text| if text == empty { String::new() } else { text.clone() })
    };
    for (column, value) in [
        ("channel", channel.map(|channel| channel.word().to_owned())),
        ("country", told(&query.country, UNKNOWN)),
        ("operator", told(&query.operator, UNKNOWN)),
        ("sender_id", told(&query.sender_id, NO_NAME)),
    ] {
        if let Some(value) = value {
            writing.push(&format!(" AND {column} = "));
            writing.bind(value);
        }
    }
}

/// All that a client ever sent.
pub async fn ever(database: &impl ConnectionTrait, client_id: i64) -> Result<Figures, Error> {
    let sums: Vec<String> =
        FIGURES.iter().map(|figure| format!("CAST(COALESCE(SUM({figure}), 0) AS BIGINT)")).collect();
    let mut writing = Writing::new(database);
    writing.push(&format!("SELECT {} FROM roll_ups WHERE level = 'ever' AND client_id = ", sums.join(", ")));
    writing.bind(client_id);
    let rows = writing.rows(database).await?;
    Ok(rows.first().map(|row| figures(row, 0)).transpose()?.unwrap_or_default())
}

/// What was booked for mailings in a period.
pub async fn booked(database: &impl ConnectionTrait, client_id: i64, period: &Period) -> Result<Money, Error> {
    let mailings = extract(database, client_id, period, Some(EntryKind::Mailing)).await?;
    Ok(Money(-mailings.shown.sum().0))
}

/// The parts of ledger rows that belong to a period by the day of sending or by the day of booking, but not by both.
/// Each is the sum that it adds to what the reports have over the ledger.
pub async fn late(database: &impl ConnectionTrait, client_id: i64, period: &Period) -> Result<Vec<LateRow>, Error> {
    let mut writing = Writing::new(database);
    writing.push(
        "SELECT late_costs.ledger_id, ledger.purpose, CAST(late_costs.sent_on AS TEXT),
                CAST(late_costs.booked_on AS TEXT), late_costs.cost
         FROM late_costs JOIN ledger ON ledger.client_id = late_costs.client_id AND ledger.id = late_costs.ledger_id
         WHERE late_costs.client_id = ",
    );
    writing.bind(client_id);
    // Two ranges of two indexes; each row is in one of them.
    writing.push(" AND ((sent_on BETWEEN ");
    bind_days(&mut writing, *period);
    writing.push(" AND booked_on NOT BETWEEN ");
    bind_days(&mut writing, *period);
    writing.push(") OR (booked_on BETWEEN ");
    bind_days(&mut writing, *period);
    writing.push(" AND sent_on NOT BETWEEN ");
    bind_days(&mut writing, *period);
    writing.push(")) ORDER BY late_costs.ledger_id, late_costs.sent_on");
    let read = |row: &QueryResult| -> Result<LateRow, DbErr> {
        let (sent_on, cost): (String, i64) = (row.try_get_by_index(2)?, row.try_get_by_index(4)?);
        let within = (period.from.to_string()..=period.to.to_string()).contains(&sent_on);
        Ok(LateRow {
            transaction: row.try_get_by_index(0)?,
            purpose: row.try_get_by_index(1)?,
            sent_on,
            booked_on: row.try_get_by_index(3)?,
            cost: Money(if within { cost } else { -cost }),
        })
    };
    Ok(writing.rows(database).await?.iter().map(read).collect::<Result<_, _>>()?)
}

fn bind_days(writing: &mut Writing, period: Period) {
    writing.bind(period.from);
    writing.push(" AND ");
    writing.bind(period.to);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn each_day_of_a_period_is_in_one_part() {
        let query = StatisticsQuery::default();
        for (from, to) in [
            ("2024-01-01", "2024-12-31"),
            ("2024-01-02", "2024-12-30"),
            ("2024-01-31", "2024-02-01"),
            ("2024-02-10", "2024-02-20"),
            ("2024-02-01", "2024-02-29"),
            ("2024-01-15", "2024-03-01"),
            ("2024-12-01", "2025-01-31"),
        ] {
            let period = Period { from: day(from), to: day(to) };
            let parts = parts(&Selection { client_id: 1, period, kind: Kind::Sender, query: &query });
            let mut days: Vec<NaiveDate> = parts
                .iter()
                .flat_map(|(_, first, last)| first.iter_days().take_while(move |day| day <= last))
                .collect();
            days.sort_unstable();
            let all: Vec<NaiveDate> = period.from.iter_days().take_while(|day| *day <= period.to).collect();
            assert_eq!(days, all, "{from} to {to}: {parts:?}");
            for (level, first, last) in parts {
                let whole = first.day() == 1 && last.succ_opt().unwrap().day() == 1;
                assert!(level == Level::DaySplit || whole, "{first} to {last}");
            }
        }
    }
}
