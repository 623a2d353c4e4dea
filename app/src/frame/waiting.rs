//! Decisions about names, which other views follow.

use leptos::prelude::*;

/// Counts the decisions made in this window. Views of all clients' names refresh with each.
#[derive(Clone, Copy, Debug)]
pub struct Waiting(pub RwSignal<u32>);

/// Refreshes the count of waiting names, then runs `then`. For forms that change names.
#[must_use]
pub fn with_recount(then: Callback<String>) -> Callback<String> {
    let waiting = expect_context::<Waiting>().0;
    Callback::new(move |message| {
        waiting.update(|waiting| *waiting += 1);
        then.run(message);
    })
}
