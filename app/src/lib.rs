//! The application.
pub mod clients;
#[cfg(feature = "ssr")]
pub mod database;
pub mod error;
#[cfg(feature = "ssr")]
pub mod gateway;
pub mod values;
