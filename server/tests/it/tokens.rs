//! API tokens: scopes and expiry.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    server::{Answer, Browser, TestServer},
};
use domain::clients::store::client::Model;
use serde_json::{Value, json};
use values::Money;

async fn send(browser: &Browser, token: &str, address: &str, body: &Value) -> Answer {
    browser.request("PUT", address).header("authorization", &format!("Bearer {token}")).body(body.to_string()).await
}

/// The message of an error.
fn error(answer: &Answer) -> String {
    answer.json::<Value>()["error"].as_str().expect("an error").to_owned()
}

fn listed(test: &TestDatabase) -> String {
    test.run(&["token", "list"], b"").stdout
}

async fn everything(test: &TestDatabase) -> [Vec<String>; 3] {
    [
        test.column(
            "SELECT id || COALESCE(company, '') || credit || COALESCE(sms_price, -1) || billing_mode || balance
             FROM clients ORDER BY id",
        )
        .await,
        test.column("SELECT name || status FROM names ORDER BY name").await,
        test.column("SELECT client_id || purpose || amount FROM ledger ORDER BY client_id, id").await,
    ]
}

#[apply(both_databases)]
async fn a_client_s_money_is_set_only_with_its_scope(test: &TestDatabase) {
    put(&test.database, &[Model { sms_price: Some(Money(500)), credit: Money(10_000), ..client(7) }]).await;
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), test.token("clients", &[]));
    let with = |fields: Value| {
        let mut body = json!({ "login": "380507", "currency": "EUR", "company": "Sun" });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    };
    let before = everything(test).await;
    for (address, field, body) in [
        ("/api/v1/clients/7", "credit", json!({ "credit": "2" })),
        ("/api/v1/clients/7", "sms_price", json!({ "sms_price": "0.06" })),
        ("/api/v1/clients/7", "billing_mode", json!({ "billing_mode": "delivered" })),
        ("/api/v1/clients/8", "balance", json!({ "login": "380508", "balance": "-1" })),
        ("/api/v1/clients/8", "credit", json!({ "login": "380508", "credit": "1" })),
        ("/api/v1/clients/8", "sms_price", json!({ "login": "380508", "sms_price": "0" })),
        ("/api/v1/clients/8", "billing_mode", json!({ "login": "380508", "billing_mode": "delivered" })),
    ] {
        let refused = send(&browser, &token, address, &with(body)).await;
        assert_eq!(refused.status, 403, "{refused:?}");
        let message = error(&refused);
        assert!(message.starts_with(&format!("{field} is changed only by")), "{message}");
        assert!(message.contains("`clients:money`"), "{message}");
    }
    assert_eq!(everything(test).await, before);
    // The unchanged record may be sent back, together with a permitted change.
    let whole = json!({ "credit": "1", "sms_price": "0.05", "billing_mode": "sent", "balance": "77" });
    assert_eq!(send(&browser, &token, "/api/v1/clients/7", &with(whole)).await.status, 200);
    let new = json!({ "login": "380508", "credit": "0", "balance": "0", "billing_mode": "sent" });
    assert_eq!(send(&browser, &token, "/api/v1/clients/8", &with(new)).await.status, 200);
    let money = test.token("money", &["clients", "clients:money"]);
    let changed = json!({ "credit": "2", "sms_price": "0.06", "billing_mode": "delivered" });
    assert_eq!(send(&browser, &money, "/api/v1/clients/7", &with(changed)).await.status, 200);
    let new = json!({ "login": "380509", "balance": "3" });
    assert_eq!(send(&browser, &money, "/api/v1/clients/9", &with(new)).await.status, 200);
    let [clients, _, ledger] = everything(test).await;
    assert_eq!(clients, ["7Sun20000600delivered0", "8Sun0-1sent0", "9Sun0-1sent30000"]);
    assert_eq!(ledger, ["9Opening balance30000"]);
}

