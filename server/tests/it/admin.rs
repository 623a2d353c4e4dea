//! `clientele admin`: lists and changes administrators.

use crate::support::{
    Ran, TestDatabase, apply, both_databases,
    clients::{client, put},
    events::Listening,
    server::{Browser, PASSWORD, TestServer},
};
use chrono::Duration;
use domain::{
    actor::Actor,
    administrators::{Role, accounts, store},
};
use values::{
    error::Error,
    time::{self, Moment},
};

const NEW_PASSWORD: &str = "an umbrella under the stairs";

fn admin(test: &TestDatabase, arguments: &[&str]) -> Ran {
    test.run(&[&["admin"], arguments].concat(), format!("{NEW_PASSWORD}\nmore").as_bytes())
}

/// Asserts that a command succeeded, and its output.
#[track_caller]
fn assert_done(ran: &Ran, said: &str) {
    let done = Ran { code: Some(0), stdout: format!("{said}\n"), stderr: String::new() };
    assert_eq!(*ran, done);
}

/// Asserts that a command was refused, and its message.
#[track_caller]
fn assert_refused(ran: &Ran, why: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("clientele: ") && ran.stderr.contains(why), "{ran:?}");
}

/// All state that a command could change.
async fn everything(test: &TestDatabase) -> Vec<String> {
    let mut all = test.audit().await;
    let row = "login || role || password_hash || COALESCE(CAST(disabled_at AS TEXT), '')";
    all.extend(test.column::<String>(&format!("SELECT {row} FROM administrators ORDER BY id")).await);
    all.extend(test.column::<String>("SELECT token_hash FROM sessions ORDER BY token_hash").await);
    all
}

/// The last audit entry: action, author, and the values before and after.
async fn last_deed(test: &TestDatabase) -> String {
    let row = "action || ' / ' || administrator_login || ' / ' || COALESCE(before, '') || ' / ' || COALESCE(after, '')";
    test.column::<String>(&format!("SELECT {row} FROM audit ORDER BY id DESC LIMIT 1")).await.remove(0)
}

async fn signs_in(browser: &Browser, login: &str, password: &str) -> bool {
    browser.sign_in(login, password).await.location() == "/clients"
}

#[apply(both_databases)]
async fn list_says_who_there_is_and_since_when_they_can_t_sign_in(test: &TestDatabase) {
    assert_eq!(admin(test, &["list"]), Ran { code: Some(0), stdout: String::new(), stderr: String::new() });
    let server = TestServer::start(test).await;
    for role in [Role::Viewer, Role::Manager, Role::Owner] {
        server.administrator(role).await;
    }
    server.signed_in(Role::Manager).await;
    let moment = |text: &str| -> Moment { text.parse().unwrap() };
    let (made, then) = (moment("2026-01-02T03:04:05Z"), moment("2026-02-03T04:05:06Z"));
    test.execute("UPDATE administrators SET created_at = $1", [made.into()]).await;
    let set = "UPDATE administrators SET last_sign_in_at = $1 WHERE last_sign_in_at IS NOT NULL";
    test.execute(set, [then.into()]).await;
    test.execute("UPDATE administrators SET disabled_at = $1 WHERE login = 'viewer'", [then.into()]).await;
    let listed = admin(test, &["list"]);
    assert_done(
        &listed,
        "manager: manager, made 2026-01-02 03:04, signed in 2026-02-03 04:05\n\
         owner: owner, made 2026-01-02 03:04, never signed in\n\
         viewer: viewer, made 2026-01-02 03:04, never signed in, disabled 2026-02-03 04:05",
    );
}

#[apply(both_databases)]
async fn signing_in_is_noted_for_the_list(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Owner).await;
    let noted = "SELECT last_sign_in_at FROM administrators";
    assert!(!signs_in(&server.browser(), "owner", "wrong horse").await);
    assert_eq!(test.column::<Option<Moment>>(noted).await, [None]);
    assert!(signs_in(&server.browser(), "owner", PASSWORD).await);
    let at = test.column::<Option<Moment>>(noted).await[0].expect("a sign-in");
    assert!(time::now() - at < Duration::minutes(1), "{at}");
}

