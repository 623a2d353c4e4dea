//! Walks every route and every server function, and checks the permission that each needs against the tables here.
//!
//! The test fails for a route or server function that isn't listed, and for a line without a route.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    names::{name, put_names},
    server::{Answer, Browser, Sending, TestServer},
};
use domain::{
    administrators::{Permission, Role, scope::Scope},
    clients::store::client::Model,
};
use leptos::server_fn::axum::server_fn_paths;
use server::router;
use std::collections::BTreeSet;

/// A route or server function.
pub struct Endpoint {
    pub method: &'static str,
    pub path: &'static str,
    /// An address that exists, and a valid form.
    pub address: &'static str,
    pub form: &'static [(&'static str, &'static str)],
    /// The required permission; `None` for public routes.
    pub needs: Option<Permission>,
}

const SEE: Option<Permission> = Some(Permission::SeeClients);
const CHANGE: Option<Permission> = Some(Permission::ChangeClients);

const fn get(path: &'static str, address: &'static str, needs: Option<Permission>) -> Endpoint {
    Endpoint { method: "GET", path, address, form: &[], needs }
}

const fn post(
    path: &'static str,
    form: &'static [(&'static str, &'static str)],
    needs: Option<Permission>,
) -> Endpoint {
    Endpoint { method: "POST", path, address: path, form, needs }
}

const SET_UP: &[(&str, &str)] =
    &[("token", "x"), ("login", "evil"), ("password", "12345678"), ("repeat_password", "12345678")];

const CORRECTION: &[(&str, &str)] = &[("idempotency_key", "walk-correction"), ("amount", "1"), ("reason", "walk")];

const DECISION: &[(&str, &str)] = &[("idempotency_key", "walk-decision"), ("seen", "7.1.Shop"), ("to", "Checked")];

/// All routes of `server/src/router.rs`, and the pages of `app/src/lib.rs`.
pub const ROUTES: &[Endpoint] = &[
    get("/healthz", "/healthz", None),
    get("/readyz", "/readyz", None),
    post("/login", &[("login", "evil"), ("password", "evil")], None),
    post("/logout", &[], None),
    post("/setup", SET_UP, None),
    post("/theme", &[("theme", "dark")], None),
    post("/clients/columns", &[("column", "id")], SEE),
    get("/clients/export.csv", "/clients/export.csv?q=a", SEE),
    get("/clients/export.xlsx", "/clients/export.xlsx", SEE),
    get("/clients/{id}/events", "/clients/7/events", SEE),
    post("/clients/{id}/general/subscription", &[("idempotency_key", "walk-subscription")], CHANGE),
    post("/clients/{id}/general/profile", &[("idempotency_key", "walk-profile")], CHANGE),
    post("/clients/{id}/finance/credit", &[("idempotency_key", "walk-credit"), ("amount", "1")], CHANGE),
    post("/clients/{id}/finance/top-up", &[("idempotency_key", "walk-top-up"), ("amount", "1")], CHANGE),
    post("/clients/{id}/finance/correction", CORRECTION, CHANGE),
    post("/clients/{id}/finance/reversal", &[("idempotency_key", "walk-reversal"), ("transaction", "1")], CHANGE),
    get("/clients/{id}/finance/export.csv", "/clients/7/finance/export.csv", SEE),
    get("/clients/{id}/finance/export.xlsx", "/clients/7/finance/export.xlsx", SEE),
    get("/clients/{id}/finance/statement.pdf", "/clients/7/finance/statement.pdf", SEE),
    get("/clients/{id}/statistics", "/clients/7/statistics", SEE),
    post("/clients/{id}/names/add", &[("idempotency_key", "walk-name-add"), ("name", "Walk")], CHANGE),
    post("/clients/{id}/names/save", &[("idempotency_key", "walk-name-save"), ("seen", "7.1.Shop")], CHANGE),
    post("/clients/{id}/names/remove", &[("idempotency_key", "walk-name-remove"), ("seen", "7.1.Shop")], CHANGE),
    get("/clients/{id}/names/export.csv", "/clients/7/names/export.csv", SEE),
    get("/clients/{id}/names/export.xlsx", "/clients/7/names/export.xlsx", SEE),
    get("/names/events", "/names/events", SEE),
    get("/names/export.csv", "/names/export.csv?q=a", SEE),
    get("/names/export.xlsx", "/names/export.xlsx?sort=client", SEE),
    post("/names/decide", DECISION, CHANGE),
    post("/names/undo", &[("idempotency_key", "walk-undo"), ("seen", "7.1.Shop")], CHANGE),
    post("/views/save", &[("idempotency_key", "walk-view-save"), ("place", "clients"), ("name", "Walk")], SEE),
    post("/views/rename", &[("idempotency_key", "walk-view-rename"), ("id", "1"), ("name", "Walk")], SEE),
    post("/views/delete", &[("idempotency_key", "walk-view-delete"), ("id", "1")], SEE),
    get("/api/v1/openapi.json", "/api/v1/openapi.json", None),
    get("/ui", "/ui", SEE),
    get("/", "/", SEE),
    get("/clients/{id}", "/clients/7", SEE),
    // Each server function checks its permission itself: see below.
    get("/rpc/{*function}", "/rpc/nothing", None),
    post("/rpc/{*function}", &[], None),
    get("/login", "/login", None),
    get("/setup", "/setup?token=x", None),
    get("/clients", "/clients", SEE),
    get("/clients/{id}/general", "/clients/7/general", SEE),
    get("/clients/{id}/finance", "/clients/7/finance", SEE),
    get("/clients/{id}/statistics/{report}/export.csv", "/clients/7/statistics/day/export.csv", SEE),
    get("/clients/{id}/statistics/{report}/export.xlsx", "/clients/7/statistics/operator/export.xlsx", SEE),
    get("/clients/{id}/statistics/{report}", "/clients/7/statistics/day", SEE),
    get("/clients/{id}/names", "/clients/7/names", SEE),
    get("/names", "/names", SEE),
    get("/search", "/search?q=7", SEE),
];

