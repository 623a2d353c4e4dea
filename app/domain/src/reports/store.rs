//! Reads the roll-ups. [`crate::messages::roll_ups`] writes them.
//!
//! Each query reads the levels with the fewest rows: days by messaging channel alone if it needs nothing else, or whole
//! months and the days at both ends of the period.

use super::{
    Kind, LateRow,
    columns::{Column, group_of},
    query::{NO_NAME, StatisticsQuery, UNKNOWN},
};
use crate::{
    ids::ClientId,
    ledger::{EntryKind, store::extract},
    messages::{Tally, roll_ups::Level},
};
use chrono::{Datelike as _, Months, NaiveDate};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value, prelude::DbErr};
use values::{Money, error::Error, messaging::MessagingChannel, period::Period};

/// The keys of rows, each with its tally.
pub type Rows = Vec<(Vec<String>, Tally)>;

/// The messages to read.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// The client.
    pub client_id: ClientId,
    /// The period.
    pub period: Period,
    /// The report.
    pub kind: Kind,
    /// Its filters.
    pub query: &'a StatisticsQuery,
}

/// A statement under construction.
struct StatementBuilder {
    sql: String,
    values: Vec<Value>,
    numbered: bool,
}

impl StatementBuilder {
    fn new(database: &impl ConnectionTrait) -> Self {
        let numbered = database.get_database_backend() == sea_orm::DbBackend::Postgres;
        Self { sql: String::new(), values: Vec::new(), numbered }
    }

    /// Appends SQL.
    fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Appends a placeholder for a value.
    fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        let placeholder = if self.numbered { format!("${}", self.values.len()) } else { "?".to_owned() };
        self.sql.push_str(&placeholder);
    }

    async fn rows(self, database: &impl ConnectionTrait) -> Result<Vec<QueryResult>, DbErr> {
        let backend = database.get_database_backend();
        database.query_all_raw(Statement::from_sql_and_values(backend, self.sql, self.values)).await
    }
}

/// The columns of a [`Tally`].
const COLUMNS: [&str; 5] = ["sent_messages", "sent_parts", "delivered_messages", "delivered_parts", "cost"];

