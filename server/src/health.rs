//! Addresses for machines: is the process alive, can it answer, what does it measure.

use crate::router::AppState;
use app::{admins::visitor::Services, clients::index::Loading};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use std::error::Error as _;

/// `GET /healthz`: the process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: a page can be answered and a change be written. 503 says why not.
pub async fn ready(State(state): State<AppState>) -> impl IntoResponse {
    match why_not_ready(&state.services).await {
        None => (StatusCode::OK, "ready\n".to_owned()),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    }
}

async fn why_not_ready(services: &Services) -> Option<String> {
    match services.database.pending_migrations().await {
        Ok(0) => {}
        Ok(pending) => return Some(format!("{pending} migrations are pending")),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            return Some("the database can't be reached".to_owned());
        }
    }
    if let Err(why) = services.database.check_writable().await {
        tracing::warn!(cause = ?why.source(), "not ready");
        return Some(why.to_string());
    }
    let Loading { percent, problem } = services.directory.loading()?;
    let problem = problem.map(|problem| format!("; the last attempt failed: {problem}")).unwrap_or_default();
    Some(format!("starting: {percent} % of the clients are loaded{problem}"))
}

/// `GET /metrics`: measurements in Prometheus's text format.
pub async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.metrics.render())
}
