//! Saved views: the state of a list or report under a name.
//!
//! A view is an address. Its period may be a relative one, such as "Last 7 days", which is resolved whenever the view is
//! shown.
//!
//! - [`place`]: the pages that have views, and their addresses
//! - [`store`]: the table; [`list`]: the views of a page, with their counts; [`menu`]: the defaults

#[cfg(feature = "database")]
pub mod list;
#[cfg(feature = "database")]
pub mod menu;
#[cfg(feature = "database")]
pub mod place;
#[cfg(feature = "database")]
pub mod store;

use crate::ids::ViewId;
use serde::{Deserialize, Serialize};
use values::form_answer::FormAnswer;

/// A view of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// Its name.
    pub name: String,
    /// Its address, with the relative period resolved.
    pub address: String,
    /// The number of rows, where the page has an exact count at once.
    pub count: Option<u64>,
    /// Whether the page's address is the view's.
    pub open: bool,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether the administrator may rename and delete it.
    pub changeable: bool,
}

/// The views of a page, and the initial state of their forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageViews {
    /// The views, by name.
    pub views: Vec<View>,
    /// The name of the usual period that the address has now, which a view can keep as a relative one.
    pub relative: Option<String>,
    /// A new idempotency key for each form: save, rename and delete.
    pub keys: [String; 3],
    /// The answer to a form that was sent without JavaScript.
    pub answer: Option<FormAnswer>,
}
