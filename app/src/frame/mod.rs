//! The frame of every page: the side menu, the signed-in administrator and the theme.
//!
//! - [`page`]: the frame itself, and the page of unknown addresses; [`menu`]: its links; [`waiting`]: decided names
//! - [`search`]: the button that opens the search of everything
//! - [`part`]: the pages whose code is loaded when they are opened
//! - [`shell`]: the HTML document around the application; [`door`]: the frame before signing in (native only)
//! - [`catalogue`]: the page of the shared components (native only)
//! - [`forms`]: reads forms, and answers the theme switch where there is no JavaScript (native only)
//! - `browser` and `native`: the parts that differ between browser and server

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "ssr")]
pub mod catalogue;
#[cfg(feature = "ssr")]
pub mod door;
mod facts;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod menu;
#[cfg(feature = "ssr")]
mod native;
pub mod page;
pub mod part;
pub mod search;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod waiting;

#[cfg(feature = "hydrate")]
use browser as platform;
#[cfg(not(feature = "hydrate"))]
use native as platform;

use leptos::prelude::*;
use values::json;

pub use facts::{FrameFacts, LastTable, mail_hint, may};

/// The path of the page to sign in.
pub const SIGN_IN: &str = "/login";

/// Hands [`FrameFacts`] from the server to the browser and to everything below.
pub fn provide_facts() -> FrameFacts {
    let facts = SharedValue::new_str(platform::facts_json).into_inner();
    let facts: FrameFacts = json::read(&facts).unwrap_or_default();
    provide_context(facts.clone());
    provide_context(LastTable(RwSignal::new(None)));
    facts
}
