//! `/clients`: the client table.
//!
//! - [`page`]: the table with search, filters and pages; [`api`]: its server function
//! - [`columns`]: the shown columns; [`forms`]: their form without JavaScript (native only)
//! - [`export`]: the table as a file; [`starting`]: the page until the index is loaded (native only)

pub mod api;
pub mod columns;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;
#[cfg(feature = "ssr")]
pub mod starting;
