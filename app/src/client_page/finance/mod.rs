//! `/clients/{id}/finance`: balance and credit, the forms that change them, and the ledger.

mod account_forms;
pub mod api;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;

/// The path of the tab.
fn path(id: &str) -> String {
    format!("/clients/{id}/finance")
}
