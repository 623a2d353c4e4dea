//! The server in the process of the tests, on a port of its own, and browsers.
//!
//! A [`Browser`] keeps its cookies and follows no redirects, so that a test sees every answer. Each has a network
//! address of its own, by `X-Forwarded-For`, which the servers trust: attempts to sign in are counted by address, and
//! tests run concurrently.

use super::{TestDatabase, html::Page};
use axum::http::{HeaderMap, Request, header, request};
use domain::{
    actor::Actor,
    administrators::{
        Role, password,
        sign_in_throttle::{Delays, Throttle},
        store::{self, Administrator},
    },
    database::Database,
    services::{Policy, Services},
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::de::DeserializeOwned;
use server::{
    connections::{self, Limits},
    router::router,
    state::AppState,
    telemetry,
};
use std::{
    collections::BTreeMap,
    future::IntoFuture,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{OnceCell, oneshot},
};

/// The password of every administrator in the tests.
pub const PASSWORD: &str = "correct horse battery staple";

/// The `Accept` header of browsers for a page.
pub const A_PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// A running server, which is stopped on drop.
pub struct TestServer {
    /// Address and port that it listens on.
    pub address: SocketAddr,
    /// Its services.
    pub services: Services,
    _stop: oneshot::Sender<()>,
}

/// The measurements, which all servers of the process share.
pub fn metrics() -> PrometheusHandle {
    static METRICS: LazyLock<PrometheusHandle> = LazyLock::new(|| telemetry::start_metrics().expect("measurements"));
    METRICS.clone()
}

impl TestServer {
    /// Starts a server behind a trusted proxy.
    pub async fn start(test: &TestDatabase) -> Self {
        let server = Self::start_loading(test.database.clone()).await;
        server.loaded().await
    }

    /// Starts a server that hasn't loaded its clients yet.
    pub async fn start_loading(database: Database) -> Self {
        Self::start_with(database, true, Throttle::default(), Limits::of_process(true)).await
    }

    /// Starts a server with other delays of sign-ins.
    pub async fn start_with_delays(test: &TestDatabase, delays: Delays) -> Self {
        let limits = Limits::of_process(true);
        Self::start_with(test.database.clone(), true, Throttle::new(delays), limits).await.loaded().await
    }

    /// Starts a server without a proxy, which ignores forwarded headers.
    pub async fn start_without_proxy(test: &TestDatabase) -> Self {
        let limits = Limits::of_process(false);
        Self::start_with(test.database.clone(), false, Throttle::default(), limits).await.loaded().await
    }

    /// Starts a server behind a proxy, with other limits of its connections.
    pub async fn start_with_limits(test: &TestDatabase, limits: Limits) -> Self {
        Self::start_with(test.database.clone(), true, Throttle::default(), limits).await.loaded().await
    }

    async fn loaded(self) -> Self {
        self.services.directory.load().await.expect("all clients");
        self
    }

    async fn start_with(database: Database, behind_proxy: bool, throttle: Throttle, limits: Limits) -> Self {
        let services = Services { throttle, ..Services::new(database, Policy::default()) };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let app = router(AppState::new(services.clone(), metrics(), behind_proxy));
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(connections::serve(listener, app, limits, async {
            let _ = stopped.await;
        }));
        Self { address, services, _stop: stop }
    }

    /// A browser without a session.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// A program on the same machine, which bypasses the proxy.
    pub fn neighbour(&self) -> Browser {
        Browser { address: String::new(), ..self.browser() }
    }

    /// The administrator of a role, whose login is the role's name and whose password is [`PASSWORD`].
    pub async fn administrator(&self, role: Role) -> Administrator {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let database = &self.services.database;
        if let Some(known) = store::find_administrator(database, role.word()).await.expect("a look") {
            return known;
        }
        let hash = HASH.get_or_init(|| async { password::hash(PASSWORD.to_owned(), "").await.expect("a hash") }).await;
        let actor = &Actor::command_line();
        store::create_administrator(database, actor, role.word(), hash.clone(), role).await.expect("a new one");
        store::find_administrator(database, role.word()).await.expect("a look").expect("the new one")
    }

    /// A browser with a session of a role. Skips the form, and so the hashing.
    pub async fn signed_in(&self, role: Role) -> Browser {
        let administrator = self.administrator(role).await;
        let browser = self.browser();
        let token = store::start_session(&self.services.database, &administrator, &browser.address, None);
        browser.set_cookie("session", &token.await.expect("an answer").expect("a session"));
        browser
    }
}

/// A browser with an address and cookies. Clones share the cookies.
#[derive(Clone)]
pub struct Browser {
    /// The network address that the proxy forwards; empty without a proxy.
    pub address: String,
    base: String,
    agent: ureq::Agent,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    /// Creates a browser with an unused address.
    pub fn new(server: SocketAddr) -> Self {
        static BROWSERS: AtomicU32 = AtomicU32::new(1);
        let [_, a, b, c] = BROWSERS.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(1 << 20)
            // A server that refuses a request without reading all of it closes the connection.
            .max_idle_connections(0)
            // A stuck answer fails its test.
            .timeout_global(Some(Duration::from_mins(1)))
            .proxy(None)
            .build();
        Self {
            address: format!("10.{a}.{b}.{c}"),
            base: format!("http://{server}"),
            agent: agent.into(),
            cookies: Arc::default(),
        }
    }

    /// Requests an address.
    pub fn get(&self, address: &str) -> Sending {
        self.request("GET", address)
    }

    /// Sends a form.
    pub fn post(&self, address: &str, fields: &[(&str, &str)]) -> Sending {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.request("POST", address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into_bytes())
    }

    /// Sends the sign-in form.
    pub fn sign_in(&self, login: &str, password: &str) -> Sending {
        self.post("/login", &[("login", login), ("password", password)])
    }

    /// Builds a request, which awaiting sends.
    pub fn request(&self, method: &str, address: &str) -> Sending {
        let mut request = Request::builder().method(method).uri(format!("{}{address}", self.base));
        if !self.address.is_empty() {
            request = request.header("x-forwarded-for", &self.address);
        }
        let cookies: Vec<_> = self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        Sending { browser: self.clone(), request, body: None }
    }

    /// A cookie's value, if the browser has it.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies().get(name).cloned()
    }

    /// Sets a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies().insert(name.to_owned(), value.to_owned());
    }

    /// Whether it gets a page that needs a session.
    pub async fn is_signed_in(&self) -> bool {
        let answer = self.get("/clients").await;
        assert!(answer.status == 200 || answer.location().starts_with("/login"), "{answer:?}");
        answer.status == 200
    }

    fn cookies(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().expect("cookies")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let mut parts = cookie.to_str().expect("a cookie of text").split("; ");
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a name and a value");
            if parts.any(|part| part == "Max-Age=0") {
                self.cookies().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }
}

