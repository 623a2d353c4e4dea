//! What the address of the queue asks for.

use super::{NameStatus, Questionnaires};
use values::{
    address::{address, page, page_size, parts, plain, unknown},
    error::Error,
};

/// How many rows a page may have.
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];

/// After how many days a name counts as waiting for long, as the filter offers them.
pub const AGES: [u32; 4] = [1, 3, 7, 30];

/// Which names are asked for: the queue's address, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueQuery {
    /// Only names with this status.
    pub status: NameStatus,
    /// Only names whose questionnaire is so.
    pub questionnaire: Option<Questionnaires>,
    /// Only names that have had their status for at least so many days, one of [`AGES`].
    pub older_than: Option<u32>,
    /// The page, from 1.
    pub page: u64,
    /// Rows a page, one of [`PAGE_SIZES`].
    pub per_page: u64,
    /// A page that was typed, which may be beyond the last: then the last is meant.
    pub go_to: Option<u64>,
    /// The name that is open: whose, and which.
    pub open: Option<(i64, String)>,
}

impl Default for QueueQuery {
    fn default() -> Self {
        Self {
            status: NameStatus::New,
            questionnaire: None,
            older_than: None,
            page: 1,
            per_page: 20,
            go_to: None,
            open: None,
        }
    }
}

impl QueueQuery {
    /// Understands the part of an address behind its question mark.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first part that makes no sense and what it may be.
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
                "page" => query.page = page(name, value)?,
                "go_to" => query.go_to = Some(page(name, value)?),
                "per_page" => query.per_page = page_size(name, value, &PAGE_SIZES)?,
                "client" => {
                    client = Some(value.parse().map_err(|_| unknown(name, value, "a client's number"))?);
                }
                "name" => opened = Some(plain(name, value)?),
                _ => {}
            }
        }
        query.open = client.zip(opened);
        Ok(query)
    }

    /// What the address asks for, as pairs of names and values without those that say the usual.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let usual = Self::default();
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("status", (self.status != usual.status).then(|| self.status.word().to_owned()));
        push("questionnaire", self.questionnaire.map(|state| state.word().to_owned()));
        push("older_than", self.older_than.map(|days| days.to_string()));
        push("page", (self.page != usual.page).then(|| self.page.to_string()));
        push("per_page", (self.per_page != usual.per_page).then(|| self.per_page.to_string()));
        push("client", self.open.as_ref().map(|(client, _)| client.to_string()));
        push("name", self.open.as_ref().map(|(_, name)| name.clone()));
        pairs
    }

    /// The address of the queue.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same names, on another page.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { page, go_to: None, open: None, ..self.clone() }
    }

    /// The same page with a name open.
    #[must_use]
    pub fn with_open(&self, client: i64, name: &str) -> Self {
        Self { open: Some((client, name.to_owned())), go_to: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_and_written_back() {
        let address = "/names?status=Rejected&questionnaire=filled&older_than=7&page=3&per_page=50&client=7&name=A%26B";
        let query = QueueQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.open, Some((7, "A&B".to_owned())));
        assert_eq!(query.address("/names"), address);
        assert_eq!(QueueQuery::default().address("/names"), "/names");
    }

    #[test]
    fn what_makes_no_sense_is_named_with_what_would() {
        for (address, said) in [
            ("status=new", "New, Checked, Rejected, Retired"),
            ("status=Removed", "New, Checked, Rejected, Retired"),
            ("questionnaire=half", "filled, missing"),
            ("older_than=2", "1, 3, 7, 30"),
            ("page=0", "a number from 1"),
            ("per_page=7", "10, 20, 50, 100"),
            ("client=x", "a client's number"),
        ] {
            let error = QueueQuery::parse(address).expect_err(address).to_string();
            assert!(error.contains(said), "{address}: {error}");
        }
    }
}
