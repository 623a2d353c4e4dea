//! Shows an answer of the server once it is there.

use crate::server_query::{ServerQuery, Text, read};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use std::{pin::Pin, sync::Arc};
use values::error::Error;

/// Waits for an answer and shows it. While the first answer loads, it shows a placeholder. Later the old content stays
/// until the new one is ready, below a thin progress bar at the top of the page.
#[component]
pub fn Loading<T: DeserializeOwned + 'static, E: DeserializeOwned + From<Error> + 'static>(
    /// The answer.
    of: ServerQuery<T, E>,
    /// The view of the answer.
    show: impl Fn(Result<T, E>) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    show_text(of.text(), Arc::new(move |text| show(read(text))))
}

/// Isn't generic over the answer's type, so that it is compiled once.
pub(super) fn show_text(text: Text, show: Arc<dyn Fn(&str) -> AnyView + Send + Sync>) -> AnyView {
    let (loading, set_loading) = signal(false);
    let waiting = || view! { <p class="muted" role="status">"Loading…"</p> };
    let content = move || {
        let show = show.clone();
        let content: Pin<Box<dyn Future<Output = AnyView> + Send>> = Box::pin(async move {
            let text = text.await;
            // The page may have been left meanwhile, and its signals disposed.
            if loading.is_disposed() { ().into_any() } else { show(&text) }
        });
        Suspend::new(content)
    };
    let props = TransitionProps::builder().fallback(waiting).children(ToChildren::to_children(move || content));
    // In the browser only: on the server its effect may read the list of pending resources while another thread writes
    // it, and panic.
    #[cfg(feature = "hydrate")]
    let props = props.set_pending(set_loading);
    #[cfg(not(feature = "hydrate"))]
    let _ = set_loading;
    view! {
        <div class="loading-bar" class:active=loading aria-hidden="true"></div>
        {Transition(props.build())}
    }
    .into_any()
}