/// A request that isn't sent yet.
pub struct Sending {
    browser: Browser,
    request: request::Builder,
    body: Option<Vec<u8>>,
}

impl Sending {
    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }
}

impl Sending {
    /// Sends it. `None` without a complete answer, such as from a server that is killed.
    pub fn try_send(mut self) -> Pin<Box<dyn Future<Output = Option<Answer>> + Send>> {
        if self.request.headers_ref().is_some_and(|headers| !headers.contains_key(header::ACCEPT)) {
            self = self.header("accept", A_PAGE);
        }
        let Self { browser, request, body } = self;
        Box::pin(async move {
            let agent = browser.agent.clone();
            let sent = tokio::task::spawn_blocking(move || {
                let answer = match body {
                    Some(body) => agent.run(request.body(body).expect("a request")),
                    None => agent.run(request.body(()).expect("a request")),
                };
                let mut answer = answer.ok()?;
                let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec().ok()?;
                Some(Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body })
            });
            let answer = sent.await.expect("no panic")?;
            browser.keep_cookies(&answer.headers);
            Some(answer)
        })
    }
}

impl IntoFuture for Sending {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.try_send().await.expect("an answer that ends") })
    }
}

/// An answer of the server.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header, empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of text"))
    }

    /// The target of a redirect.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The body.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body of text")
    }

    /// The body as a page.
    pub fn html(&self) -> Page {
        Page::new(self.text())
    }

    /// The body, parsed as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("{cause}: {self:?}"))
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} {:?} {}", self.status, self.headers, body.chars().take(2_000).collect::<String>())
    }
}
