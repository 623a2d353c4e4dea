//! Connections: hoarding them locks nobody out, and idle ones are closed.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    names::{name_with, put_names},
    program::Serving,
    server::{Browser, TestServer},
};
use domain::administrators::Role;
use serde_json::Value;
use server::connections::Limits;
use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};
use tokio::net::TcpSocket;

/// Limits that are never reached, for a test to change one.
const WIDE: Limits = Limits {
    head: Duration::from_mins(10),
    idle: Duration::from_mins(10),
    write: Duration::from_mins(10),
    overall: 1_000,
    per_address: 1_000,
};

/// Timeout for all waiting.
const TIMEOUT: Duration = Duration::from_secs(50);

fn connect(address: SocketAddr, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout");
    stream.write_all(sent.as_bytes()).expect("what is sent");
    stream
}

/// Waits until the server closes the connection. False after the timeout.
fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0]) {
        Ok(read) => read == 0,
        Err(cause) => cause.kind() == ErrorKind::ConnectionReset,
    }
}

/// Whether the server has closed the connection.
fn is_closed_by_now(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a setting");
    let closed = is_closed(stream);
    stream.set_nonblocking(false).expect("a setting");
    closed
}

/// Requests `/healthz` over a connection and leaves it open.
fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").expect("a request");
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        let mut buffer = [0; 1_024];
        let read = stream.read(&mut buffer).expect("an answer");
        assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8(answer).expect("text")
}

/// The bytes of a browser's request.
fn request(browser: &Browser, address: &str) -> String {
    let session = browser.cookie("session").expect("a session");
    format!(
        "GET {address} HTTP/1.1\r\nhost: a\r\nx-forwarded-for: {}\r\ncookie: session={session}\r\n\r\n",
        browser.address
    )
}

/// A client whose export of names is larger than the buffers of a connection that nobody reads.
async fn put_many_names(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let mut random = fastrand::Rng::with_seed(10);
    let mut text = || Value::String((0..1_000).map(|_| random.char('\u{4e00}'..'\u{9fff}')).collect());
    let names: Vec<_> = (1..=1_500)
        .map(|number| name_with(7, &format!("N{number:04}"), &[("contacts", text()), ("subject", text())]))
        .collect();
    put_names(test, &names).await;
}

/// The address of a small file.
const NO_NAMES: &str = "/clients/7/names/export.csv?q=none";

/// A connection with small buffers.
async fn connect_narrowly(address: SocketAddr, sent: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a setting");
    let stream = socket.connect(address).await.expect("a connection").into_std().expect("a connection");
    stream.set_nonblocking(false).expect("a setting");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout");
    (&stream).write_all(sent.as_bytes()).expect("what is sent");
    stream
}

/// A download whose reader stops after the first bytes.
async fn begin_download(address: SocketAddr, browser: &Browser, ending: &str) -> TcpStream {
    let request = request(browser, &format!("/clients/7/names/export.{ending}"));
    let mut stream = connect_narrowly(address, &request).await;
    let mut begun = [0; 15];
    stream.read_exact(&mut begun).expect("the first bytes");
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    stream
}

