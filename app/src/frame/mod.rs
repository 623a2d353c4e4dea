//! What stands around every page: the side menu, who is signed in, light or dark.
//!
//! - [`page`]: the frame itself, and the page for addresses that lead nowhere
//! - [`shell`]: the HTML document around the application (native only)
//! - [`forms`]: answers the theme switch where there is no JavaScript (native only)
//! - [`cookies`]: small choices that the browser remembers

#[cfg(feature = "ssr")]
pub mod catalogue;
pub mod cookies;
#[cfg(feature = "ssr")]
pub mod door;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod page;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod waiting;

use domain::administrators::{Permission, SignedIn};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use values::json;

/// The cookie that remembers a chosen theme, `light` or `dark`; without it the system's is followed.
pub const THEME_COOKIE: &str = "theme";

/// What the frame knows of the request, handed from the server to the browser with the first page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameFacts {
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// The chosen theme; empty for the system's.
    pub theme: String,
    /// The platform's time zone, in which all times are shown.
    pub time_zone: String,
    /// The cookie of hidden columns in the client table.
    pub hidden_columns: String,
    /// The cookie of columns that weren't ticked for a report's file.
    pub unticked_columns: String,
    /// The client table as it was before this page, as far as the browser says.
    pub came_from: String,
}

/// Hands [`FrameFacts`] from the server to the browser and to everything below.
pub fn provide_facts() -> FrameFacts {
    #[cfg(feature = "ssr")]
    let written = || serde_json::to_string(&shell::facts()).unwrap_or_default();
    #[cfg(not(feature = "ssr"))]
    let written = String::new;
    let facts = SharedValue::new_str(written).into_inner();
    let facts: FrameFacts = json::read(&facts).unwrap_or_default();
    provide_context(facts.clone());
    provide_context(LastTable(RwSignal::new(None)));
    facts
}

/// The address of the client table as it was last seen, for the way back to it.
#[derive(Clone, Copy, Debug)]
pub struct LastTable(pub RwSignal<Option<String>>);

/// Whether the visitor's role includes a permission: what isn't allowed isn't offered.
#[must_use]
pub fn may(permission: Permission) -> bool {
    expect_context::<FrameFacts>().signed_in.is_some_and(|person| person.role.allows(permission))
}
