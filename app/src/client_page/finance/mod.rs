//! `/clients/{id}/finance`: balance and credit, the forms that change them, and the ledger.
//!
//! - [`page`]: the tab; `account_forms`: its forms; `paper`: its print; [`api`]: its server functions
//! - [`forms`]: answers the forms; [`export`]: the ledger as a file; [`statement`]: the ledger in PDF (native only)

mod account_forms;
pub mod api;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;
mod paper;
#[cfg(feature = "ssr")]
pub mod statement;

use leptos::prelude::RwSignal;
use values::Money;

/// The current balance and credit, once they are known.
#[derive(Clone, Copy, Debug)]
struct Standing(RwSignal<Option<(Money, Money)>>);

/// The id of the statement's place on the page.
const TRANSACTIONS: &str = "transactions";

/// The path of the tab.
fn path(id: &str) -> String {
    format!("/clients/{id}/finance")
}
