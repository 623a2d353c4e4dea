//! `/clients/{id}/statistics/{report}`: the reports.
//!
//! - [`page`]: the tab; `drawing`: its chart; `table`: its table; [`api`]: its server function
//! - [`export`]: a report as a file (native only)

pub mod api;
mod drawing;
#[cfg(feature = "ssr")]
pub mod export;
pub mod page;
mod table;

use domain::reports::Kind;

/// The path of a client's report.
fn path(id: &str, kind: Kind) -> String {
    format!("/clients/{id}/statistics/{}", kind.word())
}
