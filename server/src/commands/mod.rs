//! What the command line can do, a file a command.
//!
//! - [`serve`]: runs the server
//! - [`admin`]: makes administrators
//! - [`import`]: a file into the database
//! - [`check`]: recounts what is kept twice
//! - [`token`]: tokens of the programs that call the gateway's API
//! - [`demo`]: invented clients into an empty database

pub mod admin;
pub mod check;
pub mod demo;
pub mod import;
pub mod serve;
pub mod token;
