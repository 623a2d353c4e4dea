//! The query of the client table, which its address holds.

use super::PropertyType;
use values::{
    Direction, Paging,
    address::{LONGEST_TEXT, address, day, flag, parts, plain, unknown},
    error::Error,
    fold,
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

/// The page sizes on offer.
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];

/// The query of the client table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientQuery {
    /// A part of ID, login, company or name, trimmed. Empty for all clients.
    pub q: String,
    /// The filters.
    pub filters: Filters,
    /// The sorted column.
    pub sort: Sort,
    /// The direction of the sort.
    pub dir: Direction,
    /// The page, whose size is one of the [`PAGE_SIZES`].
    pub paging: Paging,
}

/// The filters of the client table. `None` passes every client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
            paging: Paging::new(&PAGE_SIZES, PAGE_SIZES[0]),
        }
    }
}

impl ClientQuery {
    /// Parses the query string of an address. Empty values and unknown names are ignored.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first invalid part and its valid values.
    pub fn parse(address: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        let (mut sort, mut dir) = (None, None);
        for (name, value) in parts(address) {
            let (name, value) = (name.as_str(), value.as_str());
            match name {
                "q" => query.q = search(value)?,
                "sort" => sort = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "dir" => dir = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "property_type" => {
                    query.filters.property_type = Some(value.parse().map_err(|known| unknown(name, value, known))?);
                }
                "channel" => query.filters.channel = Some(plain(name, value)?),
                "currency" => query.filters.currency = Some(plain(name, value)?),
                "sms_subscription" => query.filters.sms_subscription = Some(flag(name, value)?),
                "below_zero" => query.filters.below_zero = flag(name, value)?,
                "registered_from" => query.filters.registered_from = Some(day(name, value)?),
                "registered_to" => query.filters.registered_to = Some(day(name, value)?),
                _ => query.paging.read(name, value)?,
            }
        }
        if let (Some(from), Some(to)) = (&query.filters.registered_from, &query.filters.registered_to)
            && from > to
        {
            let message = format!("The registration period ends ({to}) before it begins ({from}).");
            return Err(Error::bad_address("registered_to", message));
        }
        // By default the newest clients come first. A sort without a direction is ascending.
        query.dir = dir.unwrap_or(if sort.is_some() { Direction::Ascending } else { Direction::Descending });
        query.sort = sort.unwrap_or(Sort::Id);
        Ok(query)
    }

    /// The names and values of the query string, without defaults.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
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
        pairs.extend(self.paging.pairs());
        pairs
    }

    /// A path with the query string: `/clients` for the table, `/clients/export.csv` for the same rows as a file.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same query on another page.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), ..self.clone() }
    }

    /// The first page sorted by a column, or in the reverse direction if it already is.
    #[must_use]
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let dir = if self.sort == sort { self.dir.reversed() } else { Direction::Ascending };
        Self { sort, dir, ..self.on_page(1) }
    }

    /// The folded search.
    #[must_use]
    pub fn needle(&self) -> String {
        fold::fold(&self.q)
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

fn search(value: &str) -> Result<String, Error> {
    let length = value.chars().count();
    if length > LONGEST_TEXT {
        return Err(Error::bad_address(
            "q",
            format!("The search is {length} characters long. Search for at most {LONGEST_TEXT}."),
        ));
    }
    plain("q", value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_newest_ten() {
        assert_eq!(ClientQuery::parse(""), Ok(ClientQuery::default()));
        assert_eq!(ClientQuery::parse("?q=&sort=&page="), Ok(ClientQuery::default()));
    }

    #[test]
    fn an_address_is_parsed_and_written_back() {
        let address = "/clients?q=%D0%9A%D0%B8+%26&property_type=individual&channel=Organic&currency=EUR\
            &sms_subscription=false&below_zero=true&registered_from=2024-02-29&registered_to=2024-03-01\
            &sort=company&dir=desc&page=3&per_page=50";
        let query = ClientQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.q, "Ки &");
        assert_eq!(query.address("/clients"), address);
    }

    #[test]
    fn an_invalid_part_is_named_with_its_valid_values() {
        for (address, part) in [
            ("sort=price", "sms_price"),
            ("dir=up", "asc, desc"),
            ("page=0", "a number from 1"),
            ("page=-1", "a number from 1"),
            ("page=99999999999999999999", "a number from 1"),
            ("per_page=7", "10, 20, 50, 100"),
            ("property_type=robot", "legal_entity"),
            ("below_zero=maybe", "true, false"),
            ("registered_from=2023-02-29", "2024-01-05"),
            ("registered_from=2023-2-9", "2024-01-05"),
            ("registered_from=%D0%B0%D0%B0%D0%B0%D0%B0%D0%B0", "2024-01-05"),
            ("registered_from=2024-02-02&registered_to=2024-02-01", "before it begins"),
            ("q=a%00b", "control characters"),
        ] {
            let error = ClientQuery::parse(address).expect_err(address).to_string();
            assert!(error.contains(part), "{address}: {error}");
        }
        let long = format!("q={}", "a".repeat(10_000));
        assert!(ClientQuery::parse(&long).unwrap_err().to_string().contains("10000 characters"));
    }

    #[test]
    fn sorting_by_the_same_column_reverses_the_direction() {
        let query = ClientQuery::default().sorted_by(Sort::Company);
        assert_eq!((query.sort, query.dir), (Sort::Company, Direction::Ascending));
        assert_eq!(query.sorted_by(Sort::Company).dir, Direction::Descending);
        assert_eq!(ClientQuery::default().sorted_by(Sort::Id).dir, Direction::Ascending);
    }
}
