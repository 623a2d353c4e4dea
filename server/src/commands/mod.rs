//! The subcommands of the command line, one file each.
//!
//! - [`serve`]: runs the server
//! - [`admin`]: manages administrators
//! - [`import`]: imports a file into the database
//! - [`check`]: recounts derived data
//! - [`token`]: manages the tokens of the programs that call the gateway's API
//! - [`demo`]: fills an empty database with generated data

pub mod admin;
pub mod check;
pub mod demo;
pub mod import;
pub mod serve;
pub mod token;
