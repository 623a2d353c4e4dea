//! `/clients/{id}/names` and `/names`: names are added, decided and removed, and both pages show the outcome.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    names::{dump, name, name_with, put_names},
    server::{Browser, TestServer},
    traffic::{message_with, ndjson},
};
use app::frame::menu::MenuState;
use calamine::{Data, Reader as _, Xlsx};
use domain::{
    administrators::Role,
    clients::store::client::Model,
    names::{NameForms, NameList, NameStatus, Unregistered, query::NamesQuery, queue_query::QueueQuery},
};
use serde_json::json;
use std::io::Cursor;
use values::{
    answer::Answer,
    error::Error,
    form_answer::Done,
    time::{self, Moment},
};

const ADD: &str = "/clients/7/names/add";
const SAVE: &str = "/clients/7/names/save";
const REMOVE: &str = "/clients/7/names/remove";
const DECIDE: &str = "/names/decide";
const UNDO: &str = "/names/undo";

async fn start(test: &TestDatabase) -> TestServer {
    let reachable = |id| Model { email: Some(format!("client{id}@mail.example")), ..client(id) };
    put(&test.database, &[reachable(7), reachable(8), client(9)]).await;
    TestServer::start(test).await
}

/// Sends a form as the hydrated page does, with a new idempotency key.
async fn send(browser: &Browser, address: &str, fields: &[(&str, &str)]) -> (u16, Result<Done, Error>) {
    let key = format!("key-{:016x}", fastrand::u64(..));
    send_as(browser, address, &key, fields).await
}

async fn send_as(browser: &Browser, address: &str, key: &str, fields: &[(&str, &str)]) -> (u16, Result<Done, Error>) {
    let fields = [&[("idempotency_key", key)], fields].concat();
    let answer = browser.post(address, &fields).header("accept", "application/json").await;
    (answer.status, answer.json())
}

async fn done(browser: &Browser, address: &str, fields: &[(&str, &str)]) -> String {
    let (status, answer) = send(browser, address, fields).await;
    let message = answer.unwrap_or_else(|error| panic!("{address} {fields:?}: {error}")).message;
    assert_eq!(status, 200, "{message}");
    message
}

/// The token of the confirmation that a form asks for.
async fn confirmation(browser: &Browser, address: &str, fields: &[(&str, &str)]) -> String {
    match send(browser, address, fields).await {
        (422, Err(Error::Unconfirmed { confirmed, .. })) => confirmed,
        (status, answer) => panic!("{address} {fields:?}: {status} {answer:?}"),
    }
}

/// The invalid field and its error.
async fn refused(browser: &Browser, address: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
    match send(browser, address, fields).await {
        (status, Err(Error::Refused { field, message } | Error::Conflict { field, message })) => {
            (status, field, message)
        }
        (status, answer) => panic!("{address} {fields:?}: {status} {answer:?}"),
    }
}

async fn page(browser: &Browser, client: i64, query: &str) -> Answer<NamesQuery, NameList> {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    browser.get(&format!("/rpc/list_names?id={client}&address={query}")).await.json()
}

async fn list(browser: &Browser, client: i64, query: &str) -> NameList {
    page(browser, client, query).await.content
}

async fn forms(browser: &Browser, client: i64, name: &str) -> NameForms {
    let forms = browser.get(&format!("/rpc/open_names?id={client}&address=name%3D{name}")).await;
    forms.json::<Answer<NamesQuery, NameForms>>().content
}

fn called(list: &NameList) -> Vec<&str> {
    list.rows.iter().map(|row| row.seen.name.as_str()).collect()
}

/// A name in the format of its forms.
async fn seen(browser: &Browser, client: i64, name: &str) -> String {
    let forms = forms(browser, client, name).await;
    forms.open.expect("a name").row.seen.to_string()
}

async fn check(test: &TestDatabase) {
    let ran = test.run(&["check"], b"");
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[apply(both_databases)]
async fn a_name_goes_from_new_to_checked_to_rejected_and_back_and_its_history_says_who_and_why(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name(7, "Shop")]).await;
    let decide = async |to: &str, reason: &str| {
        let seen = seen(&browser, 7, "shop").await;
        done(&browser, DECIDE, &[("seen", &seen), ("to", to), ("reason", reason)]).await
    };
    assert_eq!(decide("Checked", "").await, "Shop is Checked now.");
    assert_eq!(decide("Rejected", "  taken by another  ").await, "Shop is Rejected now.");
    let rejected = forms(&browser, 7, "SHOP").await;
    assert_eq!(rejected.open.unwrap().row.reason.as_deref(), Some("taken by another"));
    assert_eq!(decide("New", "").await, "Shop is New now.");
    let forms = forms(&browser, 7, "Shop").await;
    let desk = forms.open.unwrap();
    let steps: Vec<_> =
        desk.history.iter().map(|step| (step.status, step.by.as_str(), step.reason.as_deref())).collect();
    assert_eq!(
        steps,
        [
            (NameStatus::New, "manager", None),
            (NameStatus::Rejected, "manager", Some("taken by another")),
            (NameStatus::Checked, "manager", None),
            (NameStatus::New, "command line", None),
        ]
    );
    assert_eq!((desk.row.status, desk.row.reason, desk.row.filled), (NameStatus::New, None, true));
    assert!(test.audit().await.iter().any(|deed| deed.starts_with("reject name / manager / 10.")));
    check(test).await;
}

