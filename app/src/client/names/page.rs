//! `/clients/{id}/names`

use crate::ui::notice::Notice;
use leptos::prelude::*;

/// The Names tab. No sender IDs come in yet, so there are none to look after.
#[component]
pub fn NamesPage() -> impl IntoView {
    view! {
        <h2>"Names"</h2>
        <Notice title="This client has no sender IDs yet.">"They come in with what the client sends."</Notice>
    }
}