const fn program(method: &'static str, path: &'static str, address: &'static str, scope: Scope) -> (Endpoint, Scope) {
    (Endpoint { method, path, address, form: &[], needs: None }, scope)
}

/// Routes for programs: only a token with the scope opens them. `/metrics` is open to the server's own machine as
/// well.
const PROGRAMS: &[(Endpoint, Scope)] = &[
    program("POST", "/api/v1/messages", "/api/v1/messages", Scope::Messages),
    program("PUT", "/api/v1/clients/{id}", "/api/v1/clients/7", Scope::Clients),
    program("PUT", "/api/v1/clients/{id}/names/{name}", "/api/v1/clients/7/names/Walk", Scope::Names),
    program("GET", "/api/v1/names", "/api/v1/names?changed_since=2024-01-05T07:46:00Z", Scope::Names),
    program("GET", "/metrics", "/metrics", Scope::Metrics),
    // Kannel can't send headers.
    program("GET", "/gateway/kannel", "/gateway/kannel?token=TOKEN&id=walk&type=8&account=7", Scope::Kannel),
];

/// All server functions.
const FUNCTIONS: &[Endpoint] = &[
    get("/rpc/list_clients", "/rpc/list_clients?address=q%3Da", SEE),
    get("/rpc/client_heading", "/rpc/client_heading?id=7", SEE),
    get("/rpc/read_general_info", "/rpc/read_general_info?id=7&history_before=", SEE),
    get("/rpc/open_profile", "/rpc/open_profile?id=7&answer=", CHANGE),
    get("/rpc/read_report", "/rpc/read_report?id=7&report=day&address=", SEE),
    get("/rpc/read_standing", "/rpc/read_standing?id=7", SEE),
    get("/rpc/open_desk", "/rpc/open_desk?id=7&answer=", CHANGE),
    get("/rpc/open_reversal", "/rpc/open_reversal?id=7&address=reverse%3D1", CHANGE),
    get("/rpc/list_transactions", "/rpc/list_transactions?id=7&address=", SEE),
    get("/rpc/list_names", "/rpc/list_names?id=7&address=", SEE),
    get("/rpc/list_unregistered", "/rpc/list_unregistered?id=7", SEE),
    get("/rpc/open_names", "/rpc/open_names?id=7&address=", SEE),
    get("/rpc/list_queue", "/rpc/list_queue?address=", SEE),
    get("/rpc/open_queue", "/rpc/open_queue?address=", SEE),
    get("/rpc/read_menu", "/rpc/read_menu", SEE),
    get("/rpc/search_everything", "/rpc/search_everything?q=7&recent=7", SEE),
    get("/rpc/list_views", "/rpc/list_views?place=clients&client=&address=", SEE),
];

impl Endpoint {
    /// A request that should pass.
    pub fn send(&self, browser: &Browser) -> Sending {
        if self.method == "GET" {
            browser.get(self.address)
        } else {
            browser.post(&self.address.replace("{id}", "7"), self.form)
        }
    }

    /// A request of a program that should pass.
    fn send_as_program(&self, browser: &Browser) -> Sending {
        self.send(browser).header("accept", "application/json")
    }

    fn name(&self) -> (String, String) {
        (self.method.to_owned(), self.path.to_owned())
    }
}

