//! Addresses for machines: is the process alive, can it answer, what does it measure.

use crate::router::AppState;
use app::gateway::caller::{ApiError, Gateway, Metrics};
use axum::{
    extract::{ConnectInfo, FromRequestParts as _, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::IntoResponse,
};
use std::{net::SocketAddr, time::Duration};
use tokio::time::timeout;

/// How long the database may take to say that it is there. The caller wants to know now, and asks again.
const READY_WITHIN: Duration = Duration::from_secs(1);

/// `GET /healthz`: the process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database can be reached and has the program's schema.
pub async fn ready(State(state): State<AppState>) -> impl IntoResponse {
    let pending = timeout(READY_WITHIN, state.services.database.pending_migrations()).await;
    match pending {
        Ok(Ok(0)) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(Ok(pending)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{pending} migrations are pending\n")),
        away => {
            let cause = away.map_or("the database doesn't answer".to_owned(), |away| format!("{away:?}"));
            tracing::warn!(cause, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database can't be reached\n".to_owned())
        }
    }
}

/// `GET /metrics`: measurements in Prometheus's text format, for this machine itself or with a token.
pub async fn metrics(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut parts: Parts,
) -> Result<impl IntoResponse, ApiError> {
    if !is_this_machine(peer, &parts.headers) {
        Gateway::<Metrics>::from_request_parts(&mut parts, &state).await?;
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.metrics.render()))
}

/// Whether a request begins on this machine. A proxy that runs on it asks for others, and says so.
fn is_this_machine(peer: SocketAddr, headers: &HeaderMap) -> bool {
    const OF_PROXIES: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    peer.ip().to_canonical().is_loopback() && !OF_PROXIES.iter().any(|name| headers.contains_key(*name))
}
