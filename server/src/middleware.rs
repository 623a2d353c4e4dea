//! The layers around all routes, in the order of [`crate::router`].

use crate::{assets, state::AppState, telemetry};
use app::{
    access::{Encrypted, SessionToken, Visitor},
    client_table::starting,
    failure::Failure,
    frame::forms,
};
use axum::{
    body::Body,
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{self, HOST, ORIGIN},
        uri::PathAndQuery,
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use std::{net::SocketAddr, sync::Once, time::Instant};
use values::error::Error;

/// The header that carries a request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Counts and times requests. The label is the route, since the number of addresses is unbounded.
pub async fn measure(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, route) = (telemetry::method_label(request.method()), route_of(&request));
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!(telemetry::REQUESTS, "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!(telemetry::DURATION, "method" => method, "route" => route)
        .record(begun.elapsed().as_secs_f64());
    response
}

fn route_of(request: &Request) -> String {
    request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned()
}

/// Removes the id that a client sent: its text would end up in every log line.
pub async fn without_request_id(mut request: Request) -> Request {
    request.headers_mut().remove(REQUEST_ID);
    request
}

/// Logs refused requests: no session or token, no permission, from another site, or throttled. The lines hold no text
/// that the visitor has written.
pub async fn log_refused(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let (method, route) = (telemetry::method_label(request.method()), route_of(&request));
    let address = address_of(&state, request.headers(), peer);
    let cross_site = !is_same_origin(&request);
    let response = next.run(request).await;
    let status = response.status();
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) {
        tracing::warn!(method, route, address, status = status.as_u16(), cross_site, "refused");
    }
    response
}

/// Refuses unknown methods, and addresses that a proxy could normalise to another path.
pub async fn unambiguous(request: Request, next: Next) -> Response {
    if !is_plain(request.uri().path()) {
        let message = "The address has “.”, “..” or nothing between two of its slashes. Write it without them.\n";
        return (StatusCode::BAD_REQUEST, message).into_response();
    }
    if telemetry::method_label(request.method()) == "other" {
        const ALLOWED: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        let message = format!("The method isn't one that the server knows: {ALLOWED}.\n");
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, ALLOWED)], message).into_response();
    }
    next.run(request).await
}

/// Whether a path has no segment `.` or `..`, also encoded, and no empty segment but for the last.
fn is_plain(path: &str) -> bool {
    !path.contains("//")
        && path.split('/').all(|segment| {
            let segment = segment.replace("%2e", ".").replace("%2E", ".");
            segment != "." && segment != ".."
        })
}

