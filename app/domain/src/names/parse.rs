//! Parses the addresses of the Names tab and of the queue.

use super::{
    NameStatus,
    query::NamesQuery,
    queue_query::{AGES, QueueQuery},
};
use values::{
    address::{flag, parts, plain, unknown},
    error::Error,
    paging::ListQuery as _,
};

impl NameStatus {
    /// Parses the word of a status that pages show.
    ///
    /// # Errors
    /// The valid words.
    pub fn shown(word: &str) -> Result<Self, String> {
        let known = || Self::SHOWN.iter().map(|status| status.word()).collect::<Vec<_>>().join(", ");
        word.parse().ok().filter(|status| Self::SHOWN.contains(status)).ok_or_else(known)
    }
}

impl NamesQuery {
    /// Parses the query string of an address.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first invalid part and its valid values.
    pub fn parse(address: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        for (name, value) in parts(address) {
            let (name, value) = (name.as_str(), value.as_str());
            match name {
                "q" => query.q = plain(name, value)?,
                "status" => {
                    query.status = Some(NameStatus::shown(value).map_err(|known| unknown(name, value, known))?);
                }
                "questionnaire" => {
                    query.questionnaire = Some(value.parse().map_err(|known| unknown(name, value, known))?);
                }
                "sort" => query.sort = value.parse().map_err(|known| unknown(name, value, known))?,
                "dir" => query.dir = value.parse().map_err(|known| unknown(name, value, known))?,
                "name" => query.open = Some(plain(name, value)?),
                "add" if flag(name, value)? => query.add = Some(query.add.unwrap_or_default()),
                "new_name" => query.add = Some(plain(name, value)?),
                _ => query.paging.read(Self::SIZES, name, value)?,
            }
        }
        Ok(query)
    }
}

impl QueueQuery {
    /// Parses the query string of an address.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first invalid part and its valid values.
    pub fn parse(address: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        let (mut client, mut opened) = (None, None);
        for (name, value) in parts(address) {
            let (name, value) = (name.as_str(), value.as_str());
            match name {
                "q" => query.q = plain(name, value)?,
                "sort" => query.sort = value.parse().map_err(|known| unknown(name, value, known))?,
                "dir" => query.dir = value.parse().map_err(|known| unknown(name, value, known))?,
                "status" => {
                    query.status = NameStatus::shown(value).map_err(|known| unknown(name, value, known))?;
                }
                "questionnaire" => {
                    query.questionnaire = Some(value.parse().map_err(|known| unknown(name, value, known))?);
                }
                "older_than" => {
                    let days = value.parse().ok().filter(|days| AGES.contains(days));
                    query.older_than = Some(days.ok_or_else(|| unknown(name, value, "1, 3, 7, 30"))?);
                }
                "client" => {
                    client = Some(value.parse().map_err(|_| unknown(name, value, "a client's number"))?);
                }
                "name" => opened = Some(plain(name, value)?),
                _ => query.paging.read(Self::SIZES, name, value)?,
            }
        }
        query.open = client.zip(opened);
        Ok(query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientId;

    #[test]
    fn an_address_is_parsed_and_written_back() {
        let address = "/n?q=sh&status=New&questionnaire=missing&sort=changed&dir=desc&page=3&per_page=50&name=A%26B";
        let query = NamesQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.open.as_deref(), Some("A&B"));
        assert_eq!(query.address("/n"), address);
        assert_eq!(NamesQuery::default().address("/n"), "/n");
        let adding = NamesQuery::default().adding("Shop");
        assert_eq!(NamesQuery::parse(adding.address("/n").split_once('?').unwrap().1), Ok(adding));
    }

    #[test]
    fn an_invalid_part_is_named_with_its_valid_values() {
        for (address, expected) in [
            ("status=Removed", "New, Checked, Rejected, Retired"),
            ("questionnaire=x", "filled, missing"),
            ("sort=sent", "name, status, questionnaire, changed"),
            ("dir=up", "asc, desc"),
            ("page=0", "a number from 1"),
            ("per_page=7", "10, 20, 50, 100"),
            ("name=a%00b", "without control characters"),
            ("add=perhaps", "true, false"),
        ] {
            let error = NamesQuery::parse(address).expect_err(address).to_string();
            assert!(error.contains(expected), "{address}: {error}");
        }
    }

    #[test]
    fn an_address_of_the_queue_is_parsed_and_written_back() {
        let address = "/names?q=sh&status=Rejected&questionnaire=filled&older_than=7&sort=client&dir=desc&page=3\
                       &per_page=50&client=7&name=A%26B";
        let query = QueueQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.open, Some((ClientId(7), "A&B".to_owned())));
        assert_eq!(query.address("/names"), address);
        assert_eq!(QueueQuery::default().address("/names"), "/names");
    }

    #[test]
    fn an_invalid_part_of_the_queue_is_named_with_its_valid_values() {
        for (address, expected) in [
            ("status=new", "New, Checked, Rejected, Retired"),
            ("status=Removed", "New, Checked, Rejected, Retired"),
            ("questionnaire=half", "filled, missing"),
            ("older_than=2", "1, 3, 7, 30"),
            ("sort=sent", "since, name, client, questionnaire"),
            ("dir=up", "asc, desc"),
            ("page=0", "a number from 1"),
            ("per_page=7", "10, 20, 50, 100"),
            ("client=x", "a client's number"),
        ] {
            let error = QueueQuery::parse(address).expect_err(address).to_string();
            assert!(error.contains(expected), "{address}: {error}");
        }
    }
}
