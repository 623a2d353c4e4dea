//! The business: clients, their money, their messages and their names. It knows neither pages nor routes.
//!
//! A module uses only those above it:
//!
//! - [`ids`]: the ids of clients, transactions and the like
//! - [`actor`]: the author of a change; [`database`]: the connections
//! - [`batch_queue`]: a queue of single items that are written in batches
//! - [`audit`]: the audit record; [`form_answers`]: a form takes effect once; [`intake`]: records from files and calls
//! - [`clients`]: clients, and the index that finds them; [`administrators`]: accounts, sessions, tokens, permissions
//! - [`operators`]: the country and operator of a number; [`mail`]: mail to clients, through an outbox
//! - [`ledger`]: the money; [`names`]: sender names; [`messages`]: messages and roll-ups
//! - [`imports`]: files of clients and names; [`kannel`]: the SMS gateway Kannel
//! - [`reports`]: statistics of sent and delivered messages
//! - [`services`]: the state that requests share
//! - [`search`]: clients and sender IDs by what is typed into one box
//! - [`views`]: saved views of lists and reports
//!
//! In a folder, `mod.rs` has the types, `query.rs` the query of an address, and `parse.rs` parses the address. `store.rs`
//! has the tables, and `check.rs` verifies stored totals. Code for the server alone is behind the feature `database`.

#[cfg(feature = "database")]
pub mod actor;
pub mod administrators;
#[cfg(feature = "database")]
pub mod audit;
#[cfg(feature = "database")]
pub mod batch_queue;
pub mod clients;
#[cfg(feature = "database")]
pub mod database;
#[cfg(feature = "database")]
pub mod form_answers;
pub mod ids;
#[cfg(feature = "database")]
pub mod imports;
#[cfg(feature = "database")]
pub mod intake;
#[cfg(feature = "database")]
pub mod kannel;
pub mod ledger;
#[cfg(feature = "database")]
pub mod mail;
pub mod messages;
pub mod names;
#[cfg(feature = "database")]
pub mod operators;
#[cfg(feature = "database")]
pub mod policy;
pub mod reports;
pub mod search;
#[cfg(feature = "database")]
pub mod services;
pub mod views;
