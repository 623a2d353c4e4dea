//! Parses the address of the client table.

use super::query::{ClientQuery, Sort};
use values::{
    Direction,
    address::{LONGEST_TEXT, day, flag, parts, plain, unknown},
    error::Error,
    paging::ListQuery as _,
};

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
                _ => query.paging.read(Self::SIZES, name, value)?,
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
}

/// Reads a search.
///
/// # Errors
/// [`Error::BadAddress`] if it is too long or has control characters.
pub fn search(value: &str) -> Result<String, Error> {
    let length = value.chars().count();
    if length > LONGEST_TEXT {
        return Err(Error::bad_address(
            "q",
            format!("Search for at most {LONGEST_TEXT} characters. This has {length}."),
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
        assert!(ClientQuery::parse(&long).unwrap_err().to_string().contains("This has 10000"));
    }
}
