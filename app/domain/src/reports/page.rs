//! A page of a report, with its chart.

use super::{
    Kind, LateRow, Reconciliation, ReportPage,
    query::StatisticsQuery,
    report::{self, Report},
    store,
};
use crate::{clients::store::client, database::Database};
use std::cmp::Reverse;
use values::{Money, answer::Answer, error::Error, period::Period};

/// Reads a page of a report, and the comparison with the ledger.
///
/// # Errors
/// [`Error::BadAddress`] for an invalid period; [`Error::NoSuchPage`] for a page beyond the last.
pub async fn read(
    database: &Database,
    client: client::Model,
    kind: Kind,
    mut query: StatisticsQuery,
) -> Result<Answer<StatisticsQuery, ReportPage>, Error> {
    let period = query.period()?;
    // Report and ledger are compared, so both are read from the same snapshot.
    let snapshot = database.snapshot().await?;
    let report = Report::read(&snapshot, client.id, kind, &query, period).await?;
    let ever = store::ever(&snapshot, client.id).await?;
    // The Viber report leaves out messages, as a filter does.
    let books = if query.is_filtered() || kind == Kind::ViberSender {
        None
    } else {
        let booked = store::booked(&snapshot, client.id, &period).await?;
        let late = store::late(&snapshot, client.id, &period).await?;
        Some(reconcile(report.sum.cost, booked, late))
    };
    snapshot.rollback().await?;

    let total = report.rows.len() as u64;
    query.paging = query.paging.within(total)?;
    let chart = report.chart(kind);
    let Report { before, rows, sum, sum_before, .. } = report;
    let skip = usize::try_from(query.paging.skip()).unwrap_or(usize::MAX);
    let count = usize::try_from(query.paging.per_page).unwrap_or(usize::MAX);
    let content = ReportPage {
        currency: client.currency,
        ever,
        from: period.from.to_string(),
        to: period.to.to_string(),
        before: before.map(|before| (before.from.to_string(), before.to.to_string())),
        choices: Period::choices(),
        filters: filters(&query),
        step: query.step(period),
        total,
        rows: rows.into_iter().skip(skip).take(count).collect(),
        sum,
        sum_before,
        chart,
        books,
    };
    Ok(Answer { query, content })
}

/// The most late rows that are listed.
const LISTED: usize = 100;

/// Compares a report with the ledger. Lists the largest late rows, and sums up the others.
fn reconcile(reported: Money, booked: Money, mut late: Vec<LateRow>) -> Reconciliation {
    let mut others = Vec::new();
    if late.len() > LISTED {
        late.sort_by_key(|row| Reverse(row.cost.0.unsigned_abs()));
        others = late.split_off(LISTED);
        late.sort_by_key(|row| row.transaction);
    }
    let rest = Money(others.iter().map(|row| row.cost.0).sum());
    Reconciliation { reported, booked, late, others: (others.len() as u64, rest) }
}

/// The active filters: the part of the address, and the filter for people.
fn filters(query: &StatisticsQuery) -> Vec<(String, String)> {
    [
        ("country", "Country", query.country.as_deref().map(report::country_of)),
        ("operator", "Operator", query.operator.as_deref().map(report::operator_of)),
        ("sender_id", "Sender ID", query.sender_id.as_deref().map(report::sender_of)),
    ]
    .into_iter()
    .filter_map(|(part, name, value)| Some((part.to_owned(), format!("{name}: {}", value?))))
    .collect()
}
