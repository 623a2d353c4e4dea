//! Health checks, metrics, and the shutdown of the program.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    program::Serving,
    server::{PASSWORD, TestServer, metrics},
};
use domain::{administrators::Role, clients::query::ClientQuery, database::Database};
use sea_orm::{ConnectionTrait as _, DbBackend};
use server::background;
use std::{
    fs::{self, Permissions},
    future::IntoFuture,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::time::timeout;
use values::{answer::Refusal, error::Error};

#[apply(both_databases)]
async fn a_server_is_ready_when_the_schema_is_the_programs(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.browser();
    let get = async |address: &str| {
        let answer = browser.get(address).await;
        (answer.status, answer.text().to_owned())
    };
    assert_eq!(get("/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get("/readyz").await, (200, "ready\n".to_owned()));

    let last = "SELECT version FROM seaql_migrations ORDER BY version DESC LIMIT 1";
    let last = test.column::<String>(last).await.remove(0);
    test.execute("DELETE FROM seaql_migrations WHERE version = $1", [last.into()]).await;
    assert_eq!(get("/readyz").await, (503, "1 migrations are pending\n".to_owned()));
    assert_eq!(get("/healthz").await.0, 200);
}

#[apply(both_databases)]
async fn until_the_clients_are_loaded_the_table_says_that_the_server_is_starting_and_tries_again(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start_loading(test.database.clone()).await;
    let browser = server.signed_in(Role::Viewer).await;
    browser.set_cookie("theme", "dark");
    let starting = "starting: 0 % of the clients are loaded\n";
    let get = async |address: &str| {
        let answer = browser.get(address).await;
        (answer.status, answer.text().to_owned())
    };
    assert_eq!(get("/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get("/readyz").await, (503, starting.to_owned()));

    let page = browser.get("/clients?sort=name").await;
    assert_eq!((page.status, page.header("retry-after")), (503, "1"), "{page:?}");
    assert!(page.header("content-type").starts_with("text/html"), "{page:?}");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'; "), "{page:?}");
    for part in [
        "<title>The server is starting · Clientele</title>",
        "http-equiv=\"refresh\" content=\"1\"",
        "data-theme=\"dark\"",
        "0 % of the clients are loaded.",
        "rel=\"stylesheet\"",
    ] {
        assert!(page.text().contains(part), "{part}: {page:?}");
    }
    let sentence = "The server is starting: 0 % of the clients are loaded. Try again in a moment.\n";
    for file in ["/clients/export.csv", "/clients/export.xlsx"] {
        let answer = browser.get(file).await;
        assert_eq!((answer.status, answer.header("retry-after"), answer.text()), (503, "1", sentence));
    }
    let answer = browser.get("/rpc/list_clients?address=").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json::<Refusal<ClientQuery>>().error, Error::Starting { percent: 0 });
    // Only the table waits, and visitors without a session are asked to sign in first.
    assert_eq!(browser.get("/clients/7/general").await.status, 200);
    assert_eq!(browser.get("/names").await.status, 200);
    assert_eq!(server.browser().get("/clients").await.location(), "/login?next=%2Fclients");
    assert_eq!(server.browser().get("/login").await.status, 200);

    // A change that is written during the load is applied afterwards.
    let new = [client(8)];
    let (loaded, ()) = tokio::join!(server.services.directory.load(), put(&test.database, &new));
    assert_eq!(loaded, Ok(()));
    assert_eq!(get("/readyz").await, (200, "ready\n".to_owned()));
    let table = browser.get("/clients").await;
    assert!(table.status == 200 && table.text().contains("/clients/8/general"), "{table:?}");
    assert!(table.text().contains("/clients/7/general") && !table.text().contains("refresh"), "{table:?}");
}

#[apply(both_databases)]
async fn a_load_that_fails_says_why_and_is_tried_again(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start_loading(test.database.clone()).await;
    let browser = server.signed_in(Role::Viewer).await;
    test.execute("ALTER TABLE clients RENAME TO mislaid", []).await;
    assert_eq!(server.services.directory.load().await, Err(Error::Internal));
    let why = Error::Internal.to_string();
    let ready = browser.get("/readyz").await;
    let expected = format!("starting: 0 % of the clients are loaded; the last attempt failed: {why}\n");
    assert_eq!((ready.status, ready.text()), (503, expected.as_str()));
    let page = browser.get("/clients").await;
    assert!(page.status == 503 && page.text().contains("refresh"), "{page:?}");
    test.execute("ALTER TABLE mislaid RENAME TO clients", []).await;
    let background = tokio::spawn(background::run(server.services.clone(), None, metrics()));
    let begun = Instant::now();
    while browser.get("/readyz").await.status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(20), "it isn't tried again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(browser.get("/clients").await.status, 200);
    background.abort();
}

#[apply(both_databases)]
async fn a_server_whose_database_is_read_only_is_not_ready(test: &TestDatabase) {
    let read_only = match test.database.backend() {
        DbBackend::Postgres => format!("{}?options=-c%20default_transaction_read_only%3Don", test.url),
        _ => test.url.replace("mode=rwc", "mode=ro"),
    };
    let database = Database::connect(&read_only).await.unwrap();
    let server = TestServer::start_loading(database).await;
    server.services.directory.load().await.unwrap();
    let ready = server.browser().get("/readyz").await;
    assert_eq!((ready.status, ready.text()), (503, "the database can't be written\n"));
    assert_eq!(server.browser().get("/healthz").await.status, 200);
}

#[apply(both_databases)]
async fn a_server_is_ready_while_somebody_else_writes_for_long(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let writing = test.database.write().await.unwrap();
    let ready = timeout(Duration::from_secs(5), server.browser().get("/readyz").into_future()).await;
    assert_eq!(ready.expect("an answer at once").status, 200);
    writing.rollback().await.unwrap();
}

#[apply(both_databases)]
async fn while_the_database_is_away_the_server_lives_and_says_so(test: &TestDatabase) {
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
        assert!(answer.text().contains("The database is unavailable"), "{address}: {answer:?}");
    }
    // The session is unaffected.
    assert!(browser.cookie("session").is_some());
    let refused = server.browser().sign_in("viewer", PASSWORD).await;
    assert_eq!(refused.location(), "/login?problem=unavailable&login=viewer");
}

#[apply(both_databases)]
async fn requests_are_counted_and_timed_by_their_route(test: &TestDatabase) {
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

#[apply(both_databases)]
async fn while_the_database_does_not_answer_the_server_says_at_once_that_it_lives(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.neighbour();
    // All database connections are in use, and the next request waits for one for eight seconds.
    let mut held = Vec::new();
    while let Ok(Ok(snapshot)) = timeout(Duration::from_millis(500), test.database.snapshot()).await {
        held.push(snapshot);
    }
    for (status, address) in [(200, "/healthz"), (200, "/metrics"), (503, "/readyz")] {
        let answer = timeout(Duration::from_secs(5), browser.get(address).into_future()).await;
        assert_eq!(answer.expect("an answer that waits for nothing").status, status, "{address}");
    }
}

#[apply(both_databases)]
async fn made_up_methods_are_refused_and_leave_no_measurement_each(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    for number in 0..100 {
        let made_up = format!("X{number}{}", "Y".repeat(10_000));
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "{made_up} /login HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 405 ") && answer.ends_with("DELETE, OPTIONS.\n"), "{answer}");
    }
    let metrics = server.neighbour().get("/metrics").await;
    let text = metrics.text();
    assert!(text.contains(r#"http_requests_total{method="other",route="/login",status="405"}"#), "{text}");
    assert!(!text.contains("YYYY") && text.len() < 1_000_000, "{} bytes", text.len());
}

#[apply(both_databases)]
async fn an_answer_names_its_request(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.browser();
    let id = async || browser.get("/healthz").await.header("x-request-id").to_owned();
    assert!(id().await.len() == 36 && id().await != id().await);
    // A client could write any text into the log with it.
    let chosen = browser.get("/clients").header("x-request-id", "chosen-elsewhere").await;
    assert_eq!(chosen.header("x-request-id").len(), 36);
}

#[apply(both_databases)]
async fn a_program_that_is_told_to_stop_answers_what_it_was_asked_first(test: &TestDatabase) {
    let server = TestServer::start_without_proxy(test).await;
    server.administrator(Role::Viewer).await;
    let mut serving = Serving::start(test, &[]);
    let browser = serving.browser();
    browser.sign_in("viewer", "wrong horse").await;
    // The next attempt is delayed by a second.
    test.execute("UPDATE sign_in_failures SET failures = 5", []).await;
    let begun = Instant::now();
    let slow = tokio::spawn(browser.sign_in("viewer", PASSWORD).into_future());
    tokio::time::sleep(Duration::from_millis(300)).await;
    serving.terminate();
    // New connections aren't accepted meanwhile.
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_whose_folder_is_gone_is_not_ready() {
    let test = TestDatabase::sqlite().await;
    let folder = test.folder.path().join("data");
    let url = format!("sqlite://{}?mode=rwc", folder.join("clientele.db").display());
    let server = TestServer::start_loading(Database::open(&url).await.unwrap()).await;
    server.services.directory.load().await.unwrap();
    let browser = server.browser();
    assert_eq!(browser.get("/readyz").await.status, 200);
    let elsewhere = folder.with_extension("away");
    fs::rename(&folder, &elsewhere).unwrap();
    let ready = browser.get("/readyz").await;
    assert_eq!((ready.status, ready.text()), (503, "the database can't be written\n"));
    assert!(!folder.exists(), "nothing is made in its place");
    fs::rename(&elsewhere, &folder).unwrap();
    assert_eq!(browser.get("/readyz").await.status, 200);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_files_of_a_new_database_are_for_their_owner_alone() {
    let test = TestDatabase::sqlite().await;
    let folder = test.folder.path().join("some folder/data");
    let file = folder.join("clientele.db");
    let url = format!("sqlite://{}?mode=rwc", file.display()).replace(' ', "%20");
    let database = Database::open(&url).await.unwrap();
    put(&database, &[client(7)]).await;
    assert_eq!(mode(&folder), 0o700);
    for beside in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{beside}", file.display()));
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert_eq!(database.file_open_to_others(), None);
    // Existing files keep their mode.
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    let again = Database::open(&url).await.unwrap();
    assert_eq!((mode(&file), again.file_open_to_others()), (0o640, Some(file.as_path())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_warns_of_a_database_that_others_may_read() {
    let test = TestDatabase::sqlite().await;
    let file = test.folder.path().join("test.db");
    for (mode, warns) in [(0o600, false), (0o644, true)] {
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let mut command = test.command(&["serve"]);
        let mut serving = command.env("CLIENTELE_ADDR", "127.0.0.1:0").spawn().unwrap();
        // The warning is logged before.
        let mut line = String::new();
        BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
        serving.kill().unwrap();
        let log = String::from_utf8(serving.wait_with_output().unwrap().stderr).unwrap();
        let remedy = format!("chmod 600 '{0}' '{0}'-wal '{0}'-shm", file.display());
        assert_eq!(log.contains(&remedy), warns, "{mode:o}: {log}");
    }
}

/// SQLite only: its database is a file, which can be moved away and back.
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
