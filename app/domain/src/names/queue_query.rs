//! The query of the queue of names, which its address holds.

use super::{NameStatus, query::Questionnaires};
use crate::ids::ClientId;
use serde::{Deserialize, Serialize};
use values::{
    Direction, Paging,
    paging::{ListQuery, PageSizes},
};

values::labelled_enum! {
    /// The sorted column.
    pub enum QueueSort {
        /// The time of the last change of status.
        Since = "since", "Since",
        /// The name, ignoring case.
        Name = "name", "Name",
        /// The name of the client, ignoring case.
        Client = "client", "Client",
        /// The state of the questionnaire.
        Questionnaire = "questionnaire", "Questionnaire",
    }
}

/// The ages on offer in the filter, in days.
pub const AGES: [u32; 4] = [1, 3, 7, 30];

/// The query of the queue of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueQuery {
    /// A part of the name, or a search for its client as in the client table. Empty for all names.
    pub q: String,
    /// Only names with this status.
    pub status: NameStatus,
    /// Only names whose questionnaire has this state.
    pub questionnaire: Option<Questionnaires>,
    /// Only names that have had their status for at least this number of days, one of [`AGES`].
    pub older_than: Option<u32>,
    /// The sorted column.
    pub sort: QueueSort,
    /// The direction of the sort.
    pub dir: Direction,
    /// The page.
    pub paging: Paging,
    /// The client and the name that are open beside the queue.
    pub open: Option<(ClientId, String)>,
}

impl Default for QueueQuery {
    fn default() -> Self {
        Self {
            q: String::new(),
            status: NameStatus::New,
            questionnaire: None,
            older_than: None,
            sort: QueueSort::Since,
            dir: Direction::Ascending,
            paging: Paging::first(Self::SIZES),
            open: None,
        }
    }
}

impl ListQuery for QueueQuery {
    const SIZES: PageSizes = PageSizes { offered: &[10, 20, 50, 100], default: 20 };

    fn paging(&self) -> Paging {
        self.paging
    }

    fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), open: None, ..self.clone() }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("q", (!self.q.is_empty()).then(|| self.q.clone()));
        push("status", (self.status != default.status).then(|| self.status.word().to_owned()));
        push("questionnaire", self.questionnaire.map(|state| state.word().to_owned()));
        push("older_than", self.older_than.map(|days| days.to_string()));
        push("sort", (self.sort != default.sort).then(|| self.sort.word().to_owned()));
        push("dir", (self.dir != default.dir).then(|| self.dir.word().to_owned()));
        self.paging.pairs(Self::SIZES).for_each(|(name, value)| push(name, Some(value)));
        push("client", self.open.as_ref().map(|(client, _)| client.to_string()));
        push("name", self.open.as_ref().map(|(_, name)| name.clone()));
        pairs
    }
}

impl QueueQuery {
    /// The first page sorted by a column, or in the reverse direction if it already is.
    #[must_use]
    pub fn sorted_by(&self, sort: QueueSort) -> Self {
        let reverse = self.sort == sort && self.dir == Direction::Ascending;
        let dir = if reverse { Direction::Descending } else { Direction::Ascending };
        Self { sort, dir, ..self.on_page(1) }
    }

    /// The same page with an open name.
    #[must_use]
    pub fn with_open(&self, client: ClientId, name: &str) -> Self {
        Self { open: Some((client, name.to_owned())), paging: self.paging.at(self.paging.page), ..self.clone() }
    }
}
