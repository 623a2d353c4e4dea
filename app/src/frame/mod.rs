//! The frame of every page: the side menu, the signed-in administrator and the theme.
//!
//! - [`page`]: the frame itself, and the page of unknown addresses; [`waiting`]: the menu's count of waiting names
//! - [`shell`]: the HTML document around the application; [`door`]: the frame before signing in (native only)
//! - [`catalogue`]: the page of the shared components (native only)
//! - [`forms`]: reads forms, and answers the theme switch where there is no JavaScript (native only)
//! - [`cookies`]: small choices that the browser remembers
//! - `browser` and `native`: the parts that differ between browser and server

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "ssr")]
pub mod catalogue;
pub mod cookies;
#[cfg(feature = "ssr")]
pub mod door;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
mod native;
pub mod page;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod waiting;

#[cfg(feature = "hydrate")]
use browser as platform;
#[cfg(not(feature = "hydrate"))]
use native as platform;

use domain::administrators::{Permission, SignedIn};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use values::json;

/// The cookie that remembers a chosen theme, `light` or `dark`. Without it the page follows the system.
pub const THEME_COOKIE: &str = "theme";

/// Facts of the request, which the server hands to the browser with the first page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameFacts {
    /// The signed-in administrator.
    pub signed_in: Option<SignedIn>,
    /// The chosen theme; empty for the system's.
    pub theme: String,
    /// The platform's time zone, in which all times are shown.
    pub time_zone: String,
    /// The cookie of hidden columns in the client table.
    pub hidden_columns: String,
    /// The cookie of unticked columns in a report's file.
    pub unticked_columns: String,
    /// The address of the page before this one, if the browser sends it.
    pub came_from: String,
}

/// Hands [`FrameFacts`] from the server to the browser and to everything below.
pub fn provide_facts() -> FrameFacts {
    let facts = SharedValue::new_str(platform::facts_json).into_inner();
    let facts: FrameFacts = json::read(&facts).unwrap_or_default();
    provide_context(facts.clone());
    provide_context(LastTable(RwSignal::new(None)));
    facts
}

/// The last address of the client table, for the link back to it.
#[derive(Clone, Copy, Debug)]
pub struct LastTable(pub RwSignal<Option<String>>);

/// Whether the visitor's role includes a permission. Pages offer only what is allowed.
#[must_use]
pub fn may(permission: Permission) -> bool {
    expect_context::<FrameFacts>().signed_in.is_some_and(|person| person.role.allows(permission))
}
