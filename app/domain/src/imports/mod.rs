//! Batches of clients and names from files and calls.
//!
//! - [`client_plan`]: what a batch of clients changes, worked out in memory; [`clients`]: the change
//! - [`names`]: a batch of names

pub mod client_plan;
pub mod clients;
pub mod names;
