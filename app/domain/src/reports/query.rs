//! What the address of the Statistics tab asks for.

use super::{
    Kind, Step,
    columns::{self, Column},
};
use values::{
    address::{address, day, flag, page, page_size, parts, plain, unknown},
    error::Error,
    messaging::MessagingChannel,
};

/// How many rows a page of a report may have. A year of days fits on the usual one.
pub const PAGE_SIZES: [u64; 4] = [50, 100, 500, 1000];

/// What a filter says for an empty country or operator, and for an empty sender ID.
pub const UNKNOWN: &str = "(unknown)";
/// See [`UNKNOWN`].
pub const NO_NAME: &str = "(no name)";

values::labelled_enum! {
    /// A column that a report sorts by.
    pub enum Sort {
        /// What the row counts: its day or its name.
        Group = "group", "Group",
        /// Messages sent.
        Sent = "sent", "Send SMS (parts)",
        /// Messages delivered.
        Delivered = "delivered", "SMS (Parts) Delivered",
        /// Delivered of sent.
        Efficiency = "efficiency", "Efficiency",
        /// The cost.
        Price = "price", "SMS Price",
    }
}

/// Which rows are asked for: the tab's address, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsQuery {
    /// First day, `2024-01-05`; without it the default period's.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// Only messages that went this way; the Viber report passes it on and counts Viber alone.
    pub channel: Option<MessagingChannel>,
    /// Only messages to this country: its code, or [`UNKNOWN`].
    pub country: Option<String>,
    /// Only messages to this operator, or [`UNKNOWN`].
    pub operator: Option<String>,
    /// Only messages from this sender ID, or [`NO_NAME`].
    pub sender_id: Option<String>,
    /// How many days a row of the day report counts.
    pub by: Step,
    /// Whether the period before is compared.
    pub compare: bool,
    /// The column that rows are sorted by; without it the report's own order.
    pub sort: Option<Sort>,
    /// Whether the smallest comes first.
    pub ascending: bool,
    /// The page, from 1.
    pub page: u64,
    /// Rows a page, one of [`PAGE_SIZES`].
    pub per_page: u64,
    /// A page that was typed, which may be beyond the last: then the last is meant.
    pub go_to: Option<u64>,
    /// The columns of a file; `None` for all.
    pub columns: Option<Vec<Column>>,
    /// Whether a file begins with a header.
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
            by: Step::Day,
            compare: false,
            sort: None,
            ascending: false,
            page: 1,
            per_page: 500,
            go_to: None,
            columns: None,
            header: true,
        }
    }
}

impl StatisticsQuery {
    /// Understands the part of an address behind its question mark.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first part that makes no sense and what it may be.
    pub fn parse(kind: Kind, address: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        for (name, value) in parts(address) {
            let (name, value) = (name.as_str(), value.as_str());
            match name {
                "from" => query.from = Some(day(name, value)?),
                "to" => query.to = Some(day(name, value)?),
                "channel" => query.channel = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "country" => query.country = Some(country(name, value)?),
                "operator" => query.operator = Some(plain(name, value)?),
                "sender_id" => query.sender_id = Some(plain(name, value)?),
                "by" => query.by = value.parse().map_err(|known| unknown(name, value, known))?,
                "compare" => query.compare = flag(name, value)?,
                "sort" => query.sort = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "dir" => query.ascending = ascending(name, value)?,
                "page" => query.page = page(name, value)?,
                "go_to" => query.go_to = Some(page(name, value)?),
                "per_page" => query.per_page = page_size(name, value, &PAGE_SIZES)?,
                "header" => query.header = flag(name, value)?,
                _ => {}
            }
        }
        query.columns = columns::parse(kind, address)?;
        Ok(query)
    }

