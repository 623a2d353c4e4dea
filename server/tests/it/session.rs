//! Sessions: how they end.

use crate::support::{TestDatabase, both_databases, server::TestServer};
use app::{admins::Role, values::time};
use chrono::Duration;

/// Moves the start or the last use of all sessions into the past.
async fn set_back(test: &TestDatabase, column: &str, by: Duration) {
    test.execute(&format!("UPDATE sessions SET {column} = $1"), [(time::now() - by).into()]).await;
}

both_databases! {
    async fn signing_out_ends_the_session_on_the_server(test) {
        let server = TestServer::start(test).await;
        let browser = server.signed_in(Role::Viewer).await;
        let token = browser.cookie("session").unwrap();
        let answer = browser.post("/logout", &[]).await;
        assert_eq!((answer.status, answer.location()), (303, "/login"));
        assert_eq!(answer.header("set-cookie"), "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        assert_eq!(browser.cookie("session"), None);
        // A copy of the cookie is worth nothing.
        browser.set_cookie("session", &token);
        assert!(!browser.is_signed_in().await);
        assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM sessions").await, [0]);
        // Once more is no fault.
        assert_eq!(browser.post("/logout", &[]).await.location(), "/login");
    }

    async fn a_session_ends_when_it_was_not_used_for_eight_hours(test) {
        let server = TestServer::start(test).await;
        let browser = server.signed_in(Role::Viewer).await;
        set_back(test, "last_seen_at", Duration::hours(8) - Duration::minutes(1)).await;
        assert!(browser.is_signed_in().await);
        // That was a use, from which the hours count anew.
        let seen = test.column::<time::Moment>("SELECT last_seen_at FROM sessions").await;
        assert!(time::now() - seen[0] < Duration::minutes(1), "{seen:?}");

        set_back(test, "last_seen_at", Duration::hours(8) + Duration::minutes(1)).await;
        assert!(!browser.is_signed_in().await);
        assert_eq!(browser.get("/clients").header("accept", "application/json").await.status, 401);
    }

    async fn a_session_ends_after_seven_days_however_much_it_is_used(test) {
        let server = TestServer::start(test).await;
        let browser = server.signed_in(Role::Viewer).await;
        set_back(test, "created_at", Duration::days(7) - Duration::minutes(1)).await;
        assert!(browser.is_signed_in().await);
        set_back(test, "created_at", Duration::days(7) + Duration::minutes(1)).await;
        assert!(!browser.is_signed_in().await);
    }

    async fn a_cookie_that_is_no_token_is_no_session(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        for token in ["", "x", "' OR 1=1", "%00", &"f".repeat(64), &"0".repeat(5_000)] {
            let browser = server.browser();
            browser.set_cookie("session", token);
            assert!(!browser.is_signed_in().await, "{token}");
        }
    }
}
