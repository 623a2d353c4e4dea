//! The routes of the messaging gateway: `/api/v1/...` and `/gateway/kannel`. Native only.
//!
//! - [`api_client`]: authenticates a program by its token
//! - [`api`]: the routes of the API; [`body`]: reads their request bodies
//! - [`kannel`]: delivery reports of Kannel

pub mod api;
pub mod api_client;
pub mod body;
pub mod kannel;
