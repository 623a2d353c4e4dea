//! The queue of all clients' names that wait to be decided.
//!
//! - [`page`]: what the administrator sees; `keys`: what its keys do
//! - [`query`]: what the address asks for; [`api`]: what the page shows
//! - [`forms`]: decides names, here and on a client's tab (native only)
//! - [`store`]: which names are on a page (native only)
//!
//! The names themselves are [`crate::client::names`].

pub mod api;
#[cfg(feature = "ssr")]
pub mod forms;
mod keys;
pub mod page;
mod query;
#[cfg(feature = "ssr")]
pub mod store;

pub use query::QueueQuery;
