//! Text with marked matches.

use crate::views::CollectAny as _;
use leptos::{either::Either, prelude::*};
use values::needles::Needles;

/// Wraps each match of a search in a `<mark>`.
#[component]
pub fn Highlight(
    /// The text.
    text: String,
    /// The search.
    needles: Needles,
) -> impl IntoView {
    needles
        .mark(&text)
        .into_iter()
        .map(|(piece, matches)| {
            let piece = piece.to_owned();
            if matches { Either::Left(view! { <mark>{piece}</mark> }) } else { Either::Right(piece) }
        })
        .collect_any()
}
