//! The web, compiled twice: to WASM for the browser, natively for the server.
//!
//! A screen is a folder, and its files read in the order of a request: `page.rs` has the components, `api.rs` the
//! server functions (a permission, then one call into the domain), `forms.rs` answers the forms, `export.rs` makes the
//! files for download. Arrows run down this list only:
//!
//! - [`cookies`]: small choices that the browser remembers; [`response_status`]: the status of a response
//! - [`failure`]: an error on its way to the visitor; [`access`]: the visitor and the permissions (native only)
//! - [`frame`]: the frame of every page, and the HTML document
//! - [`export`]: files for download (native only)
//! - [`posted`]: answers forms that change something (native only)
//! - [`gateway`]: the routes of API clients (native only)
//! - [`sign_in`]: the pages before signing in, `/login` and `/setup` (native only)
//! - [`views`]: saved views above a list or report
//! - [`client_table`]: the table of clients, `/clients`
//! - [`client_page`]: a client's tabs, `/clients/{id}/...`
//! - [`name_queue`]: the names to decide, `/names`
//! - [`search`]: the search of everything, `/search` and its dialog
//! - [`parts`]: the parts that the browser loads, and the pages in each

#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
pub mod access;
pub mod client_page;
pub mod client_table;
pub mod cookies;
#[cfg(feature = "ssr")]
pub mod export;
pub mod failure;
pub mod frame;
#[cfg(feature = "ssr")]
pub mod gateway;
pub mod name_queue;
pub mod parts;
#[cfg(feature = "ssr")]
pub mod posted;
pub mod response_status;
pub mod search;
#[cfg(feature = "ssr")]
pub mod sign_in;
pub mod views;

use frame::{
    page::{Frame, NotFound},
    provide_facts,
    search::SearchDialog,
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use parts::{CLIENT, CLIENTS, FINANCE, GENERAL, NAMES, QUEUE, SEARCH, SEARCH_DIALOG, STATISTICS};

/// The routes. The server renders whole pages (`SsrMode::Async`), so they work without WASM too.
///
/// No route redirects: the router would replace the address that it was opened from, and Back would skip a page.
/// The redirects are in `server/src/router.rs`.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_facts();
    // Before the router, so that Back is asked about first.
    ui::unsaved::guard_history();
    provide_context(SearchDialog(SEARCH_DIALOG));
    view! {
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("/clients") view=CLIENTS ssr=SsrMode::Async/>
                    <Route path=path!("/names") view=QUEUE ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=SEARCH ssr=SsrMode::Async/>
                    <ParentRoute path=path!("/clients/:id") view=CLIENT ssr=SsrMode::Async>
                        <Route path=path!("/general") view=GENERAL ssr=SsrMode::Async/>
                        <Route path=path!("/finance") view=FINANCE ssr=SsrMode::Async/>
                        <Route path=path!("/statistics/:report") view=STATISTICS ssr=SsrMode::Async/>
                        <Route path=path!("/names") view=NAMES ssr=SsrMode::Async/>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Renders the application's HTML document. Native only.
#[cfg(feature = "ssr")]
pub fn shell(files: &frame::shell::Files) -> impl IntoView + use<> {
    frame::shell::document(files, true, App)
}
