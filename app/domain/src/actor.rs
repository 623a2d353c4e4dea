//! The author of a change, as the ledger and the audit record name it.

use crate::ids::AdministratorId;

/// An administrator, the command line, or an API client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The administrator's id; `None` for the command line, API clients and failed sign-ins.
    pub administrator: Option<AdministratorId>,
    /// The login at the time of the change, or the API client's name.
    pub login: String,
    /// The network address of the request; empty for the command line.
    pub address: String,
}

impl Actor {
    /// The person who runs the program on the server.
    #[must_use]
    pub fn command_line() -> Self {
        Self::without_account("command line", "")
    }

    /// An API client, or an attempt to sign in.
    #[must_use]
    pub fn without_account(login: &str, address: &str) -> Self {
        Self { administrator: None, login: login.to_owned(), address: address.to_owned() }
    }
}
