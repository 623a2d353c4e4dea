//! Small types with rules of their own, for the server and the browser. They use no other crate of the program.
//!
//! - [`address`]: the query string of an address; [`answer`]: what the server answers to it
//! - [`calendar`]: the days of the calendar, for the browser
//! - [`comment`]: comments and reasons
//! - [`country`]: countries by their codes
//! - `database`: HTTP statuses and database causes of errors, decimals of money
//! - [`direction`]: the direction of a sort
//! - [`error`]: the error type of the program
//! - [`fold`]: case folding for sorting, plain letters for searching; [`needles`]: the words of a search
//! - [`form_answer`]: the outcome of a form
//! - `id`: [`id!`], ids as types
//! - [`json`]: a small JSON reader for the browser
//! - [`mod@labelled_enum`]: [`labelled_enum!`] and [`stored_enum!`], enumerations of variants with a word and a label
//! - [`links`]: links to websites and email addresses
//! - [`messaging`]: messaging channels
//! - [`money`]: exact amounts, in ten-thousandths of a currency
//! - [`paging`]: pages of a list, and its query
//! - [`period`]: a first and a last day
//! - [`share`]: parts of a whole, in per cent
//! - [`time`]: moments and days in the platform's time zone
//!
//! The feature `database` adds the parts that only the server compiles: SeaORM types, the calendar and the time zone.

pub mod address;
pub mod answer;
pub mod calendar;
pub mod comment;
#[cfg(feature = "database")]
pub mod country;
#[cfg(feature = "database")]
mod database;
pub mod direction;
pub mod error;
pub mod fold;
pub mod form_answer;
mod id;
pub mod json;
pub mod labelled_enum;
#[cfg(feature = "database")]
pub mod links;
pub mod messaging;
pub mod money;
pub mod needles;
pub mod paging;
#[cfg(feature = "database")]
pub mod period;
pub mod share;
#[cfg(feature = "database")]
pub mod time;

pub use direction::Direction;
pub use error::Error;
pub use money::Money;
pub use paging::Paging;
