//! The query of a client's ledger, which the address of the Finance tab holds.

use super::EntryKind;
use crate::ids::EntryId;
use serde::{Deserialize, Serialize};
use values::{
    Paging,
    paging::{ListQuery, PageSizes},
};

/// The forms that the part `form` of the address opens: word and title. The word is also the end of the form's address.
pub const FORMS: [(&str, &str); 3] =
    [("credit", "Set credit"), ("top-up", "Top up account"), ("correction", "Correction")];

/// The query of a client's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinanceQuery {
    /// The first day, `2024-01-05`; `None` for that of the default period.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// Only rows of this kind.
    pub kind: Option<EntryKind>,
    /// The page.
    pub paging: Paging,
    /// The transaction whose reversal form is open.
    pub reverse: Option<EntryId>,
}

impl Default for FinanceQuery {
    fn default() -> Self {
        Self { from: None, to: None, kind: None, paging: Paging::first(Self::SIZES), reverse: None }
    }
}

impl ListQuery for FinanceQuery {
    const SIZES: PageSizes = PageSizes { offered: &[10, 20, 50, 100], default: 20 };

    fn paging(&self) -> Paging {
        self.paging
    }

    fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), reverse: None, ..self.clone() }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("from", self.from.clone());
        push("to", self.to.clone());
        push("kind", self.kind.map(|kind| kind.word().to_owned()));
        self.paging.pairs(Self::SIZES).for_each(|(name, value)| push(name, Some(value)));
        push("reverse", self.reverse.map(|id| id.to_string()));
        pairs
    }
}

impl FinanceQuery {
    /// The most rows of a statement in PDF, some 400 pages.
    pub const MOST_PRINTED: u64 = 20_000;

    /// The first page of another period.
    #[must_use]
    pub fn within(&self, from: &str, to: &str) -> Self {
        Self { from: Some(from.to_owned()), to: Some(to.to_owned()), ..self.on_page(1) }
    }
}
