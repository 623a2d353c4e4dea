//! Lists of views.

use leptos::prelude::*;

/// Collects views into a list.
pub trait CollectAny: Iterator {
    /// The list. All lists have one type, so that the browser's code has one list and not one for each kind of view.
    fn collect_any(self) -> Vec<AnyView>;
}

impl<Views: Iterator<Item: IntoAny>> CollectAny for Views {
    fn collect_any(self) -> Vec<AnyView> {
        self.map(IntoAny::into_any).collect()
    }
}
