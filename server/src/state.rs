//! State of the process that its routes share.

use crate::assets;
use app::frame::shell::Files;
use axum::extract::FromRef;
use domain::services::Services;
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;

/// What routes share.
#[derive(Clone, Debug)]
pub struct AppState {
    /// What the application works with.
    pub services: Services,
    /// Where the document finds its files.
    pub files: Files,
    /// The measurements.
    pub metrics: PrometheusHandle,
    /// Whether a proxy of ours says who the visitor is.
    pub behind_proxy: bool,
    /// What Leptos wants to know.
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
