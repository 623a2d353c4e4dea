//! `/login` and `/setup`: the pages before signing in, rendered on the server only. Native only.
//!
//! - [`page`]: the pages; [`forms`]: answers their forms

pub mod forms;
pub mod page;
