//! The Finance tab: balance and credit, what changes them, and the ledger.
//!
//! - [`page`]: what the administrator sees; its forms are in [`panels`]
//! - [`query`]: what the tab's address asks for; [`api`]: what the page shows
//! - [`forms`]: answers the forms (native only)
//! - [`booking`]: what may be booked, and the one way into the ledger (native only)
//! - [`notice`]: what clients are told by mail (native only)
//! - [`store`]: reads the ledger (native only); [`check`]: recounts it (native only)
//! - [`export`]: the same rows as a file (native only)

pub mod api;
#[cfg(feature = "ssr")]
pub mod booking;
#[cfg(feature = "ssr")]
pub mod check;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod ledger_page;
#[cfg(feature = "ssr")]
mod manual;
#[cfg(feature = "ssr")]
mod notice;
pub mod page;
mod panels;
mod query;
#[cfg(feature = "ssr")]
pub mod queue;
#[cfg(feature = "ssr")]
pub mod store;

use crate::values::{Money, form_answer::FormAnswer};
use serde::{Deserialize, Serialize};

pub use query::{FinanceQuery, PAGE_SIZES};

crate::word_enum! {
    /// What a row of the ledger is.
    pub enum EntryKind {
        /// What a client brought along.
        Opening = "opening", "Opening balance",
        /// Money that came in.
        TopUp = "top_up", "Top-up",
        /// Money that is taken off.
        Correction = "correction", "Correction",
        /// Takes another row back.
        Reversal = "reversal", "Reversal",
        /// The cost of messages.
        Mailing = "mailing", "Mailing",
    }
}

impl EntryKind {
    /// Whether a row of this kind can be taken back by another one.
    #[must_use]
    pub fn can_be_reversed(self) -> bool {
        matches!(self, Self::TopUp | Self::Correction | Self::Mailing)
    }
}

/// What the forms begin with, which doesn't change while they are filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// The credit at present, as the form begins with it.
    pub credit: Money,
    /// A new idempotency key for each of the forms Set credit, Top up account and Correction.
    pub keys: [String; 3],
    /// What became of the form that was sent without JavaScript, if one was.
    pub answer: Option<FormAnswer>,
}

/// What the top of the tab shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// The money on the account.
    pub balance: Money,
    /// How far below zero it may go.
    pub credit: Money,
    /// The mail that told the client of the credit, with its state and when that was, if one was written.
    pub notified: Option<String>,
}

/// A period of the ledger, a page of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPage {
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Periods that are one click away: name, first and last day.
    pub quick: Vec<(String, String, String)>,
    /// The balance when the period began.
    pub opening: Money,
    /// The balance when it ended.
    pub closing: Money,
    /// The sums of the rows that are shown on all pages: below zero, above zero.
    pub turnover: (Money, Money),
    /// The same of the rows of other kinds, where one kind is asked for.
    pub others: (Money, Money),
    /// The page.
    pub page: u64,
    /// Rows on all pages.
    pub total: u64,
    /// The page's rows, newest first.
    pub rows: Vec<LedgerRow>,
}

/// The path of the tab.
fn path(id: &str) -> String {
    format!("/clients/{id}/finance")
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Its number within the client.
    pub id: i64,
    /// When it was booked.
    pub at: String,
    /// What it is.
    pub kind: EntryKind,
    /// What it adds to the balance; below zero it takes off.
    pub amount: Money,
    /// The balance after it.
    pub balance: Money,
    /// What people read.
    pub purpose: String,
    /// Who booked it.
    pub author: String,
    /// The row that it takes back.
    pub reverses: Option<i64>,
    /// The row that takes it back.
    pub reversed_by: Option<i64>,
}

/// The form that takes a row back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalDesk {
    /// ISO 4217 code.
    pub currency: String,
    /// The row.
    pub row: LedgerRow,
    /// A new idempotency key.
    pub key: String,
    /// What became of the form when it was sent without JavaScript.
    pub answer: Option<FormAnswer>,
}
