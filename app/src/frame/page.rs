//! The frame around the pages, and the page of unknown addresses.

use super::{
    FrameFacts,
    menu::{Menu, MenuLinks, MenuState},
    part, platform,
    search::SearchButton,
    waiting::Waiting,
};
use crate::{cookies, response_status::set_not_found};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use ui::{
    focus,
    icon::{Icon, Symbol},
    keys::{self, KeysDialog},
    notice::Notice,
    page_title::PageTitle,
    sign_in_again::SignInAgain,
    toast::Toasts,
    unsaved::Unsaved,
};

/// The frame around the pages of the application.
#[component]
pub fn Frame() -> impl IntoView {
    provide_context(Waiting(RwSignal::new(0)));
    part::prefetch();
    focus::follow();
    keys::provide();
    let login = expect_context::<FrameFacts>().signed_in.map(|person| person.login).unwrap_or_default();
    view! {
        <Framed menu=view! { <Menu/> }.into_any()>
            <Outlet/>
        </Framed>
        <Unsaved/>
        <KeysDialog/>
        <SignInAgain login/>
    }
}

/// The frame around any content.
#[component]
pub fn Framed(
    /// The menu's links; without them those of an unknown administrator.
    #[prop(optional)]
    menu: Option<AnyView>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let facts = expect_context::<FrameFacts>();
    let signed_in = facts.signed_in.clone();
    view! {
        <a class="skip" href="#content" rel="external">
            "Skip to the content"
        </a>
        <Toasts>
            <div class="frame">
                <header class="side">
                    <a class="brand" href="/clients">
                        <BrandMark/>
                        "Clientele"
                    </a>
                    {facts.signed_in.is_some().then(|| view! { <SearchButton/> })}
                    <nav aria-label="Main">
                        {menu.unwrap_or_else(|| view! { <MenuLinks of=MenuState::default()/> }.into_any())}
                    </nav>
                    <div class="side-foot">
                        <ThemeSwitch theme=facts.theme.clone()/>
                        {signed_in
                            .map(|person| {
                                view! {
                                    <div class="person">
                                        <span class="person-login">{person.login}</span>
                                        <span class="muted">{person.role.label()}</span>
                                    </div>
                                    <form method="post" action="/logout">
                                        <button type="submit" class="quiet">
                                            <Icon of=Symbol::SignOut/>
                                            "Sign out"
                                        </button>
                                    </form>
                                }
                            })}
                        <p class="muted zone">{format!("Times are in {}", facts.time_zone)}</p>
                    </div>
                </header>
                <main id="content" tabindex="-1">
                    {children()}
                </main>
            </div>
        </Toasts>
    }
}

/// The product's mark: a message whose lines are a ledger's.
#[component]
pub fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 2h12a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4h-6l-5 4.4V18H6a4 4 0 0 1-4-4V6a4 4 0 0 1 4-4z"></path>
            <path class="brand-lines" d="M7 7.2h10M7 10h10M11.5 12.8H17"></path>
        </svg>
    }
}

/// Switches between light and dark. Until then the page follows the system.
#[component]
fn ThemeSwitch(
    /// The chosen theme; empty for the system's.
    theme: String,
) -> impl IntoView {
    let dark = RwSignal::new(theme == "dark");
    let chosen = !theme.is_empty();
    // Only the browser knows what the system prefers.
    Effect::new(move |_| {
        if !chosen && platform::system_prefers_dark() {
            dark.set(true);
        }
    });
    let word = move || if dark.get() { "light" } else { "dark" };
    view! {
        <form
            method="post"
            action="/theme"
            on:submit=move |event| {
                event.prevent_default();
                let theme = word();
                cookies::remember(cookies::THEME, theme);
                if let Some(root) = document().document_element() {
                    let _ = root.set_attribute("data-theme", theme);
                }
                dark.update(|dark| *dark = !*dark);
            }
        >
            <input type="hidden" name="theme" value=word/>
            <button type="submit" class="switch" role="switch" aria-checked=move || dark.get().to_string()>
                <Icon of=Symbol::Dark/>
                "Dark theme"
                <span class="switch-track" aria-hidden="true"></span>
            </button>
        </form>
    }
}

/// The page of unknown addresses.
#[component]
pub fn NotFound() -> impl IntoView {
    set_not_found();
    view! {
        <Framed>
            <PageTitle text="Not found"/>
            <h1>"Page not found"</h1>
            <Notice title="There is no page at this address.">
                <a href="/clients">"Go to the clients"</a>
            </Notice>
        </Framed>
    }
}
