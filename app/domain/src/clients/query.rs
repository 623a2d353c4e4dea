//! What the address of the client table asks for.

use super::PropertyType;
use values::{
    address::{LONGEST_TEXT, address, day, flag, page, page_size, parts, plain, unknown},
    error::Error,
    fold,
};

values::labelled_enum! {
    /// What the table is sorted by.
    pub enum Sort {
        /// The client's number.
        Id = "id", "ID",
        /// The login.
        Login = "login", "Login",
        /// The company's name.
        Company = "company", "Company",
        /// The client's name.
        Name = "name", "Name",
        /// The price of one message part.
        SmsPrice = "sms_price", "SMS Price",
        /// The money on the account, by number whatever the currency.
        Balance = "balance", "Balance",
        /// How far below zero the balance may go.
        Credit = "credit", "Credit",
        /// Where the registration came from.
        Channel = "channel", "Channel",
    }
}

values::labelled_enum! {
    /// The direction of a sort.
    pub enum Direction {
        /// Smallest first.
        Ascending = "asc", "ascending",
        /// Largest first.
        Descending = "desc", "descending",
    }
}

impl Direction {
    /// The other one.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// How many rows a page of the table may have.
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];

/// Which clients are asked for, in which order: the table's address, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientQuery {
    /// A part of ID, login, company or name; trimmed, empty for all.
    pub q: String,
    /// What leaves clients out.
    pub filters: Filters,
    /// The sorted column.
    pub sort: Sort,
    /// Its direction.
    pub dir: Direction,
    /// The page, from 1.
    pub page: u64,
    /// Rows a page, one of [`PAGE_SIZES`].
    pub per_page: u64,
    /// A page that was typed, which may be beyond the last: then the last is meant.
    pub go_to: Option<u64>,
}

/// Filters of the client table; `None` lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// What the client is, legally.
    pub property_type: Option<PropertyType>,
    /// The kind of channel, as it is written on the client.
    pub channel: Option<String>,
    /// The account's currency.
    pub currency: Option<String>,
    /// Whether the client takes the reseller's mailings.
    pub sms_subscription: Option<bool>,
    /// Only balances below zero.
    pub below_zero: bool,
    /// First day of registration, `2024-01-05`, in the platform's time zone.
    pub registered_from: Option<String>,
    /// Last day of registration.
    pub registered_to: Option<String>,
}

impl Default for ClientQuery {
    fn default() -> Self {
        Self {
            q: String::new(),
            filters: Filters::default(),
            sort: Sort::Id,
            dir: Direction::Descending,
            page: 1,
            per_page: PAGE_SIZES[0],
            go_to: None,
        }
    }
}

impl ClientQuery {
    /// Understands the part of an address behind its question mark. Empty values and names that the table
    /// doesn't know are passed over.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first part that makes no sense and what it may be.
    pub fn parse(address: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        let (mut sort, mut dir) = (None, None);
        for (name, value) in parts(address) {
            let (name, value) = (name.as_str(), value.as_str());
            match name {
                "q" => query.q = search(value)?,
                "sort" => sort = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "dir" => dir = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "page" => query.page = page(name, value)?,
                "go_to" => query.go_to = Some(page(name, value)?),
                "per_page" => query.per_page = page_size(name, value, &PAGE_SIZES)?,
                "property_type" => {
                    query.filters.property_type = Some(value.parse().map_err(|known| unknown(name, value, known))?);
                }
                "channel" => query.filters.channel = Some(plain(name, value)?),
                "currency" => query.filters.currency = Some(plain(name, value)?),
                "sms_subscription" => query.filters.sms_subscription = Some(flag(name, value)?),
                "below_zero" => query.filters.below_zero = flag(name, value)?,
                "registered_from" => query.filters.registered_from = Some(day(name, value)?),
                "registered_to" => query.filters.registered_to = Some(day(name, value)?),
                _ => {}
            }
        }
        if let (Some(from), Some(to)) = (&query.filters.registered_from, &query.filters.registered_to)
            && from > to
        {
            let message = format!("The registration period ends ({to}) before it begins ({from}).");
            return Err(Error::bad_address("registered_to", message));
        }
        // Without a sort the newest come first; a sort without a direction goes up.
        query.dir = dir.unwrap_or(if sort.is_some() { Direction::Ascending } else { Direction::Descending });
        query.sort = sort.unwrap_or(Sort::Id);
        Ok(query)
    }

    /// What the address asks for, as pairs of names and values without those that say the usual.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let usual = Self::default();
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.filters.pairs());
        if (self.sort, self.dir) != (usual.sort, usual.dir) {
            pairs.push(("sort", self.sort.word().to_owned()));
            pairs.push(("dir", self.dir.word().to_owned()));
        }
        if self.page != usual.page {
            pairs.push(("page", self.page.to_string()));
        }
        if self.per_page != usual.per_page {
            pairs.push(("per_page", self.per_page.to_string()));
        }
        pairs
    }

    /// The address of a page below `/clients`: `address("/clients")` is the table, with
    /// `/clients/export.csv` the same rows as a file.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same clients in the same order, on another page.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { page, go_to: None, ..self.clone() }
    }

    /// The first page sorted by a column: the other way round when it is sorted by it already.
    #[must_use]
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let dir = if self.sort == sort { self.dir.turned() } else { Direction::Ascending };
        Self { sort, dir, ..self.on_page(1) }
    }

    /// What the search looks for, without regard to case.
    #[must_use]
    pub fn needle(&self) -> String {
        fold::fold(&self.q)
    }
}

impl Filters {
    /// Whether every client passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many of them are set.
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
    fn an_empty_address_asks_for_the_newest_ten() {
        assert_eq!(ClientQuery::parse(""), Ok(ClientQuery::default()));
        assert_eq!(ClientQuery::parse("?q=&sort=&page="), Ok(ClientQuery::default()));
    }

    #[test]
    fn an_address_is_understood_and_written_back() {
        let address = "/clients?q=%D0%9A%D0%B8+%26&property_type=individual&channel=Organic&currency=EUR\
            &sms_subscription=false&below_zero=true&registered_from=2024-02-29&registered_to=2024-03-01\
            &sort=company&dir=desc&page=3&per_page=50";
        let query = ClientQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.q, "Ки &");
        assert_eq!(query.address("/clients"), address);
    }

    #[test]
    fn what_makes_no_sense_is_named_with_what_would() {
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
    fn a_column_turns_when_it_is_chosen_again() {
        let query = ClientQuery::default().sorted_by(Sort::Company);
        assert_eq!((query.sort, query.dir), (Sort::Company, Direction::Ascending));
        assert_eq!(query.sorted_by(Sort::Company).dir, Direction::Descending);
        assert_eq!(ClientQuery::default().sorted_by(Sort::Id).dir, Direction::Ascending);
    }
}
