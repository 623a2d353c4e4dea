//! Shows an answer of the server once it is there.

use crate::{
    focus,
    server_query::{FAILED, ServerQuery, Text, read},
};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use std::{pin::Pin, sync::Arc};
use values::error::Error;

/// Waits for an answer and shows it. While the first answer loads, it shows a placeholder. Later the old content stays
/// until the new one is ready, below a thin progress bar at the top of the page, and also if loading fails.
#[component]
pub fn Loading<T: DeserializeOwned + 'static, E: DeserializeOwned + From<Error> + 'static>(
    /// The answer.
    of: ServerQuery<T, E>,
    /// The view of the answer.
    show: impl Fn(Result<T, E>) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    show_text(of.text(), Arc::new(move |text| (show(read(text)), true)))
}

/// Shows the text of an answer, and says whether the view can stay when a later answer fails.
pub(super) type Show = Arc<dyn Fn(&str) -> (AnyView, bool) + Send + Sync>;

/// Isn't generic over the answer's type, so that it is compiled once.
pub(super) fn show_text(text: Text, show: Show) -> AnyView {
    let (loading, set_loading) = signal(false);
    let good = StoredValue::new(String::new());
    let waiting = || view! { <p class="muted" role="status">"Loading…"</p> };
    let content = move || {
        let show = show.clone();
        let content: Pin<Box<dyn Future<Output = AnyView> + Send>> = Box::pin(async move {
            let answer = text.await;
            // The page may have been left meanwhile, and its signals disposed.
            if loading.is_disposed() {
                return ().into_any();
            }
            focus::mend();
            shown(&answer, good, &show, text)
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

/// Shows an answer, or the last good one below a bar that offers to try again.
fn shown(answer: &str, good: StoredValue<String>, show: &Show, text: Text) -> AnyView {
    let failed = answer.starts_with(FAILED);
    let old = good.try_get_value().filter(|old| failed && !old.is_empty());
    let (content, stays) = show(old.as_deref().unwrap_or(answer));
    let bar = old.map(|_| {
        let reason = if answer.contains("SignInRequired") {
            "Your session has expired. Sign in to continue."
        } else {
            "The server can't be reached. You see what was loaded before."
        };
        view! {
            <div class="load-failed" role="alert">
                <span>{reason}</span>
                <button type="button" on:click=move |_| text.refetch()>
                    "Try again"
                </button>
            </div>
        }
        .into_any()
    });
    if stays && !failed {
        good.try_set_value(answer.to_owned());
    }
    view! {
        {bar}
        {content}
    }
    .into_any()
}
