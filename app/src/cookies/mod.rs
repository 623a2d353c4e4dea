//! Small choices that the browser remembers. The server reads them to render the first page right.

mod attributes;
#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "ssr")]
mod native;

#[cfg(feature = "hydrate")]
pub use browser::{remember, remembered};
#[cfg(not(feature = "hydrate"))]
pub use native::{get, remember, remembered, set};

/// The cookie that remembers a chosen theme, `light` or `dark`. Without it the page follows the system.
pub const THEME: &str = "theme";

/// The cookie that remembers the hidden columns of the client table, as words joined by points.
pub const HIDDEN_COLUMNS: &str = "hidden_columns";

/// The cookie that remembers the height of rows in tables: [`COMPACT`], or empty for the usual one.
pub const DENSITY: &str = "density";

/// The choice of low rows.
pub const COMPACT: &str = "compact";

/// The cookie that remembers the unticked columns of a report's file, as words joined by points.
pub const UNTICKED_COLUMNS: &str = "unticked_columns";
