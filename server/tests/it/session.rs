//! Sessions and their end.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    events::Listening,
    server::TestServer,
};
use chrono::Duration;
use domain::administrators::{Role, store};
use values::time;

/// Moves the start or the last use of all sessions into the past.
async fn set_back(test: &TestDatabase, column: &str, by: Duration) {
    test.execute(&format!("UPDATE sessions SET {column} = $1"), [(time::now() - by).into()]).await;
}

#[apply(both_databases)]
async fn signing_out_ends_the_session_on_the_server(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let token = browser.cookie("session").unwrap();
    let answer = browser.post("/logout", &[]).await;
    assert_eq!((answer.status, answer.location()), (303, "/login"));
    assert_eq!(answer.header("set-cookie"), "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    // Cached pages are cleared, but not the cookies of the display settings.
    assert_eq!(answer.header("clear-site-data"), r#""cache", "storage""#);
    assert_eq!(browser.cookie("session"), None);
    // A copy of the cookie is invalid afterwards.
    browser.set_cookie("session", &token);
    assert!(!browser.is_signed_in().await);
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM sessions").await, [0]);
    // Signing out twice is no error.
    assert_eq!(browser.post("/logout", &[]).await.location(), "/login");
}

#[apply(both_databases)]
async fn a_session_ends_when_it_was_not_used_for_eight_hours(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    set_back(test, "last_seen_at", Duration::hours(8) - Duration::minutes(1)).await;
    assert!(browser.is_signed_in().await);
    // That request was a use, so the idle time starts over.
    let seen = test.column::<time::Moment>("SELECT last_seen_at FROM sessions").await;
    assert!(time::now() - seen[0] < Duration::minutes(1), "{seen:?}");

    set_back(test, "last_seen_at", Duration::hours(8) + Duration::minutes(1)).await;
    assert!(!browser.is_signed_in().await);
    assert_eq!(browser.get("/clients").header("accept", "application/json").await.status, 401);
}

#[apply(both_databases)]
async fn a_session_ends_after_seven_days_however_much_it_is_used(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    set_back(test, "created_at", Duration::days(7) - Duration::minutes(1)).await;
    assert!(browser.is_signed_in().await);
    set_back(test, "created_at", Duration::days(7) + Duration::minutes(1)).await;
    assert!(!browser.is_signed_in().await);
}

#[apply(both_databases)]
async fn behind_tls_only_the_cookie_of_the_host_is_a_session(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let token = server.signed_in(Role::Viewer).await.cookie("session").unwrap();
    for (name, protocol, signed_in) in [
        ("__Host-session", "https", true),
        // Another host of the domain, or an unencrypted answer, could have set it.
        ("session", "https", false),
        ("__host-session", "https", false),
        ("session", "http", true),
        ("__Host-session", "http", false),
    ] {
        let browser = server.browser();
        browser.set_cookie(name, &token);
        let answer = browser.get("/clients").header("x-forwarded-proto", protocol).await;
        assert_eq!(answer.status == 200, signed_in, "{name} {protocol}: {answer:?}");
    }
    // Signing out ignores a planted cookie as well.
    let browser = server.browser();
    browser.set_cookie("session", &token);
    browser.post("/logout", &[]).header("x-forwarded-proto", "https").await;
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM sessions").await, [1]);
    browser.set_cookie("__Host-session", &token);
    let answer = browser.post("/logout", &[]).header("x-forwarded-proto", "https").await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(
        cookies,
        [
            "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
            "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
        ]
    );
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM sessions").await, [0]);
}

#[apply(both_databases)]
async fn an_open_page_hears_no_more_when_its_session_has_ended(test: &TestDatabase) {
    put(&test.database, &[client(7), client(8)]).await;
    let server = TestServer::start(test).await;
    let (ended, other) = (server.signed_in(Role::Viewer).await, server.signed_in(Role::Viewer).await);
    let mut of_ended = Listening::start(&server, &ended, 7).await;
    let mut of_other = Listening::start(&server, &other, 7).await;
    ended.post("/logout", &[]).await;
    // Later events aren't sent, however soon they follow.
    let manager = server.signed_in(Role::Manager).await;
    let form = [("idempotency_key", "after-the-end"), ("sms_subscription", "true")];
    assert_eq!(manager.post("/clients/7/general/subscription", &form).await.status, 303);
    server.services.directory.catch_up().await.unwrap();
    of_other.until("event: changed");
    of_ended.until_it_ends();
    assert!(!of_ended.heard.contains("event: changed"), "{}", of_ended.heard);
    assert!(!of_other.heard.contains("\r\n0\r\n"), "{}", of_other.heard);

    // Also where the session has expired: listening doesn't count as use.
    set_back(test, "last_seen_at", Duration::hours(8) + Duration::minutes(1)).await;
    of_other.until_it_ends();
}

#[apply(both_databases)]
async fn listening_does_not_keep_a_session_alive(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let _listening = Listening::start(&server, &browser, 7).await;
    let token = browser.cookie("session").unwrap();
    set_back(test, "last_seen_at", Duration::hours(1)).await;
    assert_eq!(store::role_of_session(&test.database, &token).await, Ok(Some(Role::Viewer)));
    let seen = test.column::<time::Moment>("SELECT last_seen_at FROM sessions").await;
    assert!(time::now() - seen[0] >= Duration::hours(1), "{seen:?}");
}

#[apply(both_databases)]
async fn a_cookie_that_is_no_token_is_no_session(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    for token in ["", "x", "' OR 1=1", "%00", &"f".repeat(64), &"0".repeat(5_000)] {
        let browser = server.browser();
        browser.set_cookie("session", token);
        assert!(!browser.is_signed_in().await, "{token}");
    }
}
