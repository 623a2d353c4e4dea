//! Clients, and the index that searches a million of them.
//!
//! - [`query`]: the query of the client table; `parse`: parses its address; [`index`]: the clients of a query
//! - [`fields`]: the table of a client's fields; [`store`]: the database's tables, and the feed of changes
//! - [`edit`]: changes by administrators

#[cfg(feature = "database")]
pub mod edit;
#[cfg(feature = "database")]
pub mod fields;
#[cfg(feature = "database")]
pub mod index;
#[cfg(feature = "database")]
pub(crate) mod parse;
pub mod query;
#[cfg(feature = "database")]
pub mod store;

use crate::ids::ClientId;
use serde::{Deserialize, Serialize};
use values::{Money, error::Error};

/// Parses a client's id in an address.
///
/// # Errors
/// [`Error::NotFound`] for an invalid one.
pub fn parse_id(id: &str) -> Result<ClientId, Error> {
    id.parse().map_err(|_| no_such_client())
}

/// The error for a client that doesn't exist.
#[must_use]
pub fn no_such_client() -> Error {
    Error::NotFound("There is no such client.".to_owned())
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRow {
    /// The client's id.
    pub id: ClientId,
    /// The login, a phone number as text.
    pub login: String,
    /// The company's name.
    pub company: Option<String>,
    /// The client's name.
    pub name: Option<String>,
    /// The price of one message part.
    pub sms_price: Option<Money>,
    /// The account's balance.
    pub balance: Money,
    /// How far below zero the balance may go.
    pub credit: Money,
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// The marketing channel of the registration.
    pub channel: Option<String>,
    /// The source within the channel.
    pub channel_source: Option<String>,
}

/// A page of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientList {
    /// The page's rows, sorted.
    pub rows: Vec<ClientRow>,
    /// The number of rows on all pages.
    pub total: u64,
    /// The clients and balances in each currency on all pages.
    pub sums: Vec<CurrencySum>,
    /// The choices of the filters.
    pub choices: Choices,
    /// The clients whose ID or login is the search.
    pub exact: Vec<ClientId>,
}

/// The clients of one currency among those of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencySum {
    /// ISO 4217 code.
    pub currency: String,
    /// The number of clients.
    pub clients: u64,
    /// The exact sum of their balances as text (`-1,234.5000`), since it may exceed [`Money`].
    pub balance: String,
}

/// The choices of the filters: the values that clients have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Marketing channels, sorted.
    pub channels: Vec<String>,
    /// Currencies, sorted.
    pub currencies: Vec<String>,
}

values::stored_enum! {
    /// The legal form of a client.
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
    /// The activation of a client's account.
    pub enum Activation {
        /// Needs no activation.
        NotRequired = "not_required", "not required",
        /// Needs activation.
        Required = "required", "required",
        /// Is activated.
        Done = "done", "done",
    }
}

values::stored_enum! {
    /// The messages that a client pays for.
    pub enum BillingMode {
        /// Every sent message.
        Sent = "sent", "per sent",
        /// Every delivered message.
        Delivered = "delivered", "per delivered",
    }
}
