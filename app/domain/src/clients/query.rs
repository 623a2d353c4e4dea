//! The query of the client table, which its address holds.

use super::PropertyType;
use serde::{Deserialize, Serialize};
use values::{
    Direction, Paging,
    needles::Needles,
    paging::{ListQuery, PageSizes},
};

values::labelled_enum! {
    /// The sorted column.
    pub enum Sort {
        /// The ID.
        Id = "id", "ID",
        /// The login.
        Login = "login", "Login",
        /// The company's name.
        Company = "company", "Company",
        /// The client's name.
        Name = "name", "Name",
        /// The price of one message part.
        SmsPrice = "sms_price", "SMS Price",
        /// The balance. Currencies aren't converted.
        Balance = "balance", "Balance",
        /// The credit limit.
        Credit = "credit", "Credit",
        /// The source of the registration.
        Channel = "channel", "Channel",
    }
}

/// The query of the client table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientQuery {
    /// Words of which each is part of ID, login, company, name or an email address. Trimmed; empty for all clients.
    pub q: String,
    /// The filters.
    pub filters: Filters,
    /// The sorted column.
    pub sort: Sort,
    /// The direction of the sort.
    pub dir: Direction,
    /// The page.
    pub paging: Paging,
}

/// The filters of the client table. `None` passes every client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filters {
    /// The legal form.
    pub property_type: Option<PropertyType>,
    /// The source of the registration.
    pub channel: Option<String>,
    /// The account's currency.
    pub currency: Option<String>,
    /// Whether the client subscribed to the reseller's mailings.
    pub sms_subscription: Option<bool>,
    /// Only balances below zero.
    pub below_zero: bool,
    /// The first day of registration, `2024-01-05`, in the platform's time zone.
    pub registered_from: Option<String>,
    /// The last day of registration.
    pub registered_to: Option<String>,
}

impl Default for ClientQuery {
    fn default() -> Self {
        Self {
            q: String::new(),
            filters: Filters::default(),
            sort: Sort::Id,
            dir: Direction::Descending,
            paging: Paging::first(Self::SIZES),
        }
    }
}

impl ListQuery for ClientQuery {
    const SIZES: PageSizes = PageSizes { offered: &[10, 20, 50, 100], default: 10 };

    fn paging(&self) -> Paging {
        self.paging
    }

    fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), ..self.clone() }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.filters.pairs());
        if (self.sort, self.dir) != (default.sort, default.dir) {
            pairs.push(("sort", self.sort.word().to_owned()));
            pairs.push(("dir", self.dir.word().to_owned()));
        }
        pairs.extend(self.paging.pairs(Self::SIZES));
        pairs
    }
}

impl ClientQuery {
    /// The first page sorted by a column, or in the reverse direction if it already is.
    #[must_use]
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let dir = if self.sort == sort { self.dir.reversed() } else { Direction::Ascending };
        Self { sort, dir, ..self.on_page(1) }
    }

    /// The words of the search.
    #[must_use]
    pub fn needles(&self) -> Needles {
        Needles::of(&self.q)
    }
}

impl Filters {
    /// Whether no filter is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The number of filters that are set.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pairs().len()
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("property_type", self.property_type.map(|kind| kind.word().to_owned()));
        push("channel", self.channel.clone());
        push("currency", self.currency.clone());
        push("sms_subscription", self.sms_subscription.map(|on| on.to_string()));
        push("below_zero", self.below_zero.then(|| "true".to_owned()));
        push("registered_from", self.registered_from.clone());
        push("registered_to", self.registered_to.clone());
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_by_the_same_column_reverses_the_direction() {
        let query = ClientQuery::default().sorted_by(Sort::Company);
        assert_eq!((query.sort, query.dir), (Sort::Company, Direction::Ascending));
        assert_eq!(query.sorted_by(Sort::Company).dir, Direction::Descending);
        assert_eq!(ClientQuery::default().sorted_by(Sort::Id).dir, Direction::Ascending);
    }
}
