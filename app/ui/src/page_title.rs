//! The title of a page: of the browser's window, its tab and its bookmarks.

use leptos::{prelude::*, text_prop::TextProp};

/// The title of a page, followed by the product's name.
///
/// `leptos_meta` writes `<title>` into the server's HTML as it is (up to 0.8.7), so a client's name could end the title
/// and go on with markup of its own. The browser sets the title by the DOM, which needs no escaping.
#[component]
#[expect(clippy::disallowed_methods, reason = "the text is escaped here")]
pub fn PageTitle(
    /// As people read it; may come from a user.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    let title = move || format!("{} · Clientele", text.get());
    // The server writes the title last, when signals are gone, so their text is taken now.
    #[cfg(feature = "ssr")]
    let title = html_escape::encode_text(&title()).into_owned();
    view! { <leptos_meta::Title text=title/> }
}
