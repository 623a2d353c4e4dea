//! `/clients/{id}/statistics/{report}`: the reports.

pub mod api;
#[cfg(feature = "ssr")]
pub mod export;
pub mod page;
mod table;
