//! The table of routes, and the middleware around them.
//!
//! A request passes the middleware from the outside in: request id, log and metrics, headers, ambiguous addresses,
//! static files, compression, same-origin check, and `recognise`, which finds the session and sends visitors without
//! one to the sign-in page. Leptos then renders the page; `page_executor` polls its tasks on the request's own task.

use crate::{
    health,
    middleware::{self, REQUEST_ID},
    page_executor,
    state::AppState,
    telemetry,
};
use app::{
    App,
    client_page::{events, finance, general, names as client_names, statistics},
    client_table::{export, forms as client_forms},
    frame::{catalogue, forms as frame_forms},
    gateway::{api, kannel},
    name_queue, shell,
    sign_in::{forms as admin_forms, page as admin_pages},
    views::forms as views,
};
use axum::{
    Extension, Router,
    extract::{Path, Request, State},
    handler::Handler,
    http::{Method, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Redirect, Response},
    routing::{self, MethodRouter},
};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use std::{fmt::Display, sync::LazyLock, time::Duration};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    classify::{
        ClassifiedResponse, ClassifyResponse, NeverClassifyEos, ServerErrorsAsFailures, ServerErrorsFailureClass,
        SharedClassifier,
    },
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// A route that isn't a page of the application.
#[derive(Debug)]
pub struct Route {
    /// The method that it answers.
    pub method: Method,
    /// The path, as axum writes it.
    pub path: &'static str,
    handler: MethodRouter<AppState>,
}

fn get<H: Handler<T, AppState>, T: 'static>(path: &'static str, handler: H) -> Route {
    Route { method: Method::GET, path, handler: routing::get(handler) }
}

fn post<H: Handler<T, AppState>, T: 'static>(path: &'static str, handler: H) -> Route {
    Route { method: Method::POST, path, handler: routing::post(handler) }
}

fn put<H: Handler<T, AppState>, T: 'static>(path: &'static str, handler: H) -> Route {
    Route { method: Method::PUT, path, handler: routing::put(handler) }
}

/// All routes but the pages. Clippy refuses `Router::route` elsewhere, so a test that walks this table and [`pages`]
/// misses none.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/healthz", health::alive),
        get("/readyz", health::ready),
        get("/metrics", health::metrics),
        get("/login", admin_pages::sign_in),
        post("/login", admin_forms::sign_in),
        post("/logout", admin_forms::sign_out),
        get("/setup", admin_pages::set_up),
        post("/setup", admin_forms::set_up),
        post("/theme", frame_forms::choose_theme),
        post("/clients/columns", client_forms::choose_columns),
        get("/clients/export.csv", export::csv),
        get("/clients/export.xlsx", export::xlsx),
        get("/clients/{id}/events", events::follow),
        post("/clients/{id}/general/subscription", general::forms::subscription),
        post("/clients/{id}/general/profile", general::forms::profile),
        post("/clients/{id}/finance/credit", finance::forms::credit),
        post("/clients/{id}/finance/top-up", finance::forms::top_up),
        post("/clients/{id}/finance/correction", finance::forms::correction),
        post("/clients/{id}/finance/reversal", finance::forms::reversal),
        get("/clients/{id}/finance/export.csv", finance::export::csv),
        get("/clients/{id}/finance/export.xlsx", finance::export::xlsx),
        get("/clients/{id}/finance/statement.pdf", finance::statement::pdf),
        get("/clients/{id}/statistics/{report}/export.csv", statistics::export::csv),
        get("/clients/{id}/statistics/{report}/export.xlsx", statistics::export::xlsx),
        post("/clients/{id}/names/add", client_names::forms::add),
        post("/clients/{id}/names/save", client_names::forms::save),
        post("/clients/{id}/names/remove", client_names::forms::remove),
        get("/clients/{id}/names/export.csv", client_names::export::csv),
        get("/clients/{id}/names/export.xlsx", client_names::export::xlsx),
        get("/names/events", events::follow_names),
        get("/names/export.csv", name_queue::export::csv),
        get("/names/export.xlsx", name_queue::export::xlsx),
        post("/names/decide", name_queue::forms::decide),
        post("/names/undo", name_queue::forms::undo),
        post("/views/save", views::save),
        post("/views/rename", views::rename),
        post("/views/delete", views::delete),
        get("/api/v1/openapi.json", api::openapi),
        post("/api/v1/messages", api::post_messages),
        put("/api/v1/clients/{id}", api::put_client),
        put("/api/v1/clients/{id}/names/{name}", api::put_name),
        get("/api/v1/names", api::get_names),
        get("/gateway/kannel", kannel::take),
        get("/ui", catalogue::page),
        get("/rpc/{*function}", leptos_axum::handle_server_fns),
        post("/rpc/{*function}", leptos_axum::handle_server_fns),
        get("/", || async { Redirect::to("/clients") }),
        get("/clients/{id}", |Path(id): Path<String>| async move { Redirect::to(&client_page(&id)) }),
        get("/clients/{id}/statistics", first_report),
    ]
}

