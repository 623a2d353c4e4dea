//! Text with its matches marked.

use leptos::{either::Either, prelude::*};
use values::fold::mark_matches;

/// `text` with every part that matches `needle` in a `<mark>`.
#[component]
pub fn Highlight(
    /// What is shown.
    text: String,
    /// What was searched, folded ([`values::fold::fold`]); empty marks nothing.
    needle: String,
) -> impl IntoView {
    mark_matches(&text, &needle)
        .into_iter()
        .map(|(piece, matches)| {
            let piece = piece.to_owned();
            if matches { Either::Left(view! { <mark>{piece}</mark> }) } else { Either::Right(piece) }
        })
        .collect_view()
}