#[apply(both_databases)]
async fn what_no_name_may_become_is_refused_and_nothing_changes(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(
        test,
        &[
            name(7, "Shop"),
            name_with(7, "Gone", &[("status", json!("Rejected")), ("reason", json!("taken"))]),
            name(8, "Other"),
        ],
    )
    .await;
    let before = dump(test).await;
    let shop = seen(&browser, 7, "Shop").await;
    let gone = seen(&browser, 7, "Gone").await;
    for (fields, status, field, said) in [
        (vec![("seen", shop.as_str()), ("to", "Rejected")], 422, "reason", "Enter a reason"),
        (vec![("seen", &shop), ("to", "Rejected"), ("reason", "  ")], 422, "reason", "Enter a reason"),
        (vec![("seen", &shop), ("to", "Rejected"), ("reason", &"x".repeat(501))], 422, "reason", "This has 501"),
        (vec![("seen", &shop), ("to", "Rejected"), ("reason", "a\nb")], 422, "reason", "one line"),
        (vec![("seen", &shop), ("to", "Retired")], 422, "", "New, Checked or Rejected"),
        (vec![("seen", &shop), ("to", "")], 422, "", "New, Checked or Rejected"),
        (vec![("to", "Checked")], 422, "", "Select at least one name"),
        (vec![("seen", &gone), ("to", "Checked")], 409, "", "Gone is Rejected: return it to New first."),
        (vec![("seen", &shop), ("to", "New")], 409, "", "Shop is New already."),
    ] {
        let (code, at, message) = refused(&browser, DECIDE, &fields).await;
        assert_eq!((code, at.as_str()), (status, field), "{message}");
        assert!(message.contains(said), "{message}");
    }
    for stranger in ["7.1.Nobody", "8.1.Shop", "99.1.Shop", "nonsense", "7.x.Shop"] {
        let (status, answer) = send(&browser, DECIDE, &[("seen", stranger), ("to", "Checked")]).await;
        assert_eq!(
            (status, answer),
            (404, Err(Error::NotFound("This client has no such name.".to_owned()))),
            "{stranger}"
        );
    }
    // A name of another client in this client's form.
    for address in [SAVE, REMOVE] {
        let (status, answer) = send(&browser, address, &[("seen", "8.1.Other"), ("name", "Mine")]).await;
        assert_eq!(status, 404, "{answer:?}");
    }
    let viewer = server.signed_in(Role::Viewer).await;
    for address in [ADD, SAVE, REMOVE, DECIDE] {
        let fields = [("seen", shop.as_str()), ("name", "Evil"), ("to", "Checked")];
        assert_eq!(send(&viewer, address, &fields).await, (403, Err(Error::Forbidden)), "{address}");
        let fields = [&[("idempotency_key", "key-of-nobody")], &fields[..]].concat();
        assert_eq!(server.browser().post(address, &fields).await.status, 401, "{address}");
    }
    assert_eq!(dump(test).await, before);
}

#[apply(both_databases)]
async fn of_two_who_decide_the_same_name_the_second_sees_what_happened(test: &TestDatabase) {
    let server = start(test).await;
    let (one, other) = (server.signed_in(Role::Manager).await, server.signed_in(Role::Owner).await);
    put_names(test, &[name(7, "Shop"), name(8, "Alert")]).await;
    let (shop, alert) = (seen(&one, 7, "Shop").await, seen(&one, 8, "Alert").await);
    done(&one, DECIDE, &[("seen", &shop), ("to", "Rejected"), ("reason", "taken")]).await;
    let before = dump(test).await;
    let (status, _, message) = refused(&other, DECIDE, &[("seen", &shop), ("to", "Checked")]).await;
    assert_eq!(status, 409);
    let said = message.starts_with("manager made it Rejected at ")
        && message.ends_with(" (taken), while you were looking at Shop. Nothing was changed.");
    assert!(said, "{message}");
    assert_eq!(dump(test).await, before);
    // The other names of the form are decided.
    let message = done(&other, DECIDE, &[("seen", &shop), ("seen", &alert), ("to", "Checked")]).await;
    assert!(message.starts_with("Alert is Checked now. Not decided: manager made it Rejected at "), "{message}");
    // A decision is refused if the questionnaire has changed since it was shown.
    let alert = seen(&one, 8, "Alert").await;
    done(&one, "/clients/8/names/save", &[("seen", &alert), ("name", "Alert"), ("initiator", "Another Ltd")]).await;
    let (status, _, message) =
        refused(&other, DECIDE, &[("seen", &alert), ("to", "Rejected"), ("reason", "why")]).await;
    assert_eq!(status, 409);
    assert!(message.contains("manager changed its questionnaire at"), "{message}");
    let (status, _, message) = refused(&other, "/clients/8/names/save", &[("seen", &alert), ("name", "Alert")]).await;
    assert!(status == 409 && message.contains("manager changed its questionnaire at"), "{message}");
    check(test).await;
}

