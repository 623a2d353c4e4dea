//! The ledger: balance and credit, and every row that changed them.
//!
//! - [`booking`]: the rules of what may be booked, and the one way to write it; [`queue`]: single orders, in batches
//! - [`manual`]: bookings and credits by hand; `notice`: mail about them
//! - [`query`]: the address of the tab, understood; [`page`]: the rows and sums of the tab
//! - [`store`]: reads the ledger; [`check`]: the recount

#[cfg(feature = "database")]
pub mod booking;
#[cfg(feature = "database")]
pub mod check;
#[cfg(feature = "database")]
pub mod manual;
#[cfg(feature = "database")]
mod notice;
#[cfg(feature = "database")]
pub mod page;
pub mod query;
#[cfg(feature = "database")]
pub mod queue;
#[cfg(feature = "database")]
pub mod store;

use serde::{Deserialize, Serialize};
use values::{Money, form_answer::FormAnswer};

pub use query::{FinanceQuery, PAGE_SIZES};

values::stored_enum! {
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
pub struct AccountForms {
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
pub struct AccountSummary {
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
pub struct ReversalForm {
    /// ISO 4217 code.
    pub currency: String,
    /// The row.
    pub row: LedgerRow,
    /// A new idempotency key.
    pub key: String,
    /// What became of the form when it was sent without JavaScript.
    pub answer: Option<FormAnswer>,
}
