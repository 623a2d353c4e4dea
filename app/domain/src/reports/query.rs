//! The query of a report, which the address of the Statistics tab holds.

use super::{
    Kind, Step,
    columns::{Column, group_of},
};
use serde::{Deserialize, Serialize};
use values::{
    Paging,
    messaging::MessagingChannel,
    paging::{ListQuery, PageSizes},
};

/// The filter value for an unknown country or operator.
pub const UNKNOWN: &str = "(unknown)";
/// The filter value for an empty sender ID.
pub const NO_NAME: &str = "(no name)";

values::labelled_enum! {
    /// A column that a report can be sorted by.
    pub enum Sort {
        /// The label of the row: its day or name.
        Group = "group", "Group",
        /// Messages sent.
        Sent = "sent", "Send SMS (parts)",
        /// Messages delivered.
        Delivered = "delivered", "SMS (Parts) Delivered",
        /// The share of sent messages that were delivered.
        Efficiency = "efficiency", "Efficiency",
        /// The cost.
        Price = "price", "SMS Price",
    }
}

/// The query of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsQuery {
    /// The first day, `2024-01-05`; `None` for that of the default period.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// Only messages through this channel. The Viber report always counts Viber alone, and keeps this for other
    /// reports.
    pub channel: Option<MessagingChannel>,
    /// Only messages to this country: its code, or [`UNKNOWN`].
    pub country: Option<String>,
    /// Only messages to this operator, or [`UNKNOWN`].
    pub operator: Option<String>,
    /// Only messages from this sender ID, or [`NO_NAME`].
    pub sender_id: Option<String>,
    /// The days in a row of the day report; `None` to choose them by the length of the period.
    pub by: Option<Step>,
    /// Whether to compare with the preceding period.
    pub compare: bool,
    /// The sorted column; `None` for the report's own order.
    pub sort: Option<Sort>,
    /// Whether the sort is ascending.
    pub ascending: bool,
    /// The page.
    pub paging: Paging,
    /// The columns of an exported file; `None` for all.
    #[serde(skip)]
    pub columns: Option<Vec<Column>>,
    /// Whether an exported file has a header row.
    pub header: bool,
}

impl Default for StatisticsQuery {
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            channel: None,
            country: None,
            operator: None,
            sender_id: None,
            by: None,
            compare: false,
            sort: None,
            ascending: false,
            paging: Paging::first(Self::SIZES),
            columns: None,
            header: true,
        }
    }
}

impl ListQuery for StatisticsQuery {
    /// A page of the default size holds a year of days.
    const SIZES: PageSizes = PageSizes { offered: &[50, 100, 500, 1000], default: 500 };

    fn paging(&self) -> Paging {
        self.paging
    }

    fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), ..self.clone() }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("from", self.from.clone());
        push("to", self.to.clone());
        push("channel", self.channel.map(|channel| channel.word().to_owned()));
        push("country", self.country.clone());
        push("operator", self.operator.clone());
        push("sender_id", self.sender_id.clone());
        push("by", self.by.map(|step| step.word().to_owned()));
        push("compare", self.compare.then(|| "true".to_owned()));
        push("sort", self.sort.map(|sort| sort.word().to_owned()));
        push("dir", self.ascending.then(|| "asc".to_owned()));
        pairs.extend(self.paging.pairs(Self::SIZES));
        pairs
    }
}

impl StatisticsQuery {
    /// The first page of another period.
    #[must_use]
    pub fn within(&self, from: &str, to: &str) -> Self {
        Self { from: Some(from.to_owned()), to: Some(to.to_owned()), ..self.on_page(1) }
    }

    /// The first page sorted by a column, or in the reverse direction if it already is.
    #[must_use]
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let ascending = if self.sort == Some(sort) { !self.ascending } else { false };
        Self { sort: Some(sort), ascending, ..self.on_page(1) }
    }

    /// The same period and filters for another report, in its own order.
    #[must_use]
    pub fn for_report(&self) -> Self {
        Self { sort: None, ascending: false, ..self.on_page(1) }
    }

    /// Removes a filter. The operator's filter goes with the country's, since operators of many countries share a name.
    #[must_use]
    pub fn without(&self, filter: &str) -> Self {
        let mut query = self.on_page(1);
        match filter {
            "channel" => query.channel = None,
            "country" => (query.country, query.operator) = (None, None),
            "operator" => query.operator = None,
            _ => query.sender_id = None,
        }
        query
    }

    /// Filters by the key of a row, for a report that counts the same messages as the row.
    #[must_use]
    pub fn only(&self, kind: Kind, key: &[String]) -> Self {
        let mut query = self.for_report();
        if kind == Kind::ViberSender {
            query.channel = Some(MessagingChannel::Viber);
        }
        let value_or = |text: &String, empty: &str| Some(if text.is_empty() { empty.to_owned() } else { text.clone() });
        if let (Kind::Day, [from, to]) = (kind, key) {
            return query.within(from, to);
        }
        for (column, part) in group_of(kind).iter().zip(key) {
            match column {
                Column::Country => query.country = value_or(part, UNKNOWN),
                Column::Operator => query.operator = value_or(part, UNKNOWN),
                Column::SenderId => query.sender_id = value_or(part, NO_NAME),
                _ => {}
            }
        }
        query
    }

    /// Whether a filter leaves out messages of the period.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.channel.is_some() || self.is_split()
    }

    /// Whether the query needs roll-ups that are split by country, operator and sender ID.
    #[must_use]
    pub fn is_split(&self) -> bool {
        self.country.is_some() || self.operator.is_some() || self.sender_id.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_links_to_the_messages_it_counts() {
        let only = |kind, key: &[&str]| {
            StatisticsQuery::default().only(kind, &key.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(only(Kind::Operator, &["UA", ""]).address("/"), "/?country=UA&operator=%28unknown%29");
        assert_eq!(only(Kind::Sender, &[""]).address("/"), "/?sender_id=%28no+name%29");
        assert_eq!(only(Kind::ViberSender, &["Shop"]).address("/"), "/?channel=viber&sender_id=Shop");
        assert_eq!(only(Kind::Day, &["2024-01-01", "2024-01-07"]).address("/"), "/?from=2024-01-01&to=2024-01-07");
    }
}
