//! The General info tab: what is known about the client.
//!
//! [`page`] shows what [`api`] reads.

pub mod api;
pub mod page;

use serde::{Deserialize, Serialize};

/// The facts of the tab, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralInfo {
    /// The facts.
    pub facts: Vec<Fact>,
}

/// Something that is known about a client, or isn't.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is.
    pub term: String,
    /// What is known.
    pub value: Option<String>,
    /// Where the value leads, if it does.
    pub link: Option<String>,
}
