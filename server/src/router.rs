//! Every route, and the middleware around them.

use crate::{
    health,
    middleware::{self, REQUEST_ID},
    state::AppState,
    telemetry, together,
};
use app::{
    App,
    admins::{forms as admin_forms, page as admin_pages},
    client::{events, finance, general, names as client_names, statistics},
    clients::{export, forms as client_forms},
    frame::{forms as frame_forms, shell::shell},
    gateway::{api, kannel::callback},
    names,
    ui::catalogue,
};
use axum::{
    Extension, Router,
    extract::{Path, Request, State},
    http::{StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post, put},
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

/// The pages of the application, as the browser's router knows them. They are found once: while Leptos looks for them
/// no page of this process loads any data, and one that another server in it is drawing would wait for ever.
#[must_use]
pub fn pages() -> Vec<AxumRouteListing> {
    static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| {
        together::begin();
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
    // From the outside in: whatever happens further in is logged and measured, and has the headers.
    let middleware = ServiceBuilder::new()
        .layer(axum::middleware::map_request(middleware::without_request_id))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(TraceLayer::new(SharedClassifier::new(Faults)).make_span_with(span))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(axum::middleware::from_fn(middleware::measure))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::note_refusals))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::protect))
        .layer(axum::middleware::from_fn(middleware::unambiguous))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(axum::middleware::from_fn(middleware::files))
        .layer(compression())
        .layer(axum::middleware::from_fn(middleware::same_origin))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::recognise))
        .layer(axum::middleware::from_fn(middleware::small_questions))
        .layer(Extension(state.files.clone()))
        .layer(axum::middleware::from_fn(together::answer))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::hold_back));
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/login", get(admin_pages::sign_in).post(admin_forms::sign_in))
        .route("/logout", post(admin_forms::sign_out))
        .route("/setup", get(admin_pages::set_up).post(admin_forms::set_up))
        .route("/theme", post(frame_forms::choose_theme))
        .route("/clients/columns", post(client_forms::choose_columns))
        .route("/clients/export.csv", get(export::csv))
        .route("/clients/export.xlsx", get(export::xlsx))
        .route("/clients/{id}/events", get(events::follow))
        .route("/clients/{id}/general/subscription", post(general::forms::subscription))
        .route("/clients/{id}/general/profile", post(general::forms::profile))
        .route("/clients/{id}/finance/credit", post(finance::forms::credit))
        .route("/clients/{id}/finance/top-up", post(finance::forms::top_up))
        .route("/clients/{id}/finance/correction", post(finance::forms::correction))
        .route("/clients/{id}/finance/reversal", post(finance::forms::reversal))
        .route("/clients/{id}/finance/export.csv", get(finance::export::csv))
        .route("/clients/{id}/finance/export.xlsx", get(finance::export::xlsx))
        .route("/clients/{id}/statistics/{report}/export.csv", get(statistics::export::csv))
        .route("/clients/{id}/statistics/{report}/export.xlsx", get(statistics::export::xlsx))
        .route("/clients/{id}/names/add", post(client_names::forms::add))
        .route("/clients/{id}/names/save", post(client_names::forms::save))
        .route("/clients/{id}/names/remove", post(client_names::forms::remove))
        .route("/clients/{id}/names/export.csv", get(client_names::export::csv))
        .route("/clients/{id}/names/export.xlsx", get(client_names::export::xlsx))
        .route("/names/decide", post(names::forms::decide))
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/api/v1/messages", post(api::post_messages))
        .route("/api/v1/clients/{id}", put(api::put_client))
        .route("/api/v1/clients/{id}/names/{name}", put(api::put_name))
        .route("/api/v1/names", get(api::get_names))
        .route("/gateway/kannel", get(callback::take))
        .route("/ui", get(catalogue::page))
        .route("/rpc/{*function}", get(leptos_axum::handle_server_fns).post(leptos_axum::handle_server_fns))
        .route("/", get(|| async { Redirect::to("/clients") }))
        .route("/clients/{id}", get(|Path(id): Path<String>| async move { Redirect::to(&client_page(&id)) }))
        .route("/clients/{id}/statistics", get(first_report))
        .leptos_routes(&state, pages(), document)
        .fallback(nowhere)
        .layer(middleware)
        .with_state(state)
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

/// The application's own page for addresses that lead nowhere.
async fn nowhere(State(state): State<AppState>, request: Request) -> Response {
    leptos_axum::render_app_async(move || shell(&state.files))(request).await.into_response()
}

/// Tells which answers are logged as errors: those from 500 on, unless they say when to ask again. A server that is
/// starting isn't at fault.
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
    // The path alone: a query may hold what somebody searched for, or a set-up link's token.
    let path: String = request.uri().path().chars().take(LONGEST_LOGGED).collect();
    tracing::info_span!("request", %id, method = telemetry::method_label(request.method()), path)
}

/// Fast compression for what is made anew each time. Files are compressed already, workbooks too.
fn compression() -> CompressionLayer<impl Predicate> {
    let worth_it = SizeAbove::new(512)
        .and(NotForContentType::const_new("application/vnd.openxmlformats-officedocument"))
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE);
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth_it)
}

/// The most characters of a path in log lines: it may be as long as the head of a request.
const LONGEST_LOGGED: usize = 200;

/// How long an answer may take to begin; files and events go on for as long as they need.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// How long running requests may still take when the server is stopped.
pub const STOP_WITHIN: Duration = Duration::from_secs(20);

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