/// The pages of the application, as the browser's router knows them. The list is generated once per process: meanwhile
/// Leptos loads no resources, and a page that another server of the process (tests) is rendering would wait forever.
#[must_use]
pub fn pages() -> Vec<AxumRouteListing> {
    static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| {
        page_executor::install();
        generate_route_list(App)
    });
    PAGES.clone()
}

/// All routes with their middleware.
pub fn router(state: AppState) -> Router {
    let document = {
        let files = state.files.clone();
        move || shell(&files)
    };
    // The outermost layer is first, so that all answers are logged and measured, and have the headers.
    let middleware = ServiceBuilder::new()
        .layer(axum::middleware::map_request(middleware::without_request_id))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(TraceLayer::new(SharedClassifier::new(Faults)).make_span_with(span))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(axum::middleware::from_fn(middleware::measure))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::log_refused))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::protect))
        .layer(axum::middleware::from_fn(middleware::unambiguous))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT))
        .layer(axum::middleware::from_fn(middleware::files))
        .layer(compression())
        .layer(axum::middleware::from_fn(middleware::same_origin))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::recognise))
        .layer(axum::middleware::from_fn(middleware::limit_rpc_body))
        .layer(Extension(state.files.clone()))
        .layer(axum::middleware::from_fn(page_executor::answer))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::answer_while_starting));
    #[allow(clippy::disallowed_methods, reason = "the one place that adds routes, from the table")]
    let table = routes().into_iter().fold(Router::new(), |table, route| table.route(route.path, route.handler));
    table.leptos_routes(&state, pages(), document).fallback(not_found).layer(middleware).with_state(state)
}

/// The first report of a client.
async fn first_report(Path(id): Path<String>) -> Redirect {
    Redirect::to(&client_page(&id).replace("/general", "/statistics/day"))
}

/// The first tab of a client's page.
fn client_page(id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("/clients/{id}/general")
}

/// The application's page for unknown addresses.
async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    leptos_axum::render_app_async(move || shell(&state.files))(request).await.into_response()
}

/// Classifies the answers that are logged as errors: a status from 500 on without `Retry-After`. A server that is
/// starting sends `Retry-After` and isn't at fault.
#[derive(Clone, Copy)]
struct Faults;

impl ClassifyResponse for Faults {
    type FailureClass = ServerErrorsFailureClass;
    type ClassifyEos = NeverClassifyEos<ServerErrorsFailureClass>;

    fn classify_response<B>(
        self,
        response: &http::Response<B>,
    ) -> ClassifiedResponse<Self::FailureClass, Self::ClassifyEos> {
        if response.headers().contains_key(RETRY_AFTER) {
            return ClassifiedResponse::Ready(Ok(()));
        }
        ServerErrorsAsFailures::new().classify_response(response)
    }

    fn classify_error<E: Display + 'static>(self, error: &E) -> Self::FailureClass {
        ServerErrorsAsFailures::new().classify_error(error)
    }
}

fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    // Logs no query: it may hold a search, or the token of a set-up link.
    let path: String = request.uri().path().chars().take(LOGGED_PATH_LENGTH).collect();
    tracing::info_span!("request", %id, method = telemetry::method_label(request.method()), path)
}

/// Compresses generated answers, fast. The browser's files and workbooks are compressed already.
fn compression() -> CompressionLayer<impl Predicate> {
    let compressible = SizeAbove::new(512)
        .and(NotForContentType::const_new("application/vnd.openxmlformats-officedocument"))
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE);
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressible)
}

/// Characters of a path in a log line, at most. A path may be as long as the head of a request.
const LOGGED_PATH_LENGTH: usize = 200;

/// Timeout for the head of an answer. Downloads and event streams have none for their body.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Grace period for running requests when the server is stopped.
pub const GRACE_PERIOD: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_logged_as_an_error_where_the_server_is_at_fault() {
        let is_fault =
            |response: Response| matches!(Faults.classify_response(&response), ClassifiedResponse::Ready(Err(_)));
        let status = StatusCode::SERVICE_UNAVAILABLE;
        assert!(is_fault(status.into_response()));
        assert!(is_fault(StatusCode::INTERNAL_SERVER_ERROR.into_response()));
        assert!(!is_fault((status, [(RETRY_AFTER, "1")]).into_response()));
        assert!(!is_fault(StatusCode::NOT_FOUND.into_response()));
    }
}
