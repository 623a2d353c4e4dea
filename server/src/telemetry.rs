//! Log lines and measurements.

use axum::http::Method;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Counts answered requests by method, route and status.
pub const REQUESTS: &str = "http_requests_total";
/// Times answered requests by method and route, in seconds.
pub const DURATION: &str = "http_request_duration_seconds";

/// The label of a method in measurements and log lines. A client can invent methods of any number and length, so
/// unknown ones share a label.
#[must_use]
pub fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Starts to log to standard error: text on a terminal, JSON elsewhere. `RUST_LOG` filters the lines.
pub fn start_log() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails where a test has started it already.
    let _ = if std::io::stderr().is_terminal() { log.compact().try_init() } else { log.json().try_init() };
}

/// Starts to measure. The handle renders the measurements for Prometheus.
///
/// # Errors
/// The buckets of the histogram are invalid.
pub fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    let seconds = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
    let recorder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &seconds)?.build_recorder();
    let handle = recorder.handle();
    // Fails for the second server of a process (tests), which shares the recorder of the first.
    let _ = metrics::set_global_recorder(recorder);
    // The descriptions go to the global recorder, so it is set first.
    metrics::describe_counter!(REQUESTS, "Answered requests");
    metrics::describe_histogram!(DURATION, metrics::Unit::Seconds, "Time to answer");
    Ok(handle)
}
