//! The web, compiled twice: to WASM for the browser, natively for the server.
//!
//! A screen is a folder, and its files read in the order of a request: `page.rs` is what the administrator sees, `api.rs`
//! its server functions (a permission, then one call into the domain), `forms.rs` answers its forms, `export.rs` its
//! files for download. Arrows run down this list only:
//!
//! - [`failure`]: an error on its way to the visitor; [`access`]: the visitor, and the permission (native only)
//! - [`frame`]: the menu around every page, and the HTML document
//! - [`export`]: what every file for download needs (native only)
//! - [`gateway`]: the routes of programs (native only)
//! - [`sign_in`]: `/login` and `/setup` (native only)
//! - [`client_table`]: `/clients`
//! - [`client_page`]: `/clients/{id}/...`
//! - [`name_queue`]: `/names`

#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
pub mod access;
pub mod client_page;
pub mod client_table;
#[cfg(feature = "ssr")]
pub mod export;
pub mod failure;
pub mod frame;
#[cfg(feature = "ssr")]
pub mod gateway;
pub mod name_queue;
#[cfg(feature = "ssr")]
pub mod sign_in;

use client_page::{
    finance::page::FinancePage, general::page::GeneralPage, names::page::NamesPage, page::ClientPage,
    statistics::page::StatisticsPage,
};
use client_table::page::ClientsPage;
use frame::{
    page::{Frame, NotFound},
    provide_facts,
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use name_queue::page::QueuePage;

/// The routes. Pages come complete from the server (`SsrMode::Async`), so that they work without WASM too.
///
/// None of them redirects: the router would write the address that it leads to over the one it was opened from, and
/// Back would skip a page. `server/src/router.rs` has the addresses that lead on.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_facts();
    view! {
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("/clients") view=ClientsPage ssr=SsrMode::Async/>
                    <Route path=path!("/names") view=QueuePage ssr=SsrMode::Async/>
                    <ParentRoute path=path!("/clients/:id") view=ClientPage ssr=SsrMode::Async>
                        <Route path=path!("/general") view=GeneralPage ssr=SsrMode::Async/>
                        <Route path=path!("/finance") view=FinancePage ssr=SsrMode::Async/>
                        <Route path=path!("/statistics/:report") view=StatisticsPage ssr=SsrMode::Async/>
                        <Route path=path!("/names") view=NamesPage ssr=SsrMode::Async/>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The HTML document of the application. Native only.
#[cfg(feature = "ssr")]
pub fn shell(files: &frame::shell::Files) -> impl IntoView + use<> {
    frame::shell::document(files, true, App)
}
