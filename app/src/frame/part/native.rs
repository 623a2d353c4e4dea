//! The server has all parts.

/// Does nothing.
pub async fn load(_: &str) {}

/// Returns true.
pub async fn load_beside(_: &str) -> bool {
    true
}

/// Does nothing.
pub fn prefetch(_: fn(&str) -> &'static [&'static str]) {}
