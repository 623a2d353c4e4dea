//! A report: all of its rows in order, their sum, and the data of its chart.

use super::{
    ChartData, Kind, ReportRow, Step,
    columns::{Column, group_of},
    query::{NO_NAME, Sort, StatisticsQuery, UNKNOWN},
    store::{self, Rows, Selection},
};
use crate::{ids::ClientId, messages::Tally};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use sea_orm::ConnectionTrait;
use std::{cmp::Ordering, collections::BTreeMap};
use values::{country::country_name, error::Error, money::group_thousands, period::Period, share::percent};

/// The most bars of a chart, besides the one for all others.
const BARS: usize = 10;

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its period.
    pub period: Period,
    /// The period before, if it is compared.
    pub before: Option<Period>,
    /// All rows in the order of the query.
    pub rows: Vec<ReportRow>,
    /// The sum of all rows.
    pub sum: Tally,
    /// The sum of all rows in the period before, if it is compared.
    pub sum_before: Option<Tally>,
}

impl Report {
    /// Reads a client's report and sorts its rows.
    pub async fn read(
        database: &impl ConnectionTrait,
        client_id: ClientId,
        kind: Kind,
        query: &StatisticsQuery,
        period: Period,
    ) -> Result<Self, Error> {
        let before = query.compare.then(|| period_before(period));
        let now = store::rows(database, &Selection { client_id, period, kind, query }).await?;
        let then = match before {
            Some(period) => Some(store::rows(database, &Selection { client_id, period, kind, query }).await?),
            None => None,
        };
        let sum = sum_of(&now);
        let sum_before = then.as_ref().map(sum_of);
        let mut rows = match kind {
            Kind::Day => steps(period, query.step(period), now, then),
            _ => groups(kind, now, then),
        };
        order(&mut rows, kind, query);
        Ok(Self { period, before, rows, sum, sum_before })
    }

    /// Makes the data of the chart: steps in the order of days, or the largest bars and one for all others.
    #[must_use]
    pub fn chart(&self, kind: Kind) -> ChartData {
        let mut rows: Vec<&ReportRow> = self.rows.iter().collect();
        let mut chart = ChartData { summary: self.summary(kind), ..ChartData::default() };
        let mut push = |label: String, key: Vec<String>, figures: Tally, before: Option<Tally>| {
            chart.labels.push(label);
            chart.keys.push(key);
            chart.figures.push(figures);
            chart.before.extend(before);
        };
        if kind == Kind::Day {
            rows.sort_by(|one, other| one.key.cmp(&other.key));
            for row in &rows {
                push(row.key[0].clone(), Vec::new(), row.figures, row.before);
            }
            chart.ends = rows.iter().map(|row| row.key[1].clone()).collect();
            return chart;
        }
        rows.retain(|row| row.figures.sent_messages > 0 || row.before.is_some_and(|before| before.sent_messages > 0));
        rows.sort_by(|one, other| by_size(one, other));
        // A single bar is never replaced by `Other`.
        let most = if rows.len() == BARS + 1 { BARS + 1 } else { BARS };
        let (largest, others) = rows.split_at(rows.len().min(most));
        for row in largest {
            push(row.label.clone(), row.key.clone(), row.figures, row.before);
        }
        if !others.is_empty() {
            let (mut sum, mut before) = (Tally::default(), Tally::default());
            for row in others {
                sum.add(&row.figures);
                before.add(&row.before.unwrap_or_default());
            }
            push("Other".to_owned(), Vec::new(), sum, self.before.map(|_| before));
        }
        chart
    }