    /// What the address asks for, as pairs of names and values without those that say the usual.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let usual = Self::default();
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("from", self.from.clone());
        push("to", self.to.clone());
        push("channel", self.channel.map(|channel| channel.word().to_owned()));
        push("country", self.country.clone());
        push("operator", self.operator.clone());
        push("sender_id", self.sender_id.clone());
        push("by", (self.by != usual.by).then(|| self.by.word().to_owned()));
        push("compare", self.compare.then(|| "true".to_owned()));
        push("sort", self.sort.map(|sort| sort.word().to_owned()));
        push("dir", self.ascending.then(|| "asc".to_owned()));
        push("page", (self.page != usual.page).then(|| self.page.to_string()));
        push("per_page", (self.per_page != usual.per_page).then(|| self.per_page.to_string()));
        pairs
    }

    /// The address of a report, or of what stands beside it.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same rows, on another page.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { page, go_to: None, ..self.clone() }
    }

    /// The rows of another period.
    #[must_use]
    pub fn within(&self, from: &str, to: &str) -> Self {
        Self { from: Some(from.to_owned()), to: Some(to.to_owned()), ..self.on_page(1) }
    }

    /// Sorted by a column, or turned round when it is sorted by it already.
    #[must_use]
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let ascending = if self.sort == Some(sort) { !self.ascending } else { false };
        Self { sort: Some(sort), ascending, ..self.on_page(1) }
    }

    /// The same period and filters in another report, in its own order.
    #[must_use]
    pub fn for_report(&self) -> Self {
        Self { sort: None, ascending: false, ..self.on_page(1) }
    }

    /// Without a filter. Operators of the same name are in many countries, so theirs goes with the country.
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

    /// Only what a row counts, by the row's key.
    #[must_use]
    pub fn only(&self, kind: Kind, key: &[String]) -> Self {
        let mut query = self.on_page(1);
        let named =
            |text: &String, otherwise: &str| Some(if text.is_empty() { otherwise.to_owned() } else { text.clone() });
        match (kind, key) {
            (Kind::Day, [from, to]) => query = query.within(from, to),
            (Kind::Operator, [country, operator]) => {
                (query.country, query.operator) = (named(country, UNKNOWN), named(operator, UNKNOWN));
            }
            (Kind::Country, [country]) => query.country = named(country, UNKNOWN),
            (Kind::Sender | Kind::ViberSender, [sender_id]) => query.sender_id = named(sender_id, NO_NAME),
            _ => {}
        }
        query
    }

    /// Whether messages are left out that the period has.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.channel.is_some() || self.is_split()
    }

    /// Whether only roll-ups that are split by country, operator and sender ID can tell.
    #[must_use]
    pub fn is_split(&self) -> bool {
        self.country.is_some() || self.operator.is_some() || self.sender_id.is_some()
    }
}

fn country(name: &str, value: &str) -> Result<String, Error> {
    let code = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase());
    if code || value == UNKNOWN {
        Ok(value.to_owned())
    } else {
        Err(unknown(name, value, format!("a country's code such as UA, {UNKNOWN}")))
    }
}

fn ascending(name: &str, value: &str) -> Result<bool, Error> {
    match value {
        "asc" => Ok(true),
        "desc" => Ok(false),
        _ => Err(unknown(name, value, "asc, desc")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_and_written_back() {
        let address = "/s/day?from=2024-01-01&to=2024-02-29&channel=sms&country=UA&operator=One&sender_id=Shop&by=week\
                       &compare=true&sort=sent&dir=asc&page=3&per_page=50";
        let query = StatisticsQuery::parse(Kind::Day, address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.address("/s/day"), address);
        assert_eq!(StatisticsQuery::default().address("/s"), "/s");
    }

    #[test]
    fn what_makes_no_sense_is_named_with_what_would() {
        for (address, said) in [
            ("from=2024-02-31", "a day such as"),
            ("channel=fax", "sms, viber"),
            ("country=Ukraine", "a country's code"),
            ("by=year", "day, week, month"),
            ("sort=size", "group, sent"),
            ("dir=up", "asc, desc"),
            ("page=0", "a number from 1"),
            ("per_page=7", "50, 100"),
            ("columns=size", "Sent messages"),
            ("columns=", "at least one column"),
        ] {
            let error = StatisticsQuery::parse(Kind::Day, address).expect_err(address).to_string();
            assert!(error.contains(said), "{address}: {error}");
        }
    }

    #[test]
    fn a_row_leads_to_what_it_counts() {
        let only = |kind, key: &[&str]| {
            StatisticsQuery::default().only(kind, &key.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(only(Kind::Operator, &["UA", ""]).address("/"), "/?country=UA&operator=%28unknown%29");
        assert_eq!(only(Kind::Sender, &[""]).address("/"), "/?sender_id=%28no+name%29");
        assert_eq!(only(Kind::Day, &["2024-01-01", "2024-01-07"]).address("/"), "/?from=2024-01-01&to=2024-01-07");
    }
}