/// Reads the rows of a report, unordered. Days without messages have no row.
pub async fn rows(database: &impl ConnectionTrait, selection: &Selection<'_>) -> Result<Rows, Error> {
    let group: Vec<&str> = group_of(selection.kind).iter().map(|column| stored(*column)).collect();
    let mut statement = StatementBuilder::new(database);
    statement.push("SELECT ");
    for column in &group {
        statement.push(&format!("CAST({column} AS TEXT), "));
    }
    let sums: Vec<String> = COLUMNS.iter().map(|column| format!("CAST(SUM({column}) AS BIGINT)")).collect();
    statement.push(&format!("{} FROM (", sums.join(", ")));
    for (index, (level, first, last)) in parts(selection).into_iter().enumerate() {
        statement.push(if index == 0 { "SELECT " } else { " UNION ALL SELECT " });
        statement.push(&format!("{}, {} FROM roll_ups WHERE client_id = ", group.join(", "), COLUMNS.join(", ")));
        statement.bind(selection.client_id);
        statement.push(&format!(" AND level = '{}' AND day BETWEEN ", level.word()));
        statement.bind(first);
        statement.push(" AND ");
        statement.bind(last);
        restrict(&mut statement, selection);
    }
    statement.push(&format!(") AS parts GROUP BY {}", group.join(", ")));
    let rows = statement.rows(database).await?;
    let read = |row: &QueryResult| -> Result<(Vec<String>, Tally), DbErr> {
        let key = (0..group.len()).map(|index| row.try_get_by_index(index)).collect::<Result<_, _>>()?;
        Ok((key, tally(row, group.len())?))
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The column of the roll-ups, which have the words of the file but for the day.
fn stored(column: Column) -> &'static str {
    match column {
        Column::Date => "day",
        _ => column.word(),
    }
}

/// Reads a tally from the columns that begin at an index.
fn tally(row: &QueryResult, from: usize) -> Result<Tally, DbErr> {
    Ok(Tally {
        sent_messages: row.try_get_by_index(from)?,
        sent_parts: row.try_get_by_index(from + 1)?,
        delivered_messages: row.try_get_by_index(from + 2)?,
        delivered_parts: row.try_get_by_index(from + 3)?,
        cost: Money(row.try_get_by_index(from + 4)?),
    })
}

/// The levels to read, each with its first and last day. Together they count each message of the period once.
fn parts(selection: &Selection<'_>) -> Vec<(Level, NaiveDate, NaiveDate)> {
    let Period { from, to } = selection.period;
    if selection.kind == Kind::Day {
        let level = if selection.query.is_split() { Level::DaySplit } else { Level::Day };
        return vec![(level, from, to)];
    }
    // Whole months begin at `begin` and end before `end`.
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

/// Appends the conditions of the report and its filters.
fn restrict(statement: &mut StatementBuilder, selection: &Selection<'_>) {
    let query = selection.query;
    let channel = if selection.kind == Kind::ViberSender { Some(MessagingChannel::Viber) } else { query.channel };
    let stored = |filter: &Option<String>, empty: &str| {
        filter.as_ref().map(|text| if text == empty { String::new() } else { text.clone() })
    };
    for (column, value) in [
        ("channel", channel.map(|channel| channel.word().to_owned())),
        ("country", stored(&query.country, UNKNOWN)),
        ("operator", stored(&query.operator, UNKNOWN)),
        ("sender_id", stored(&query.sender_id, NO_NAME)),
    ] {
        if let Some(value) = value {
            statement.push(&format!(" AND {column} = "));
            statement.bind(value);
        }
    }
}

/// Reads the tally of all messages that a client ever sent.
pub async fn ever(database: &impl ConnectionTrait, client_id: ClientId) -> Result<Tally, Error> {
    let sums: Vec<String> =
        COLUMNS.iter().map(|column| format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)")).collect();
    let mut statement = StatementBuilder::new(database);
    statement.push(&format!("SELECT {} FROM roll_ups WHERE level = 'ever' AND client_id = ", sums.join(", ")));
    statement.bind(client_id);
    let rows = statement.rows(database).await?;
    Ok(rows.first().map(|row| tally(row, 0)).transpose()?.unwrap_or_default())
}

/// Reads the sum that was booked for mailings in a period.
pub async fn booked(database: &impl ConnectionTrait, client_id: ClientId, period: &Period) -> Result<Money, Error> {
    let mailings = extract(database, client_id, period, Some(EntryKind::Mailing)).await?;
    Ok(Money(-mailings.shown.sum().0))
}

/// Reads the parts of ledger rows that are in a period by the day of sending or by the day of booking, but not by both.
/// The cost of each is its part of the difference of reports minus ledger.
pub async fn late(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    period: &Period,
) -> Result<Vec<LateRow>, Error> {
    let mut statement = StatementBuilder::new(database);
    statement.push(
        "SELECT late_costs.ledger_id, ledger.purpose, CAST(late_costs.sent_on AS TEXT),
                CAST(late_costs.booked_on AS TEXT), late_costs.cost
         FROM late_costs JOIN ledger ON ledger.client_id = late_costs.client_id AND ledger.id = late_costs.ledger_id
         WHERE late_costs.client_id = ",
    );
    statement.bind(client_id);
    // Two conditions for two indexes. Each row matches one of them.
    statement.push(" AND ((sent_on BETWEEN ");
    bind_days(&mut statement, *period);
    statement.push(" AND booked_on NOT BETWEEN ");
    bind_days(&mut statement, *period);
    statement.push(") OR (booked_on BETWEEN ");
    bind_days(&mut statement, *period);
    statement.push(" AND sent_on NOT BETWEEN ");
    bind_days(&mut statement, *period);
    statement.push(")) ORDER BY late_costs.ledger_id, late_costs.sent_on");
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
    Ok(statement.rows(database).await?.iter().map(read).collect::<Result<_, _>>()?)
}

/// Appends the first and the last day for BETWEEN.
fn bind_days(statement: &mut StatementBuilder, period: Period) {
    statement.bind(period.from);
    statement.push(" AND ");
    statement.bind(period.to);
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
            let parts = parts(&Selection { client_id: ClientId(1), period, kind: Kind::Sender, query: &query });
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