    /// Summarizes the chart in words, for screen readers.
    fn summary(&self, kind: Kind) -> String {
        let count = |count: i64| group_thousands(count.unsigned_abs());
        let Period { from, to } = self.period;
        let sum = &self.sum;
        let efficiency = sum.efficiency().map(|share| format!(", {}", percent(share))).unwrap_or_default();
        let all = format!(
            "From {from} to {to}: {} messages sent, {} delivered{efficiency}.",
            count(sum.sent_messages),
            count(sum.delivered_messages)
        );
        let most =
            self.rows.iter().filter(|row| row.figures.sent_messages > 0).min_by(|one, other| by_size(one, other));
        let most = most.map(|row| match kind {
            Kind::Day => format!(" Most on {}: {} sent.", row.label, count(row.figures.sent_messages)),
            _ => format!(" Largest: {}, {} sent.", row.label, count(row.figures.sent_messages)),
        });
        let before = self.sum_before.filter(|sum| *sum != Tally::default()).zip(self.before).map(
            |(sum, Period { from, to })| {
                format!(" In the period before, from {from} to {to}: {} sent.", count(sum.sent_messages))
            },
        );
        format!("{all}{}{}", most.unwrap_or_default(), before.unwrap_or_default())
    }
}

/// The period of the same length directly before.
fn period_before(period: Period) -> Period {
    let days = Days::new((period.to - period.from).num_days().unsigned_abs() + 1);
    let earlier = |day: NaiveDate| day.checked_sub_days(days).unwrap_or(NaiveDate::MIN);
    Period { from: earlier(period.from), to: earlier(period.to) }
}

fn sum_of(rows: &Rows) -> Tally {
    let mut sum = Tally::default();
    for (_, tally) in rows {
        sum.add(tally);
    }
    sum
}

/// Makes a row for each step of the period, also if nothing was sent.
fn steps(period: Period, by: Step, now: Rows, before: Option<Rows>) -> Vec<ReportRow> {
    let by_day = |rows: Rows| -> BTreeMap<NaiveDate, Tally> {
        let day = |key: &[String]| key.first().and_then(|day| day.parse().ok());
        rows.into_iter().filter_map(|(key, tally)| Some((day(&key)?, tally))).collect()
    };
    let within = |days: &BTreeMap<NaiveDate, Tally>, first, last| {
        let mut sum = Tally::default();
        for tally in days.range(first..=last).map(|(_, tally)| tally) {
            sum.add(tally);
        }
        sum
    };
    let (now, before) = (by_day(now), before.map(by_day));
    let length = Days::new((period.to - period.from).num_days().unsigned_abs() + 1);
    let earlier = |day: NaiveDate| day.checked_sub_days(length).unwrap_or(NaiveDate::MIN);
    let (mut rows, mut first) = (Vec::new(), period.from);
    while first <= period.to {
        let last = end_of(by, first).min(period.to);
        let figures = within(&now, first, last);
        let before = before.as_ref().map(|days| within(days, earlier(first), earlier(last)));
        let label = label_of(by, first, last);
        rows.push(ReportRow { key: vec![first.to_string(), last.to_string()], label, figures, before });
        match last.succ_opt() {
            Some(next) => first = next,
            None => break,
        }
    }
    rows
}

/// The last day of the step that contains a day.
fn end_of(by: Step, day: NaiveDate) -> NaiveDate {
    let end = match by {
        Step::Day => Some(day),
        Step::Week => day.checked_add_days(Days::new(u64::from(6 - day.weekday().num_days_from_monday()))),
        Step::Month => {
            day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).and_then(|next| next.pred_opt())
        }
    };
    end.unwrap_or(day)
}

/// The label of a step: `2024-01-05`, `2024-01-01 - 2024-01-07`, or `2024-01`. A step that the period cuts off is
/// marked: `2024-01-05 (part)`.
fn label_of(by: Step, first: NaiveDate, last: NaiveDate) -> String {
    let begins = first.pred_opt().is_none_or(|before| end_of(by, before) == before);
    let whole = begins && end_of(by, first) == last;
    match by {
        Step::Day => first.to_string(),
        Step::Month if whole => first.format("%Y-%m").to_string(),
        _ if whole => format!("{first} - {last}"),
        _ if first == last => format!("{first} (part)"),
        _ => format!("{first} - {last} (part)"),
    }
}

