//! `/names`: the queue of all clients' names that wait to be decided.

pub mod api;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;
mod shortcuts;
