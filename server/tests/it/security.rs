//! Protection of sessions: cross-site requests are refused, and answers have security headers.

use crate::{
    support::{
        TestDatabase, apply, both_databases,
        clients::{client, put},
        program::Serving,
        server::{Answer, Browser, PASSWORD, TestServer},
    },
    walk::{Endpoint, ROUTES},
};
use domain::administrators::{Permission, Role};
use serde_json::json;
use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};
use values::error::Error;

/// The pages for administrators, and those for everybody.
const PAGES: [(u16, &str); 8] = [
    (200, "/clients"),
    (200, "/clients?q=x&sort=name"),
    (400, "/clients?sort=nothing"),
    (200, "/clients/7/general"),
    (404, "/clients/8/general"),
    (200, "/ui"),
    (200, "/login?problem=credentials&login=%3Cscript%3E"),
    (404, "/nowhere"),
];

/// All state that a request could change.
async fn everything(test: &TestDatabase) -> Vec<String> {
    let mut all = Vec::new();
    for (table, key) in [
        ("administrators", "login"),
        ("audit", "action"),
        ("sessions", "token_hash"),
        ("setup_tokens", "token_hash"),
        ("sign_in_failures", "source_hash"),
        ("clients", "login"),
        ("client_changes", "client_id"),
    ] {
        let rows = format!("SELECT '{table} ' || {key} FROM {table} ORDER BY {key}");
        all.extend(test.column::<String>(&rows).await);
    }
    all
}

/// The nonce for scripts in the content security policy.
fn nonce(answer: &Answer) -> &str {
    let policy = answer.header("content-security-policy");
    let (_, after) = policy.split_once("'nonce-").unwrap_or_else(|| panic!("no nonce: {answer:?}"));
    after.split('\'').next().unwrap()
}

#[track_caller]
fn assert_protected(answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{answer:?}");
    }
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{answer:?}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{answer:?}");
    assert!(!answer.header("permissions-policy").is_empty(), "{answer:?}");
    assert!(!answer.header("x-request-id").is_empty(), "{answer:?}");
}

#[apply(both_databases)]
async fn what_another_site_sends_is_refused_and_changes_nothing(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Owner).await;
    domain::administrators::store::create_setup_token(&test.database).await.unwrap();
    put(&test.database, &[client(7)]).await;
    let before = everything(test).await;
    let changing: Vec<_> = ROUTES.iter().filter(|endpoint| endpoint.method != "GET").collect();
    assert!(changing.len() >= 5);
    let (other_port, here) = ("http://127.0.0.1:1", format!("http://{}", server.address));
    for endpoint in &changing {
        for headers in [
            [("origin", "https://evil.example"), ("accept", "*/*")],
            [("origin", "null"), ("accept", "*/*")],
            [("origin", other_port), ("accept", "*/*")],
            [("sec-fetch-site", "cross-site"), ("accept", "*/*")],
            [("sec-fetch-site", "same-site"), ("accept", "*/*")],
            [("sec-fetch-site", "cross-site"), ("origin", &here)],
        ] {
            let mut request = endpoint.send(&browser);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let answer = request.await;
            assert_eq!((answer.status, answer.header("set-cookie")), (403, ""), "{} {headers:?}", endpoint.path);
            assert!(answer.text().contains("another site"), "{answer:?}");
            assert_protected(&answer);
        }
    }
    for function in ["/rpc/list_clients", "/rpc/read_general_info"] {
        let answer = browser.post(function, &[("id", "7")]).header("origin", "https://evil.example").await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(everything(test).await, before);
    assert!(browser.is_signed_in().await);

    // The same request from the site itself, from the address bar, and from a program.
    let theme = [("theme", "dark")];
    assert_eq!(browser.post("/theme", &theme).header("origin", &here).await.status, 303);
    for site in ["same-origin", "none"] {
        assert_eq!(browser.post("/theme", &theme).header("sec-fetch-site", site).await.status, 303);
    }
    assert_eq!(browser.post("/theme", &theme).await.status, 303);
    assert_eq!(browser.post("/logout", &[]).header("origin", &here).await.location(), "/login");
}

#[apply(both_databases)]
async fn other_sites_may_lead_here(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    assert_eq!(browser.get("/clients").header("sec-fetch-site", "cross-site").await.status, 200);
}

