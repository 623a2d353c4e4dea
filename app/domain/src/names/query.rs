//! What the address of the Names tab asks for.

use super::NameStatus;
use crate::clients::Direction;
use values::{
    address::{address, flag, page, page_size, parts, plain, unknown},
    error::Error,
};

values::labelled_enum! {
    /// What the table is sorted by.
    pub enum Sort {
        /// The name, without regard to case.
        Name = "name", "Name",
        /// What became of it.
        Status = "status", "Status",
        /// Whether the questionnaire is filled in.
        Questionnaire = "questionnaire", "Questionnaire",
        /// When the status last changed.
        Changed = "changed", "Status changed",
    }
}

values::labelled_enum! {
    /// How a questionnaire may be.
    pub enum Questionnaires {
        /// All of it is there.
        Filled = "filled", "Filled",
        /// Some of it is missing.
        Missing = "missing", "Not filled",
    }
}

impl NameStatus {
    /// The status with a word, if it is one that people see.
    ///
    /// # Errors
    /// What would have been understood.
    pub fn shown(word: &str) -> Result<Self, String> {
        let known = || Self::SHOWN.iter().map(|status| status.word()).collect::<Vec<_>>().join(", ");
        word.parse().ok().filter(|status| Self::SHOWN.contains(status)).ok_or_else(known)
    }
}

/// How many rows a page may have.
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];

/// Which names of a client are asked for: the tab's address, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesQuery {
    /// A part of the name; trimmed, empty for all.
    pub q: String,
    /// Only names with this status; otherwise all but retired ones.
    pub status: Option<NameStatus>,
    /// Only names whose questionnaire is so.
    pub questionnaire: Option<Questionnaires>,
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
    /// The name that is open.
    pub open: Option<String>,
    /// Whether a name is about to be added, and what it is called so far.
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
            page: 1,
            per_page: 20,
            go_to: None,
            open: None,
            add: None,
        }
    }
}

impl NamesQuery {
    /// Understands the part of an address behind its question mark.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first part that makes no sense and what it may be.
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
                "page" => query.page = page(name, value)?,
                "go_to" => query.go_to = Some(page(name, value)?),
                "per_page" => query.per_page = page_size(name, value, &PAGE_SIZES)?,
                "name" => query.open = Some(plain(name, value)?),
                "add" if flag(name, value)? => query.add = Some(query.add.unwrap_or_default()),
                "new_name" => query.add = Some(plain(name, value)?),
                _ => {}
            }
        }
        Ok(query)
    }

    /// What the address asks for, as pairs of names and values without those that say the usual.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let usual = Self::default();
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("q", (!self.q.is_empty()).then(|| self.q.clone()));
        push("status", self.status.map(|status| status.word().to_owned()));
        push("questionnaire", self.questionnaire.map(|state| state.word().to_owned()));
        push("sort", (self.sort != usual.sort).then(|| self.sort.word().to_owned()));
        push("dir", (self.dir != usual.dir).then(|| self.dir.word().to_owned()));
        push("page", (self.page != usual.page).then(|| self.page.to_string()));
        push("per_page", (self.per_page != usual.per_page).then(|| self.per_page.to_string()));
        push("name", self.open.clone());
        push("add", self.add.as_ref().map(|_| "true".to_owned()));
        push("new_name", self.add.clone().filter(|name| !name.is_empty()));
        pairs
    }

    /// The address of the tab, or of what stands beside it.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same table, on another page, with nothing open.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { page, go_to: None, open: None, add: None, ..self.clone() }
    }

    /// The first page sorted by a column: the other way round when it is sorted by it already.
    #[must_use]
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let dir = if self.sort == sort { self.dir.turned() } else { Direction::Ascending };
        Self { sort, dir, ..self.on_page(1) }
    }

    /// The same table with a name open.
    #[must_use]
    pub fn with_open(&self, name: &str) -> Self {
        Self { open: Some(name.to_owned()), ..self.on_page(self.page) }
    }

    /// The same table with the form that adds a name, which begins with this one.
    #[must_use]
    pub fn adding(&self, name: &str) -> Self {
        Self { add: Some(name.to_owned()), ..self.on_page(self.page) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_and_written_back() {
        let address = "/n?q=sh&status=New&questionnaire=missing&sort=changed&dir=desc&page=3&per_page=50&name=A%26B";
        let query = NamesQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.open.as_deref(), Some("A&B"));
        assert_eq!(query.address("/n"), address);
        assert_eq!(NamesQuery::default().address("/n"), "/n");
        let adding = NamesQuery::default().adding("Shop");
        assert_eq!(NamesQuery::parse(adding.address("/n").split_once('?').unwrap().1), Ok(adding));
    }

    #[test]
    fn what_makes_no_sense_is_named_with_what_would() {
        for (address, said) in [
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
            assert!(error.contains(said), "{address}: {error}");
        }
    }

    #[test]
    fn a_column_turns_when_it_is_chosen_again() {
        let query = NamesQuery::default().sorted_by(Sort::Changed);
        assert_eq!((query.sort, query.dir), (Sort::Changed, Direction::Ascending));
        assert_eq!(query.sorted_by(Sort::Changed).dir, Direction::Descending);
    }
}