#[apply(both_databases)]
async fn decisions_at_the_same_moment_are_made_once(test: &TestDatabase) {
    let server = start(test).await;
    put_names(test, &[name(7, "Shop"), name(8, "Alert")]).await;
    let browser = server.signed_in(Role::Manager).await;
    let (shop, alert) = (seen(&browser, 7, "Shop").await, seen(&browser, 8, "Alert").await);
    let tries = (0..8).map(|number| {
        let (browser, shop, alert) = (browser.clone(), shop.clone(), alert.clone());
        tokio::spawn(async move {
            let to = if number % 2 == 0 { "Checked" } else { "Rejected" };
            send(&browser, DECIDE, &[("seen", &alert), ("seen", &shop), ("to", to), ("reason", "why")]).await.0
        })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    // Checked names may still be rejected, but not by a form that shows them as new.
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
    check(test).await;
}

#[apply(both_databases)]
async fn a_form_that_is_sent_again_decides_nothing_again(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name(7, "Shop")]).await;
    let shop = seen(&browser, 7, "Shop").await;
    let rejected = [("seen", shop.as_str()), ("to", "Rejected"), ("reason", "taken")];
    send_as(&browser, DECIDE, "the-same-form", &rejected).await.1.unwrap();
    let before = dump(test).await;
    let again = send_as(&browser, DECIDE, "the-same-form", &rejected).await.1.unwrap();
    assert_eq!(again.message, "Already sent. Nothing was decided again.");
    let added = [("name", "Twice"), ("initiator", "Blue Heron Ltd")];
    send_as(&browser, ADD, "the-other-form", &added).await.1.unwrap();
    let again = send_as(&browser, ADD, "the-other-form", &added).await.1.unwrap();
    assert_eq!(again.message, "Already saved. Nothing was changed again.");
    assert_eq!(dump(test).await.len(), before.len() + 3);
}

#[apply(both_databases)]
async fn a_name_that_breaks_a_rule_is_refused_with_the_rule(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name(7, "Shop")]).await;
    let before = dump(test).await;
    for (typed, said) in [
        ("ab", "2 characters long: a name has 3 to 11"),
        ("abcdefghijkl", "12 characters long: a name has 3 to 11"),
        ("", "0 characters long"),
        ("12345", "no Latin letter in it: digits and signs alone are no name"),
        ("A;B", "has “;” in it"),
        ("<b>Shop</b>", "has “<” in it"),
        ("РayPal", "only looks like the Latin P"),
        ("Shöp", "has “ö” in it (U+00F6)"),
        ("SHOP", "This client has “Shop” already, and it is New"),
    ] {
        let (status, field, message) = refused(&browser, ADD, &[("name", typed)]).await;
        assert_eq!((status, field.as_str()), (422, "name"), "{typed}: {message}");
        assert!(message.contains(said), "{typed}: {message}");
    }
    let shop = seen(&browser, 7, "Shop").await;
    for (field, value, said) in [
        ("initiator", "123", "is no legal entity's name"),
        ("registration_id", "none", "is no registration ID"),
        ("web_site", "javascript:alert(1)", "is no web site"),
        ("subject", "a\u{7}b", "control character"),
        ("contacts", &"д".repeat(20_000), "longer than 1000 characters"),
    ] {
        for (address, name) in [(ADD, "Another"), (SAVE, "Shop")] {
            let (status, at, message) =
                refused(&browser, address, &[("seen", &shop), ("name", name), (field, value)]).await;
            assert_eq!((status, at.as_str()), (422, field), "{message}");
            assert!(message.contains(said), "{message}");
        }
    }
    assert_eq!(dump(test).await, before);
}

#[apply(both_databases)]
async fn a_name_that_could_be_taken_for_another_is_asked_about(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name_with(8, "PayPal", &[("status", json!("Checked"))]), name(8, "Novo")]).await;
    for (typed, said) in [
        ("PayPal1", "“PayPal1” looks like “PayPal”, which client 8 has checked. Add it all the same?"),
        ("PAYPAI", "looks like “PayPal”, which client 8 has checked"),
        ("paypal", "looks like “PayPal”, which client 8 has checked"),
        ("Kyivstar", "looks like the operator Kyivstar"),
    ] {
        let before = dump(test).await;
        match send(&browser, ADD, &[("name", typed)]).await {
            (422, Err(Error::Unconfirmed { question, button, confirmed })) => {
                assert!(question.contains(said), "{question}");
                assert_eq!(button, format!("Add {typed}"));
                // The confirmation was for another name.
                let (status, _) = send(&browser, ADD, &[("name", "PAYPA1"), ("confirmed", &confirmed)]).await;
                assert_eq!(status, 422);
            }
            answer => panic!("{typed}: {answer:?}"),
        }
        let (status, _) = send(&browser, ADD, &[("name", typed), ("confirmed", typed)]).await;
        assert_eq!((status, dump(test).await), (422, before));
    }
    // An unchecked name has no look-alikes.
    done(&browser, ADD, &[("name", "N0V0")]).await;
    let confirmed = confirmation(&browser, ADD, &[("name", "PayPal1")]).await;
    done(&browser, ADD, &[("name", "PayPal1"), ("confirmed", &confirmed)]).await;
    let found = list(&browser, 7, "q=paypal").await;
    assert_eq!(found.rows[0].warnings, ["looks like “PayPal”, which client 8 has checked"]);
    // Checking it needs a confirmation too.
    let shop = seen(&browser, 7, "PayPal1").await;
    let confirmed = confirmation(&browser, DECIDE, &[("seen", &shop), ("to", "Checked")]).await;
    let (status, _) = send(&browser, DECIDE, &[("seen", &shop), ("confirmed", "Checked")]).await;
    assert_eq!(status, 422);
    done(&browser, DECIDE, &[("seen", &shop), ("confirmed", &confirmed)]).await;
    assert_eq!(list(&browser, 7, "status=Checked").await.total, 1);
}

