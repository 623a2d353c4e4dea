//! The process around the application.
//!
//! - [`settings`]: environment variables; [`commands`]: the subcommands of the command line
//! - [`router`]: the table of routes and the order of their middleware; [`state`]: the state that routes share
//! - [`connections`]: limits on the number of connections, and timeouts
//! - [`middleware`]: sessions, cross-site requests, security headers
//! - [`page_executor`]: polls a page's tasks on the task of its request
//! - [`assets`]: the browser's files, embedded in the program
//! - [`health`]: health checks and metrics; [`telemetry`]: log and measurements
//! - [`background`]: periodic work beside requests

pub mod assets;
pub mod background;
pub mod commands;
pub mod connections;
pub mod health;
pub mod middleware;
pub mod page_executor;
pub mod router;
pub mod settings;
pub mod state;
pub mod telemetry;