#[apply(both_databases)]
async fn a_name_is_decided_only_with_its_scope(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), test.token("names", &["names"]));
    let decide = test.token("decide", &["names", "names:decide"]);
    let (checked, rejected) = (json!({ "status": "Checked" }), json!({ "status": "Rejected", "reason": "taken" }));
    let name = "/api/v1/clients/7/names/Shop";
    for _ in 0..2 {
        for body in [&checked, &rejected] {
            let refused = send(&browser, &token, name, body).await;
            assert_eq!(refused.status, 403, "{refused:?}");
            let message = error(&refused);
            assert!(
                message.starts_with("status is changed only by") && message.contains("`names:decide`"),
                "{message}"
            );
        }
        // The same for an existing name.
        let new = json!({ "status": "New", "subject": "Orders" });
        assert_eq!(send(&browser, &token, name, &new).await.status, 200);
    }
    assert_eq!(send(&browser, &decide, name, &checked).await.status, 200);
    // With the current status, and another change.
    assert_eq!(send(&browser, &token, name, &json!({ "status": "Checked", "subject": "Codes" })).await.status, 200);
    assert_eq!(send(&browser, &token, name, &rejected).await.status, 403);
    assert_eq!(send(&browser, &decide, name, &rejected).await.status, 200);
    let other = json!({ "status": "Rejected", "reason": "another one" });
    assert_eq!(send(&browser, &token, name, &other).await.status, 403);
    assert_eq!(test.column::<String>("SELECT status || reason FROM names").await, ["Rejectedtaken"]);
}

#[apply(both_databases)]
async fn a_token_ends_on_its_day(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.browser();
    let made = test.run(&["token", "create", "--name", "short", "--scope", "names", "--expires", "2"], b"");
    let bearer = format!("Bearer {}", made.stdout.trim());
    let names = async || browser.get("/api/v1/names").header("authorization", &bearer).await.status;
    assert_eq!(names().await, 200);
    assert!(listed(test).contains(", scopes names, expires "), "{}", listed(test));
    let yesterday = chrono::Utc::now() - chrono::Duration::days(1);
    test.execute("UPDATE tokens SET expires_at = $1", [yesterday.into()]).await;
    assert_eq!(names().await, 401);
    assert!(listed(test).contains(", scopes names, expired "), "{}", listed(test));
}

#[apply(both_databases)]
async fn scopes_are_named_when_a_token_is_made(test: &TestDatabase) {
    test.token("by default", &[]);
    test.token("twice", &["metrics", "clients:money", "metrics"]);
    let scopes: Vec<String> = test.column("SELECT scopes FROM tokens ORDER BY id").await;
    assert_eq!(scopes, ["messages clients names", "clients:money metrics"]);
    let listed = listed(test);
    assert!(listed.contains(", never used, scopes clients:money metrics\n"), "{listed}");
    for (arguments, said) in [
        (&["--scope", "kannel", "--scope", "messages"][..], "it has the scope kannel alone"),
        (&["--scope", "everything"], "messages, clients, clients:money, names, names:decide, kannel, metrics"),
        (&["--expires", "0"], "0 is not in 1"),
        (&["--expires", "soon"], "invalid"),
    ] {
        let refused = test.run(&[&["token", "create", "--name", "refused"], arguments].concat(), b"");
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM tokens").await, [2]);
    let audit: Vec<String> = test.column("SELECT after FROM audit WHERE action = 'create token' ORDER BY id").await;
    assert_eq!(audit[0], r#"{"expires_at":null,"name":"by default","scopes":"messages clients names"}"#);
}

#[apply(both_databases)]
async fn measurements_are_for_the_machine_itself_and_for_a_token(test: &TestDatabase) {
    let token = test.token("prometheus", &["metrics"]);
    for server in [TestServer::start(test).await, TestServer::start_without_proxy(test).await] {
        assert_eq!(server.neighbour().get("/metrics").await.status, 200);
        let browser = server.browser();
        assert_eq!(browser.get("/metrics").await.status, 401);
        // A header of a proxy makes a request remote, even if it names this machine.
        for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
            let answer = server.neighbour().get("/metrics").header(header, "127.0.0.1").await;
            assert_eq!(answer.status, 401, "{header}");
        }
        let answer = browser.get("/metrics").header("authorization", &format!("Bearer {token}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}