#[apply(both_databases)]
async fn a_name_is_edited_and_written_otherwise_only_while_nobody_relies_on_it(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(
        test,
        &[
            name_with(7, "Shop", &[("subject", json!(null))]),
            name_with(7, "Fixed", &[("status", json!("Checked"))]),
            name(7, "Used"),
        ],
    )
    .await;
    let sent = message_with(7, "a", &[("sender_id", json!("USED"))]);
    assert_eq!(test.run(&["import", "messages", "-"], &ndjson(&[sent])).code, Some(0));
    let questionnaire = [
        ("initiator", "Blue Heron Ltd"),
        ("registration_id", "UA 123-45"),
        ("contacts", "Sadova 1\r\nKyiv"),
        ("web_site", "https://shop.example/a?b"),
        ("subject", "<script>alert(1)</script>"),
    ];
    let save = async |name: &str, written: &str| {
        let seen = seen(&browser, 7, name).await;
        send(&browser, SAVE, &[&[("seen", seen.as_str()), ("name", written)], &questionnaire[..]].concat()).await
    };
    assert_eq!(save("Shop", "Shop").await.1.unwrap().message, "Saved Shop.");
    assert_eq!(save("Shop", "Shop").await.1.unwrap().message, "Nothing to save: no field has changed.");
    let found = list(&browser, 7, "").await;
    assert!(found.rows.iter().all(|row| row.filled));
    let page = browser.get("/clients/7/names?name=Shop").await;
    assert!(page.text().contains("&lt;script&gt;alert(1)") && !page.text().contains("<script>alert"), "escaped");
    for (name, said) in [("Fixed", "what was checked is how it is written"), ("Used", "was sent under")] {
        let (status, answer) = save(name, "Other").await;
        assert_eq!(status, 422);
        assert!(answer.as_ref().unwrap_err().to_string().contains(said), "{answer:?}");
    }
    // Another key makes it another name, and the API reports the removal of the old one.
    assert_eq!(save("Shop", "Store").await.1.unwrap().message, "Saved Store.");
    assert_eq!(save("Store", "STORE").await.1.unwrap().message, "Saved STORE.");
    assert_eq!(called(&list(&browser, 7, "").await), ["Fixed", "STORE", "Used"]);
    let removed = test.column::<String>("SELECT name FROM names WHERE status = 'Removed'").await;
    assert_eq!(removed, ["Shop"]);
    assert!(save("STORE", "fixed").await.1.unwrap_err().to_string().contains("has “Fixed” already"));
    check(test).await;
}

#[apply(both_databases)]
async fn a_name_that_was_used_is_retired_and_another_removed(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name(7, "Used"), name(7, "Idle")]).await;
    let sent = message_with(7, "a", &[("sender_id", json!("used"))]);
    assert_eq!(test.run(&["import", "messages", "-"], &ndjson(&[sent])).code, Some(0));
    let (used, idle) = (seen(&browser, 7, "Used").await, seen(&browser, 7, "Idle").await);
    assert_eq!(done(&browser, REMOVE, &[("seen", &used)]).await, "Retired Used. It stays in reports.");
    assert_eq!(done(&browser, REMOVE, &[("seen", &idle)]).await, "Removed Idle.");
    assert_eq!(list(&browser, 7, "").await.total, 0);
    assert_eq!(called(&list(&browser, 7, "status=Retired").await), ["Used"]);
    let gone = browser.get("/clients/7/names?name=Idle").await;
    assert!(gone.status == 404 && gone.text().contains("This client has no such name."));
    let report = browser.get("/clients/7/statistics/sender?from=2024-03-01&to=2024-03-01").await;
    assert!(report.text().contains("used"));
    // Both can be restored: one by its button, the other as a new name.
    let used = seen(&browser, 7, "Used").await;
    assert_eq!(done(&browser, DECIDE, &[("seen", &used), ("to", "New")]).await, "Used is New now.");
    done(&browser, ADD, &[("name", "IDLE")]).await;
    let list = list(&browser, 7, "").await;
    assert_eq!(called(&list), ["IDLE", "Used"]);
    assert!(!list.rows[0].filled, "its questionnaire went with it");
    check(test).await;
}

#[apply(both_databases)]
async fn clients_are_told_by_mail_when_the_box_is_ticked(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name(7, "Shop"), name(7, "Alert"), name(8, "News"), name(9, "Mute"), name(7, "Quiet")]).await;
    let mails = async || {
        test.column::<String>("SELECT recipient || ': ' || body FROM outbox WHERE topic = 'names' ORDER BY id").await
    };
    let (shop, alert) = (seen(&browser, 7, "Shop").await, seen(&browser, 7, "Alert").await);
    let (news, mute) = (seen(&browser, 8, "News").await, seen(&browser, 9, "Mute").await);
    let quiet = seen(&browser, 7, "Quiet").await;
    let before = dump(test).await;
    let fields = [("seen", shop.as_str()), ("seen", &mute), ("to", "Checked"), ("notify", "true")];
    let (status, field, message) = refused(&browser, DECIDE, &fields).await;
    assert_eq!((status, field.as_str()), (422, "notify"));
    assert!(message.starts_with("Client 9 has no email address"), "{message}");
    assert_eq!((dump(test).await, mails().await.len()), (before, 0));
    let all = [("seen", shop.as_str()), ("seen", &alert), ("seen", &news), ("notify", "true")];
    let all = [&all[..], &[("to", "Rejected"), ("reason", "taken")]].concat();
    assert_eq!(done(&browser, DECIDE, &all).await, "3 names are Rejected now. A mail to the client is queued.");
    let sent = mails().await;
    assert_eq!(sent.len(), 2, "one to each client: {sent:?}");
    let one = sent.iter().find(|mail| mail.starts_with("client7@mail.example: ")).unwrap();
    assert!(one.contains("  Alert\n  Shop\n") && one.contains("The reason: taken"), "{one}");
    done(&browser, DECIDE, &[("seen", &quiet), ("to", "Checked")]).await;
    assert_eq!(mails().await.len(), 2);
    let forms = forms(&browser, 7, "Shop").await;
    assert!(
        forms.open.unwrap().notified.unwrap().starts_with("Mail to the customer: queued "),
        "the state of the mail"
    );
}

