//! The application, compiled twice: to WASM for the browser, natively for the server.
//!
//! A feature is a folder, and its files read in the order of a request: `page.rs` is what the administrator
//! sees, `api.rs` the server functions, `store.rs` the queries, `export.rs` the files for download.
//!
//! - [`clients`]: the client table
//! - [`client`]: one client's page
//! - [`names`]: the queue of all clients' names that wait to be decided
//! - [`admins`]: sign-in, sessions, permissions, audit
//! - [`mail`]: mail to clients, through an outbox (native only)
//! - [`export`]: what every file for download needs (native only)
//! - [`frame`]: what stands around every page
//! - [`chart`]: charts, which know no feature either
//! - [`ui`]: shared components, which know no feature
//! - [`values`]: small types with rules of their own
//! - [`error`]: the one error; [`database`]: the one way to the tables (native only)

#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
pub mod access;
#[cfg(feature = "ssr")]
pub mod actor;
pub mod admins;
#[cfg(feature = "ssr")]
pub mod audit;
pub mod chart;
pub mod client;
pub mod clients;
#[cfg(feature = "ssr")]
pub mod database;
pub mod error;
#[cfg(feature = "ssr")]
pub mod export;
pub mod failure;
#[cfg(feature = "ssr")]
pub mod form_answers;
pub mod frame;
#[cfg(feature = "ssr")]
pub mod gateway;
#[cfg(feature = "ssr")]
pub mod mail;
pub mod names;
#[cfg(feature = "ssr")]
pub mod services;
pub mod ui;
pub mod values;

use client::{
    finance::page::FinancePage, general::page::GeneralPage, names::page::NamesPage, page::ClientPage,
    statistics::page::StatisticsPage,
};
use clients::page::ClientsPage;
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
use names::page::QueuePage;

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
