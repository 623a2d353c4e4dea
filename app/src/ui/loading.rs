//! What stands where something is still being fetched.

use leptos::prelude::*;

/// Waits for what its children await. The first time a word says so; later the old content stays until the new
/// is there, and a thin bar at the top of the page says that something is under way.
///
/// The children read resources as `{move || Suspend::new(async move { resource.await })}` only.
#[component]
pub fn Loading<Content: IntoView + Send + 'static>(
    /// What awaits resources.
    children: TypedChildren<Content>,
) -> impl IntoView {
    let (loading, set_loading) = signal(false);
    let waiting = || view! { <p class="muted" role="status">"Loading…"</p> };
    let props = TransitionProps::builder().fallback(waiting).children(children);
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
}
