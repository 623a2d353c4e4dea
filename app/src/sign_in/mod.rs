//! `/login` and `/setup`: the pages of visitors who haven't signed in, rendered by the server alone. Native only.

pub mod forms;
pub mod page;
