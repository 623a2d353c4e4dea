//! The title of a page, for the browser's window, tabs and bookmarks.

use leptos::{prelude::*, text_prop::TextProp};

/// The title of a page, followed by the product's name.
///
/// `leptos_meta` (up to 0.8.7) writes `<title>` unescaped into the server's HTML, so a name in it could inject markup.
/// The browser sets the title through the DOM, which needs no escaping.
#[component]
#[expect(clippy::disallowed_methods, reason = "the text is escaped here")]
pub fn PageTitle(
    /// The unescaped text; it may come from a user.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    let title = move || format!("{} · Clientele", text.get());
    // The server writes the title last, when signals are disposed, so it is read now.
    #[cfg(feature = "ssr")]
    let title = html_escape::encode_text(&title()).into_owned();
    view! { <leptos_meta::Title text=title/> }
}
