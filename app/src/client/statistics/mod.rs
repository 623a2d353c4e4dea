//! The Statistics tab.
//!
//! [`page`] is what the administrator sees.

pub mod page;
