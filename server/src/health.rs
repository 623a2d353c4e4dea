//! Addresses for machines: is the process alive, can it answer, what does it measure.

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

/// How long the database may take to say that it is there. The caller wants to know now, and asks again.
const READY_WITHIN: Duration = Duration::from_secs(1);

/// `GET /healthz`: the process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: a page can be answered and a change be written. 503 says why not.
pub async fn ready(State(state): State<AppState>) -> Response {
    let why = timeout(READY_WITHIN, why_not_ready(&state.services)).await;
    match why.unwrap_or_else(|_| Some("the database doesn't answer".to_owned())) {
        None => "ready\n".into_response(),
        Some(why) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], format!("{why}\n")).into_response()
        }
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

/// `GET /metrics`: measurements in Prometheus's text format, for this machine itself or with a token.
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

/// Whether a request begins on this machine. A proxy that runs on it asks for others, and says so.
fn is_this_machine(peer: SocketAddr, headers: &HeaderMap) -> bool {
    const OF_PROXIES: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    peer.ip().to_canonical().is_loopback() && !OF_PROXIES.iter().any(|name| headers.contains_key(*name))
}
