//! Batches of clients and names from files and calls.
//!
//! - [`client_plan`]: the changes of a batch of clients, worked out in memory; [`clients`]: writes them
//! - [`names`]: a batch of names

pub mod client_plan;
pub mod clients;
pub mod names;
