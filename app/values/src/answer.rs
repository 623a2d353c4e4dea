//! Answers of the server to the address of a page. Only the server parses the address, so its answers carry the query.

use crate::Error;
use serde::{Deserialize, Serialize};

/// The content of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<Query, Content> {
    /// The query that the server understood.
    pub query: Query,
    /// The rows, or whatever else the query finds.
    pub content: Content,
}

/// An error in place of the content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal<Query> {
    /// The error.
    pub error: Error,
    /// The query, if the server understood the address.
    pub query: Option<Query>,
}

impl<Query> From<Error> for Refusal<Query> {
    fn from(error: Error) -> Self {
        Self { error, query: None }
    }
}
