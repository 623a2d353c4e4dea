//! One client's page.
//!
//! - [`page`]: the heading, the link back and the tabs, around the tab that is open
//! - [`general`], [`finance`], [`statistics`], [`names`]: the tabs
//! - [`api`]: the heading's server function
//! - `live`: follows the client's changes in the browser; [`events`]: sends them (native only)
//! - [`listed`]: the start of their lists' server functions (native only)

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
pub mod finance;
pub mod general;
#[cfg(feature = "ssr")]
pub mod listed;
pub mod live;
pub mod names;
pub mod page;
pub mod statistics;

use domain::ids::ClientId;
use serde::{Deserialize, Serialize};
use values::Money;

/// The heading of a client's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The client's number.
    pub id: ClientId,
    /// The login.
    pub login: String,
    /// The company, or the name of a client without one.
    pub called: Option<String>,
    /// The name of a client with a company.
    pub name: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// Whether failed attempts to sign in to the cabinet have reached their limit.
    pub blocked: bool,
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// The money on the account.
    pub balance: Money,
    /// How far below zero it may go.
    pub credit: Money,
}

impl std::fmt::Display for Heading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client {} / {}", self.id, self.login)?;
        self.called.as_ref().map_or(Ok(()), |called| write!(f, " / {called}"))
    }
}
