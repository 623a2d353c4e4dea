//! The query of the queue of names, which its address holds.

use super::{NameStatus, query::Questionnaires};
use crate::ids::ClientId;
use values::{
    Paging,
    address::{address, parts, plain, unknown},
    error::Error,
};

/// The page sizes on offer.
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];

/// The ages on offer in the filter, in days.
pub const AGES: [u32; 4] = [1, 3, 7, 30];

/// The query of the queue of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueQuery {
    /// Only names with this status.
    pub status: NameStatus,
    /// Only names whose questionnaire has this state.
    pub questionnaire: Option<Questionnaires>,
    /// Only names that have had their status for at least this number of days, one of [`AGES`].
    pub older_than: Option<u32>,
    /// The page, whose size is one of the [`PAGE_SIZES`].
    pub paging: Paging,
    /// The client and the name that are open beside the queue.
    pub open: Option<(ClientId, String)>,
}

impl Default for QueueQuery {
    fn default() -> Self {
        Self {
            status: NameStatus::New,
            questionnaire: None,
            older_than: None,
            paging: Paging::new(&PAGE_SIZES, 20),
            open: None,
        }
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
                _ => query.paging.read(name, value)?,
            }
        }
        query.open = client.zip(opened);
        Ok(query)
    }

    /// The names and values of the query string, without defaults.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("status", (self.status != default.status).then(|| self.status.word().to_owned()));
        push("questionnaire", self.questionnaire.map(|state| state.word().to_owned()));
        push("older_than", self.older_than.map(|days| days.to_string()));
        self.paging.pairs().for_each(|(name, value)| push(name, Some(value)));
        push("client", self.open.as_ref().map(|(client, _)| client.to_string()));
        push("name", self.open.as_ref().map(|(_, name)| name.clone()));
        pairs
    }

    /// A path with the query string.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same query on another page, without an open name.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), open: None, ..self.clone() }
    }

    /// The same page with an open name.
    #[must_use]
    pub fn with_open(&self, client: ClientId, name: &str) -> Self {
        Self { open: Some((client, name.to_owned())), paging: self.paging.at(self.paging.page), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_parsed_and_written_back() {
        let address = "/names?status=Rejected&questionnaire=filled&older_than=7&page=3&per_page=50&client=7&name=A%26B";
        let query = QueueQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.open, Some((ClientId(7), "A&B".to_owned())));
        assert_eq!(query.address("/names"), address);
        assert_eq!(QueueQuery::default().address("/names"), "/names");
    }

    #[test]
    fn an_invalid_part_is_named_with_its_valid_values() {
        for (address, expected) in [
            ("status=new", "New, Checked, Rejected, Retired"),
            ("status=Removed", "New, Checked, Rejected, Retired"),
            ("questionnaire=half", "filled, missing"),
            ("older_than=2", "1, 3, 7, 30"),
            ("page=0", "a number from 1"),
            ("per_page=7", "10, 20, 50, 100"),
            ("client=x", "a client's number"),
        ] {
            let error = QueueQuery::parse(address).expect_err(address).to_string();
            assert!(error.contains(expected), "{address}: {error}");
        }
    }
}
