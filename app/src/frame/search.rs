//! The button that opens the search of everything, and what the search remembers. The dialog is a part of its own, which
//! is loaded when it is first opened.

use super::{FrameFacts, part::Page, platform};
use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use ui::{
    icon::{Icon, Symbol},
    signals::OrDefault as _,
};

/// The dialog.
#[derive(Clone, Copy, Debug)]
pub struct SearchDialog(pub Page);

/// How often Ctrl-K or the button were pressed, each of which opens or closes the dialog.
#[derive(Clone, Copy, Debug)]
pub struct SearchOpened {
    /// The number of times.
    pub times: RwSignal<u32>,
    /// The ids of the clients that were opened recently, joined by commas.
    pub recent: RwSignal<String>,
}

/// The number of remembered clients.
const REMEMBERED: usize = 8;

/// The path of the search without JavaScript.
const PATH: &str = "/search?q=";

/// The button, and the dialog once it was opened. Without JavaScript the button is a link to the search's page.
#[component]
pub fn SearchButton() -> impl IntoView {
    let opened = SearchOpened { times: RwSignal::new(0), recent: RwSignal::default() };
    provide_context(opened);
    let memory = StoredValue::new(name_of_memory());
    let page = use_context::<SearchDialog>();
    let loaded = RwSignal::new(false);
    let open = move || {
        let Some(SearchDialog(page)) = page else { return };
        spawn_local(async move {
            if page.load_beside().await {
                opened.recent.set(platform::stored(&memory.try_get_value().unwrap_or_default()));
                loaded.set(true);
                opened.times.update(|times| *times += 1);
            } else {
                let _ = window().location().assign(PATH);
            }
        });
    };
    platform::on_search_key(open);
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    let path = use_location().pathname;
    Effect::new(move |_| path.with_or_default(|path| remember(&memory.try_get_value().unwrap_or_default(), path)));
    let click = move |event: MouseEvent| {
        if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            event.prevent_default();
            open();
        }
    };
    view! {
        <a
            class="search-everything"
            href=PATH
            role=move || hydrated.get_or_default().then_some("button")
            title="Ctrl+K"
            aria-keyshortcuts="Control+K"
            on:click=click
            on:keydown=move |event| {
                if event.key() == " " {
                    event.prevent_default();
                    open();
                }
            }
        >
            <Icon of=Symbol::Search/>
            "Search everything"
        </a>
        {move || loaded.get_or_default().then(|| page.map(|SearchDialog(page)| page.show()))}
    }
}

/// The name under which the browser remembers clients, another one for each administrator.
fn name_of_memory() -> String {
    let signed_in = use_context::<FrameFacts>().and_then(|facts| facts.signed_in);
    format!("opened-clients-{}", signed_in.map(|person| person.login).unwrap_or_default())
}

/// Remembers the client of a page.
fn remember(memory: &str, path: &str) {
    let id = path.strip_prefix("/clients/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    let before = platform::stored(memory);
    let others = before.split(',').filter(|other| *other != id && !other.is_empty());
    let all: Vec<&str> = std::iter::once(id).chain(others).take(REMEMBERED).collect();
    platform::store(memory, &all.join(","));
}