/// Adds security headers. The document sets its own policy for scripts, with a nonce.
pub async fn protect(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let encrypted = is_encrypted(&state, request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    set(header::CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if encrypted {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

/// Refuses cross-site requests. Browsers name the origin of a request; a client that names none isn't a browser, and
/// has no session that another site could abuse.
pub async fn same_origin(request: Request, next: Next) -> Response {
    if is_same_origin(&request) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "This request came from another site and was refused. Nothing was changed.\n")
        .into_response()
}

fn is_same_origin(request: &Request) -> bool {
    request.method().is_safe() || comes_from_here(request.headers())
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |value: Option<&HeaderValue>| value.and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match headers.get(ORIGIN) {
        None => true,
        Some(origin) => {
            let origin = text(Some(origin)).and_then(|origin| origin.parse::<Uri>().ok());
            let origin = origin.and_then(|origin| origin.authority().map(ToString::to_string));
            origin.is_some() && origin == text(headers.get(HOST))
        }
    }
}

/// Serves the browser's files, which need no session.
pub async fn files(request: Request, next: Next) -> Response {
    match assets::respond(request.method(), request.uri().path(), request.headers()).await {
        Some(response) => response,
        None => next.run(request).await,
    }
}

/// Whether an address needs no session. Server functions and the gateway's API check for permissions or tokens
/// themselves, and answer in a form that their callers understand.
pub fn is_open(path: &str) -> bool {
    matches!(path, "/login" | "/logout" | "/setup" | "/theme" | "/healthz" | "/readyz" | "/metrics")
        || ["/rpc/", "/api/", "/gateway/"].iter().any(|own| path.starts_with(own))
}

/// Whether an address is a health check or metrics, which mustn't wait for an unreachable database.
fn is_for_machines(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

/// Looks the session up, and redirects visitors without one to the sign-in page.
pub async fn recognise(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let encrypted = Encrypted(is_encrypted(&state, headers));
    let token = SessionToken::of(headers, encrypted);
    let token = token.as_str().filter(|_| !is_for_machines(request.uri().path()));
    let address = address_of(&state, headers, peer);
    let visitor = match Visitor::recognise(state.services.clone(), token, address).await {
        Ok(visitor) => visitor,
        Err(error) => return (error.status(), format!("{error}\n")).into_response(),
    };
    if visitor.signed_in().is_none() && !is_open(request.uri().path()) {
        return require_sign_in(&request);
    }
    request.extensions_mut().insert(visitor);
    request.extensions_mut().insert(encrypted);
    next.run(request).await
}

/// Limits the body of a server function's request, which is read before the permission is checked.
pub async fn limit_rpc_body(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/rpc/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match forms::whole(body, forms::KIB).await {
        Ok(body) => next.run(Request::from_parts(parts, body.into())).await,
        Err(error) => Failure(error).into_response(),
    }
}

/// Answers the client table with a page that says the server is starting, while the index of clients is loading.
/// Other users of the index get an error that says so.
pub async fn answer_while_starting(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match state.services.directory.loading() {
        Some(loading) if request.method().is_safe() && request.uri().path() == "/clients" => {
            starting::page(state.files, loading, request).await
        }
        _ => next.run(request).await,
    }
}

fn require_sign_in(request: &Request<Body>) -> Response {
    let wants_page = request.method() == Method::GET
        && request.headers().get(header::ACCEPT).is_none_or(|accept| {
            accept.to_str().is_ok_and(|accept| accept.contains("text/html") || accept.contains("*/*"))
        });
    if !wants_page {
        return (StatusCode::UNAUTHORIZED, format!("{}\n", Error::SignInRequired)).into_response();
    }
    match request.uri().path_and_query().map(PathAndQuery::as_str).filter(|address| *address != "/") {
        Some(address) => {
            let next: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
            Redirect::to(&format!("/login?next={next}")).into_response()
        }
        None => Redirect::to("/login").into_response(),
    }
}

/// The visitor's network address. Behind a trusted proxy it is the last one of `X-Forwarded-For`, which the proxy has
/// added: a client can forge the ones before it.
fn address_of(state: &AppState, headers: &HeaderMap, peer: SocketAddr) -> String {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    if forwarded.is_some() && !state.behind_proxy {
        static WARNED: Once = Once::new();
        WARNED.call_once(|| {
            tracing::warn!(
                "X-Forwarded-For arrived and was ignored. If a proxy of yours stands in front, set \
                 CLIENTELE_BEHIND_PROXY=true: until then all visitors share its address, and a guesser of passwords \
                 slows everybody's sign-in down"
            );
        });
    }
    let last = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim);
    match last.and_then(|address| address.parse::<std::net::IpAddr>().ok()) {
        Some(address) if state.behind_proxy => address.to_string(),
        _ => peer.ip().to_string(),
    }
}

fn is_encrypted(state: &AppState, headers: &HeaderMap) -> bool {
    state.behind_proxy && headers.get("x-forwarded-proto").is_some_and(|protocol| protocol == "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn addresses_that_could_be_read_in_two_ways_are_told_apart() {
        for plain in ["/", "/clients", "/clients/", "/clients/7/names/A.B", "/a..b", "/...", "/%2e%2ea", "*"] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in ["//", "//a", "/a//b", "/a//", "/.", "/..", "/a/./b", "/a/../b", "/%2e", "/.%2E/a", "/%2e%2e"] {
            assert!(!is_plain(other), "{other}");
        }
    }

    #[test]
    fn requests_from_other_sites_are_told_apart() {
        for (from_here, sent) in [
            (true, headers(&[("sec-fetch-site", "same-origin"), ("origin", "http://a.example")])),
            (false, headers(&[("sec-fetch-site", "cross-site")])),
            (false, headers(&[("sec-fetch-site", "same-site")])),
            (true, headers(&[("origin", "http://a.example:3000"), ("host", "a.example:3000")])),
            (false, headers(&[("origin", "http://b.example"), ("host", "a.example")])),
            (false, headers(&[("origin", "http://a.example:3001"), ("host", "a.example:3000")])),
            (false, headers(&[("origin", "null"), ("host", "a.example")])),
            (true, headers(&[("host", "a.example")])),
        ] {
            assert_eq!(comes_from_here(&sent), from_here, "{sent:?}");
        }
    }
}
