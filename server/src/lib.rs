//! The process around the application.
//!
//! - [`settings`]: environment variables; [`commands`]: what the command line can do
//! - [`router`]: every route, and the order of the middleware around them; [`state`]: what they share
//! - [`connections`]: how many there are at once, and how long one may do nothing
//! - [`middleware`]: who asks, may the request change anything, which headers the answer has
//! - [`together`]: a page is drawn in one piece
//! - [`assets`]: the browser's files, carried inside the program
//! - [`health`]: addresses for machines; [`telemetry`]: log and measurements
//! - [`background`]: what is done beside requests

pub mod assets;
pub mod background;
pub mod commands;
pub mod connections;
pub mod health;
pub mod middleware;
pub mod router;
pub mod settings;
pub mod state;
pub mod telemetry;
pub mod together;