#[apply(both_databases)]
async fn a_decision_is_taken_back_soon_and_so_is_its_mail(test: &TestDatabase) {
    let server = start(test).await;
    let (browser, other) = (server.signed_in(Role::Manager).await, server.signed_in(Role::Owner).await);
    put_names(test, &[name(7, "Shop"), name(8, "Alert"), name(8, "Late")]).await;
    let since =
        "SELECT name || ' ' || status || ' ' || COALESCE(reason, '-') || ' ' || status_by FROM names ORDER BY 1";
    let before = test.column::<String>(since).await;
    let times = test.column::<Moment>("SELECT status_at FROM names ORDER BY name").await;
    let (shop, alert, late) =
        (seen(&browser, 7, "Shop").await, seen(&browser, 8, "Alert").await, seen(&browser, 8, "Late").await);
    let both = [("seen", shop.as_str()), ("seen", alert.as_str())];
    let rejected = [&both[..], &[("to", "Rejected"), ("reason", "taken"), ("notify", "true")]].concat();
    done(&browser, DECIDE, &rejected).await;
    let mails = async || test.column::<String>("SELECT state FROM outbox").await;
    assert_eq!(mails().await, ["queued", "queued"]);
    let waits = "SELECT COUNT(*) FROM outbox WHERE next_attempt_at > created_at";
    assert_eq!(test.column::<i64>(waits).await, [2], "no mail goes out that may be cancelled");
    let (status, _, message) = refused(&other, UNDO, &both).await;
    assert_eq!(status, 409);
    assert!(message.contains("manager made it Rejected at "), "{message}");
    assert_eq!(done(&browser, UNDO, &both).await, "2 names are as they were.");
    assert_eq!(test.column::<String>(since).await, before);
    assert_eq!(test.column::<Moment>("SELECT status_at FROM names ORDER BY name").await, times, "they wait as long");
    assert_eq!(mails().await, [""; 0]);
    let history: Vec<_> =
        forms(&browser, 7, "Shop").await.open.unwrap().history.iter().map(|step| step.status).collect();
    assert_eq!(history, [NameStatus::New, NameStatus::Rejected, NameStatus::New]);
    let again = refused(&browser, UNDO, &both).await;
    assert_eq!(again.0, 409, "{}", again.2);
    // A client who has the mail has been told, and nothing is taken back.
    let late = [("seen", late.as_str())];
    done(&browser, DECIDE, &[&late[..], &[("to", "Checked"), ("notify", "true")]].concat()).await;
    test.execute("UPDATE outbox SET state = 'sent'", []).await;
    let (status, _, message) = refused(&browser, UNDO, &late).await;
    assert_eq!((status, message.as_str()), (409, "Client 8 has been notified of Late. Nothing was taken back."));
    // Some time later it is too late.
    let ago = time::now() - chrono::Duration::seconds(30);
    test.execute("UPDATE names SET changed_at = $1, status_at = $1 WHERE name = 'Late'", [ago.into()]).await;
    let (status, _, message) = refused(&browser, UNDO, &late).await;
    assert!(status == 409 && message.contains("more than 8 seconds ago"), "{message}");
}

#[apply(both_databases)]
async fn messages_under_any_name_come_in_and_the_tab_shows_what_was_used(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name(7, "Shop"), name_with(7, "Alert", &[("status", json!("Checked"))])]).await;
    let now = time::now();
    let at = |days: i64| (now - chrono::Duration::days(days)).to_rfc3339();
    let sent = |id: &str, sender: &str, days: i64, parts: u32| {
        let times = [("sent_at", json!(at(days))), ("status_at", json!(at(days)))];
        message_with(7, id, &[&[("sender_id", json!(sender)), ("parts", json!(parts))], &times[..]].concat())
    };
    let lines = [
        sent("a", "Shop", 0, 1),
        sent("b", "SHOP", 29, 2),
        sent("c", "Shop", 31, 5),
        sent("d", "Stranger", 1, 1),
        sent("e", "stranger", 2, 3),
        sent("f", "38050123456", 1, 1),
        sent("g", "Їжак", 1, 1),
        sent("h", "", 1, 1),
    ];
    let imported = test.run(&["import", "messages", "-"], &ndjson(&lines));
    assert_eq!((imported.code, imported.stdout.as_str()), (Some(0), "accepted 8, repeated 0, refused 0\n"));
    let names = list(&browser, 7, "").await;
    let rows: Vec<_> = names.rows.iter().map(|row| (row.seen.name.as_str(), row.sent)).collect();
    assert_eq!(rows, [("Alert", (0, 0)), ("Shop", (2, 3))]);
    let other: Unregistered = browser.get("/rpc/list_unregistered?id=7").await.json();
    let rows: Vec<_> =
        other.names.iter().map(|name| (name.sender_id.as_str(), name.sent, name.problem.is_some())).collect();
    assert_eq!(rows, [("38050123456", (1, 1), true), ("Stranger", (2, 4), false), ("Їжак", (1, 1), true)]);
    let page = browser.get("/clients/7/names").await;
    assert!(page.text().contains("used unchecked") && page.text().contains("Used without registration"));
    check(test).await;
    done(&browser, ADD, &[("name", "STRANGER")]).await;
    let other: Unregistered = browser.get("/rpc/list_unregistered?id=7").await.json();
    assert_eq!(other.names.len(), 2);
    let found = list(&browser, 7, "q=strang").await;
    assert_eq!((found.rows[0].sent, found.rows[0].status), ((2, 4), NameStatus::New));
    check(test).await;
    // Derived data is consistent.
    test.execute("UPDATE name_use SET messages = messages + 1 WHERE name_key = 'shop'", []).await;
    test.execute("UPDATE name_counts SET names = names + 1 WHERE status = 'New'", []).await;
    test.execute("UPDATE client_name_counts SET names = names + 1 WHERE status = 'New' AND filled", []).await;
    test.execute("DELETE FROM unregistered_names WHERE name_key = '38050123456'", []).await;
    test.execute("UPDATE name_history SET status = 'New' WHERE name_key = 'alert'", []).await;
    let ran = test.run(&["check"], b"");
    assert_eq!(ran.code, Some(1));
    for said in [
        "client 7, sent under \"shop\" on ",
        "names since ",
        "names of client 7, New, questionnaire filled: kept as ",
        "client 7, name 38050123456: it was sent under, and is neither",
        "client 7, name Alert: its history ends with another status",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
}

