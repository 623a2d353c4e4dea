//! Small choices that the browser remembers. The server reads them to render the first page right.

pub use super::platform::{remember, remembered};

#[cfg(feature = "ssr")]
pub use super::native::{get, set};

/// The cookie that remembers the hidden columns of the client table, as words joined by points.
pub const HIDDEN_COLUMNS: &str = "hidden_columns";

/// The cookie that remembers the unticked columns of a report's file, as words joined by points.
pub const UNTICKED_COLUMNS: &str = "unticked_columns";

/// How long a choice is remembered, in seconds.
pub const YEAR: u32 = 365 * 24 * 60 * 60;
