//! The routes of the messaging gateway: `/api/v1/...` and `/gateway/kannel`. Native only.
//!
//! - [`api_client`]: authenticates a program by its token
//! - [`api`]: the routes of the API; [`body`]: reads their request bodies; `client_schema`: describes a client's fields
//! - [`kannel`]: delivery reports of Kannel

pub mod api;
pub mod api_client;
pub mod body;
mod client_schema;
pub mod kannel;