#[apply(both_databases)]
async fn the_table_finds_sorts_and_pages(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let mut lines: Vec<_> = (0..45).map(|number| name(7, &format!("Name{number:02}"))).collect();
    lines[3]["status"] = json!("Checked");
    lines[6]["subject"] = json!(null);
    lines.push(name(8, "Other"));
    lines[5] = name(7, "x_y.z");
    put_names(test, &lines).await;
    let first = list(&browser, 7, "").await;
    assert_eq!((first.total, first.rows.len()), (45, 20));
    assert_eq!(called(&first)[..2], ["Name00", "Name01"]);
    assert_eq!(called(&list(&browser, 7, "page=3").await), ["Name41", "Name42", "Name43", "Name44", "x_y.z"]);
    assert_eq!(called(&list(&browser, 7, "dir=desc&per_page=10").await)[0], "x_y.z");
    assert_eq!(called(&list(&browser, 7, "q=NAME0&sort=status&dir=asc").await)[0], "Name03");
    assert_eq!(called(&list(&browser, 7, "sort=questionnaire").await)[0], "Name06");
    assert_eq!(called(&list(&browser, 7, "status=Checked").await), ["Name03"]);
    assert_eq!(called(&list(&browser, 7, "questionnaire=missing").await), ["Name06"]);
    assert_eq!(called(&list(&browser, 7, "q=x_y").await), ["x_y.z"]);
    // A percent sign matches no name, and is no wildcard.
    for (query, total) in [("q=_", 1), ("q=%25", 0), ("q=%5C", 0), ("q=e4", 5)] {
        assert_eq!(list(&browser, 7, query).await.total, total, "{query}");
    }
    assert_eq!(page(&browser, 7, "go_to=99").await.query.paging.page, 3);
    for (address, status) in [
        ("/clients/7/names?page=4", 404),
        ("/clients/7/names?page=18446744073709551615", 404),
        ("/clients/7/names?q=name&page=3", 200),
        ("/clients/7/names?q=name&page=4", 404),
        ("/clients/7/names?q=name&page=18446744073709551615", 404),
        ("/clients/7/names?page=0", 400),
        ("/clients/7/names?per_page=7", 400),
        ("/clients/7/names?sort=sent", 400),
        ("/clients/7/names?status=Removed", 400),
        ("/clients/7/names?name=Other", 404),
        ("/clients/7/names?name=%00", 400),
        ("/clients/99/names", 404),
        ("/clients/7/names?name=x_y.z", 200),
    ] {
        assert_eq!(browser.get(address).await.status, status, "{address}");
    }
    let page = browser.get("/clients/7/names").await;
    assert!(!page.text().contains("Add name") && !page.text().contains("Select Name00"), "a viewer changes nothing");
}

#[apply(both_databases)]
async fn both_files_have_the_names_of_the_query_in_its_order(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    put_names(
        test,
        &[
            name(7, "Shop"),
            name_with(7, "@Alert", &[("subject", json!("=cmd(1)"))]),
            name_with(
                7,
                "Gone",
                &[("status", json!("Rejected")), ("reason", json!("taken")), ("contacts", json!(null))],
            ),
        ],
    )
    .await;
    let answer = browser.get("/clients/7/names/export.csv?sort=name&dir=desc").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(answer.header("content-disposition").contains("filename=\"names-7-20"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&*answer.body);
    let rows: Vec<Vec<String>> =
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows[0][..5], ["Name", "Status", "Questionnaire", "Status changed", "Changed by"]);
    assert_eq!(rows.iter().skip(1).map(|row| row[0].as_str()).collect::<Vec<_>>(), ["Shop", "Gone", "'@Alert"]);
    assert_eq!((rows[2][1].as_str(), rows[2][2].as_str(), rows[2][5].as_str()), ("Rejected", "", "taken"));
    assert_eq!(rows[3][12], "'=cmd(1)");
    let answer = browser.get("/clients/7/names/export.xlsx?status=New").await;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(answer.body)).unwrap();
    let sheet = workbook.worksheet_range("Names").unwrap();
    let names: Vec<_> = sheet.rows().skip(1).map(|row| row[0].clone()).collect();
    assert_eq!(names, [Data::String("@Alert".into()), Data::String("Shop".into())]);
    assert!(matches!(sheet.get((1, 3)), Some(Data::DateTime(_))));
    assert_eq!(sheet.get((1, 6)), Some(&Data::Float(0.0)));
    for (address, status) in [("/clients/99/names/export.csv", 404), ("/clients/7/names/export.xlsx?sort=x", 400)] {
        assert_eq!(browser.get(address).await.status, status, "{address}");
    }
}

