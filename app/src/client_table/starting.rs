//! The page that replaces the client table while its index is loading. Native only.

use crate::frame::{
    door::Door,
    shell::{Files, document},
};
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::clients::index::Loading;
use leptos::prelude::*;
use leptos_meta::Meta;

/// Renders a page that reloads itself every second until the table is ready, even without JavaScript.
pub async fn page(files: Files, loading: Loading, request: Request) -> Response {
    let Loading { percent, problem } = loading;
    let progress =
        problem.map_or_else(|| format!("{percent} % of the clients are loaded."), |problem| problem.to_string());
    let page = move || {
        let progress = progress.clone();
        view! {
            <Door title="The server is starting">
                <Meta http_equiv="refresh" content="1"/>
                <p role="status">{progress}</p>
                <p class="muted">"The page opens by itself when all of them are."</p>
            </Door>
        }
    };
    let page = leptos_axum::render_app_async(move || document(&files, false, page.clone()))(request).await;
    let mut response = page.into_response();
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