/// Waits until a condition holds.
async fn until(what: &str, so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !so().await {
        assert!(begun.elapsed() < TIMEOUT, "timed out: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[apply(both_databases)]
async fn three_hundred_half_heads_keep_nobody_out_of_a_server_with_256_files(test: &TestDatabase) {
    let serving = Serving::start_with_files(test, 256);
    let held: Vec<_> = (0..300).map(|_| connect(serving.address, "GET / HTTP/1.1\r\nhost: a\r\nx-half")).collect();
    for address in ["/healthz", "/readyz", "/login"] {
        assert_eq!(serving.browser().get(address).await.status, 200, "{address}");
    }
    drop(held);
}

#[apply(both_databases)]
async fn two_thousand_idle_connections_keep_nobody_out(test: &TestDatabase) {
    let serving = Serving::start_with_files(test, 1_024);
    let held: Vec<_> = (0..2_000).map(|_| connect(serving.address, "")).collect();
    for address in ["/healthz", "/readyz", "/login"] {
        assert_eq!(serving.browser().get(address).await.status, 200, "{address}");
    }
    drop(held);
}

#[apply(both_databases)]
async fn the_oldest_unused_connection_of_an_address_makes_room_for_its_next(test: &TestDatabase) {
    let server = TestServer::start_with_limits(test, Limits { per_address: 3, ..WIDE }).await;
    let browser = server.signed_in(Role::Viewer).await;
    put(&test.database, &[client(7)]).await;
    // The oldest connection is being answered and keeps its permit.
    let mut events = connect(server.address, &request(&browser, "/clients/7/events"));
    assert!(!is_closed(&mut events));
    let mut first = connect(server.address, "");
    assert!(ask(&mut first).starts_with("HTTP/1.1 200"));
    let mut second = connect(server.address, "GET / HTTP/1.1\r\nx-half");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut third = connect(server.address, "");
    assert!(is_closed(&mut first));
    assert!(ask(&mut third).starts_with("HTTP/1.1 200"));
    let mut fourth = connect(server.address, "");
    assert!(is_closed(&mut second));
    assert!(ask(&mut fourth).starts_with("HTTP/1.1 200"));
    assert!(!is_closed_by_now(&mut third) && !is_closed_by_now(&mut fourth));
}

#[apply(both_databases)]
async fn a_new_connection_is_refused_only_when_all_others_are_being_answered(test: &TestDatabase) {
    let server = TestServer::start_with_limits(test, Limits { overall: 2, ..WIDE }).await;
    let browser = server.signed_in(Role::Viewer).await;
    put(&test.database, &[client(7)]).await;
    let follow = || {
        let mut events = connect(server.address, &request(&browser, "/clients/7/events"));
        assert!(!is_closed(&mut events));
        events
    };
    let (_first, second) = (follow(), follow());
    assert!(is_closed(&mut connect(server.address, "")));
    drop(second);
    until("there is room again", async || {
        let mut stream = connect(server.address, "");
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
        !is_closed(&mut stream)
    })
    .await;
}

#[apply(both_databases)]
async fn half_a_head_is_not_waited_for(test: &TestDatabase) {
    let server = TestServer::start_with_limits(test, Limits { head: Duration::from_millis(300), ..WIDE }).await;
    let mut waiting = connect(server.address, "");
    let mut half = connect(server.address, "");
    ask(&mut half);
    half.write_all(b"GET /healthz HTTP/1.1\r\n").unwrap();
    assert!(is_closed(&mut half));
    // The timeout of a head starts with its first byte.
    ask(&mut waiting);
}

#[apply(both_databases)]
async fn a_connection_without_requests_is_closed_after_a_while(test: &TestDatabase) {
    let server = TestServer::start_with_limits(test, Limits { idle: Duration::from_millis(300), ..WIDE }).await;
    let mut new = connect(server.address, "");
    let mut used = connect(server.address, "");
    ask(&mut used);
    assert!(is_closed(&mut new) && is_closed(&mut used));
}

#[apply(both_databases)]
async fn a_file_that_nobody_reads_is_ended_and_frees_its_place(test: &TestDatabase) {
    put_many_names(test).await;
    let limits = Limits { write: Duration::from_secs(1), ..WIDE };
    let server = TestServer::start_with_limits(test, limits).await;
    for (role, ending) in [(Role::Viewer, "csv"), (Role::Manager, "xlsx")] {
        let browser = server.signed_in(role).await;
        let mut unread = Vec::new();
        for _ in 0..4 {
            unread.push(begin_download(server.address, &browser, ending).await);
        }
        until("a place is free again", async || browser.get(NO_NAMES).await.status == 200).await;
    }
    // A client that reads gets the whole file, which is larger than the buffers.
    let browser = server.signed_in(Role::Owner).await;
    let whole = browser.get("/clients/7/names/export.csv").await;
    assert_eq!(whole.status, 200);
    assert!(whole.body.len() > 8_000_000);
}

#[apply(both_databases)]
async fn an_administrator_downloads_a_few_files_at_once(test: &TestDatabase) {
    put_many_names(test).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let mut unread = Vec::new();
    for ending in ["csv", "xlsx", "csv", "xlsx"] {
        unread.push(begin_download(server.address, &browser, ending).await);
    }
    for ending in ["csv", "xlsx"] {
        let refused = browser.get(&format!("/clients/7/names/export.{ending}?q=none")).await;
        assert_eq!(refused.status, 429, "{refused:?}");
        assert!(refused.text().starts_with("4 files are being downloaded already"), "{refused:?}");
    }
    assert_eq!(browser.get("/clients").await.status, 200);
    let other = server.signed_in(Role::Manager).await;
    assert_eq!(other.get(NO_NAMES).await.status, 200);
    unread.pop();
    until("a place is free again", async || browser.get(NO_NAMES).await.status == 200).await;
}

#[apply(both_databases)]
async fn downloads_that_break_leave_every_line_of_the_log_as_it_is(test: &TestDatabase) {
    put_many_names(test).await;
    let server = TestServer::start(test).await;
    let session = server.signed_in(Role::Viewer).await.cookie("session").unwrap();
    let serving = Serving::start(test, &[]);
    let browser = serving.browser();
    browser.set_cookie("session", &session);
    for _ in 0..3 {
        drop(begin_download(serving.address, &browser, "xlsx").await);
    }
    // This one needs permits, so the others have been released by now.
    until("the downloads are given up", async || {
        let mut begun = Vec::new();
        for _ in 0..4 {
            begun.push(browser.get("/clients/7/names/export.xlsx?q=none").await.status);
        }
        begun == [200; 4]
    })
    .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    // A refused request, which is logged.
    assert_eq!(serving.browser().get("/clients").header("accept", "application/json").await.status, 401);
    let log = serving.log();
    assert!(!log.is_empty());
    for line in log {
        let parsed = serde_json::from_str::<Value>(&line);
        assert!(parsed.is_ok_and(|line| line["level"].is_string()), "{line}");
    }
}
