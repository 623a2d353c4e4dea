//! `/clients/{id}/statistics/day`

use crate::client::page::NothingYet;
use leptos::prelude::*;

/// The Statistics tab. No messages come in yet, so there is nothing to count.
#[component]
pub fn StatisticsPage() -> impl IntoView {
    view! { <NothingYet heading="Statistics" title="No messages were counted yet." from="They come in from the messaging gateway."/> }
}
