//! The menu: its links lead to the default views of lists, and the one to names has the count of those that wait.

use super::waiting::Waiting;
use crate::failure::Failure;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};
use ui::{
    icon::{Icon, Symbol},
    loading::Loading,
    server_query::ServerQuery,
};
use values::money::group_thousands;

/// The state of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuState {
    /// The address of the client table.
    pub clients: String,
    /// The address of the queue of names.
    pub names: String,
    /// The number of names that wait to be decided.
    pub waiting: u64,
}

impl Default for MenuState {
    fn default() -> Self {
        Self { clients: "/clients".to_owned(), names: "/names".to_owned(), waiting: 0 }
    }
}

/// The menu of the signed-in administrator.
#[component]
pub fn Menu() -> impl IntoView {
    let waiting = expect_context::<Waiting>().0;
    let path = use_location().pathname;
    let menu = ServerQuery::new(move || {
        waiting.track();
        // Navigation also refreshes the count, which shows decisions of others.
        let _ = path.try_get();
        ReadMenu {}
    });
    view! {
        <Loading of=menu show=|menu| view! { <MenuLinks of=menu.unwrap_or_default()/> }.into_any()/>
    }
}

/// The links of a menu.
#[component]
pub fn MenuLinks(
    /// The state.
    of: MenuState,
) -> impl IntoView {
    let path = use_location().pathname;
    let within = move |section: &'static str| {
        path.try_with(|path| path.starts_with(section)).unwrap_or_default().then_some("page")
    };
    let MenuState { clients, names, waiting } = of;
    let count = (waiting > 0).then(|| {
        let count = group_thousands(waiting);
        let title = format!("{count} names are waiting for a decision");
        view! { <span class="menu-count" title=title>{count}</span> }
    });
    view! {
        <a href=clients aria-current=move || within("/clients")>
            <Icon of=Symbol::People/>
            "Clients"
        </a>
        <span class="menu-counted">
            <a href=names aria-current=move || within("/names")>
                <Icon of=Symbol::Tag/>
                "Names"
            </a>
            {count}
        </span>
    }
}

/// Reads the menu's state.
#[server(prefix = "/rpc", endpoint = "read_menu", input = GetUrl)]
pub async fn read_menu() -> Result<MenuState, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::views::menu;
    allowed(|authorized: Authorized<SeeClients>| async move {
        let (clients, names, waiting) = menu::of(&authorized.services.database, authorized.administrator.id).await?;
        Ok(MenuState { clients, names, waiting })
    })
    .await
}
