//! Text with marked matches.

use crate::views::CollectAny as _;
use leptos::{either::Either, prelude::*};
use values::fold::mark_matches;

/// Wraps each match of `needle` in a `<mark>`.
#[component]
pub fn Highlight(
    /// The text.
    text: String,
    /// The search, folded with [`values::fold::fold`]. An empty one marks nothing.
    needle: String,
) -> impl IntoView {
    mark_matches(&text, &needle)
        .into_iter()
        .map(|(piece, matches)| {
            let piece = piece.to_owned();
            if matches { Either::Left(view! { <mark>{piece}</mark> }) } else { Either::Right(piece) }
        })
        .collect_any()
}
