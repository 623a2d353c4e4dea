//! The process.
pub mod commands;
