//! The state that all routes share.

use crate::assets;
use app::frame::shell::Files;
use axum::extract::FromRef;
use domain::services::Services;
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;

/// The state that all routes share.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The services of the domain.
    pub services: Services,
    /// Addresses of the files that the HTML document links.
    pub files: Files,
    /// Renders the measurements for Prometheus.
    pub metrics: PrometheusHandle,
    /// Whether a trusted proxy in front names the visitor's address.
    pub behind_proxy: bool,
    /// The options of Leptos, which its integration with axum asks for.
    pub leptos: LeptosOptions,
}

impl AppState {
    /// The state of a server.
    #[must_use]
    pub fn new(services: Services, metrics: PrometheusHandle, behind_proxy: bool) -> Self {
        let files = Files {
            css: assets::url("pkg/clientele.css"),
            js: assets::url("pkg/clientele.js"),
            wasm: assets::url("pkg/clientele.wasm"),
            parts: assets::parts(),
            chart: [assets::url("pkg/chart.js"), assets::url("pkg/chart.wasm")],
            icon: assets::url("favicon.svg"),
        };
        let leptos = LeptosOptions::builder().output_name("clientele").build();
        Self { services, files, metrics, behind_proxy, leptos }
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
