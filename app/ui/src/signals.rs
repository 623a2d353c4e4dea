//! Reads signals that may be disposed.

use leptos::prelude::*;

/// Reads signals and memos, or a default value once they are disposed.
///
/// A page's closures may run once more after its signals are disposed. `get` and `with` would panic then, and a panic
/// in the browser stops the application.
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