/// Makes a row for each group, also for those that are only in the period before.
fn groups(kind: Kind, now: Rows, before: Option<Rows>) -> Vec<ReportRow> {
    let compared = before.is_some();
    let mut earlier: BTreeMap<Vec<String>, Tally> = before.unwrap_or_default().into_iter().collect();
    let mut rows: Vec<ReportRow> = now
        .into_iter()
        .map(|(key, figures)| {
            let before = earlier.remove(&key).or(compared.then(Tally::default));
            ReportRow { label: name_of(kind, &key), key, figures, before }
        })
        .collect();
    rows.extend(earlier.into_iter().map(|(key, figures)| ReportRow {
        label: name_of(kind, &key),
        key,
        figures: Tally::default(),
        before: Some(figures),
    }));
    // Corrections can leave a group with zeros alone.
    rows.retain(|row| row.figures != Tally::default() || row.before.is_some_and(|before| before != Tally::default()));
    rows
}

/// The label of a row's key.
fn name_of(kind: Kind, key: &[String]) -> String {
    let parts = group_of(kind).iter().zip(key).map(|(column, part)| part_of(*column, part));
    parts.collect::<Vec<_>>().join(" - ")
}

/// A part of a row's key, for people.
#[must_use]
pub fn part_of(column: Column, part: &str) -> String {
    match column {
        Column::Country => country_of(part),
        Column::Operator => operator_of(part),
        Column::SenderId => sender_of(part),
        _ => part.to_owned(),
    }
}

/// The country's name of a code, for reports and filters.
#[must_use]
pub fn country_of(code: &str) -> String {
    if code.is_empty() || code == UNKNOWN {
        return "Unknown".to_owned();
    }
    country_name(code).unwrap_or(code).to_owned()
}

/// The operator's name, for reports and filters.
#[must_use]
pub fn operator_of(name: &str) -> String {
    if name.is_empty() || name == UNKNOWN { "Unknown".to_owned() } else { name.to_owned() }
}

/// The sender ID, for reports and filters.
#[must_use]
pub fn sender_of(name: &str) -> String {
    if name.is_empty() { NO_NAME.to_owned() } else { name.to_owned() }
}

/// Orders by sent messages, most first, then by label.
fn by_size(one: &ReportRow, other: &ReportRow) -> Ordering {
    let sent = |row: &ReportRow| row.figures.sent_messages;
    sent(other).cmp(&sent(one)).then_with(|| one.label.cmp(&other.label)).then_with(|| one.key.cmp(&other.key))
}

