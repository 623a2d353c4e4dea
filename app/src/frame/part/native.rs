//! The server has all parts.

/// Does nothing.
pub async fn load(_: &str) {}

/// Does nothing.
pub fn prefetch(_: fn(&str) -> &'static [&'static str]) {}
