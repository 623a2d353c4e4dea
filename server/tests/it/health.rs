//! The addresses for machines, and how the program stops.

use crate::support::{
    TestDatabase, both_databases,
    clients::{client, put},
    program::Serving,
    server::{PASSWORD, TestServer},
};
use app::admins::Role;
use sea_orm::ConnectionTrait as _;
use std::{
    future::IntoFuture,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};
use tokio::time::timeout;

both_databases! {
    async fn a_server_is_ready_when_the_schema_is_the_programs(test) {
        let server = TestServer::start(test).await;
        let browser = server.browser();
        let told = async |address: &str| {
            let answer = browser.get(address).await;
            (answer.status, answer.text().to_owned())
        };
        assert_eq!(told("/healthz").await, (200, "ok\n".to_owned()));
        assert_eq!(told("/readyz").await, (200, "ready\n".to_owned()));

        let last = "SELECT version FROM seaql_migrations ORDER BY version DESC LIMIT 1";
        let last = test.column::<String>(last).await.remove(0);
        test.execute("DELETE FROM seaql_migrations WHERE version = $1", [last.into()]).await;
        assert_eq!(told("/readyz").await, (503, "1 migrations are pending\n".to_owned()));
        assert_eq!(told("/healthz").await.0, 200);
    }

    async fn while_the_database_is_away_the_server_lives_and_says_so(test) {
        put(&test.database, &[client(7)]).await;
        let server = TestServer::start(test).await;
        let browser = server.signed_in(Role::Viewer).await;
        assert_eq!(browser.get("/clients").await.status, 200);
        test.database.reader().clone().close().await.unwrap();
        let ready = browser.get("/readyz").await;
        assert_eq!((ready.status, ready.text()), (503, "the database can't be reached\n"));
        assert_eq!(browser.get("/healthz").await.status, 200);
        assert_eq!(server.neighbour().get("/metrics").await.status, 200);
        for address in ["/clients", "/clients/7/general", "/clients/export.csv", "/rpc/list_clients?address="] {
            let answer = browser.get(address).await;
            assert_eq!(answer.status, 503, "{address}: {answer:?}");
            assert!(answer.text().contains("The database can't be reached"), "{address}: {answer:?}");
        }
        // Nobody is signed out by it, and nobody in.
        assert!(browser.cookie("session").is_some());
        let refused = server.browser().sign_in("viewer", PASSWORD).await;
        assert_eq!(refused.location(), "/login?problem=unavailable&login=viewer");
    }

    async fn requests_are_counted_and_timed_by_their_route(test) {
        put(&test.database, &[client(7)]).await;
        let server = TestServer::start(test).await;
        let browser = server.signed_in(Role::Viewer).await;
        browser.get("/clients/7/general?secret=1").await;
        browser.get("/nowhere/secret").await;
        server.browser().get("/clients").await;
        let metrics = server.neighbour().get("/metrics").await;
        assert_eq!(metrics.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        let text = metrics.text();
        for line in [
            r#"http_requests_total{method="GET",route="/clients/{id}/general",status="200"} "#,
            r#"http_requests_total{method="GET",route="other",status="404"} "#,
            r#"http_requests_total{method="GET",route="/clients",status="303"} "#,
            r#"http_request_duration_seconds_bucket{method="GET",route="/clients/{id}/general",le="0.01"} "#,
            r#"http_request_duration_seconds_count{method="GET",route="/clients/{id}/general"} "#,
            "# HELP http_requests_total Answered requests",
            "# TYPE http_requests_total counter",
            "# TYPE http_request_duration_seconds histogram",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(!text.contains("secret"), "{text}");
    }

    async fn while_the_database_does_not_answer_the_server_says_at_once_that_it_lives(test) {
        let server = TestServer::start(test).await;
        let browser = server.signed_in(Role::Viewer).await;
        // Each connection to it is in use, and whoever wants one waits for eight seconds.
        let mut held = Vec::new();
        while let Ok(Ok(snapshot)) = timeout(Duration::from_millis(500), test.database.snapshot()).await {
            held.push(snapshot);
        }
        for (status, address) in [(200, "/healthz"), (200, "/metrics"), (503, "/readyz")] {
            let answer = timeout(Duration::from_secs(5), browser.get(address).into_future()).await;
            assert_eq!(answer.expect("an answer that waits for nothing").status, status, "{address}");
        }
    }

    async fn made_up_methods_are_refused_and_leave_no_measurement_each(test) {
        let server = TestServer::start(test).await;
        for number in 0..100 {
            let made_up = format!("X{number}{}", "Y".repeat(10_000));
            let mut stream = TcpStream::connect(server.address).unwrap();
            write!(stream, "{made_up} /login HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 501 ") && answer.ends_with("DELETE, OPTIONS.\n"), "{answer}");
        }
        let metrics = server.browser().get("/metrics").await;
        let text = metrics.text();
        assert!(text.contains(r#"http_requests_total{method="other",route="/login",status="501"}"#), "{text}");
        assert!(!text.contains("YYYY") && text.len() < 1_000_000, "{} bytes", text.len());
    }

    async fn an_answer_names_its_request(test) {
        let server = TestServer::start(test).await;
        let browser = server.browser();
        let id = async || browser.get("/healthz").await.header("x-request-id").to_owned();
        assert!(id().await.len() == 36 && id().await != id().await);
        // Whoever asks could write anything into the log by it.
        let chosen = browser.get("/clients").header("x-request-id", "chosen-elsewhere").await;
        assert_eq!(chosen.header("x-request-id").len(), 36);
    }

    async fn a_program_that_is_told_to_stop_answers_what_it_was_asked_first(test) {
        let server = TestServer::start_without_proxy(test).await;
        server.administrator(Role::Viewer).await;
        let mut serving = Serving::start(test, &[]);
        let browser = serving.browser();
        browser.sign_in("viewer", "wrong horse").await;
        // The next attempt waits for a second before it is answered.
        test.execute("UPDATE sign_in_failures SET failures = 5", []).await;
        let begun = Instant::now();
        let slow = tokio::spawn(browser.sign_in("viewer", PASSWORD).into_future());
        tokio::time::sleep(Duration::from_millis(300)).await;
        serving.terminate();
        // Nothing new is taken meanwhile.
        while TcpStream::connect(serving.address).is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(20), "it still listens");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(slow.await.unwrap().location(), "/clients");
        assert!(begun.elapsed() >= Duration::from_secs(1));
        let ended = loop {
            match serving.ended() {
                Some(status) => break status,
                None if begun.elapsed() > Duration::from_secs(20) => panic!("it doesn't end"),
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        assert_eq!(ended.code(), Some(0));
        assert_eq!(test.audit().await.last().unwrap(), "sign in / viewer / 127.0.0.1");
    }
}

/// SQLite is a file, which nobody takes away and brings back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_goes_on_by_itself_when_its_database_comes_back() {
    let test = TestDatabase::postgres().await;
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(&test).await;
    let browser = server.signed_in(Role::Manager).await;
    let (rest, name) = test.url.rsplit_once('/').unwrap();
    let maintenance = sea_orm::Database::connect(format!("{rest}/postgres")).await.unwrap();
    let allow = async |yes: bool| {
        maintenance.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {yes}")).await.unwrap();
    };
    let addresses = [
        "/readyz",
        "/clients",
        "/clients/7/general",
        "/clients/7/finance",
        "/clients/export.csv",
        "/clients/export.xlsx",
        "/clients/7/finance/export.xlsx",
    ];
    let top_up = [("idempotency_key", "away-0001"), ("amount", "1")];
    for round in 0..2 {
        allow(false).await;
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        maintenance.execute_unprepared(&end).await.unwrap();
        for address in addresses {
            let answer = browser.get(address).await;
            assert_eq!(answer.status, 503, "round {round}, {address}: {answer:?}");
        }
        let answer = browser.post("/clients/7/finance/top-up", &top_up).await;
        assert_eq!(answer.status, 503, "round {round}: {answer:?}");
        allow(true).await;
        for address in addresses {
            let answer = browser.get(address).await;
            assert_eq!(answer.status, 200, "round {round}, {address}: {answer:?}");
        }
    }
    let answer = browser.post("/clients/7/finance/top-up", &top_up).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(test.column::<i64>("SELECT balance FROM clients").await, [10_000]);
}
