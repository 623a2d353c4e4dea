//! The General info tab: what is known about the client, and who changed it.
//!
//! - [`page`]: what the administrator sees
//! - [`api`]: what the page shows; the history comes from [`history`] (native only)
//! - [`forms`]: answers the forms (native only)

pub mod api;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
mod history;
pub mod page;

use domain::clients::profile::ProfileField;
use serde::{Deserialize, Serialize};
use values::form_answer::FormAnswer;

/// The facts of the tab, in its order, and its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralInfo {
    /// The facts.
    pub facts: Vec<Fact>,
    /// The changes, newest first; `None` for a role that may not see the audit record.
    pub history: Option<Vec<HistoryEntry>>,
    /// The number to ask for older entries with, if there are any.
    pub older: Option<i64>,
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

/// A change to the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: String,
    /// Who.
    pub who: String,
    /// What was done.
    pub action: String,
    /// What it changed: the fact, before and after.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
}

/// What the forms of the tab begin with, which doesn't change while they are filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileForms {
    /// Whether the client takes the reseller's mailings.
    pub sms_subscription: bool,
    /// Each field of the profile with its value.
    pub fields: Vec<(ProfileField, String)>,
    /// A new idempotency key for each of the two forms.
    pub keys: [String; 2],
    /// What became of the form that was sent without JavaScript, if one was.
    pub answer: Option<FormAnswer>,
}
