//! The server, in this process on a port of its own, and browsers that speak to it.
//!
//! A [`Browser`] keeps its cookies and follows no redirect, so that a test sees every answer. Each has a network
//! address of its own (the servers believe the `X-Forwarded-For` of their proxy), since attempts to sign in are
//! counted by address, and tests run side by side.

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

/// The password of every administrator that tests make.
pub const PASSWORD: &str = "correct horse battery staple";

/// What browsers say that they want when they load a page.
pub const A_PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// A server that runs as long as its value.
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it works with.
    pub services: Services,
    _stop: oneshot::Sender<()>,
}

/// The measurements of the process, which has one set of them, however many servers.
pub fn metrics() -> PrometheusHandle {
    static METRICS: LazyLock<PrometheusHandle> = LazyLock::new(|| telemetry::start_metrics().expect("measurements"));
    METRICS.clone()
}

impl TestServer {
    /// One behind a proxy, which says who the visitor is.
    pub async fn start(test: &TestDatabase) -> Self {
        let server = Self::start_loading(test.database.clone()).await;
        server.loaded().await
    }

    /// One that hasn't loaded its clients yet.
    pub async fn start_loading(database: Database) -> Self {
        Self::start_with(database, true, Throttle::default(), Limits::of_process(true)).await
    }

    /// One that slows guessing down by other delays.
    pub async fn start_with_delays(test: &TestDatabase, delays: Delays) -> Self {
        let limits = Limits::of_process(true);
        Self::start_with(test.database.clone(), true, Throttle::new(delays), limits).await.loaded().await
    }

    /// One that visitors reach directly, who may say of themselves what they like.
    pub async fn start_without_proxy(test: &TestDatabase) -> Self {
        let limits = Limits::of_process(false);
        Self::start_with(test.database.clone(), false, Throttle::default(), limits).await.loaded().await
    }

    /// One behind a proxy, with other limits of its connections.
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

    /// A browser that nobody has signed in with.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// A program on the server's own machine, which asks past the proxy.
    pub fn neighbour(&self) -> Browser {
        Browser { address: String::new(), ..self.browser() }
    }

    /// The administrator of a role, whose login is the role's word and whose password is [`PASSWORD`].
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

    /// A browser with a session of the administrator of a role. It skips the form, and so the hashing.
    pub async fn signed_in(&self, role: Role) -> Browser {
        let administrator = self.administrator(role).await;
        let browser = self.browser();
        let token = store::start_session(&self.services.database, &administrator, &browser.address, None);
        browser.set_cookie("session", &token.await.expect("an answer").expect("a session"));
        browser
    }
}

/// A browser: where it is, and the cookies that it was given. Clones share the cookies.
#[derive(Clone)]
pub struct Browser {
    /// Its network address, as the proxy says it; empty without a proxy.
    pub address: String,
    base: String,
    agent: ureq::Agent,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    /// A new one, somewhere else than all others.
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
            // An answer that never ends fails its test.
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

    /// Asks for an address.
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

    /// Any request; waiting for it sends it.
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

    /// Gives it a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies().insert(name.to_owned(), value.to_owned());
    }

    /// Whether a page that needs a session is shown to it.
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

/// A request that is made but not sent.
pub struct Sending {
    browser: Browser,
    request: request::Builder,
    body: Option<Vec<u8>>,
}

impl Sending {
    /// With a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// With a body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }
}

impl Sending {
    /// Sends it. `None` when no whole answer comes, as from a server that is killed meanwhile.
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

/// What the server answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header, empty when it isn't there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of text"))
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The body.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body of text")
    }

    /// The body, as a page.
    pub fn html(&self) -> Page {
        Page::new(self.text())
    }

    /// The body, from JSON.
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
