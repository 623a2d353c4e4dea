//! `POST /login`: who is signed in, and the delays of failed attempts.

use crate::support::{
    TestDatabase, apply, both_databases,
    program::Serving,
    server::{Answer, Browser, PASSWORD, TestServer},
};
use chrono::Duration as Days;
use domain::administrators::{
    Role, sign_in_counts,
    sign_in_counts::Source,
    sign_in_throttle::{Delay, Delays},
    store,
};
use form_urlencoded::parse;
use serde_json::Value;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};
use values::time;

/// A parameter of the address that an answer redirects to.
fn parameter(answer: &Answer, name: &str) -> Option<String> {
    let query = answer.location().split_once('?')?.1;
    parse(query.as_bytes()).find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Asserts that the sign-in was refused for this reason.
#[track_caller]
fn assert_refused(answer: &Answer, problem: &str) {
    assert_eq!((answer.status, answer.header("set-cookie")), (303, ""), "{answer:?}");
    assert!(answer.location().starts_with("/login?"), "{answer:?}");
    assert_eq!(parameter(answer, "problem").as_deref(), Some(problem), "{answer:?}");
}

/// The value of a page's input; empty without one.
fn value(page: &Answer, name: &str) -> String {
    page.html().first(&format!("[name={name}]")).attr("value").unwrap_or_default().to_owned()
}

/// Never a delay.
const NEVER: Delay = Delay { free: i32::MAX, first: Duration::ZERO, longest: Duration::ZERO };
/// A second after three failures.
const A_SECOND: Delay = Delay { free: 3, first: Duration::from_secs(1), longest: Duration::from_secs(1) };
/// No delays at all.
const NO_DELAYS: Delays = Delays { source: NEVER, login: NEVER, address: NEVER, overall: NEVER };

/// The usual delays, twenty times as fast.
fn quick() -> Delays {
    let quick = |delay: Delay| Delay { first: delay.first / 20, longest: delay.longest / 20, ..delay };
    let Delays { source, login, address, overall } = Delays::default();
    Delays { source: quick(source), login: quick(login), address: quick(address), overall: quick(overall) }
}

/// Asserts that the right password is accepted after a delay of a second.
async fn assert_let_in_later(browser: &Browser, login: &str) {
    let begun = Instant::now();
    let answer = browser.sign_in(login, PASSWORD).await;
    assert_eq!(answer.location(), "/clients", "{answer:?}");
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
}

/// Sends a wrong password, and returns without waiting for the answer.
async fn send_wrong_password(server: SocketAddr, from: &str) -> TcpStream {
    let form = "login=viewer&password=wrong+horse";
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: clientele\r\nX-Forwarded-For: {from}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
        form.len(),
    );
    let mut connection = TcpStream::connect(server).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    connection
}

/// Failed sign-ins in the audit record: login, address and number.
async fn failures(test: &TestDatabase) -> Vec<(String, i64)> {
    let failed = "FROM audit WHERE action = 'failed sign-in' ORDER BY id";
    let who = test.column::<String>(&format!("SELECT administrator_login || ' / ' || address {failed}")).await;
    let counts = test.column::<String>(&format!("SELECT after {failed}")).await;
    let count = |counts: String| serde_json::from_str::<Value>(&counts).unwrap()["failures"].as_i64().unwrap();
    who.into_iter().zip(counts.into_iter().map(count)).collect()
}

/// The parts of the session's cookie without the token.
fn cookie(answer: &Answer) -> Vec<&str> {
    answer.header("set-cookie").split("; ").skip(1).collect()
}

/// The headers of an answer, without those that differ each time.
fn headers(answer: &Answer) -> Vec<String> {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id", "location"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    headers
}

