//! What stands where something is still being fetched.

use crate::server_query::{ServerQuery, Text, read};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use std::{pin::Pin, sync::Arc};
use values::error::Error;

/// Waits for an answer and shows it. The first time a word says so; later the old content stays until the new
/// is there, and a thin bar at the top of the page says that something is under way.
#[component]
pub fn Loading<T: DeserializeOwned + 'static>(
    /// What is waited for.
    of: ServerQuery<T>,
    /// What it looks like.
    show: impl Fn(Result<T, Error>) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    shown(of.text(), Arc::new(move |text| show(read(text))))
}

/// Apart from the answer's type, so that there is one of it.
fn shown(text: Text, show: Arc<dyn Fn(&str) -> AnyView + Send + Sync>) -> AnyView {
    let (loading, set_loading) = signal(false);
    let waiting = || view! { <p class="muted" role="status">"Loading…"</p> };
    let content = move || {
        let show = show.clone();
        let content: Pin<Box<dyn Future<Output = AnyView> + Send>> = Box::pin(async move {
            let text = text.await;
            // Whoever has left meanwhile took along what the page reads.
            if loading.is_disposed() { ().into_any() } else { show(&text) }
        });
        Suspend::new(content)
    };
    let props = TransitionProps::builder().fallback(waiting).children(ToChildren::to_children(move || content));
    // In the browser alone: on a server with several threads its effect may look at the list of what is awaited
    // while another thread writes it, and panic.
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
