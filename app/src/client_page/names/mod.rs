//! `/clients/{id}/names`: the client's names.
//!
//! - [`page`]: the tab; [`api`]: its server functions
//! - [`editor`]: a name that is open; [`table`]: the columns of names. The queue uses both too
//! - [`undo`]: the offer to take a decision back
//! - [`forms`]: answers the forms; [`export`]: the names as a file (native only)

pub mod api;
pub mod editor;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;
pub mod table;
pub mod undo;