#[apply(both_databases)]
async fn the_right_password_gives_a_session(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    assert!(!browser.is_signed_in().await);

    let answer = browser.sign_in(" viewer ", PASSWORD).await;
    assert_eq!((answer.status, answer.location()), (303, "/clients"));
    assert_eq!(cookie(&answer), ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Lax"]);
    let page = browser.get("/clients").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains(r#"<span class="person-login">viewer"#), "{page:?}");
}

#[apply(both_databases)]
async fn behind_tls_the_cookie_is_kept_from_connections_without(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let answer = server.browser().sign_in("viewer", PASSWORD).header("x-forwarded-proto", "https").await;
    assert!(answer.header("set-cookie").starts_with("__Host-session="), "{answer:?}");
    assert_eq!(cookie(&answer), ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Lax", "Secure"]);
    // A session from before TLS ends.
    let left = answer.headers.get_all("set-cookie").iter().nth(1).unwrap();
    assert_eq!(left, "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");

    // Only a trusted proxy is believed.
    let server = TestServer::start_without_proxy(test).await;
    let answer = server.browser().sign_in("viewer", PASSWORD).header("x-forwarded-proto", "https").await;
    assert!(answer.header("set-cookie").starts_with("session="), "{answer:?}");
    assert_eq!(cookie(&answer), ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Lax"]);
    assert_eq!(answer.header("strict-transport-security"), "");
    assert_eq!(test.audit().await.last().unwrap(), "sign in / viewer / 127.0.0.1");
}

#[apply(both_databases)]
async fn each_sign_in_has_a_new_token_and_ends_the_browsers_session_before(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    browser.sign_in("viewer", PASSWORD).await;
    let first = browser.cookie("session").unwrap();
    let elsewhere = server.signed_in(Role::Viewer).await;

    browser.sign_in("viewer", PASSWORD).await;
    assert_ne!(browser.cookie("session").unwrap(), first);
    assert!(browser.is_signed_in().await && elsewhere.is_signed_in().await);
    let old = server.browser();
    old.set_cookie("session", &first);
    assert!(!old.is_signed_in().await);
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM sessions").await, [2]);
}

#[apply(both_databases)]
async fn a_token_that_nobody_was_given_is_not_taken_over(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    let chosen = "0".repeat(64);
    browser.set_cookie("session", &chosen);
    assert!(!browser.is_signed_in().await);
    browser.sign_in("viewer", PASSWORD).await;
    assert_ne!(browser.cookie("session").unwrap(), chosen);
}

#[apply(both_databases)]
async fn of_a_token_the_database_has_only_a_hash(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    browser.sign_in("viewer", PASSWORD).await;
    let token = browser.cookie("session").unwrap();
    assert!(token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    let row = test.column::<String>("SELECT token_hash || ' ' || address FROM sessions").await;
    assert!(row.len() == 1 && !row[0].contains(&token), "{row:?}");
    // The value in the database is no valid token.
    browser.set_cookie("session", row[0].split(' ').next().unwrap());
    assert!(!browser.is_signed_in().await);

    let hashes = test.column::<String>("SELECT password_hash FROM administrators").await;
    assert!(hashes[0].starts_with("$argon2id$") && !hashes[0].contains(PASSWORD), "{hashes:?}");
}

#[apply(both_databases)]
async fn a_wrong_login_and_a_wrong_password_get_the_same_answer(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    let wrong_login = browser.sign_in("nobody", PASSWORD).await;
    let wrong_password = browser.sign_in("viewer", "wrong horse").await;
    assert_refused(&wrong_login, "credentials");
    assert_eq!(wrong_login.location().replace("nobody", "viewer"), wrong_password.location());
    assert_eq!(headers(&wrong_login), headers(&wrong_password));
    assert_eq!((wrong_login.status, &wrong_login.body), (wrong_password.status, &wrong_password.body));
}

#[apply(both_databases)]
async fn the_typed_login_is_kept_and_the_password_is_not(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.browser();
    let fields = [("login", "Олена & \"<Ко>"), ("password", "pässword"), ("next", "/clients?q=a&page=2")];
    let answer = browser.post("/login", &fields).await;
    assert_refused(&answer, "credentials");
    assert!(!answer.location().contains("ssword"), "{answer:?}");
    let page = browser.get(answer.location()).await;
    assert!(page.text().contains("Wrong login or password."), "{page:?}");
    assert_eq!(value(&page, "login"), "Олена & \"<Ко>");
    assert_eq!(value(&page, "password"), "");
    assert_eq!(value(&page, "next"), "/clients?q=a&page=2");
}

#[apply(both_databases)]
async fn signing_in_goes_on_to_the_page_that_was_asked_for_if_it_is_one_of_ours(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    let redirect = browser.get("/clients?q=%D0%9A+%26b&page=2").await;
    assert_eq!(redirect.status, 303);
    let next = parameter(&redirect, "next").unwrap();
    let to = async |next: &str| {
        let fields = [("login", "viewer"), ("password", PASSWORD), ("next", next)];
        browser.post("/login", &fields).await.location().to_owned()
    };
    assert_eq!(to(&next).await, "/clients?q=%D0%9A+%26b&page=2");
    for elsewhere in ["//evil.example", "https://evil.example/clients", "/\\evil.example", "\t//evil.example"] {
        assert_eq!(to(elsewhere).await, "/clients", "{elsewhere:?}");
    }
}

#[apply(both_databases)]
async fn bad_logins_and_passwords_are_refused_and_never_a_fault(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let long = "ы".repeat(10_000);
    let tried = ["", " ", "\0", "viewer\0", "a\u{1}b\r\nc\u{7f}", "' OR 1=1 --", "🚀%_", "\u{202e}", &long];
    for login in tried {
        let answer = server.browser().sign_in(login, "wrong horse").await;
        assert_refused(&answer, "credentials");
        // An impossible login isn't repeated, and doesn't count as an attempt.
        assert_eq!(parameter(&answer, "login").is_some(), store::is_login(login.trim()), "{answer:?}");
        assert_eq!(server.browser().get(answer.location()).await.status, 200, "{login:?}");
    }
    for password in ["", "\0", &long] {
        assert_refused(&server.browser().sign_in("viewer", password).await, "credentials");
    }
    let logins: Vec<_> = test.audit().await.into_iter().filter(|row| row.starts_with("failed")).collect();
    assert_eq!(logins.len(), 3 + 3, "{logins:?}");
}

#[apply(both_databases)]
async fn a_login_of_100_000_characters_is_not_reflected(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.browser();
    let long = "x".repeat(100_000);
    let answer = browser.sign_in(&long, PASSWORD).await;
    assert!(answer.status < 500 && !format!("{:?}", answer.headers).contains("xxxx"), "{}", answer.status);
    assert!(!answer.text().contains("xxxx"));
    for login in [&long[..101], &long[..30_000], "a%01b"] {
        let page = browser.get(&format!("/login?login={login}")).await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("xxxx") && !page.text().contains("a\u{1}b"), "{page:?}");
    }
}

#[apply(both_databases)]
async fn a_form_that_is_none_is_refused(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.browser();
    let form = "application/x-www-form-urlencoded";
    for (status, kind, body) in [
        (422, form, b"login=a".as_slice()),
        (422, form, b""),
        (303, form, b"login=%FF&password=%"),
        (415, "application/json", b"{}"),
        (415, "text/plain", b"login=a&password=b"),
    ] {
        let answer = browser.request("POST", "/login").header("content-type", kind).body(body).await;
        assert_eq!(answer.status, status, "{body:?}: {answer:?}");
    }
}

#[apply(both_databases)]
async fn failures_slow_down_who_made_them_but_lock_nobody_out(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Owner).await;
    let (guesser, owner) = (server.browser(), server.browser());
    for _ in 0..3 {
        assert_refused(&guesser.sign_in("owner", "wrong horse").await, "credentials");
    }
    let failures = "SELECT failures FROM sign_in_failures ORDER BY failures";
    // By login and address, by login, by address, and overall.
    assert_eq!(test.column::<i32>(failures).await, [3; 4]);

    // After so many failures, an attempt is delayed by a second.
    test.execute("UPDATE sign_in_failures SET failures = 5", []).await;
    let begun = Instant::now();
    let slowed = tokio::spawn(guesser.sign_in("owner", PASSWORD).into_future());
    // From another address there is no delay, with the right password and with a wrong one.
    assert_refused(&owner.sign_in("owner", "wrong horse").await, "credentials");
    assert_eq!(owner.sign_in("owner", PASSWORD).await.location(), "/clients");
    assert!(!slowed.is_finished());
    assert_eq!(slowed.await.unwrap().location(), "/clients");
    assert!(begun.elapsed() >= Duration::from_secs(1));
    // Both have lost their failures, and the successes aren't counted.
    assert_eq!(test.column::<i32>(failures).await, [1, 5, 6, 6]);
}

#[apply(both_databases)]
async fn guessing_in_parallel_is_counted_before_it_is_answered(test: &TestDatabase) {
    let delays = Delays { source: A_SECOND, ..NO_DELAYS };
    let server = TestServer::start_with_delays(test, delays).await;
    server.administrator(Role::Viewer).await;
    let guesser = server.browser();
    let guess = || tokio::spawn(guesser.sign_in("viewer", "wrong horse").into_future());
    let guesses: Vec<_> = (0..6).map(|_| guess()).collect();
    let counted = async || test.column::<i32>("SELECT COALESCE(MAX(failures), 0) FROM sign_in_failures").await;
    let begun = Instant::now();
    while counted().await != [6] && begun.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // At most three are answered without delay, and the others wait.
    assert!(guesses.iter().filter(|guess| guess.is_finished()).count() <= 3);
    assert_let_in_later(&guesser, "viewer").await;
    for guess in guesses {
        assert_refused(&guess.await.unwrap(), "credentials");
    }
    assert_eq!(test.column::<i32>("SELECT failures FROM sign_in_failure_sums").await, [6]);
}

#[apply(both_databases)]
async fn many_addresses_that_guess_one_login_are_slowed_down_together(test: &TestDatabase) {
    let server = TestServer::start_with_delays(test, Delays { login: A_SECOND, ..NO_DELAYS }).await;
    server.administrator(Role::Viewer).await;
    server.administrator(Role::Owner).await;
    for _ in 0..3 {
        assert_refused(&server.browser().sign_in("owner", "wrong horse").await, "credentials");
    }
    let owner = server.browser();
    let slowed = tokio::spawn(async move { assert_let_in_later(&owner, "owner").await });
    // Another login is unaffected.
    assert_eq!(server.browser().sign_in("viewer", PASSWORD).await.location(), "/clients");
    assert!(!slowed.is_finished());
    slowed.await.unwrap();
}

#[apply(both_databases)]
async fn one_address_is_not_enough_to_slow_a_login_down_elsewhere(test: &TestDatabase) {
    let source = Source::new("owner", "192.0.2.1");
    for number in 1..=30 {
        let attempts = sign_in_counts::count(&test.database, &source).await.unwrap();
        assert_eq!((attempts.source, attempts.address, attempts.overall), (number, number, number));
        assert_eq!(attempts.login, if number <= 10 { number } else { 0 });
    }
    let elsewhere = sign_in_counts::count(&test.database, &Source::new("owner", "192.0.2.2")).await.unwrap();
    assert_eq!((elsewhere.source, elsewhere.login, elsewhere.address), (1, 11, 1));
}

#[apply(both_databases)]
async fn an_address_that_guesses_many_logins_is_slowed_down(test: &TestDatabase) {
    let server = TestServer::start_with_delays(test, Delays { address: A_SECOND, ..NO_DELAYS }).await;
    server.administrator(Role::Viewer).await;
    let guesser = server.browser();
    for login in ["a", "b", "c"] {
        assert_refused(&guesser.sign_in(login, "wrong horse").await, "credentials");
    }
    let slowed = tokio::spawn(async move { assert_let_in_later(&guesser, "viewer").await });
    assert_eq!(server.browser().sign_in("viewer", PASSWORD).await.location(), "/clients");
    assert!(!slowed.is_finished());
    slowed.await.unwrap();
}

#[apply(both_databases)]
async fn many_addresses_that_guess_many_logins_slow_everybody_down(test: &TestDatabase) {
    let server = TestServer::start_with_delays(test, Delays { overall: A_SECOND, ..NO_DELAYS }).await;
    server.administrator(Role::Viewer).await;
    for login in ["a", "b", "c"] {
        assert_refused(&server.browser().sign_in(login, "wrong horse").await, "credentials");
    }
    assert_let_in_later(&server.browser(), "viewer").await;
}

#[apply(both_databases)]
async fn forty_right_passwords_are_let_in_behind_a_guesser_at_the_same_address(test: &TestDatabase) {
    let server = TestServer::start_with_delays(test, quick()).await;
    server.administrator(Role::Viewer).await;
    server.administrator(Role::Owner).await;
    let guesser = server.browser();
    guesser.sign_in("owner", "wrong horse").await;
    // The longest delay.
    test.execute("UPDATE sign_in_failures SET failures = 1000", []).await;
    let done = Arc::new(AtomicBool::new(false));
    let guess = async |guesser: Browser, done: Arc<AtomicBool>| {
        while !done.load(Relaxed) {
            assert_refused(&guesser.sign_in("owner", "wrong horse").await, "credentials");
        }
    };
    let guessing: Vec<_> = (0..8).map(|_| tokio::spawn(guess(guesser.clone(), done.clone()))).collect();
    let people = (0..40).map(|number| {
        let mut person = server.browser();
        person.address.clone_from(&guesser.address);
        let login = if number % 2 == 0 { "viewer" } else { "owner" };
        tokio::spawn(person.sign_in(login, PASSWORD).into_future())
    });
    for person in people.collect::<Vec<_>>() {
        let answer = person.await.unwrap();
        assert_eq!(answer.location(), "/clients", "{answer:?}");
    }
    done.store(true, Relaxed);
    for guess in guessing {
        guess.await.unwrap();
    }
}

#[apply(both_databases)]
async fn hanging_up_is_a_failure_like_any_other(test: &TestDatabase) {
    let a_minute = Duration::from_mins(1);
    let delays = Delays { source: Delay { free: 1, first: a_minute, longest: a_minute }, ..NO_DELAYS };
    let server = TestServer::start_with_delays(test, delays).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    assert_refused(&browser.sign_in("viewer", "wrong horse").await, "credentials");
    let mut connections = Vec::new();
    for _ in 0..12 {
        connections.push(send_wrong_password(server.address, &browser.address).await);
    }
    // All attempts wait for a minute. Those that hang up don't delay others for that long.
    let begun = Instant::now();
    for table in ["sign_in_failures", "sign_in_failure_sums"] {
        while test.column::<i32>(&format!("SELECT MAX(failures) FROM {table}")).await != [13] {
            assert!(begun.elapsed() < Duration::from_secs(30), "{table}: {:?}", failures(test).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for connection in connections.drain(..) {
            connection.set_zero_linger().unwrap();
        }
    }
    let who = format!("viewer / {}", browser.address);
    assert_eq!(failures(test).await, [(who.clone(), 1), (who, 9)]);
}

#[apply(both_databases)]
async fn where_hundreds_wait_already_an_attempt_is_refused_and_can_be_sent_again(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    let waiting = || server.services.throttle.enter(Source::new("viewer", &browser.address)).ok();
    let places: Vec<_> = std::iter::from_fn(waiting).collect();
    assert!(places.len() >= 60, "{}", places.len());
    let fields = [("login", "viewer"), ("password", PASSWORD), ("next", "/clients?q=a")];
    let answer = browser.post("/login", &fields).await;
    assert_eq!((answer.status, answer.header("retry-after"), answer.header("set-cookie")), (429, "10", ""));
    assert!(answer.text().contains("Too many attempts from your address."), "{answer:?}");
    assert!(!answer.text().contains(PASSWORD), "{answer:?}");
    assert_eq!((&*value(&answer, "login"), &*value(&answer, "next")), ("viewer", "/clients?q=a"));
    assert_eq!(failures(test).await, []);
    // Others aren't refused, and soon this one isn't either.
    assert_eq!(server.browser().sign_in("viewer", PASSWORD).await.location(), "/clients");
    drop(places);
    assert_eq!(browser.sign_in("viewer", PASSWORD).await.location(), "/clients");
}

#[apply(both_databases)]
async fn failures_are_forgotten_after_a_while(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    browser.sign_in("viewer", "wrong horse").await;
    let long_ago = time::now() - Days::minutes(16);
    test.execute("UPDATE sign_in_failures SET failures = 1000, since = $1", [long_ago.into()]).await;
    browser.sign_in("viewer", "wrong horse").await;
    assert_eq!(test.column::<i32>("SELECT failures FROM sign_in_failures").await, [1; 4]);
    test.execute("UPDATE sign_in_failures SET since = $1", [long_ago.into()]).await;
    store::prune(&test.database).await.unwrap();
    assert_eq!(test.column::<i32>("SELECT failures FROM sign_in_failures").await, [] as [i32; 0]);
}

#[apply(both_databases)]
async fn a_proxy_that_nobody_told_of_is_in_the_log(test: &TestDatabase) {
    let logged = async |settings: &[(&str, &str)]| {
        let serving = Serving::start(test, settings);
        for _ in 0..3 {
            serving.browser().get("/healthz").await;
        }
        serving.log().iter().filter(|line| line.contains("CLIENTELE_BEHIND_PROXY")).count()
    };
    assert_eq!(logged(&[]).await, 1);
    assert_eq!(logged(&[("CLIENTELE_BEHIND_PROXY", "true")]).await, 0);
}

#[apply(both_databases)]
async fn a_thousand_failures_are_a_handful_of_rows_that_add_up(test: &TestDatabase) {
    let fail = async |login: &str, address: &str| {
        sign_in_counts::record_failure(&test.database, &Source::new(login, address), false).await.unwrap();
    };
    let an_hour_later = async || {
        let long_ago = time::now() - Days::minutes(61);
        test.execute("UPDATE sign_in_failure_sums SET since = $1", [long_ago.into()]).await;
        store::prune(&test.database).await.unwrap();
    };
    for _ in 0..257 {
        fail("owner", "2001:db8::7").await;
    }
    let network = "owner / 2001:db8::/64".to_owned();
    // The first failure is recorded at once, with its whole address.
    let first = ("owner / 2001:db8::7".to_owned(), 1);
    let at_once = [first.clone(), (network.clone(), 9), (network.clone(), 90)];
    assert_eq!(failures(test).await, at_once);
    an_hour_later().await;
    let sums = failures(test).await;
    assert_eq!(sums, [first, (network.clone(), 9), (network.clone(), 90), (network, 157)]);
    // Nothing is left to be recorded twice, and the next failure starts a new sum.
    store::prune(&test.database).await.unwrap();
    assert_eq!(failures(test).await, sums);

    // Unknown logins from one address.
    for number in 0..150 {
        fail(&format!("made up {number}"), "192.0.2.1").await;
    }
    an_hour_later().await;
    let made_up = failures(test).await.split_off(sums.len());
    let several: Vec<_> =
        made_up.iter().filter(|(who, _)| who == "several logins / 192.0.2.1").map(|(_, count)| *count).collect();
    assert_eq!(several, [1, 9, 90, 45]);
    assert_eq!(made_up.len(), 5 + several.len(), "{made_up:?}");

    // One failure each from many addresses.
    let before = failures(test).await.len();
    for number in 0..250 {
        fail("owner", &format!("198.51.{}.{}", number / 100, number % 100)).await;
    }
    an_hour_later().await;
    let everywhere = failures(test).await.split_off(before);
    assert_eq!(everywhere.iter().map(|(_, count)| count).sum::<i64>(), 250);
    assert_eq!(everywhere.last().unwrap(), &("several logins / several addresses".to_owned(), 40));
    assert_eq!(everywhere.len(), 200 + 3, "{everywhere:?}");
}

#[apply(both_databases)]
async fn every_attempt_is_in_the_audit_record(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Viewer).await;
    let browser = server.browser();
    browser.sign_in("nobody", "wrong horse").await;
    browser.sign_in("viewer", "wrong horse").await;
    browser.sign_in("viewer", PASSWORD).await;
    browser.post("/logout", &[]).await;
    let from = &browser.address;
    assert_eq!(
        test.audit().await,
        [
            "create administrator / command line / ".to_owned(),
            format!("failed sign-in / nobody / {from}"),
            format!("failed sign-in / viewer / {from}"),
            format!("sign in / viewer / {from}"),
            format!("sign out / viewer / {from}"),
        ]
    );
    let who = "SELECT administrator_id IS NOT NULL FROM audit ORDER BY id";
    assert_eq!(test.column::<bool>(who).await, [false, false, false, true, true]);
    let records = test.column::<Option<String>>("SELECT after FROM audit ORDER BY id").await;
    assert_eq!(records[0].as_deref(), Some(r#"{"login":"viewer","role":"viewer"}"#));
    assert_eq!(records[1].as_deref(), Some(r#"{"failures":1}"#));
}
