//! The number of names that wait to be decided, beside the menu's link to them.

use crate::failure::Failure;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use leptos_router::hooks::use_location;
use ui::{loading::Loading, server_query::ServerQuery};
use values::money::group_thousands;

/// Counts the decisions made in this window. Views of all clients' names refresh with each.
#[derive(Clone, Copy, Debug)]
pub struct Waiting(pub RwSignal<u32>);

/// Refreshes the count of waiting names, then runs `then`. For forms that change names.
#[must_use]
pub fn with_recount(then: Callback<String>) -> Callback<String> {
    let waiting = expect_context::<Waiting>().0;
    Callback::new(move |message| {
        waiting.update(|waiting| *waiting += 1);
        then.run(message);
    })
}

/// The count of waiting names, beside the menu's link to them.
#[component]
pub fn WaitingCount() -> impl IntoView {
    let waiting = expect_context::<Waiting>().0;
    let path = use_location().pathname;
    let count = ServerQuery::new(move || {
        waiting.track();
        // Navigation also refreshes the count, which shows decisions of others.
        let _ = path.try_get();
        CountWaiting {}
    });
    view! {
        <Loading
            of=count
            show=|count| {
                let count = count.ok().filter(|count| *count > 0);
                count
                    .map(|count| {
                        let count = group_thousands(count);
                        view! {
                            <span class="menu-count" title=format!("{count} names wait to be decided")>
                                {count.clone()}
                            </span>
                        }
                    })
                    .into_any()
            }
        />
    }
}

/// Counts the names that wait to be decided.
#[server(prefix = "/rpc", endpoint = "count_waiting", input = GetUrl)]
pub async fn count_waiting() -> Result<u64, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::names::store;
    allowed(
        |authorized: Authorized<SeeClients>| async move { store::waiting(authorized.services.database.reader()).await },
    )
    .await
}
