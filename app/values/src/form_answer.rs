//! The outcomes of forms: as the answer to the application in the browser, and as a page without JavaScript shows them.

use crate::error::Error;
use serde::{Deserialize, Serialize};

/// The answer to a form that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The message for people.
    pub message: String,
    /// The idempotency key for the next time that the form is sent.
    pub next_key: String,
}

/// The outcome of a form, with the values that were typed into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormAnswer {
    /// The last word of the form's address, which is also its id on the page.
    pub form: String,
    /// Names and values of its fields.
    pub typed: Vec<(String, String)>,
    /// The message that it was done, or why it wasn't.
    pub outcome: Result<String, Error>,
}

impl FormAnswer {
    /// The typed value of a field, unless the form was done.
    #[must_use]
    pub fn typed(&self, field: &str) -> Option<String> {
        let typed = self.typed.iter().find(|(name, _)| name == field && self.outcome.is_err());
        typed.map(|(_, value)| value.clone())
    }
}
