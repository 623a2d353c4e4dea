//! The table of a report.

use super::path;
use domain::{
    messages::Tally,
    reports::{
        Kind, ReportRow,
        query::{Sort, StatisticsQuery},
    },
};
use leptos::prelude::*;
use ui::{
    amount::Amount,
    table::{Column, ColumnSort},
};
use values::{messaging::messages, money::group_thousands, paging::ListQuery as _, share::percent};

/// The columns of the table.
pub fn columns(id: &str, kind: Kind, query: &StatisticsQuery) -> Vec<Column<ReportRow>> {
    let (own_path, by_day) = (path(id, kind), path(id, Kind::Day));
    let column = |sort: Sort, label: &str, hint: &'static str, cell: Box<dyn Fn(&ReportRow) -> AnyView + Send>| {
        let sorted = query.sort == Some(sort);
        Column {
            label: label.to_owned(),
            hint,
            numeric: sort != Sort::Group,
            sort: Some(ColumnSort {
                address: query.sorted_by(sort).address(&own_path),
                ascending: sorted.then_some(query.ascending),
            }),
            cell,
        }
    };
    let row_query = query.clone();
    let group = move |row: &ReportRow| {
        let label = row.label.clone();
        if kind == Kind::Day {
            return label.into_any();
        }
        let address = row_query.only(kind, &row.key).address(&by_day);
        let class = matches!(kind, Kind::Sender | Kind::ViberSender).then_some("sender-id");
        view! { <a href=address class=class>{label}</a> }.into_any()
    };
    vec![
        column(Sort::Group, kind.header(), "", Box::new(group)),
        column(
            Sort::Sent,
            Sort::Sent.label(),
            "Messages handed over for delivery, and their parts",
            Box::new(|row| sent(&row.figures, row.before.as_ref())),
        ),
        column(
            Sort::Delivered,
            Sort::Delivered.label(),
            "Messages that arrived, and their parts",
            Box::new(|row| delivered(&row.figures, row.before.as_ref())),
        ),
        column(
            Sort::Efficiency,
            Sort::Efficiency.label(),
            "Share of the sent messages that were delivered",
            Box::new(|row| efficiency(&row.figures, row.before.as_ref())),
        ),
        column(
            Sort::Price,
            Sort::Price.label(),
            "Total cost of the row's messages",
            Box::new(|row| price(&row.figures, row.before.as_ref(), "")),
        ),
    ]
}

/// The cells of the total row, over all pages.
pub fn total(sum: &Tally, before: Option<&Tally>, currency: &str) -> Vec<AnyView> {
    vec![
        "Total".into_any(),
        sent(sum, before),
        delivered(sum, before),
        efficiency(sum, before),
        price(sum, before, currency),
    ]
}

fn sent(figures: &Tally, before: Option<&Tally>) -> AnyView {
    let change = before.and_then(|before| change(figures.sent_messages, before.sent_messages));
    compared(messages(figures.sent_messages, figures.sent_parts).into_any(), change)
}

fn delivered(figures: &Tally, before: Option<&Tally>) -> AnyView {
    let change = before.and_then(|before| change(figures.delivered_messages, before.delivered_messages));
    compared(messages(figures.delivered_messages, figures.delivered_parts).into_any(), change)
}

fn efficiency(figures: &Tally, before: Option<&Tally>) -> AnyView {
    // Shares are compared in percentage points: a percentage of a percentage would be misread.
    let points = figures.efficiency().zip(before.and_then(Tally::efficiency));
    let points = points.map(|(now, before)| format!("{} points", signed(now - before, 100)));
    compared(share_of(figures).into_any(), points)
}

fn price(figures: &Tally, before: Option<&Tally>, currency: &str) -> AnyView {
    let change = before.and_then(|before| change(figures.cost.0, before.cost.0));
    compared(view! { <Amount money=figures.cost currency=currency.to_owned()/> }.into_any(), change)
}

/// The share of delivered messages, or a dash if none were sent.
pub fn share_of(figures: &Tally) -> String {
    figures.efficiency().map_or_else(|| "–".to_owned(), percent)
}

/// A figure, with its change below.
fn compared(figure: AnyView, change: Option<String>) -> AnyView {
    match change {
        None => figure,
        Some(change) => {
            let change = view! { <span class="muted change">{change}</span> };
            view! { <span class="two-lines"><span>{figure}</span> {change}</span> }.into_any()
        }
    }
}

/// The change in per cent with one decimal; `None` if there was nothing before.
fn change(now: i64, before: i64) -> Option<String> {
    let (now, before) = (i128::from(now), i128::from(before));
    if before == 0 {
        return None;
    }
    // Rounds half a tenth away from zero. `before` is positive, since nothing that is counted is negative.
    let doubled = (now - before) * 2_000;
    let rounded = (doubled + doubled.signum() * before) / (before * 2);
    Some(format!("{}%", signed(i64::try_from(rounded).unwrap_or(i64::MAX), 10)))
}

/// A number of hundredths (`of_one` = 100) or tenths with its sign: `+2.5`, `−0.3`, `0.0`.
fn signed(number: i64, of_one: u64) -> String {
    let sign = match number.signum() {
        1 => "+",
        -1 => "−",
        _ => "",
    };
    let (size, width) = (number.unsigned_abs(), if of_one == 100 { 2 } else { 1 });
    format!("{sign}{}.{:0width$}", group_thousands(size / of_one), size % of_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_in_per_cent_of_what_was_before() {
        for (now, before, said) in [
            (110, 100, Some("+10.0%")),
            (97, 100, Some("−3.0%")),
            (1, 3, Some("−66.7%")),
            (100, 100, Some("0.0%")),
            (0, 100, Some("−100.0%")),
            (5, 0, None),
            (2_000_000, 1_000, Some("+199,900.0%")),
        ] {
            assert_eq!(change(now, before).as_deref(), said, "{now} after {before}");
        }
        assert_eq!(signed(-125, 100), "−1.25");
    }
}