/// Creates sixty names of three clients, on different days, several at the same moment.
async fn put_sixty(test: &TestDatabase) {
    let mut lines = Vec::new();
    for number in 0..60 {
        let fields: &[(&str, serde_json::Value)] = match number % 5 {
            0 => &[("status", json!("Checked"))],
            1 => &[("status", json!("Rejected")), ("reason", json!("taken"))],
            2 => &[("subject", json!(null))],
            _ => &[],
        };
        lines.push(name_with(7 + number % 3, &format!("Queue{number}"), fields));
    }
    put_names(test, &lines).await;
    for number in 0..60_i64 {
        let at = time::now() - chrono::Duration::hours((number * 7919 % 13) * 20);
        let sql = "UPDATE names SET status_at = $1 WHERE name_key = $2";
        test.execute(sql, [at.into(), format!("queue{number}").into()]).await;
    }
    let counted = "SELECT status, filled, CAST(status_at AS DATE), COUNT(*) FROM names GROUP BY 1, 2, 3";
    let counted = if test.url.starts_with("sqlite") {
        counted.replace("CAST(status_at AS DATE)", "date(status_at)")
    } else {
        counted.to_owned()
    };
    test.execute("DELETE FROM name_counts", []).await;
    test.execute(&format!("INSERT INTO name_counts (status, filled, day, names) {counted}"), []).await;
    check(test).await;
}

/// The names that the queue shows for these filters, in its order.
async fn waiting(test: &TestDatabase, query: &str) -> Vec<String> {
    let today = time::start_of_day(time::today());
    let value = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let status = value("status").unwrap_or_else(|| "New".to_owned());
    let filled = match value("questionnaire").as_deref() {
        Some("filled") => "AND filled",
        Some(_) => "AND NOT filled",
        None => "",
    };
    let mut expected: Vec<String> = Vec::new();
    let sql =
        format!("SELECT name FROM names WHERE status = '{status}' {filled} ORDER BY status_at, client_id, name_key");
    let times: Vec<chrono::DateTime<chrono::Utc>> = test.column(&sql.replacen("name", "status_at", 1)).await;
    for (name, at) in test.column::<String>(&sql).await.into_iter().zip(times) {
        let days = value("older_than").map_or(-1, |days| days.parse::<i64>().unwrap());
        if days < 0 || at < today - chrono::Duration::days(days - 1) {
            expected.push(name);
        }
    }
    expected
}

#[apply(both_databases)]
async fn the_queue_has_all_that_wait_the_oldest_first_whatever_is_filtered(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_sixty(test).await;
    for query in [
        "",
        "questionnaire=missing",
        "questionnaire=filled",
        "older_than=3",
        "older_than=1&questionnaire=filled",
        "status=Rejected&older_than=7",
        "status=Checked",
    ] {
        let expected = waiting(test, query).await;
        let mut found = Vec::new();
        let last = expected.len().div_ceil(10).max(1);
        for page in 1..=last {
            let address: String =
                form_urlencoded::byte_serialize(format!("{query}&per_page=10&page={page}").as_bytes()).collect();
            let list = browser.get(&format!("/rpc/list_queue?address={address}")).await;
            let list = list.json::<Answer<QueueQuery, NameList>>().content;
            assert_eq!(list.total, expected.len() as u64, "{query}");
            found.extend(list.rows.into_iter().map(|row| row.seen.name));
        }
        assert_eq!(found, expected, "{query}");
    }
    let MenuState { waiting: count, .. } = browser.get("/rpc/read_menu").await.json();
    assert_eq!(count, 36);
}

#[apply(both_databases)]
async fn the_queue_is_searched_and_sorted_on_all_its_pages_and_in_its_files(test: &TestDatabase) {
    let called = |id, company: &str| Model { company: Some(company.to_owned()), ..client(id) };
    put(&test.database, &[called(7, "Їжак"), called(8, "абрикос"), called(9, "Mole")]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    put_names(
        test,
        &[name(7, "Zoo"), name(8, "bee"), name_with(9, "Ant", &[("subject", json!(null))]), name(9, "Cow")],
    )
    .await;
    for (query, expected) in [
        ("sort=name", &["Ant", "bee", "Cow", "Zoo"][..]),
        ("sort=name&dir=desc", &["Zoo", "Cow", "bee", "Ant"]),
        ("sort=client", &["Ant", "Cow", "bee", "Zoo"]),
        ("sort=client&dir=desc&questionnaire=filled", &["Zoo", "bee", "Cow"]),
        ("sort=questionnaire&q=mole", &["Ant", "Cow"]),
        ("sort=name&q=%D1%97%D0%B6", &["Zoo"]),
        ("sort=name&q=O", &["Ant", "Cow", "Zoo"]),
        ("q=ZO", &["Zoo"]),
        ("q=zo&older_than=1", &[]),
        ("q=zo&status=Checked", &[]),
    ] {
        let mut found = Vec::new();
        for page in 1..=expected.len().div_ceil(10).max(1) {
            let address = format!("{query}&per_page=10&page={page}");
            let address: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
            let list = browser.get(&format!("/rpc/list_queue?address={address}")).await;
            let list = list.json::<Answer<QueueQuery, NameList>>().content;
            assert_eq!(list.total, expected.len() as u64, "{query}");
            found.extend(list.rows.into_iter().map(|row| row.seen.name));
        }
        assert_eq!(found, expected, "{query}");
        let file = browser.get(&format!("/names/export.csv?{query}")).await;
        let mut reader = csv::Reader::from_reader(&*file.body);
        let names: Vec<String> = reader.records().map(|row| row.unwrap()[2].to_owned()).collect();
        assert_eq!(names, expected, "{query}");
    }
    let file = browser.get("/names/export.xlsx?sort=client").await;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file.body)).unwrap();
    let sheet = workbook.worksheet_range("Names").unwrap();
    let first: Vec<_> = sheet.rows().nth(1).unwrap()[..3].to_vec();
    assert_eq!(first, [Data::Float(9.0), Data::String("Mole".into()), Data::String("Ant".into())]);
    assert_eq!(browser.get("/names/export.csv?sort=sent").await.status, 400);
}