#[apply(both_databases)]
async fn every_kind_of_answer_makes_the_browser_careful(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let visitor = server.browser();
    let mut answers = Vec::new();
    for (status, page) in PAGES {
        answers.push((status, browser.get(page).await));
    }
    let for_visitors = [(303, "/clients"), (200, "/healthz"), (401, "/metrics"), (401, "/rpc/list_clients?address=")];
    for (status, address) in for_visitors {
        answers.push((status, visitor.get(address).await));
    }
    answers.push((200, server.neighbour().get("/metrics").await));
    for (status, address) in [
        (200, "/clients/export.csv"),
        (200, "/clients/export.xlsx"),
        (400, "/clients/export.csv?page=0"),
        (303, "/clients/7"),
    ] {
        answers.push((status, browser.get(address).await));
    }
    for (status, address) in [(200, ""), (400, "page%3D0")] {
        let function = browser.get(&format!("/rpc/list_clients?address={address}"));
        answers.push((status, function.header("accept", "application/json").await));
    }
    answers.push((401, visitor.get("/clients").header("accept", "application/json").await));
    answers.push((303, visitor.sign_in("nobody", "wrong horse").await));
    answers.push((405, browser.post("/healthz", &[]).await));
    answers.push((422, visitor.post("/login", &[]).await));
    for (status, answer) in &answers {
        assert_eq!(answer.status, *status, "{answer:?}");
        assert_protected(answer);
        assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
        assert_eq!(answer.header("strict-transport-security"), "", "{answer:?}");
    }
    let encrypted = visitor.get("/login").header("x-forwarded-proto", "https").await;
    assert_eq!(encrypted.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
}

#[apply(both_databases)]
async fn scripts_run_by_a_nonce_that_no_two_answers_share(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let mut nonces = BTreeSet::new();
    for (status, address) in PAGES.into_iter().chain(PAGES) {
        let page = browser.get(address).await;
        assert_eq!(page.status, status, "{page:?}");
        let nonce = nonce(&page);
        assert!(nonce.len() >= 16 && nonces.insert(nonce.to_owned()), "{nonce}");
        let page = page.html();
        let scripts = page.all("script");
        assert!(!scripts.is_empty() || address == "/ui", "{address}");
        for script in scripts {
            assert_eq!(script.attr("nonce"), Some(nonce), "{address}");
        }
        let unsafe_ones = page.all("style, [style], [href^='javascript:'], [src^='javascript:']");
        assert!(unsafe_ones.is_empty(), "{address}: {unsafe_ones:?}");
        for element in page.all("*") {
            let handler = element.value().attrs().find(|(name, _)| name.starts_with("on") && !name.contains(':'));
            assert_eq!(handler, None, "{address}: {}", element.html());
        }
    }
}

#[apply(both_databases)]
async fn the_theme_and_the_way_back_are_pages_of_ours(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let choose = |theme: &str, from: &'static str| browser.post("/theme", &[("theme", theme)]).header("referer", from);
    let answer = choose("dark", "https://evil.example/clients?q=a").await;
    assert_eq!((answer.status, answer.location()), (303, "/clients?q=a"));
    assert_eq!(answer.header("set-cookie"), "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax");
    assert!(browser.get("/clients").await.text().contains(r#"data-theme="dark""#));
    for odd in [
        "https://evil.example//evil.example/",
        "https://evil.example/\\evil.example",
        "//evil.example",
        "\\\\evil.example",
        "clients",
    ] {
        let location = choose("light", odd).await.location().to_owned();
        assert!(location.starts_with('/') && !location[1..].starts_with(['/', '\\']), "{odd}: {location}");
    }
    let answer = choose("dark; Domain=evil.example", "/").await;
    assert_eq!((answer.status, answer.header("set-cookie")), (303, ""));
    browser.set_cookie("theme", "\"><script>");
    assert!(!browser.get("/clients").await.text().contains("\"><script>"));
}

#[apply(both_databases)]
async fn files_are_for_everybody_and_careful_too(test: &TestDatabase) {
    let site = test.folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(site.join("pkg/clientele.css"), "body {}").unwrap();
    std::fs::write(test.folder.path().join("secret.txt"), "secret").unwrap();
    let serving = Serving::start(test, &[("LEPTOS_SITE_ROOT", site.to_str().unwrap())]);
    let browser = serving.browser();
    let file = browser.get("/pkg/clientele.css").await;
    assert_eq!((file.status, file.text(), file.header("content-type")), (200, "body {}", "text/css; charset=utf-8"));
    assert_eq!(file.header("cache-control"), "no-cache");
    assert_protected(&file);
    for outside in ["/../secret.txt", "/%2e%2E/secret.txt", "/pkg/../../secret.txt", "//secret.txt", "/pkg/./a"] {
        let answer: Answer = Browser::new(serving.address).get(outside).await;
        assert_eq!(answer.status, 400, "{outside}: {answer:?}");
        assert!(answer.text().starts_with("The address has “.”"), "{answer:?}");
        assert_protected(&answer);
    }
    // A query may contain anything.
    let answer: Answer = Browser::new(serving.address).get("/login?next=//a/../b").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer: Answer = Browser::new(serving.address).get("/pkg").await;
    assert_eq!(answer.status, 303, "{answer:?}");
}

#[apply(both_databases)]
async fn who_was_refused_is_in_the_log_without_a_word_of_theirs(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let viewer = server.signed_in(Role::Viewer).await;
    let serving = Serving::start(test, &[("CLIENTELE_BEHIND_PROXY", "true")]);
    let visitor = serving.browser();
    let browser = serving.browser();
    browser.set_cookie("session", &viewer.cookie("session").unwrap());
    let words = "a\u{1b}%0d%0aevil";
    assert_eq!(visitor.get("/clients?q=evil").header("accept", "application/json").await.status, 401);
    let form = [("idempotency_key", "refused-1"), ("amount", words)];
    assert_eq!(browser.post("/clients/7/finance/top-up", &form).await.status, 403);
    assert_eq!(browser.post("/theme", &form).header("origin", "http://evil.example").await.status, 403);
    let lines: Vec<serde_json::Value> =
        serving.log().iter().map(|line| serde_json::from_str(line).expect(line)).collect();
    let refused: Vec<_> = lines
        .iter()
        .filter(|line| line["fields"]["message"] == "refused")
        .map(|line| {
            let fields = &line["fields"];
            let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
            (text("method"), text("route"), text("address"), fields["status"].clone(), fields["cross_site"].clone())
        })
        .collect();
    let line = |method: &str, route: &str, address: &str, status: u16, cross_site: bool| {
        (method.to_owned(), route.to_owned(), address.to_owned(), json!(status), json!(cross_site))
    };
    assert_eq!(
        refused,
        [
            line("GET", "/clients", &visitor.address, 401, false),
            line("POST", "/clients/{id}/finance/top-up", &browser.address, 403, false),
            line("POST", "/theme", &browser.address, 403, true),
        ]
    );
    assert!(!format!("{lines:?}").contains("evil"), "{lines:?}");
}

#[apply(both_databases)]
async fn a_form_is_read_only_from_whoever_may_send_it(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let viewer = server.signed_in(Role::Viewer).await;
    let changes = |endpoint: &&Endpoint| endpoint.method == "POST" && endpoint.needs == Some(Permission::ChangeClients);
    let changing = ROUTES.iter().filter(changes);
    let mut forms = 0;
    for endpoint in changing {
        let address = endpoint.path.replace("{id}", "7");
        // The body isn't sent, so only a handler that doesn't read it answers.
        for accept in ["text/html", "application/json"] {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            let session = viewer.cookie("session").unwrap();
            write!(
                stream,
                "POST {address} HTTP/1.1\r\nhost: a\r\naccept: {accept}\r\ncookie: session={session}\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: 8000000\r\n\r\n"
            )
            .unwrap();
            let mut answer = String::new();
            let _ = stream.read_to_string(&mut answer);
            assert!(answer.starts_with("HTTP/1.1 403"), "{address}: {answer}");
            assert_eq!(answer.contains("\"Forbidden\""), accept == "application/json", "{address}: {answer}");
        }
        forms += 1;
    }
    assert!(forms >= 9, "{forms}");
}

#[apply(both_databases)]
async fn a_form_has_a_bounded_size_and_few_fields(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let manager = server.signed_in(Role::Manager).await;
    let before = everything(test).await;
    let long = "x".repeat(300_000);
    let many: Vec<_> = (0..300).map(|_| ("a", "b")).collect();
    for endpoint in ROUTES.iter().filter(|endpoint| endpoint.method == "POST") {
        let address = endpoint.path.replace("{id}", "7");
        if address == "/logout" || address.starts_with("/rpc/") {
            continue;
        }
        let answer = manager.post(&address, &[("a", &long)]).await;
        assert_eq!(answer.status, 413, "{address}: {answer:?}");
        assert!(answer.text().starts_with("This is too large: send at most "), "{address}: {answer:?}");
        let answer = manager.post(&address, &many).await;
        assert_eq!(answer.status, 422, "{address}: {answer:?}");
        assert!(answer.text().starts_with("A form has at most "), "{address}: {answer:?}");
        if endpoint.needs == Some(Permission::ChangeClients) {
            let answer = manager.post(&address, &[("a", &long)]).header("accept", "application/json").await;
            let error = answer.json::<Result<(), Error>>().unwrap_err();
            assert_eq!((answer.status, error.status().as_u16()), (413, 413), "{address}: {answer:?}");
        }
    }
    let function = manager.post("/rpc/list_clients?address=", &[("a", &long)]).await;
    assert_eq!(function.status, 413, "{function:?}");
    assert_eq!(everything(test).await, before);
}

#[apply(both_databases)]
async fn a_role_counts_as_it_is_now_and_not_as_it_was_at_sign_in(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Owner).await;
    let browser = server.browser();
    browser.sign_in("owner", PASSWORD).await;
    test.execute("UPDATE administrators SET role = 'viewer'", []).await;
    assert!(browser.get("/clients").await.text().contains(r#"<span class="muted">viewer"#));
}
