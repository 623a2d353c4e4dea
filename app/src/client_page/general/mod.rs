//! The General info tab: the facts about the client, and the history of changes.
//!
//! - [`page`]: the tab; [`api`]: its server functions
//! - `facts` and `history`: the tab's data (native only)
//! - [`forms`]: answers the forms (native only)

pub mod api;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
mod history;
pub mod page;

use domain::ids::AuditId;
use serde::{Deserialize, Serialize};
use values::form_answer::FormAnswer;

/// The facts and the history of the tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralInfo {
    /// The facts, in the order of the tab.
    pub facts: Vec<Fact>,
    /// Whether the client receives the reseller's mailings.
    pub sms_subscription: bool,
    /// The changes, newest first; `None` for a role that may not see the audit record.
    pub history: Option<Vec<HistoryEntry>>,
    /// The number that older entries are before, if there are any.
    pub older: Option<AuditId>,
}

/// A fact about a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The term.
    pub term: String,
    /// The value, if it is known.
    pub value: Option<String>,
    /// The link of the value, if it has one.
    pub link: Option<String>,
}

/// A change to the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The time of the change, for people.
    pub at: String,
    /// The login of its author.
    pub who: String,
    /// The action in the past tense: `reversed transaction 123`.
    pub action: String,
    /// The changed fields: label, value before and value after.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
}

/// A field of the profile's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileField {
    /// The name in the form.
    pub name: String,
    /// The name of the hidden field with the value from when the form was opened.
    pub was: String,
    /// The label.
    pub label: String,
    /// The client's value.
    pub value: String,
    /// The values and labels of a field that is a choice.
    pub choices: Option<Vec<(String, String)>>,
}

/// The initial state of the tab's forms. It doesn't change while they are filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileForms {
    /// Whether the client receives the reseller's mailings.
    pub sms_subscription: bool,
    /// The fields of the profile.
    pub fields: Vec<ProfileField>,
    /// A new idempotency key for each of the two forms.
    pub keys: [String; 2],
    /// The answer to a form that was sent without JavaScript.
    pub answer: Option<FormAnswer>,
}