#[apply(both_databases)]
async fn a_new_password_ends_the_sessions_and_the_old_password(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let (first, second) = (server.signed_in(Role::Manager).await, server.signed_in(Role::Manager).await);
    let other = server.signed_in(Role::Owner).await;
    let done = admin(test, &["passwd", "--login", " manager "]);
    assert_done(&done, "manager has a new password. 2 sessions were ended.");
    assert!(!first.is_signed_in().await && !second.is_signed_in().await && other.is_signed_in().await);
    let deed = last_deed(test).await;
    assert_eq!(deed, r#"change password / command line /  / {"ended_sessions":2,"login":"manager"}"#);
    assert!(!signs_in(&first, "manager", PASSWORD).await);
    // The password ends at the newline.
    assert!(signs_in(&first, "manager", NEW_PASSWORD).await);
}

#[apply(both_databases)]
async fn a_new_password_is_refused_as_for_a_new_administrator(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.signed_in(Role::Manager).await;
    let before = everything(test).await;
    for (password, why) in [
        ("x7#Qmv2", "Use a password of 8 to 200 characters."),
        ("qwertyuiop1", "This password is easily guessed"),
        ("the Manager's umbrella", "The password must not contain the login."),
        ("the clientele umbrella", "The password must not contain the name Clientele."),
    ] {
        assert_refused(&test.run(&["admin", "passwd", "--login", "manager"], password.as_bytes()), why);
    }
    assert_eq!(everything(test).await, before);
}

#[apply(both_databases)]
async fn another_role_ends_the_sessions_that_had_the_one_before(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let done = admin(test, &["role", "--login", "manager", "--role", "viewer"]);
    assert_done(&done, "manager is a viewer now. 1 session was ended.");
    assert!(!browser.is_signed_in().await);
    assert_eq!(
        last_deed(test).await,
        concat!(
            r#"change role / command line / {"login":"manager","role":"manager"} / "#,
            r#"{"ended_sessions":1,"login":"manager","role":"viewer"}"#
        )
    );
    assert!(signs_in(&browser, "manager", PASSWORD).await);
    assert!(browser.get("/clients").await.text().contains(r#"<span class="muted">viewer"#));
}

#[apply(both_databases)]
async fn who_is_disabled_has_no_session_and_can_t_sign_in(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let done = admin(test, &["disable", "--login", "manager"]);
    assert_done(&done, "manager can't sign in any more. 1 session was ended.");
    assert!(!browser.is_signed_in().await);
    assert_eq!(
        last_deed(test).await,
        concat!(
            r#"disable administrator / command line / {"disabled":false,"login":"manager"} / "#,
            r#"{"disabled":true,"ended_sessions":1,"login":"manager"}"#
        )
    );
    // The answer equals that to a wrong password. Only the audit record tells them apart.
    let (right, wrong) = (server.browser(), server.browser());
    let (of_right, of_wrong) =
        (right.sign_in("manager", PASSWORD).await, wrong.sign_in("manager", "wrong horse").await);
    assert_eq!((of_right.status, of_right.location()), (of_wrong.status, of_wrong.location()));
    assert!(of_right.location().contains("problem=credentials"), "{of_right:?}");
    assert_eq!(of_right.header("set-cookie"), "");
    let audit = test.audit().await;
    assert_eq!(
        audit[audit.len() - 2..],
        [
            format!("failed sign-in, disabled / manager / {}", right.address),
            format!("failed sign-in, disabled / manager / {}", wrong.address),
        ]
    );

    assert_done(&admin(test, &["enable", "--login", "manager"]), "manager can sign in again.");
    assert_eq!(
        last_deed(test).await,
        concat!(
            r#"enable administrator / command line / {"disabled":true,"login":"manager"} / "#,
            r#"{"disabled":false,"login":"manager"}"#
        )
    );
    assert!(signs_in(&server.browser(), "manager", PASSWORD).await);
}

#[apply(both_databases)]
async fn signing_somebody_out_ends_their_sessions_alone(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let (browser, other) = (server.signed_in(Role::Manager).await, server.signed_in(Role::Viewer).await);
    let done = admin(test, &["sign-out", "--login", "manager"]);
    assert_done(&done, "manager is signed out. 1 session was ended.");
    assert!(!browser.is_signed_in().await && other.is_signed_in().await);
    let deed = last_deed(test).await;
    assert_eq!(deed, r#"end sessions / command line /  / {"ended_sessions":1,"login":"manager"}"#);
    assert!(signs_in(&browser, "manager", PASSWORD).await);
}

#[apply(both_databases)]
async fn each_of_them_ends_the_open_pages_of_the_administrator(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    server.administrator(Role::Owner).await;
    for arguments in [
        &["sign-out", "--login", "manager"][..],
        &["passwd", "--login", "manager"],
        &["role", "--login", "manager", "--role", "owner"],
        &["disable", "--login", "manager"],
    ] {
        let browser = server.signed_in(Role::Manager).await;
        let mut listening = Listening::start(&server, &browser, 7).await;
        assert_eq!(admin(test, arguments).code, Some(0), "{arguments:?}");
        listening.until_it_ends();
    }
}

#[apply(both_databases)]
async fn nothing_is_changed_where_it_is_so_already(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Owner).await;
    server.signed_in(Role::Manager).await;
    server.administrator(Role::Viewer).await;
    admin(test, &["disable", "--login", "viewer"]);
    let before = everything(test).await;
    for (arguments, said) in [
        (&["role", "--login", "manager", "--role", "manager"][..], "manager is a manager already."),
        (&["role", "--login", "owner", "--role", "owner"], "owner is an owner already."),
        (&["disable", "--login", "viewer"], "viewer is disabled already."),
        (&["enable", "--login", "manager"], "manager isn't disabled."),
        (&["sign-out", "--login", "viewer"], "viewer has no session."),
    ] {
        assert_done(&admin(test, arguments), &format!("{said} Nothing was changed."));
    }
    assert_eq!(everything(test).await, before);
}

#[apply(both_databases)]
async fn a_login_that_nobody_has_is_refused(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Owner).await;
    let before = everything(test).await;
    for arguments in [
        &["passwd", "--login", "Owner"][..],
        &["role", "--login", "Owner", "--role", "viewer"],
        &["disable", "--login", "Owner"],
        &["enable", "--login", "Owner"],
        &["sign-out", "--login", "Owner"],
    ] {
        assert_refused(&admin(test, arguments), "There is no administrator with the login Owner.");
    }
    let odd = admin(test, &["role", "--login", "owner", "--role", "admin"]);
    assert!(odd.code == Some(2) && odd.stderr.contains("it may be: viewer, manager, owner"), "{odd:?}");
    assert_eq!(everything(test).await, before);
}

#[apply(both_databases)]
async fn an_owner_who_can_sign_in_always_stays(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.signed_in(Role::Owner).await;
    let made = test.run(&["admin", "create", "--login", "second", "--role", "owner"], PASSWORD.as_bytes());
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(admin(test, &["disable", "--login", "second"]).code, Some(0));
    let before = everything(test).await;
    for arguments in [&["disable", "--login", "owner"][..], &["role", "--login", "owner", "--role", "manager"]] {
        assert_refused(&admin(test, arguments), "owner is the only owner who can sign in.");
    }
    assert_eq!(everything(test).await, before);
    // A disabled owner doesn't count, and may get any role.
    assert_eq!(admin(test, &["role", "--login", "second", "--role", "viewer"]).code, Some(0));
    // With a second owner, either may lose the role.
    assert_eq!(admin(test, &["role", "--login", "second", "--role", "owner"]).code, Some(0));
    assert_eq!(admin(test, &["enable", "--login", "second"]).code, Some(0));
    assert_eq!(admin(test, &["disable", "--login", "owner"]).code, Some(0));
    assert_refused(&admin(test, &["disable", "--login", "second"]), "second is the only owner who can sign in.");
}

#[apply(both_databases)]
async fn of_two_owners_who_go_at_once_one_stays(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Owner).await;
    let made = test.run(&["admin", "create", "--login", "second", "--role", "owner"], PASSWORD.as_bytes());
    assert_eq!(made.code, Some(0), "{made:?}");
    for _ in 0..20 {
        test.execute("UPDATE administrators SET role = 'owner', disabled_at = NULL", []).await;
        let actor = &Actor::command_line();
        let (disabled, degraded) = tokio::join!(
            accounts::disable(&test.database, actor, "second"),
            accounts::change_role(&test.database, actor, "owner", Role::Viewer),
        );
        let outcomes = [disabled, degraded];
        let refused = outcomes.iter().filter(|one| matches!(one, Err(Error::Refused { .. }))).count();
        let done = outcomes.iter().filter(|one| matches!(one, Ok(Some(_)))).count();
        assert_eq!((done, refused), (1, 1), "{outcomes:?}");
        let left = "SELECT COUNT(*) FROM administrators WHERE role = 'owner' AND disabled_at IS NULL";
        assert_eq!(test.column::<i64>(left).await, [1]);
    }
}

#[apply(both_databases)]
async fn no_session_begins_with_what_was_true_before_a_change(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    server.administrator(Role::Owner).await;
    // Read before, as by a sign-in that is hashing its password.
    let manager = server.administrator(Role::Manager).await;
    assert_eq!(admin(test, &["passwd", "--login", "manager"]).code, Some(0));
    assert_eq!(store::start_session(&test.database, &manager, "192.0.2.1", None).await, Ok(None));
    let manager = server.administrator(Role::Manager).await;
    assert_eq!(admin(test, &["disable", "--login", "manager"]).code, Some(0));
    assert_eq!(store::start_session(&test.database, &manager, "192.0.2.1", None).await, Ok(None));
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM sessions").await, [0]);
    assert_eq!(admin(test, &["enable", "--login", "manager"]).code, Some(0));
    let token = store::start_session(&test.database, &manager, "192.0.2.1", None).await.unwrap().unwrap();
    assert_eq!(store::role_of_session(&test.database, &token).await, Ok(Some(Role::Manager)));
    // No session of a disabled administrator is valid, however it was created.
    test.execute("UPDATE administrators SET disabled_at = created_at WHERE login = 'manager'", []).await;
    assert_eq!(store::role_of_session(&test.database, &token).await, Ok(None));
    let browser = server.browser();
    browser.set_cookie("session", &token);
    assert!(!browser.is_signed_in().await);
}