#[apply(both_databases)]
async fn an_open_name_says_what_others_have_done_with_it(test: &TestDatabase) {
    let server = start(test).await;
    let (one, other) = (server.signed_in(Role::Manager).await, server.signed_in(Role::Owner).await);
    put_names(test, &[name(7, "Shop")]).await;
    let shop = seen(&one, 7, "Shop").await;
    let address = format!("/rpc/list_queue?address=&open={shop}");
    let news = async |browser: &Browser| {
        let list = browser.get(&address).await.json::<Answer<QueueQuery, NameList>>().content;
        list.news.map(|(about, text)| {
            assert_eq!(about, shop);
            text
        })
    };
    assert_eq!(news(&one).await, None);
    done(&other, DECIDE, &[("seen", &shop), ("to", "Rejected"), ("reason", "taken")]).await;
    let said = news(&one).await.unwrap();
    assert!(said.starts_with("owner made it Rejected at ") && said.ends_with(" (taken)."), "{said}");
    assert_eq!(news(&other).await, None, "one knows what one did");
}

#[apply(both_databases)]
async fn an_address_of_the_queue_that_makes_no_sense_is_told_apart_from_what_is_not_there(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name(7, "Queue3")]).await;
    for (address, status) in [
        ("/names?page=99", 404),
        ("/names?status=new", 400),
        ("/names?older_than=2", 400),
        ("/names?client=7&name=Nobody", 404),
        ("/names?client=99&name=Queue3", 404),
        ("/names?client=x&name=Queue3", 400),
        ("/names", 200),
    ] {
        assert_eq!(browser.get(address).await.status, status, "{address}");
    }
}

#[apply(both_databases)]
async fn without_javascript_a_form_comes_back_to_its_page_with_what_was_typed(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    put_names(test, &[name(7, "Shop"), name(8, "Alert")]).await;
    let shop = seen(&browser, 7, "Shop").await;
    let from = async |page: &str, address: &str, fields: &[(&str, &str)]| {
        let key = format!("key-{:016x}", fastrand::u64(..));
        let fields = [&[("idempotency_key", key.as_str())], fields].concat();
        browser.post(address, &fields).header("referer", &format!("http://localhost{page}")).await
    };
    let answer = from("/clients/7/names?add=true", ADD, &[("name", "ab"), ("subject", "Orders & more")]).await;
    assert_eq!(answer.status, 303);
    assert!(answer.location().starts_with("/clients/7/names?add=true&answer=key-"), "{}", answer.location());
    let page = browser.get(answer.location().split('#').next().unwrap()).await;
    let page = page.html().text();
    assert!(page.contains("2 characters long") && page.contains("Orders & more"), "what was typed and why not");
    // The queue's form leads back to the queue and keeps the ticks.
    let fields = [("seen", shop.as_str()), ("to", "Rejected"), ("reason", ""), ("ticked", "true")];
    let answer = from("/names?status=New&page=1", DECIDE, &fields).await;
    assert!(answer.location().starts_with("/names?status=New&page=1&answer=key-"), "{}", answer.location());
    assert!(answer.location().ends_with("#decide-ticked"));
    let page = browser.get(answer.location().split('#').next().unwrap()).await;
    assert!(page.text().contains("Enter a reason."));
    assert!(page.html().first("[aria-label='Select Shop']").attr("checked").is_some(), "still ticked");
    let answer = from("/clients/7/names?name=Shop", DECIDE, &[("seen", &shop), ("to", "Checked")]).await;
    assert!(answer.location().starts_with("/clients/7/names?name=Shop&answer=key-"), "{}", answer.location());
    let page = browser.get(answer.location().split('#').next().unwrap()).await;
    assert!(page.text().contains("Shop is Checked now."));
    // A name that was removed by its own form is reported as removed.
    let gone = seen(&browser, 7, "Shop").await;
    let answer = from("/clients/7/names?name=Shop", REMOVE, &[("seen", &gone)]).await;
    let page = browser.get(answer.location().split('#').next().unwrap()).await;
    assert!(page.status == 200 && page.text().contains("Removed Shop."), "{}", page.status);
    // The redirect always leads to a page of the application.
    let alert = seen(&browser, 8, "Alert").await;
    let answer = from("/evil?x=/names", DECIDE, &[("seen", &alert), ("to", "Checked")]).await;
    assert!(answer.location().starts_with("/names?answer="), "{}", answer.location());
}
