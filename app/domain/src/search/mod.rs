//! Finds clients and sender IDs by what is typed into one box. [`find`] answers from the index of clients and that of
//! the names' table.

#[cfg(feature = "database")]
pub mod find;

use crate::{ids::ClientId, names::NameStatus};
use serde::{Deserialize, Serialize};

/// The most clients of an answer.
pub const MOST_CLIENTS: usize = 8;
/// The most sender IDs of an answer.
pub const MOST_NAMES: u64 = 5;

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The search that it answers.
    pub q: String,
    /// The first clients.
    pub clients: Vec<FoundClient>,
    /// The number of all clients that match.
    pub total: u64,
    /// The first sender IDs.
    pub names: Vec<FoundName>,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundClient {
    /// The client's id.
    pub id: ClientId,
    /// The login.
    pub login: String,
    /// The company's name.
    pub company: Option<String>,
    /// The client's name.
    pub name: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

/// A sender ID of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundName {
    /// The client's id.
    pub client_id: ClientId,
    /// The client's name.
    pub client: String,
    /// The sender ID.
    pub name: String,
    /// Its status.
    pub status: NameStatus,
}
