//! The facts of a request that every page knows.

use domain::administrators::{Permission, SignedIn};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Facts of the request, which the server hands to the browser with the first page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameFacts {
    /// The signed-in administrator.
    pub signed_in: Option<SignedIn>,
    /// The chosen theme; empty for the system's.
    pub theme: String,
    /// The chosen height of rows: `compact`, or empty for the usual one.
    pub density: String,
    /// The platform's time zone, in which all times are shown.
    pub time_zone: String,
    /// The cookie of hidden columns in the client table.
    pub hidden_columns: String,
    /// The cookie of unticked columns in a report's file.
    pub unticked_columns: String,
    /// Whether a mail server is configured.
    pub sends_mail: bool,
    /// The address of the page before this one, if the browser sends it.
    pub came_from: String,
}

/// The last address of the client table, for the link back to it.
#[derive(Clone, Copy, Debug)]
pub struct LastTable(pub RwSignal<Option<String>>);

/// The hint of a box that notifies the customer: empty, or that nothing is sent.
#[must_use]
pub fn mail_hint() -> &'static str {
    if expect_context::<FrameFacts>().sends_mail { "" } else { "Nothing is sent: mail isn't configured (SMTP_URL)." }
}

/// Whether the visitor's role includes a permission. Pages offer only what is allowed.
#[must_use]
pub fn may(permission: Permission) -> bool {
    expect_context::<FrameFacts>().signed_in.is_some_and(|person| person.role.allows(permission))
}
