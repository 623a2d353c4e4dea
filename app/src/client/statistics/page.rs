//! `/clients/{id}/statistics/day`

use crate::ui::notice::Notice;
use leptos::prelude::*;

/// The Statistics tab. No messages come in yet, so there is nothing to count.
#[component]
pub fn StatisticsPage() -> impl IntoView {
    view! {
        <h2>"Statistics"</h2>
        <Notice title="No messages were counted yet.">"They come in from the messaging gateway."</Notice>
    }
}
