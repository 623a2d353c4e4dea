//! One client's page.
//!
//! - [`page`]: the heading, the way back and the tabs, around the tab that is open
//! - [`general`]: the General info tab
//! - [`api`]: what the heading shows

pub mod api;
pub mod general;
pub mod page;

use serde::{Deserialize, Serialize};

/// A client's number, from an address.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when it is no number: no client can have it.
pub fn parse_id(id: &str) -> Result<i64, crate::error::Error> {
    id.parse().map_err(|_| no_such_client())
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
}

impl std::fmt::Display for Heading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client {} / {}", self.id, self.login)?;
        self.called.as_ref().map_or(Ok(()), |called| write!(f, " / {called}"))
    }
}
