//! The number of names that wait to be decided, beside the menu's link to them.

use crate::failure::Failure;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use leptos_router::hooks::use_location;
use ui::{loading::Loading, server_query::ServerQuery};
use values::money::group_thousands;

/// Counts the decisions made in this window. What shows names of all clients reads them anew with each.
#[derive(Clone, Copy, Debug)]
pub struct Waiting(pub RwSignal<u32>);

/// What follows when a form about names was done, and that the queue is counted anew.
#[must_use]
pub fn and_counted(then: Callback<String>) -> Callback<String> {
    let waiting = expect_context::<Waiting>().0;
    Callback::new(move |message| {
        waiting.update(|waiting| *waiting += 1);
        then.run(message);
    })
}

/// How many names wait, beside the menu's link to them.
#[component]
pub fn WaitingCount() -> impl IntoView {
    let waiting = expect_context::<Waiting>().0;
    let path = use_location().pathname;
    let count = ServerQuery::new(move || {
        waiting.track();
        // Moving about also shows the decisions of others.
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

/// How many names wait to be decided, for the menu.
#[server(prefix = "/rpc", endpoint = "count_waiting", input = GetUrl)]
pub async fn count_waiting() -> Result<u64, Failure> {
    use crate::access::allowed;
    use domain::{administrators::Permission, names::store};
    allowed(Permission::SeeClients, |caller| async move { store::waiting(caller.services.database.reader()).await })
        .await
}
