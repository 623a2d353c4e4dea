//! The pages that have views, and their addresses.

use crate::{
    clients::query::ClientQuery,
    ids::ClientId,
    ledger::query::FinanceQuery,
    names::{query::NamesQuery, queue_query::QueueQuery},
    reports::{Kind, query::StatisticsQuery},
};
use values::{
    address::{parts, typed},
    error::Error,
    paging::ListQuery,
    period::Period,
};

/// The name of a relative period in a view's query.
const RELATIVE: &str = "period";

/// A page that has views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The client table.
    Clients,
    /// The queue of names.
    Names,
    /// The ledger of a client.
    Finance,
    /// The names of a client.
    ClientNames,
    /// A report of a client.
    Statistics(Kind),
}

impl Place {
    /// Reads the word of a page.
    ///
    /// # Errors
    /// [`Error::Refused`] for a page that has no views.
    pub fn parse(word: &str) -> Result<Self, Error> {
        Ok(match word.split_once('/') {
            None if word == "clients" => Self::Clients,
            None if word == "names" => Self::Names,
            None if word == "finance" => Self::Finance,
            None if word == "client-names" => Self::ClientNames,
            Some(("statistics", report)) => Self::Statistics(report.parse().map_err(|_| no_views())?),
            _ => return Err(no_views()),
        })
    }

    /// The word of the page.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Clients => "clients".to_owned(),
            Self::Names => "names".to_owned(),
            Self::Finance => "finance".to_owned(),
            Self::ClientNames => "client-names".to_owned(),
            Self::Statistics(report) => format!("statistics/{}", report.word()),
        }
    }

    /// The words of the pages whose views are shown together: all reports have the same ones.
    #[must_use]
    pub fn shown_with(self) -> Vec<String> {
        match self {
            Self::Statistics(_) => Kind::ALL.iter().map(|report| Self::Statistics(*report).word()).collect(),
            _ => vec![self.word()],
        }
    }

    /// The path of the page. A view of a client's page fits every client.
    #[must_use]
    pub fn path(self, client: Option<ClientId>) -> String {
        let of_client = |tab: &str| client.map_or_else(|| "/clients".to_owned(), |id| format!("/clients/{id}/{tab}"));
        match self {
            Self::Clients => "/clients".to_owned(),
            Self::Names => "/names".to_owned(),
            Self::ClientNames => of_client("names"),
            Self::Finance | Self::Statistics(_) => of_client(&self.word()),
        }
    }

    /// The part of a page's query string that a view keeps: neither the page's number nor an open form.
    ///
    /// # Errors
    /// [`Error::BadAddress`] for a query string that the page refuses.
    pub fn kept(self, query: &str) -> Result<String, Error> {
        match self {
            Self::Clients => ClientQuery::parse(query).map(first_page),
            Self::Names => QueueQuery::parse(query).map(first_page),
            Self::Finance => FinanceQuery::parse(query).map(first_page),
            Self::ClientNames => NamesQuery::parse(query).map(first_page),
            Self::Statistics(report) => StatisticsQuery::parse(report, query).map(first_page),
        }
    }
}

fn no_views() -> Error {
    Error::refused("", "This page has no views.")
}

fn first_page<Query: ListQuery>(query: Query) -> String {
    query.on_page(1).address("").trim_start_matches('?').to_owned()
}

/// The usual period that a query string has, by its name.
#[must_use]
pub fn usual_period(query: &str) -> Option<&'static str> {
    let (from, to) = (typed(query, "from"), typed(query, "to"));
    let usual = Period::quick().into_iter();
    usual
        .into_iter()
        .find(|(_, usual)| usual.from.to_string() == from && usual.to.to_string() == to)
        .map(|(name, _)| name)
}

/// Replaces the days of a query string by the name of a usual period.
#[must_use]
pub fn with_relative(query: &str, period: &str) -> String {
    let rest = parts(query).filter(|(name, _)| !matches!(name.as_str(), "from" | "to"));
    written(rest.chain([(RELATIVE.to_owned(), period.to_owned())]))
}

/// Replaces the name of a usual period by its days of today.
#[must_use]
pub fn resolved(query: &str) -> String {
    let usual = Period::quick();
    written(parts(query).flat_map(|(name, value)| {
        let relative = usual.iter().find(|(label, _)| name == RELATIVE && *label == value);
        match relative {
            Some((_, days)) => {
                vec![("from".to_owned(), days.from.to_string()), ("to".to_owned(), days.to.to_string())]
            }
            None if name == RELATIVE => Vec::new(),
            None => vec![(name, value)],
        }
    }))
}

fn written(pairs: impl Iterator<Item = (String, String)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The address of a view.
#[must_use]
pub fn address_of(place: Place, client: Option<ClientId>, query: &str) -> String {
    let path = place.path(client);
    let query = resolved(query);
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_keeps_filters_and_sort_but_no_page() {
        let kept = Place::Clients.kept("?currency=UAH&sort=balance&dir=asc&page=7&answer=x").unwrap();
        assert_eq!(kept, "currency=UAH&sort=balance&dir=asc");
        assert!(Place::Clients.kept("sort=nonsense").is_err());
    }

    #[test]
    fn a_relative_period_has_the_days_of_today() {
        let (name, days) = Period::quick()[0];
        let query = format!("from={}&to={}&channel=sms", days.from, days.to);
        assert_eq!(usual_period(&query), Some(name));
        let kept = with_relative(&query, name);
        assert!(!kept.contains("from="), "{kept}");
        assert_eq!(resolved(&kept), format!("channel=sms&from={}&to={}", days.from, days.to));
        assert_eq!(resolved("channel=sms&period=never"), "channel=sms");
    }

    #[test]
    fn the_word_of_a_page_is_read_back() {
        for place in [Place::Clients, Place::Names, Place::Finance, Place::ClientNames, Place::Statistics(Kind::Day)] {
            assert_eq!(Place::parse(&place.word()), Ok(place));
        }
        assert!(Place::parse("statistics/nonsense").is_err() && Place::parse("audit").is_err());
    }

    #[test]
    fn a_view_of_a_clients_page_fits_every_client() {
        let address = address_of(Place::Statistics(Kind::Operator), Some(ClientId(7)), "channel=sms");
        assert_eq!(address, "/clients/7/statistics/operator?channel=sms");
        assert_eq!(address_of(Place::Clients, None, ""), "/clients");
    }
}
