//! The application.
pub mod clients;
#[cfg(feature = "ssr")]
pub mod database;
pub mod error;
pub mod values;
