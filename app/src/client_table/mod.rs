//! `/clients`: the client table.

pub mod api;
pub mod columns;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;
#[cfg(feature = "ssr")]
pub mod starting;
