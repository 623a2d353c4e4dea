//! The business: clients, their money, their messages and their names. It knows neither pages nor routes.
//!
//! Arrows run down this list only:
//!
//! - [`actor`]: the author of a change; [`database`]: the connections
//! - [`audit`]: the audit record; [`form_answers`]: a form takes effect once; [`intake`]: records from files and calls
//! - [`clients`]: clients, and the index that finds them; [`administrators`]: accounts, sessions, tokens, permissions
//! - [`operators`]: the country and operator of a number; [`mail`]: mail to clients, through an outbox
//! - [`ledger`]: the money; [`names`]: sender names; [`messages`]: messages and roll-ups
//! - [`imports`]: files of clients and names; [`kannel`]: the gateway of that name
//! - [`reports`]: what was sent and what arrived
//! - [`services`]: all of it, put together once
//!
//! A folder reads `mod.rs` (its types), `query.rs` (an address, understood), `store.rs` (its tables), `check.rs` (the
//! recount). All that only the server compiles stands behind the feature `database`.

#[cfg(feature = "database")]
pub mod actor;
pub mod administrators;
#[cfg(feature = "database")]
pub mod audit;
pub mod clients;
#[cfg(feature = "database")]
pub mod database;
#[cfg(feature = "database")]
pub mod form_answers;
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
pub mod reports;
#[cfg(feature = "database")]
pub mod services;
