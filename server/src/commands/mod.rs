//! The commands beside `serve`: each a function that does it, tells how it went and gives the exit code.
//!
//! - [`import`]: a file into the database
//! - [`demo`]: invented clients into an empty database

pub mod demo;
pub mod import;
