//! The gateway's side: `/api/v1/...` and `/gateway/kannel`. Native only.
//!
//! - [`api`]: the routes of the API; [`body`]: reads their bodies
//! - [`api_client`]: a program that calls, recognised by its token
//! - [`kannel`]: delivery reports of Kannel

pub mod api;
pub mod api_client;
pub mod body;
pub mod kannel;
