//! The outcome of a form: the answer to the application in the browser, and the state of a page without JavaScript.

use crate::error::Error;
use serde::{Deserialize, Serialize};

/// The answer to a form that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The message for people.
    pub message: String,
    /// The idempotency key for the next submission.
    pub next_key: String,
}

/// The outcome of a form and its submitted values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormAnswer {
    /// The last segment of the form's address, which is also its id on the page.
    pub form: String,
    /// The names and values of its fields.
    pub typed: Vec<(String, String)>,
    /// The message of success, or the error.
    pub outcome: Result<String, Error>,
}

impl FormAnswer {
    /// The submitted value of a field, unless the form succeeded.
    #[must_use]
    pub fn typed(&self, field: &str) -> Option<String> {
        let typed = self.typed.iter().find(|(name, _)| name == field && self.outcome.is_err());
        typed.map(|(_, value)| value.clone())
    }
}
