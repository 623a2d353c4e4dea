//! The status of the response to a page or server function.

#[cfg(not(feature = "ssr"))]
mod browser;
#[cfg(feature = "ssr")]
mod native;

#[cfg(not(feature = "ssr"))]
pub use browser::{set_not_found, set_status_of};
#[cfg(feature = "ssr")]
pub use native::{set_not_found, set_status_of};
