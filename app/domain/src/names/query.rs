//! The query of a client's names, which the address of the Names tab holds.

use super::NameStatus;
use serde::{Deserialize, Serialize};
use values::{
    Direction, Paging,
    paging::{ListQuery, PageSizes},
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

/// The query of a client's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The page.
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
            paging: Paging::first(Self::SIZES),
            open: None,
            add: None,
        }
    }
}

impl ListQuery for NamesQuery {
    const SIZES: PageSizes = PageSizes { offered: &[10, 20, 50, 100], default: 20 };

    fn paging(&self) -> Paging {
        self.paging
    }

    fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), open: None, add: None, ..self.clone() }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("q", (!self.q.is_empty()).then(|| self.q.clone()));
        push("status", self.status.map(|status| status.word().to_owned()));
        push("questionnaire", self.questionnaire.map(|state| state.word().to_owned()));
        push("sort", (self.sort != default.sort).then(|| self.sort.word().to_owned()));
        push("dir", (self.dir != default.dir).then(|| self.dir.word().to_owned()));
        self.paging.pairs(Self::SIZES).for_each(|(name, value)| push(name, Some(value)));
        push("name", self.open.clone());
        push("add", self.add.as_ref().map(|_| "true".to_owned()));
        push("new_name", self.add.clone().filter(|name| !name.is_empty()));
        pairs
    }
}

impl NamesQuery {
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
    fn sorting_by_the_same_column_reverses_the_direction() {
        let query = NamesQuery::default().sorted_by(Sort::Changed);
        assert_eq!((query.sort, query.dir), (Sort::Changed, Direction::Ascending));
        assert_eq!(query.sorted_by(Sort::Changed).dir, Direction::Descending);
    }
}
