//! Health checks and metrics for orchestrators and monitoring.

use crate::state::AppState;
use app::gateway::api_client::{ApiClient, ApiError, Metrics};
use axum::{
    extract::{ConnectInfo, FromRequestParts as _, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{clients::index::Loading, services::Services};
use std::{error::Error as _, net::SocketAddr, time::Duration};
use tokio::time::timeout;

/// Timeout for the database in a readiness check. A health checker needs a prompt answer, and asks again.
const READY_TIMEOUT: Duration = Duration::from_secs(1);

/// `GET /healthz`: 200 while the process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 200 when pages can be answered and changes be written, else 503 with the reason.
pub async fn ready(State(state): State<AppState>) -> Response {
    let reason = timeout(READY_TIMEOUT, reason_not_ready(&state.services)).await;
    match reason.unwrap_or_else(|_| Some("the database doesn't answer".to_owned())) {
        None => "ready\n".into_response(),
        Some(reason) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], format!("{reason}\n")).into_response()
        }
    }
}

async fn reason_not_ready(services: &Services) -> Option<String> {
    match services.database.pending_migrations().await {
        Ok(0) => {}
        Ok(pending) => return Some(format!("{pending} migrations are pending")),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            return Some("the database can't be reached".to_owned());
        }
    }
    if let Err(error) = services.database.check_writable().await {
        tracing::warn!(cause = ?error.source(), "not ready");
        return Some(error.to_string());
    }
    let Loading { percent, problem } = services.directory.loading()?;
    let problem = problem.map(|problem| format!("; the last attempt failed: {problem}")).unwrap_or_default();
    Some(format!("starting: {percent} % of the clients are loaded{problem}"))
}

/// `GET /metrics`: measurements in Prometheus's text format, for local requests and for tokens of the scope `metrics`.
pub async fn metrics(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut parts: Parts,
) -> Result<impl IntoResponse, ApiError> {
    if !is_this_machine(peer, &parts.headers) {
        ApiClient::<Metrics>::from_request_parts(&mut parts, &state).await?;
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.metrics.render()))
}

/// Whether a request comes from this machine itself. A proxy on it forwards requests of others, with one of the
/// headers.
fn is_this_machine(peer: SocketAddr, headers: &HeaderMap) -> bool {
    const PROXY_HEADERS: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    peer.ip().to_canonical().is_loopback() && !PROXY_HEADERS.iter().any(|name| headers.contains_key(*name))
}
