//! `/names`: the queue of all clients' names that wait to be decided.
//!
//! - [`page`]: the queue, and the name that is open; [`shortcuts`]: its keys
//! - [`api`]: the server functions; [`forms`]: decides names; [`export`]: the queue as a file (both native only)

pub mod api;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;
mod shortcuts;
