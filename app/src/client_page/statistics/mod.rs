//! `/clients/{id}/statistics/{report}`: the reports.
//!
//! - [`page`]: the tab; `table`: its table; [`api`]: its server function
//! - [`export`]: a report as a file (native only)

pub mod api;
#[cfg(feature = "ssr")]
pub mod export;
pub mod page;
mod table;
