//! Search everything: a dialog that opens on Ctrl-K, and `/search`, the same results as a page.
//!
//! - [`dialog`]: the dialog; `actions`: what can be done on the page that is open; [`page`]: the page
//! - [`entries`]: the results as both show them; [`api`]: the server function that finds them

mod actions;
pub mod api;
pub mod dialog;
pub mod entries;
pub mod page;
