//! The ledger: the clients' balances, and every row that changed them.
//!
//! - [`booking`]: the rules of booking, and the one way to write the ledger; [`queue`]: single orders, in batches
//! - [`manual`]: bookings and credits from forms; `notice`: mail about them
//! - [`query`]: the query of the tab; `parse`: parses its address; [`page`]: the rows and sums of the tab
//! - [`store`]: reads the ledger; [`check`]: the recount
//!
//! A row has running totals that include it: the balance, the sum of debits, and the number and sums of its kind. Rows
//! are numbered without gaps within a client, and their times never decrease. The opening and closing balance, the
//! turnover and the number of rows of any period are therefore the difference of two rows, and a page is a range of
//! numbers. A client with a million rows costs no more than one with ten.
//!
//! A row is never changed. A mistake is reversed by a row that names the other one. The balance of the client changes
//! in the same transaction. An idempotency key is unique within the client, so a repeated form or batch books nothing.
//! Several servers may book at once: clients are locked in the order of their ids.

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
#[cfg(feature = "database")]
mod parse;
pub mod query;
#[cfg(feature = "database")]
pub mod queue;
#[cfg(feature = "database")]
pub mod store;

use crate::ids::EntryId;
use serde::{Deserialize, Serialize};
use values::{Money, calendar::PeriodChoices, form_answer::FormAnswer};

values::stored_enum! {
    /// The kind of a row of the ledger.
    pub enum EntryKind {
        /// The balance that a new client begins with.
        Opening = "opening", "Opening balance",
        /// Money that came in.
        TopUp = "top_up", "Top-up",
        /// Money that is taken off.
        Correction = "correction", "Correction",
        /// Reverses another row.
        Reversal = "reversal", "Reversal",
        /// The cost of messages.
        Mailing = "mailing", "Mailing",
    }
}

impl EntryKind {
    /// Whether a row of this kind can be reversed.
    #[must_use]
    pub fn can_be_reversed(self) -> bool {
        matches!(self, Self::TopUp | Self::Correction | Self::Mailing)
    }
}

/// The first values of Set credit, Top up account or Correction. They don't change while the form is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountForms {
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// The current balance.
    pub balance: Money,
    /// The current credit.
    pub credit: Money,
    /// A new idempotency key.
    pub key: String,
    /// The outcome of a form that was sent without JavaScript, if there was one.
    pub answer: Option<FormAnswer>,
}

/// The summary at the top of the tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSummary {
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// The balance of the account.
    pub balance: Money,
    /// How far the balance may go below zero.
    pub credit: Money,
    /// The state and time of the newest mail about the credit, if there is one.
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
    /// Today and usual periods.
    pub choices: PeriodChoices,
    /// The balance at the beginning of the period.
    pub opening: Money,
    /// The balance at its end.
    pub closing: Money,
    /// The sums of the matching rows on all pages: amounts below zero, amounts above zero.
    pub turnover: (Money, Money),
    /// The same sums of rows of other kinds, if the query filters by kind.
    pub others: (Money, Money),
    /// The number of rows on all pages.
    pub total: u64,
    /// The page's rows, newest first.
    pub rows: Vec<LedgerRow>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Its number within the client.
    pub id: EntryId,
    /// The time of booking.
    pub at: String,
    /// The kind.
    pub kind: EntryKind,
    /// The change of the balance; below zero it decreases.
    pub amount: Money,
    /// The balance after it.
    pub balance: Money,
    /// The text for people.
    pub purpose: String,
    /// The administrator or program that booked it.
    pub author: String,
    /// The row that this one reverses.
    pub reverses: Option<EntryId>,
    /// The row that reverses this one.
    pub reversed_by: Option<EntryId>,
}

/// The form that reverses a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalForm {
    /// ISO 4217 code.
    pub currency: String,
    /// The row.
    pub row: LedgerRow,
    /// A new idempotency key.
    pub key: String,
    /// The outcome of the form when it was sent without JavaScript.
    pub answer: Option<FormAnswer>,
}
