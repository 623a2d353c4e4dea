//! The first administrator by the set-up link, and others on the command line.

use crate::support::{
    Ran, TestDatabase, apply, both_databases,
    program::Serving,
    server::{Answer, Browser, PASSWORD, TestServer},
};
use domain::administrators::{Role, store};

/// Sends the set-up form.
async fn set_up(browser: &Browser, token: &str, login: &str, password: &str, repeated: &str) -> Answer {
    let fields = [("token", token), ("login", login), ("password", password), ("repeat_password", repeated)];
    browser.post("/setup", &fields).await
}

#[track_caller]
fn assert_refused(answer: &Answer, problem: &str) {
    let back = format!("/setup?problem={problem}&");
    assert!(answer.status == 303 && answer.location().starts_with(&back), "{answer:?}");
    assert!(!answer.location().contains("password="), "{answer:?}");
}

/// Asserts that the answer is the page of an invalid link.
#[track_caller]
fn assert_no_link(answer: &Answer) {
    let page = answer.text();
    assert_eq!((answer.status, answer.header("set-cookie")), (404, ""), "{answer:?}");
    assert!(page.contains("This set-up link is invalid, used or expired."), "{answer:?}");
    assert!(page.contains("start the server again") && page.contains(r#"href="/login""#), "{answer:?}");
    assert!(!page.contains("<form") && !page.contains("<input"), "{answer:?}");
}

async fn administrators(test: &TestDatabase) -> Vec<String> {
    test.column("SELECT login || ' ' || role FROM administrators ORDER BY login").await
}

fn create(test: &TestDatabase, login: &str, role: &str, password: &str) -> Ran {
    test.run(&["admin", "create", "--login", login, "--role", role], password.as_bytes())
}

#[apply(both_databases)]
async fn the_first_start_prints_a_link_that_makes_one_owner(test: &TestDatabase) {
    let serving = Serving::start(test, &[]);
    let token = serving.setup_token().expect("a set-up link");
    let browser = serving.browser();
    let page = browser.get(&format!("/setup?token={token}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains(&token) && page.text().contains("Repeat password"), "{page:?}");

    assert_refused(&set_up(&browser, &token, "olena", PASSWORD, "another password").await, "repeat");
    assert_refused(&set_up(&browser, &token, "olena", "1234567", "1234567").await, "password");
    for (weak, problem) in [
        ("iloveyou1", "password_common"),
        ("Olena and an umbrella", "password_login"),
        ("the clientele umbrella", "password_product"),
    ] {
        let refused = set_up(&browser, &token, "olena", weak, weak).await;
        assert_refused(&refused, problem);
        let page = browser.get(refused.location()).await;
        assert!(page.text().contains("role=\"alert\"") && page.text().contains("value=\"olena\""), "{page:?}");
    }
    assert_refused(&set_up(&browser, &token, " ", PASSWORD, PASSWORD).await, "login");
    assert_no_link(&set_up(&browser, &"0".repeat(64), "olena", PASSWORD, PASSWORD).await);
    assert_eq!(administrators(test).await, [] as [String; 0]);

    // The link is still unused.
    let answer = set_up(&browser, &token, " olena ", PASSWORD, PASSWORD).await;
    assert_eq!((answer.status, answer.location()), (303, "/clients"));
    assert!(answer.header("set-cookie").contains("HttpOnly; SameSite=Lax"), "{answer:?}");
    assert!(browser.is_signed_in().await);
    assert_eq!(administrators(test).await, ["olena owner"]);
    assert_eq!(test.audit().await, ["create administrator / olena / 127.0.0.1", "sign in / olena / 127.0.0.1",]);

    assert_no_link(&set_up(&serving.browser(), &token, "second", PASSWORD, PASSWORD).await);
    assert_no_link(&browser.get(&format!("/setup?token={token}")).await);
    assert_eq!(administrators(test).await, ["olena owner"]);
    drop(serving);

    let again = Serving::start(test, &[]);
    assert_eq!(again.setup_token(), None);
    assert_eq!(again.way_in, format!("Sign in at http://{}/login", again.address));
    let there = again.browser();
    assert_eq!(there.sign_in("olena", PASSWORD).await.location(), "/clients");
}

#[apply(both_databases)]
async fn a_link_that_two_use_at_once_works_for_one(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let token = store::create_setup_token(&test.database).await.unwrap().unwrap();
    let (a, b) = (server.browser(), server.browser());
    let (first, second) =
        tokio::join!(set_up(&a, &token, "a", PASSWORD, PASSWORD), set_up(&b, &token, "b", PASSWORD, PASSWORD));
    let (done, refused) = if first.location() == "/clients" { (first, second) } else { (second, first) };
    assert_eq!(done.location(), "/clients");
    assert_no_link(&refused);
    assert_eq!(administrators(test).await.len(), 1);
}

#[apply(both_databases)]
async fn of_two_links_that_are_used_at_once_one_works(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        tokens.push(store::create_setup_token(&test.database).await.unwrap().unwrap());
    }
    let (a, b) = (server.browser(), server.browser());
    let (first, second) =
        tokio::join!(set_up(&a, &tokens[0], "a", PASSWORD, PASSWORD), set_up(&b, &tokens[1], "b", PASSWORD, PASSWORD));
    let done = [&first, &second].iter().filter(|answer| answer.location() == "/clients").count();
    assert_eq!((done, administrators(test).await.len()), (1, 1), "{first:?}\n{second:?}");
}

#[apply(both_databases)]
async fn a_link_works_for_a_day_and_no_longer_than_there_is_nobody(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let token = store::create_setup_token(&test.database).await.unwrap().unwrap();
    let kept = test.column::<String>("SELECT token_hash FROM setup_tokens").await;
    assert!(kept.len() == 1 && kept[0] != token, "{kept:?}");
    let made = |hours: i64| [(values::time::now() - chrono::Duration::hours(hours)).into()];
    test.execute("UPDATE setup_tokens SET created_at = $1", made(25)).await;
    let page = format!("/setup?token={token}");
    assert_no_link(&server.browser().get(&page).await);
    assert_no_link(&set_up(&server.browser(), &token, "a", PASSWORD, PASSWORD).await);

    test.execute("UPDATE setup_tokens SET created_at = $1", made(23)).await;
    assert_eq!(server.browser().get(&page).await.status, 200);
    server.administrator(Role::Viewer).await;
    assert_no_link(&server.browser().get(&page).await);
    assert_no_link(&set_up(&server.browser(), &token, "a", PASSWORD, PASSWORD).await);
    assert_eq!(administrators(test).await, ["viewer viewer"]);
    assert_eq!(store::create_setup_token(&test.database).await, Ok(None));
}

#[apply(both_databases)]
async fn bad_logins_are_refused_and_never_a_fault(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let token = store::create_setup_token(&test.database).await.unwrap().unwrap();
    let browser = server.browser();
    for login in ["a\0b", "a\u{1b}b", &"ы".repeat(10_000)] {
        let answer = set_up(&browser, &token, login, PASSWORD, PASSWORD).await;
        assert_eq!(answer.location(), format!("/setup?problem=login&token={token}"));
    }
    assert_eq!(administrators(test).await, [] as [String; 0]);
}

#[apply(both_databases)]
async fn a_link_that_never_was_one_has_no_form(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    store::create_setup_token(&test.database).await.unwrap().unwrap();
    let browser = server.browser();
    let script = "<script>alert(1)</script>";
    for token in ["", "\0", script, &"0".repeat(64), &"f".repeat(5_000)] {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
        let page = browser.get(&format!("/setup?{query}")).await;
        let answer = set_up(&browser, token, "a", PASSWORD, "other password").await;
        for answer in [page, answer] {
            assert_no_link(&answer);
            assert!(!answer.text().contains(script), "{answer:?}");
        }
    }
    assert_no_link(&browser.get("/setup").await);
    assert_eq!(administrators(test).await, [] as [String; 0]);
}

#[apply(both_databases)]
async fn the_command_line_makes_administrators_of_each_role(test: &TestDatabase) {
    for role in ["viewer", "manager", "owner"] {
        let done = create(test, &format!(" {role} "), role, &format!("{PASSWORD}\nmore"));
        let said = format!("The {role} {role} can sign in now.\n");
        assert_eq!(done, Ran { code: Some(0), stdout: said, stderr: String::new() });
    }
    assert_eq!(administrators(test).await, ["manager manager", "owner owner", "viewer viewer"]);
    let server = TestServer::start(test).await;
    // The password ended at the newline.
    assert_eq!(server.browser().sign_in("manager", PASSWORD).await.location(), "/clients");
    assert_eq!(test.audit().await[..3], ["create administrator / command line / "; 3]);
}

#[apply(both_databases)]
async fn the_command_line_refuses_what_can_be_no_administrator(test: &TestDatabase) {
    assert_eq!(create(test, "taken", "viewer", PASSWORD).code, Some(0));
    let before = (administrators(test).await, test.audit().await);
    for (login, role, password, reason) in [
        ("taken", "owner", PASSWORD, "There is an administrator with this login already."),
        ("new", "viewer", "x7#Qmv2", "Use a password of 8 to 200 characters."),
        ("new", "viewer", "", "Use a password of 8 to 200 characters."),
        ("new", "viewer", "Passw0rd1", "This password is easily guessed"),
        ("olena", "viewer", "OLENA and an umbrella", "The password must not contain the login."),
        ("new", "viewer", "my Clientele umbrella", "The password must not contain the name Clientele."),
        ("new", "admin", PASSWORD, "it may be: viewer, manager, owner"),
        (" ", "viewer", PASSWORD, "A login has 1 to 100 characters."),
        ("a\u{1b}b", "viewer", PASSWORD, "A login has 1 to 100 characters."),
    ] {
        let refused = create(test, login, role, password);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{refused:?}");
        assert!(refused.stderr.contains(reason), "{refused:?}");
    }
    let not_text = test.run(&["admin", "create", "--login", "new", "--role", "viewer"], b"p\xe4ssword\n");
    assert!(not_text.code == Some(2) && not_text.stderr.contains("isn't UTF-8"), "{not_text:?}");
    assert_eq!((administrators(test).await, test.audit().await), before);
}
