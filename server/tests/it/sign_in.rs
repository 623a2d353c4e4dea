//! `POST /login`: who gets in, and what trying costs.

use crate::support::{
    both_databases,
    html::tags,
    server::{Answer, PASSWORD, TestServer},
};
use app::admins::Role;
use form_urlencoded::parse;

/// What the address that an answer leads to says under a name.
fn told(answer: &Answer, name: &str) -> Option<String> {
    let query = answer.location().split_once('?')?.1;
    parse(query.as_bytes()).find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Asserts that nobody was signed in, for this reason.
#[track_caller]
fn assert_refused(answer: &Answer, problem: &str) {
    assert_eq!((answer.status, answer.header("set-cookie")), (303, ""), "{answer:?}");
    assert!(answer.location().starts_with("/login?"), "{answer:?}");
    assert_eq!(told(answer, "problem").as_deref(), Some(problem), "{answer:?}");
}

/// The parts of the session's cookie, the token aside.
fn cookie(answer: &Answer) -> Vec<&str> {
    answer.header("set-cookie").split("; ").skip(1).collect()
}

/// The names and values of an answer's headers, without those that differ each time.
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

both_databases! {
    async fn the_right_password_gives_a_session(test) {
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

    async fn behind_tls_the_cookie_is_kept_from_connections_without(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        let answer = server.browser().sign_in("viewer", PASSWORD).header("x-forwarded-proto", "https").await;
        assert_eq!(cookie(&answer), ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Lax", "Secure"]);
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");

        // Only a proxy of ours is believed.
        let server = TestServer::start_without_proxy(test).await;
        let answer = server.browser().sign_in("viewer", PASSWORD).header("x-forwarded-proto", "https").await;
        assert_eq!(cookie(&answer), ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Lax"]);
        assert_eq!(answer.header("strict-transport-security"), "");
        assert_eq!(test.audit().await.last().unwrap(), "sign in / viewer / 127.0.0.1");
    }

    async fn each_sign_in_has_a_new_token_and_ends_the_browsers_session_before(test) {
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

    async fn a_token_that_nobody_was_given_is_not_taken_over(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        let browser = server.browser();
        let chosen = "0".repeat(64);
        browser.set_cookie("session", &chosen);
        assert!(!browser.is_signed_in().await);
        browser.sign_in("viewer", PASSWORD).await;
        assert_ne!(browser.cookie("session").unwrap(), chosen);
    }

    async fn of_a_token_the_database_has_only_a_hash(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        let browser = server.browser();
        browser.sign_in("viewer", PASSWORD).await;
        let token = browser.cookie("session").unwrap();
        assert!(token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
        let row = test.column::<String>("SELECT token_hash || ' ' || address FROM sessions").await;
        assert!(row.len() == 1 && !row[0].contains(&token), "{row:?}");
        // What is in the database is no token.
        browser.set_cookie("session", row[0].split(' ').next().unwrap());
        assert!(!browser.is_signed_in().await);

        let hashes = test.column::<String>("SELECT password_hash FROM administrators").await;
        assert!(hashes[0].starts_with("$argon2id$") && !hashes[0].contains(PASSWORD), "{hashes:?}");
    }

    async fn a_wrong_login_and_a_wrong_password_get_the_same_answer(test) {
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

    async fn the_typed_login_is_kept_and_the_password_is_not(test) {
        let server = TestServer::start(test).await;
        let browser = server.browser();
        let fields = [("login", "Олена & \"<Ко>"), ("password", "pässword"), ("next", "/clients?q=a&page=2")];
        let answer = browser.post("/login", &fields).await;
        assert_refused(&answer, "credentials");
        assert!(!answer.location().contains("ssword"), "{answer:?}");
        let page = browser.get(answer.location()).await;
        assert!(page.text().contains("Login or password is wrong."), "{page:?}");
        let value = |name: &str| {
            let tags = tags(page.text());
            let input = tags.iter().find(|tag| tag.attribute("name") == Some(name)).unwrap();
            input.attribute("value").map(crate::support::html::unescape)
        };
        assert_eq!(value("login").as_deref(), Some("Олена & \"<Ко>"));
        assert_eq!(value("password").unwrap_or_default(), "");
        assert_eq!(value("next").as_deref(), Some("/clients?q=a&page=2"));
    }

    async fn signing_in_goes_on_to_the_page_that_was_asked_for_if_it_is_one_of_ours(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        let browser = server.browser();
        let asked = browser.get("/clients?q=%D0%9A+%26b&page=2").await;
        assert_eq!(asked.status, 303);
        let next = told(&asked, "next").unwrap();
        let to = async |next: &str| {
            let fields = [("login", "viewer"), ("password", PASSWORD), ("next", next)];
            browser.post("/login", &fields).await.location().to_owned()
        };
        assert_eq!(to(&next).await, "/clients?q=%D0%9A+%26b&page=2");
        for elsewhere in ["//evil.example", "https://evil.example/clients", "/\\evil.example", "\t//evil.example"] {
            assert_eq!(to(elsewhere).await, "/clients", "{elsewhere:?}");
        }
    }

    async fn bad_logins_and_passwords_are_refused_and_never_a_fault(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        let long = "ы".repeat(10_000);
        let tried = ["", " ", "\0", "viewer\0", "a\u{1}b\r\nc\u{7f}", "' OR 1=1 --", "🚀%_", "\u{202e}", &long];
        for login in tried {
            let answer = server.browser().sign_in(login, "wrong horse").await;
            assert_refused(&answer, "credentials");
            assert_eq!(server.browser().get(answer.location()).await.status, 200, "{login:?}");
        }
        for password in ["", "\0", &long] {
            assert_refused(&server.browser().sign_in("viewer", password).await, "credentials");
        }
        let audit = test.audit().await;
        assert_eq!(audit.len(), 1 + tried.len() + 3, "{audit:?}");
        assert!(audit.iter().all(|row| row.chars().count() < 200), "{audit:?}");
    }

    async fn a_form_that_is_none_is_refused(test) {
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

    async fn failures_slow_down_who_made_them_but_lock_nobody_out(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Owner).await;
        let (guesser, owner) = (server.browser(), server.browser());
        for _ in 0..3 {
            assert_refused(&guesser.sign_in("owner", "wrong horse").await, "credentials");
        }
        let failures = "SELECT failures FROM sign_in_failures ORDER BY failures";
        assert_eq!(test.column::<i32>(failures).await, [3]);

        // After so many, an attempt waits for a second.
        test.execute("UPDATE sign_in_failures SET failures = 5", []).await;
        let begun = std::time::Instant::now();
        let slowed = tokio::spawn(guesser.sign_in("owner", PASSWORD).into_future());
        // From elsewhere it is as quick as ever, with the right password and with a wrong one.
        assert_refused(&owner.sign_in("owner", "wrong horse").await, "credentials");
        assert_eq!(owner.sign_in("owner", PASSWORD).await.location(), "/clients");
        assert!(!slowed.is_finished());
        assert_eq!(slowed.await.unwrap().location(), "/clients");
        assert!(begun.elapsed().as_millis() >= 1_000);
        // Both have forgotten their failures.
        assert_eq!(test.column::<i32>(failures).await, [] as [i32; 0]);
    }

    async fn guessing_in_parallel_is_no_quicker(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        let guesser = server.browser();
        guesser.sign_in("viewer", "wrong horse").await;
        test.execute("UPDATE sign_in_failures SET failures = 5", []).await;
        let guess = || tokio::spawn(guesser.sign_in("viewer", "wrong horse").into_future());
        let guesses: Vec<_> = (0..6).map(|_| guess()).collect();
        let mut problems = Vec::new();
        for guess in guesses {
            let answer = guess.await.unwrap();
            problems.push(told(&answer, "problem").unwrap());
        }
        problems.sort();
        assert_eq!(problems[..4], ["credentials"; 4]);
        assert_eq!(problems[4..], ["too_many"; 2]);
    }

    async fn failures_are_forgotten_after_a_while(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        let browser = server.browser();
        browser.sign_in("viewer", "wrong horse").await;
        let long_ago = app::values::time::now() - chrono::Duration::minutes(16);
        test.execute("UPDATE sign_in_failures SET failures = 1000, last_at = $1", [long_ago.into()]).await;
        browser.sign_in("viewer", "wrong horse").await;
        assert_eq!(test.column::<i32>("SELECT failures FROM sign_in_failures").await, [1]);
    }

    async fn every_attempt_is_in_the_audit_record(test) {
        let server = TestServer::start(test).await;
        server.administrator(Role::Viewer).await;
        let browser = server.browser();
        browser.sign_in("nobody", "wrong horse").await;
        browser.sign_in("viewer", "wrong horse").await;
        browser.sign_in("viewer", PASSWORD).await;
        browser.post("/logout", &[]).await;
        let from = &browser.address;
        assert_eq!(test.audit().await, [
            "create administrator / command line / ".to_owned(),
            format!("failed sign-in / nobody / {from}"),
            format!("failed sign-in / viewer / {from}"),
            format!("sign in / viewer / {from}"),
            format!("sign out / viewer / {from}"),
        ]);
        let who = "SELECT administrator_id IS NOT NULL FROM audit ORDER BY id";
        assert_eq!(test.column::<bool>(who).await, [false, false, false, true, true]);
        let records = test.column::<Option<String>>("SELECT after FROM audit ORDER BY id").await;
        assert_eq!(records[0].as_deref(), Some(r#"{"login":"viewer","role":"viewer"}"#));
    }
}
