//! `/clients/{id}/names`: the client's names.

pub mod api;
pub mod editor;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;
pub mod table;
