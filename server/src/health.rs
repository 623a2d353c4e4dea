//! Addresses for machines: is the process alive, can it answer, what does it measure.

use crate::router::AppState;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};

/// `GET /healthz`: the process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database can be reached and has the program's schema.
pub async fn ready(State(state): State<AppState>) -> impl IntoResponse {
    match state.services.database.pending_migrations().await {
        Ok(0) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(pending) => (StatusCode::SERVICE_UNAVAILABLE, format!("{pending} migrations are pending\n")),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database can't be reached\n".to_owned())
        }
    }
}

/// `GET /metrics`: measurements in Prometheus's text format.
pub async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.metrics.render())
}