/// Sorts the rows as the query says.
fn order(rows: &mut [ReportRow], kind: Kind, query: &StatisticsQuery) {
    let default = |one: &ReportRow, other: &ReportRow| match kind {
        Kind::Day => other.key.cmp(&one.key),
        _ => by_size(one, other),
    };
    let Some(sort) = query.sort else { return rows.sort_by(default) };
    let directed = |order: Ordering| if query.ascending { order } else { order.reverse() };
    rows.sort_by(|one, other| {
        let (a, b) = (&one.figures, &other.figures);
        let first = match sort {
            Sort::Group if kind == Kind::Day => directed(one.key.cmp(&other.key)),
            Sort::Group => directed(one.label.to_lowercase().cmp(&other.label.to_lowercase())),
            Sort::Sent => directed(a.sent_messages.cmp(&b.sent_messages)),
            Sort::Delivered => directed(a.delivered_messages.cmp(&b.delivered_messages)),
            Sort::Price => directed(a.cost.cmp(&b.cost)),
            // Rows without a value are last in both directions.
            Sort::Efficiency => match (a.efficiency(), b.efficiency()) {
                (Some(a), Some(b)) => directed(a.cmp(&b)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            },
        };
        first.then_with(|| default(one, other))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(keys: &[(&str, i64)]) -> Rows {
        keys.iter()
            .map(|(key, sent)| {
                let figures = Tally { sent_messages: *sent, delivered_messages: sent / 2, ..Tally::default() };
                (vec![(*key).to_owned()], figures)
            })
            .collect()
    }

    fn report(rows: Vec<ReportRow>) -> Report {
        let day = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        let mut sum = Tally::default();
        for row in &rows {
            sum.add(&row.figures);
        }
        Report { period: Period { from: day, to: day }, before: None, rows, sum, sum_before: None }
    }

    #[test]
    fn the_chart_has_the_ten_largest_and_the_sum_of_the_others() {
        let names: Vec<(String, i64)> = (0..15).map(|number| (format!("S{number:02}"), 10 + number)).collect();
        let sent: Vec<(&str, i64)> = names.iter().map(|(name, sent)| (name.as_str(), *sent)).collect();
        let report = report(groups(Kind::Sender, rows(&sent), None));
        let chart = report.chart(Kind::Sender);
        assert_eq!(chart.labels.len(), 11);
        assert_eq!((chart.labels[0].as_str(), chart.labels[10].as_str()), ("S14", "Other"));
        let drawn = sum_of(&chart.figures.iter().map(|figures| (Vec::new(), *figures)).collect());
        assert_eq!(drawn, report.sum);
        assert!(chart.before.is_empty());
    }

    #[test]
    fn a_compared_chart_has_a_value_before_for_each_bar_also_for_those_that_are_gone() {
        let day = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        let before = rows(&[("a", 2), ("gone", 3)]);
        let mut report = report(groups(Kind::Sender, rows(&[("a", 5), ("new", 1)]), Some(before.clone())));
        (report.before, report.sum_before) = (Some(Period { from: day, to: day }), Some(sum_of(&before)));
        let chart = report.chart(Kind::Sender);
        let sent: Vec<_> = chart.before.iter().map(|before| before.sent_messages).collect();
        assert_eq!((chart.labels.join(" ").as_str(), sent), ("a new gone", vec![2, 0, 3]));
        assert!(chart.summary.ends_with("In the period before, from 2024-01-01 to 2024-01-01: 5 sent."));
    }

    #[test]
    fn every_day_of_the_period_has_a_row_also_without_messages() {
        let period = Period { from: "2024-02-28".parse().unwrap(), to: "2024-03-02".parse().unwrap() };
        let rows = steps(period, Step::Day, rows(&[("2024-02-29", 5)]), None);
        let sent: Vec<_> = rows.iter().map(|row| (row.label.as_str(), row.figures.sent_messages)).collect();
        assert_eq!(sent, [("2024-02-28", 0), ("2024-02-29", 5), ("2024-03-01", 0), ("2024-03-02", 0)]);
    }

    #[test]
    fn weeks_begin_on_monday_and_parts_of_months_say_so() {
        let period = Period { from: "2024-01-31".parse().unwrap(), to: "2024-03-05".parse().unwrap() };
        let labels = |by| steps(period, by, Vec::new(), None).into_iter().map(|row| row.label).collect::<Vec<_>>();
        assert_eq!(labels(Step::Month), ["2024-01-31 (part)", "2024-02", "2024-03-01 - 2024-03-05 (part)"]);
        assert_eq!(labels(Step::Week)[..2], ["2024-01-31 - 2024-02-04 (part)", "2024-02-05 - 2024-02-11"]);
    }

    #[test]
    fn a_step_is_compared_with_the_same_days_of_the_period_before() {
        let period = Period { from: "2024-01-08".parse().unwrap(), to: "2024-01-14".parse().unwrap() };
        assert_eq!(period_before(period).from.to_string(), "2024-01-01");
        let before = Some(rows(&[("2024-01-01", 7), ("2024-01-07", 9)]));
        let rows = steps(period, Step::Day, rows(&[("2024-01-08", 1)]), before);
        let sent = |row: &ReportRow| (row.figures.sent_messages, row.before.unwrap().sent_messages);
        assert_eq!((sent(&rows[0]), sent(&rows[6])), ((1, 7), (0, 9)));
    }

    #[test]
    fn what_has_no_efficiency_is_last_either_way() {
        for ascending in [true, false] {
            let query = StatisticsQuery { sort: Some(Sort::Efficiency), ascending, ..StatisticsQuery::default() };
            let mut rows = groups(Kind::Sender, rows(&[("a", 5)]), Some(rows(&[("b", 5)])));
            order(&mut rows, Kind::Sender, &query);
            assert_eq!(rows[1].label, "b");
        }
    }
}