fn is_a_refusal(answer: &Answer) -> bool {
    answer.status == 401
        || (answer.status == 303 && answer.location().starts_with("/login?next="))
        || (answer.status == 303 && answer.location() == "/login")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_route_and_server_function_is_listed_here() {
    let routes = router::routes().into_iter().map(|route| (route.method.to_string(), route.path.to_owned()));
    let pages = router::pages();
    let pages = pages
        .iter()
        .flat_map(|page| page.methods().map(|method| (format!("{method:?}").to_uppercase(), page.path().to_owned())));
    let there: BTreeSet<_> = routes.chain(pages).collect();
    assert_eq!(
        ROUTES.iter().chain(PROGRAMS.iter().map(|(endpoint, _)| endpoint)).map(Endpoint::name).collect::<BTreeSet<_>>(),
        there
    );

    let there: BTreeSet<_> = server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned())).collect();
    assert_eq!(FUNCTIONS.iter().map(Endpoint::name).collect::<BTreeSet<_>>(), there);
    assert!(FUNCTIONS.iter().all(|function| function.needs.is_some()), "a server function always asks for something");
}

#[apply(both_databases)]
async fn without_a_session_everything_refuses_but_what_is_for_everybody(test: &TestDatabase) {
    put(&test.database, &[Model { company: Some("Secret Їжак".into()), ..client(7) }]).await;
    put_names(test, &[name(7, "Shop")]).await;
    let server = TestServer::start(test).await;
    // The stream of events doesn't end.
    server.services.stopping.cancel();
    let ended = server.signed_in(Role::Owner).await;
    test.execute("DELETE FROM sessions", []).await;
    for visitor in [server.browser(), ended] {
        for endpoint in ROUTES.iter().chain(FUNCTIONS) {
            let (method, path) = (endpoint.method, endpoint.path);
            for answer in [endpoint.send(&visitor).await, endpoint.send_as_program(&visitor).await] {
                let open = endpoint.needs.is_none();
                // Signing out redirects to the sign-in page as well.
                assert_eq!(is_a_refusal(&answer), !open || path == "/logout", "{method} {path}: {answer:?}");
                assert!(answer.status < 500, "{method} {path}: {answer:?}");
                assert!(!String::from_utf8_lossy(&answer.body).contains("Secret"), "{method} {path}: {answer:?}");
            }
            // Server functions don't answer HEAD.
            if endpoint.needs.is_some() && !path.starts_with("/rpc/") {
                let other = visitor.request("HEAD", endpoint.address).await;
                assert_eq!(other.status, 401, "{method} {path}: {other:?}");
            }
        }
        assert!(is_a_refusal(&visitor.get("/there/is/no/such/page").await));
    }
}

#[apply(both_databases)]
async fn only_a_token_with_its_scope_opens_a_program_s_route(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let owner = server.signed_in(Role::Owner).await;
    let tokens: Vec<_> = Scope::ALL.iter().map(|scope| (*scope, test.token(scope.word(), &[scope.word()]))).collect();
    for (endpoint, needed) in PROGRAMS {
        for browser in [server.browser(), owner.clone()] {
            let refused = browser.request(endpoint.method, endpoint.address).body("{}").await;
            assert_eq!(refused.status, 401, "{} {}: {refused:?}", endpoint.method, endpoint.path);
            assert_eq!(refused.header("www-authenticate"), "Bearer");
        }
        for (scope, token) in &tokens {
            let address = endpoint.address.replace("TOKEN", token);
            let bearer = format!("Bearer {token}");
            let answer = owner.request(endpoint.method, &address).header("authorization", &bearer).body("{}").await;
            let named = format!("{} {} with {}: {answer:?}", endpoint.method, endpoint.path, scope.word());
            if scope == needed {
                assert!([200, 422].contains(&answer.status), "{named}");
            } else {
                assert_eq!(answer.status, 403, "{named}");
                assert!(answer.text().contains(&format!("--scope {}`", needed.word())), "{named}");
            }
        }
    }
}

#[apply(both_databases)]
async fn each_role_passes_where_it_may_and_nowhere_else(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    put_names(test, &[name(7, "Shop")]).await;
    let server = TestServer::start(test).await;
    server.services.stopping.cancel();
    for &role in Role::ALL {
        for endpoint in ROUTES.iter().chain(FUNCTIONS) {
            let Some(permission) = endpoint.needs else { continue };
            let browser = server.signed_in(role).await;
            let answer = endpoint.send(&browser).await;
            let named = format!("{role:?} {} {}: {answer:?}", endpoint.method, endpoint.path);
            if role.allows(permission) {
                assert!(answer.status < 400 && !is_a_refusal(&answer), "{named}");
            } else {
                assert_eq!(answer.status, 403, "{named}");
            }
        }
    }
}
