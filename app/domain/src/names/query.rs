//! The query of a client's names, which the address of the Names tab holds.

use super::NameStatus;
use values::{
    Direction, Paging,
    address::{address, flag, parts, plain, unknown},
    error::Error,
};

values::labelled_enum! {
    /// The sorted column.
    pub enum Sort {
        /// The name, ignoring case.
        Name = "name", "Name",
        /// The status.
        Status = "status", "Status",
        /// The state of the questionnaire.
        Questionnaire = "questionnaire", "Questionnaire",
        /// The time of the last change of status.
        Changed = "changed", "Status changed",
    }
}

values::labelled_enum! {
    /// The state of a questionnaire.
    pub enum Questionnaires {
        /// All fields are filled in.
        Filled = "filled", "Filled",
        /// Some fields are missing.
        Missing = "missing", "Not filled",
    }
}

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

/// The page sizes on offer.
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];

/// The query of a client's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesQuery {
    /// A part of the name, trimmed. Empty for all names.
    pub q: String,
    /// Only names with this status; `None` for all except retired ones.
    pub status: Option<NameStatus>,
    /// Only names whose questionnaire has this state.
    pub questionnaire: Option<Questionnaires>,
    /// The sorted column.
    pub sort: Sort,
    /// The direction of the sort.
    pub dir: Direction,
    /// The page, whose size is one of the [`PAGE_SIZES`].
    pub paging: Paging,
    /// The name that is open beside the table.
    pub open: Option<String>,
    /// The first value of the form that adds a name, if the form is open.
    pub add: Option<String>,
}

impl Default for NamesQuery {
    fn default() -> Self {
        Self {
            q: String::new(),
            status: None,
            questionnaire: None,
            sort: Sort::Name,
            dir: Direction::Ascending,
            paging: Paging::new(&PAGE_SIZES, 20),
            open: None,
            add: None,
        }
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
                _ => query.paging.read(name, value)?,
            }
        }
        Ok(query)
    }

    /// The names and values of the query string, without defaults.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("q", (!self.q.is_empty()).then(|| self.q.clone()));
        push("status", self.status.map(|status| status.word().to_owned()));
        push("questionnaire", self.questionnaire.map(|state| state.word().to_owned()));
        push("sort", (self.sort != default.sort).then(|| self.sort.word().to_owned()));
        push("dir", (self.dir != default.dir).then(|| self.dir.word().to_owned()));
        self.paging.pairs().for_each(|(name, value)| push(name, Some(value)));
        push("name", self.open.clone());
        push("add", self.add.as_ref().map(|_| "true".to_owned()));
        push("new_name", self.add.clone().filter(|name| !name.is_empty()));
        pairs
    }

    /// A path with the query string.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same query on another page, with nothing open.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), open: None, add: None, ..self.clone() }
    }

    /// The first page sorted by a column, or in the reverse direction if it already is.
    #[must_use]
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let dir = if self.sort == sort { self.dir.reversed() } else { Direction::Ascending };
        Self { sort, dir, ..self.on_page(1) }
    }

    /// The same page with an open name.
    #[must_use]
    pub fn with_open(&self, name: &str) -> Self {
        Self { open: Some(name.to_owned()), ..self.on_page(self.paging.page) }
    }

    /// The same page with the form that adds a name, filled in with `name`.
    #[must_use]
    pub fn adding(&self, name: &str) -> Self {
        Self { add: Some(name.to_owned()), ..self.on_page(self.paging.page) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn sorting_by_the_same_column_reverses_the_direction() {
        let query = NamesQuery::default().sorted_by(Sort::Changed);
        assert_eq!((query.sort, query.dir), (Sort::Changed, Direction::Ascending));
        assert_eq!(query.sorted_by(Sort::Changed).dir, Direction::Descending);
    }
}
