//! `/clients/{id}/names`

use crate::client::page::NothingYet;
use leptos::prelude::*;

/// The Names tab. No sender IDs come in yet, so there are none to look after.
#[component]
pub fn NamesPage() -> impl IntoView {
    view! { <NothingYet heading="Names" title="This client has no sender IDs yet." from="They come in with what the client sends."/> }
}
