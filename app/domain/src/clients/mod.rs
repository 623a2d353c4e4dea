//! Clients, and the index that finds one among a million.
//!
//! - [`query`]: the address of the client table, understood; [`index`]: the clients of a query
//! - [`store`]: the tables, and the feed of changes; [`record`]: a client in files and calls
//! - [`profile`]: the fields of the profile; [`edit`]: changes by hand

#[cfg(feature = "database")]
pub mod edit;
#[cfg(feature = "database")]
pub mod index;
pub mod profile;
pub mod query;
#[cfg(feature = "database")]
pub mod record;
#[cfg(feature = "database")]
pub mod store;

use serde::{Deserialize, Serialize};
use values::{Money, error::Error};

pub use query::{ClientQuery, Filters, PAGE_SIZES, Sort};

/// The client's number in an address.
///
/// # Errors
/// [`Error::NotFound`] for anything that isn't one.
pub fn parse_id(id: &str) -> Result<i64, Error> {
    id.parse().map_err(|_| no_such_client())
}

/// The error for a client that isn't there.
#[must_use]
pub fn no_such_client() -> Error {
    Error::NotFound("There is no such client.".to_owned())
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRow {
    /// The client's number.
    pub id: i64,
    /// The login, a phone number as text.
    pub login: String,
    /// The company's name.
    pub company: Option<String>,
    /// The client's name.
    pub name: Option<String>,
    /// The price of one message part.
    pub sms_price: Option<Money>,
    /// The money on the account.
    pub balance: Money,
    /// How far below zero the balance may go.
    pub credit: Money,
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// Where the registration came from: the kind.
    pub channel: Option<String>,
    /// Where the registration came from: the source.
    pub channel_source: Option<String>,
}

/// A page of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientList {
    /// Which page it is: the last one where a page beyond it was typed.
    pub page: u64,
    /// The page's rows, in order.
    pub rows: Vec<ClientRow>,
    /// Rows on all pages.
    pub total: u64,
    /// What the filters offer.
    pub choices: Choices,
}

/// What the filters offer: the values that clients have at present.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Kinds of channel, sorted.
    pub channels: Vec<String>,
    /// Currencies, sorted.
    pub currencies: Vec<String>,
}

values::stored_enum! {
    /// What a client is, legally.
    pub enum PropertyType {
        /// A company.
        LegalEntity = "legal_entity", "Legal entity",
        /// A person.
        Individual = "individual", "Individual",
        /// A person in business.
        Entrepreneur = "entrepreneur", "Entrepreneur",
    }
}

values::stored_enum! {
    /// Whether a client's account must be activated, and is.
    pub enum Activation {
        /// It need not be.
        NotRequired = "not_required", "not required",
        /// It must be, and isn't yet.
        Required = "required", "required",
        /// It is.
        Done = "done", "done",
    }
}

values::stored_enum! {
    /// Which messages a client pays for.
    pub enum BillingMode {
        /// Every message that was sent.
        Sent = "sent", "per sent",
        /// Those that were delivered.
        Delivered = "delivered", "per delivered",
    }
}
