//! What the command line can do, a file a command.
//!
//! - [`serve`]: runs the server
//! - [`admin`]: makes administrators
//! - [`import`]: a file into the database
//! - [`demo`]: invented clients into an empty database

pub mod admin;
pub mod demo;
pub mod import;
pub mod serve;
