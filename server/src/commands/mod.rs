//! What the command line can do, a file a command.

pub mod admin;
pub mod serve;
