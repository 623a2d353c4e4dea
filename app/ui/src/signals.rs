//! Reads signals that may be disposed.
//!
//! A page's closures may run once more after its signals are disposed. `get` and `with` would panic then, and a panic
//! in the browser stops the application.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Reads signals and memos, or a default value once they are disposed.
pub trait OrDefault: With {
    /// The value.
    fn get_or_default(&self) -> Self::Value
    where
        Self::Value: Clone + Default,
    {
        self.with_or_default(Clone::clone)
    }

    /// The result of a function of the value.
    fn with_or_default<T: Default>(&self, read: impl FnOnce(&Self::Value) -> T) -> T {
        self.try_with(read).unwrap_or_default()
    }
}

impl<S: With> OrDefault for S {}

/// Reads signals and memos without following their changes, or a default value once they are disposed.
pub trait UntrackedOrDefault: WithUntracked {
    /// The value.
    fn get_untracked_or_default(&self) -> Self::Value
    where
        Self::Value: Clone + Default,
    {
        self.try_with_untracked(Clone::clone).unwrap_or_default()
    }
}

impl<S: WithUntracked> UntrackedOrDefault for S {}

/// The query string of the page's address, with its question mark; empty if there is none.
#[must_use]
pub fn use_query_string() -> Memo<String> {
    let address = use_query_map();
    Memo::new(move |_| address.with_or_default(leptos_router::params::ParamsMap::to_query_string))
}
