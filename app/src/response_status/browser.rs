//! The browser has no response to write into.

use values::Error;

/// Does nothing in the browser.
pub fn set_status_of(_: &Error) {}

/// Does nothing in the browser.
pub fn set_not_found() {}
