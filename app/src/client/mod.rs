//! One client's page.
//!
//! - [`page`]: the heading, the way back and the tabs, around the tab that is open
//! - [`general`], [`finance`], [`statistics`], [`names`]: the tabs
//! - [`api`]: what the heading shows; [`events`]: tells an open page that the client has changed (native only)
//! - [`forms`]: how the tabs' forms are answered, and [`store`] what became of them (native only)

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
pub mod finance;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod general;
mod live;
pub mod names;
pub mod page;
pub mod statistics;
#[cfg(feature = "ssr")]
pub mod store;

use crate::values::Money;
use serde::{Deserialize, Serialize};

/// A client's number, from an address.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when it is no number: no client can have it.
pub fn parse_id(id: &str) -> Result<i64, crate::error::Error> {
    id.parse().map_err(|_| no_such_client())
}

/// The client of an address.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when there is none.
#[cfg(feature = "ssr")]
pub async fn find_client(
    caller: &crate::admins::visitor::Caller,
    id: &str,
) -> Result<crate::clients::store::client::Model, crate::error::Error> {
    let found = crate::clients::store::find(&caller.services.database, parse_id(id)?).await?;
    found.ok_or_else(no_such_client)
}

/// The error for a client that isn't there.
#[must_use]
pub fn no_such_client() -> crate::error::Error {
    crate::error::Error::NotFound("There is no such client.".to_owned())
}

/// What the heading of a client's page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The client's number.
    pub id: i64,
    /// The login.
    pub login: String,
    /// The company, or the name of a client without one.
    pub called: Option<String>,
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
