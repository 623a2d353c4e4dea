//! The chart of a report.

use super::{path, table::share_of};
use domain::{
    messages::Tally,
    reports::{ChartData, Kind, query::StatisticsQuery},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{
    chart::{Chart, Ink, Plot, Series, Tip},
    signals::UntrackedOrDefault as _,
};
use values::{
    calendar::{WEEKDAYS, number_of, text_of, weekday},
    money::group_thousands,
    paging::ListQuery as _,
};

/// The zoom of the chart: the period that it was zoomed to, and the query before.
#[derive(Clone, Copy, Default)]
pub struct Zoom(RwSignal<Option<(String, String, StatisticsQuery)>>);

impl Zoom {
    /// The query before the zoom, if the chart of a query is zoomed.
    fn origin(self, query: &StatisticsQuery) -> Option<StatisticsQuery> {
        let (from, to, before) = self.0.get_untracked_or_default()?;
        let is_zoomed = (query.from.as_ref(), query.to.as_ref()) == (Some(&from), Some(&to));
        is_zoomed.then(|| StatisticsQuery { from: before.from, to: before.to, ..query.on_page(1) })
    }

    /// Remembers the query before a zoom. Of several zooms into each other, that of the first.
    fn remember(self, from: &str, to: &str, query: &StatisticsQuery) {
        let before = self.origin(query).unwrap_or_else(|| query.clone());
        self.0.set(Some((from.to_owned(), to.to_owned(), before)));
    }
}

/// The chart of a report. Zooming selects a period, and a click on a bar opens the report by day with its filter.
#[component]
pub fn Drawing(
    id: String,
    kind: Kind,
    query: StatisticsQuery,
    /// The first day.
    from: String,
    /// First and last day of the period before, if it is compared.
    before: Option<(String, String)>,
    currency: String,
    drawn: ChartData,
) -> impl IntoView {
    let summary = drawn.summary.clone();
    let (labels, series) = (drawn.labels.clone(), series(&drawn));
    let navigate = use_navigate();
    let go = move |address: String| navigate(&address, NavigateOptions { scroll: false, ..Default::default() });
    let by_day = path(&id, Kind::Day);
    if kind != Kind::Day {
        let keys = drawn.keys.clone();
        let tip = Callback::new(move |at: usize| tip_of(&drawn, at, drawn.labels.get(at).cloned(), None, &currency));
        let select = Callback::new(move |bar: usize| {
            // The bar `Other` has no key and sets no filter.
            if let Some(key) = keys.get(bar).filter(|key| !key.is_empty()) {
                go(query.only(kind, key).address(&by_day));
            }
        });
        let plot = Plot::Bars { labels, series };
        let hint = "Click a bar to see it by day.";
        return view! { <Chart name=kind.title() summary plot tip hint select/> }.into_any();
    }
    let zoom = expect_context::<Zoom>();
    let reset = zoom.origin(&query).map(|origin| {
        let (go, by_day) = (go.clone(), by_day.clone());
        Callback::new(move |()| go(origin.address(&by_day)))
    });
    let days = (drawn.labels.clone(), drawn.ends.clone());
    let select = Callback::new(move |(first, last): (usize, usize)| {
        if let (Some(from), Some(to)) = (days.0.get(first), days.1.get(last)) {
            zoom.remember(from, to, &query);
            go(query.within(from, to).address(&by_day));
        }
    });
    // The days between a day and its counterpart in the period before.
    let length = before.and_then(|(first, _)| Some(number_of(&from)? - number_of(&first)?));
    let tip = Callback::new(move |at: usize| {
        let (first, last) = (drawn.labels.get(at), drawn.ends.get(at));
        let title = first.zip(last).map(|(first, last)| title_of(first, last));
        let earlier = first.zip(length).and_then(|(first, length)| Some(text_of(number_of(first)? - length)));
        tip_of(&drawn, at, title, earlier, &currency)
    });
    let hint = if labels.len() > 2 {
        "Drag across the chart to zoom, or hold Shift with the arrow keys and press Enter."
    } else {
        ""
    };
    let plot = Plot::Lines { labels, series };
    view! { <Chart name=kind.title() summary plot tip hint zoom=select reset/> }.into_any()
}

/// The lines or bars.
fn series(drawn: &ChartData) -> Vec<Series> {
    #[allow(clippy::cast_precision_loss, reason = "pixels of a chart")]
    let values =
        |figures: &[Tally], count: fn(&Tally) -> i64| figures.iter().map(|tally| count(tally) as f64).collect();
    let sent = |tally: &Tally| tally.sent_messages;
    let series = |name: &str, ink, values| Series { name: name.to_owned(), ink, values };
    let mut all = vec![
        series("Sent", Ink::Solid, values(&drawn.figures, sent)),
        series("Delivered", Ink::Dashed, values(&drawn.figures, |tally| tally.delivered_messages)),
    ];
    if drawn.before.iter().any(|before| before.sent_messages > 0) {
        all.push(series("Sent before", Ink::Pale, values(&drawn.before, sent)));
    }
    all
}

/// The tooltip of a step or a name.
fn tip_of(drawn: &ChartData, at: usize, title: Option<String>, earlier: Option<String>, currency: &str) -> Tip {
    let figures = drawn.figures.get(at).copied().unwrap_or_default();
    let mut values = vec![
        counted(figures.sent_messages, figures.sent_parts),
        counted(figures.delivered_messages, figures.delivered_parts),
    ];
    values.extend(drawn.before.get(at).map(|before| {
        let on = earlier.map(|day| format!(", {day}")).unwrap_or_default();
        format!("{}{on}", counted(before.sent_messages, before.sent_parts))
    }));
    let cost = format!("{} {currency}", figures.cost.grouped());
    Tip { title: title.unwrap_or_default(), values, notes: vec![("Efficiency", share_of(&figures)), ("Cost", cost)] }
}

/// Messages with their parts: `5 (7 parts)`.
fn counted(messages: i64, parts: i64) -> String {
    let count = |count: i64| group_thousands(count.unsigned_abs());
    format!("{} ({} {})", count(messages), count(parts), if parts == 1 { "part" } else { "parts" })
}

/// A day with its weekday, or the first and the last day of a longer step.
fn title_of(first: &str, last: &str) -> String {
    match number_of(first) {
        Some(day) if first == last => format!("{}, {first}", WEEKDAYS[weekday(day)]),
        _ => format!("{first} to {last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_weekday_and_a_longer_step_both_ends() {
        assert_eq!(title_of("2024-03-05", "2024-03-05"), "Tuesday, 2024-03-05");
        assert_eq!(title_of("2024-03-04", "2024-03-10"), "2024-03-04 to 2024-03-10");
        assert_eq!((counted(1_200, 1), counted(3, 4)), ("1,200 (1 part)".to_owned(), "3 (4 parts)".to_owned()));
    }
}
