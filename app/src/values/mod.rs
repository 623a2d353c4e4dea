//! Small values with rules of their own, used by every feature.
//!
//! - [`address`]: the parts of an address
//! - [`money`]: exact amounts, ten-thousandths of a currency
//! - [`country`]: countries by their codes (native only)
//! - [`fold`]: text without regard to case, for search and sorting
//! - [`messaging`]: by which way messages go
//! - [`share`]: parts of a whole, in per cent
//! - [`period`]: two days, both included
//! - [`links`]: links to web sites and e-mail addresses, as people write them (native only)
//! - [`json`]: what the server answered, read in the browser
//! - `word`: [`crate::word_enum`], enumerations with a word for files and a label for people
//! - [`time`]: moments and days in the platform's time zone (native only)

pub mod address;
#[cfg(feature = "ssr")]
pub mod country;
pub mod fold;
pub mod form_answer;
pub mod json;
#[cfg(feature = "ssr")]
pub mod links;
pub mod messaging;
pub mod money;
#[cfg(feature = "ssr")]
pub mod period;
pub mod share;
#[cfg(feature = "ssr")]
pub mod time;
mod word;

pub use money::Money;
