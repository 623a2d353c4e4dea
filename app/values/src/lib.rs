//! Small values with rules of their own. They know no other crate of the program, and serve the browser too.
//!
//! - [`address`]: the parts of an address
//! - [`comment`]: comments and reasons
//! - [`money`]: exact amounts, ten-thousandths of a currency
//! - [`country`]: countries by their codes
//! - [`fold`]: text without regard to case, for search and sorting
//! - [`form_answer`]: the outcome of a form that was sent without JavaScript
//! - [`messaging`]: messaging channels
//! - [`share`]: parts of a whole, in per cent
//! - [`period`]: two days, both included
//! - [`links`]: links to web sites and e-mail addresses, as people write them
//! - [`json`]: reads the server's answers in the browser
//! - `labelled_enum`: [`labelled_enum!`] and [`stored_enum!`], enumerations with a word for files and a label for people
//! - [`time`]: moments and days in the platform's time zone
//! - [`error`]: the one error of the program
//!
//! The feature `database` adds all that only the server compiles: SeaORM's types, the calendar and the time zone.

pub mod address;
pub mod comment;
#[cfg(feature = "database")]
pub mod country;
#[cfg(feature = "database")]
mod database;
pub mod error;
pub mod fold;
pub mod form_answer;
pub mod json;
mod labelled_enum;
#[cfg(feature = "database")]
pub mod links;
pub mod messaging;
pub mod money;
#[cfg(feature = "database")]
pub mod period;
pub mod share;
#[cfg(feature = "database")]
pub mod time;

pub use error::Error;
pub use money::Money;
