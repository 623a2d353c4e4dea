//! Messages by file and over the API: in any order, repeated, and malformed.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    program::Serving,
    server::{Browser, TestServer},
    traffic::{counted, message, message_with, ndjson, random_lines, receipt},
};
use domain::{
    clients::{BillingMode, store::client::Model},
    ids::TokenId,
};
use serde_json::{Value, json};
use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use values::Money;

/// A client's totals in the reports: messages and parts sent, messages and parts delivered, cost.
async fn reported(test: &TestDatabase, client: i64) -> [i64; 5] {
    let columns = ["sent_messages", "sent_parts", "delivered_messages", "delivered_parts", "cost"];
    let mut sums = [0; 5];
    for (sum, column) in sums.iter_mut().zip(columns) {
        let sql = format!(
            "SELECT CAST(COALESCE(SUM({column}), 0) AS BIGINT) FROM roll_ups \
             WHERE level = 'ever' AND client_id = {client}"
        );
        *sum = test.column::<i64>(&sql).await[0];
    }
    sums
}

fn import(test: &TestDatabase, lines: &[Value]) -> crate::support::Ran {
    test.run(&["import", "messages", "-"], &ndjson(lines))
}

/// Creates a token for the API.
fn token(test: &TestDatabase, name: &str) -> String {
    test.token(name, &[])
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(body).unwrap();
    gzip.finish().unwrap()
}

fn post(browser: &Browser, token: &str, body: impl Into<Vec<u8>>) -> crate::support::server::Sending {
    browser.request("POST", "/api/v1/messages").header("authorization", &format!("Bearer {token}")).body(body)
}

fn counts(answer: &crate::support::server::Answer) -> (u16, [u64; 3]) {
    let body: Value = answer.json();
    (answer.status, ["accepted", "repeated", "refused"].map(|count| body[count].as_u64().expect("a count")))
}

#[apply(both_databases)]
async fn a_file_of_messages_is_counted_and_paid_once(test: &TestDatabase) {
    put(&test.database, &[Model { balance: Money(100_000), ..client(7) }]).await;
    let lines = [message(7, "a"), message_with(7, "b", &[("status", json!("failed")), ("parts", json!(3))])];
    let first = import(test, &lines);
    assert_eq!((first.code, first.stdout.as_str()), (Some(0), "accepted 2, repeated 0, refused 0\n"), "{first:?}");
    let again = import(test, &lines);
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), "accepted 0, repeated 2, refused 0\n"), "{again:?}");
    assert_eq!(reported(test, 7).await, [2, 4, 1, 1, 1_000]);
    let rows: Vec<String> =
        test.column("SELECT purpose || ' ' || amount || ' ' || author FROM ledger WHERE kind = 'mailing'").await;
    assert_eq!(rows, ["Mailing spring -1000 command line"]);
    assert_eq!(test.column::<i64>("SELECT balance FROM clients").await, [99_000]);
    let check = test.run(&["check"], b"");
    assert_eq!(check.stdout, "1 clients, 2 transactions, 2 messages and 0 names counted, 0 differences\n");
}

#[apply(both_databases)]
async fn a_dry_run_says_the_same_and_changes_nothing(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let ran = test.run(&["import", "messages", "--dry-run", "-"], &ndjson(&[message(7, "a"), message(8, "a")]));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "accepted 1, repeated 0, refused 1\n"));
    assert_eq!(ran.stderr, "line 2: client_id: there is no client 8\n");
    assert_eq!(reported(test, 7).await, [0; 5]);
}

#[apply(both_databases)]
async fn csv_says_the_same_as_ndjson(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let csv = "id,client_id,channel,parts,cost,sent_at,status,status_at,mailing\n\
               a,7,viber,2,0.1,2024-03-01T10:00:00Z,sent,,spring\n\
               a,7,,,,,delivered,2024-03-01T10:00:05Z,\n";
    let ran = test.run(&["import", "messages", "-"], csv.as_bytes());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "accepted 2, repeated 0, refused 0\n"), "{ran:?}");
    assert_eq!(reported(test, 7).await, [1, 2, 1, 2, 1_000]);
}

#[apply(both_databases)]
async fn the_order_of_lines_and_batches_changes_no_count(test: &TestDatabase) {
    let clients = [7, 8, 9];
    let billed =
        |id| Model { billing_mode: if id == 8 { BillingMode::Delivered } else { BillingMode::Sent }, ..client(id) };
    put(&test.database, &clients.map(billed)).await;
    let mut random = fastrand::Rng::with_seed(4);
    let mut lines = random_lines(&mut random, &clients, 300);
    let expected = clients.map(|id| counted(&lines, id, id == 8));
    let server = TestServer::start(test).await;
    let token = token(test, "gateway");
    // The same lines from three concurrent senders, each in a different order and in different pieces.
    let senders: Vec<_> = (0..3)
        .map(|_| {
            random.shuffle(&mut lines);
            let pieces: Vec<Vec<u8>> = lines.chunks(random.usize(20..200)).map(ndjson).collect();
            let (browser, token) = (server.browser(), token.clone());
            tokio::spawn(async move {
                for piece in pieces {
                    let answer = post(&browser, &token, piece).await;
                    let (status, [.., refused]) = counts(&answer);
                    assert_eq!((status, refused), (200, 0), "{answer:?}");
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    for (id, expected) in clients.into_iter().zip(expected) {
        assert_eq!(reported(test, id).await, expected, "client {id}");
    }
    let again = import(test, &lines);
    assert!(again.stdout.starts_with("accepted 0,"), "{again:?}");
    let check = test.run(&["check"], b"");
    assert_eq!(check.code, Some(0), "{check:?}");
}

#[apply(both_databases)]
async fn days_stay_in_the_time_zone_that_they_were_counted_in(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let run = |zone: &str, arguments: &[&str], input: &[u8]| {
        let mut child = test.command(arguments).env("CLIENTELE_TIMEZONE", zone).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(run("Europe/Kyiv", &["check"], b"").status.success());
    // Daylight saving time began on the 31st, so that day ended at 21:00 UTC.
    let lines = ["2024-03-30T21:59:59Z", "2024-03-30T22:00:00Z", "2024-03-31T20:59:59Z", "2024-03-31T21:00:00Z"];
    let lines: Vec<_> =
        lines.iter().enumerate().map(|(id, at)| message_with(7, &id.to_string(), &[("sent_at", json!(at))])).collect();
    assert!(run("Europe/Berlin", &["check"], b"").status.success(), "nothing was counted yet");
    assert!(run("Europe/Kyiv", &["import", "messages", "-"], &ndjson(&lines)).status.success());
    let days: Vec<String> = test
        .column("SELECT CAST(day AS TEXT) || ' ' || sent_messages FROM roll_ups WHERE level = 'day' ORDER BY day")
        .await;
    assert_eq!(days, ["2024-03-30 1", "2024-03-31 2", "2024-04-01 1"]);
    let refused = run("Europe/Berlin", &["check"], b"");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("Set it to Europe/Kyiv"));
    assert!(run("Europe/Kyiv", &["check"], b"").status.success());
}

#[apply(both_databases)]
async fn what_was_sent_is_booked_below_the_credit(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    import(test, &[message_with(7, "a", &[("cost", json!("12.5"))])]);
    assert_eq!(test.column::<i64>("SELECT balance FROM clients").await, [-125_000]);
    let server = TestServer::start(test).await;
    let page = server.signed_in(domain::administrators::Role::Viewer).await.get("/clients/7/finance").await;
    assert!(page.text().contains("over limit"), "{page:?}");
}

#[apply(both_databases)]
async fn messages_that_come_late_are_named_with_both_days(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    import(test, &[message_with(7, "b", &[("sent_at", json!("2024-03-05T10:00:00Z"))])]);
    // The ledger's time never goes back, so earlier messages are booked on the later day.
    import(test, &[message(7, "a")]);
    let late: Vec<String> = test
        .column(
            "SELECT ledger_id || ' ' || CAST(sent_on AS TEXT) || ' ' || CAST(booked_on AS TEXT) || ' ' || cost \
             FROM late_costs",
        )
        .await;
    assert_eq!(late, ["2 2024-03-01 2024-03-05 500"]);
    assert_eq!(test.run(&["check"], b"").code, Some(0));
}

#[apply(both_databases)]
async fn check_finds_roll_ups_that_are_wrong(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    import(test, &[message(7, "a")]);
    test.execute("UPDATE roll_ups SET sent_parts = 5 WHERE level = 'day'", []).await;
    test.execute("UPDATE messages SET cost = 600", []).await;
    let check = test.run(&["check"], b"");
    assert_eq!(check.code, Some(1));
    assert!(check.stdout.contains("client 7, roll-up day 2024-03-01 sms"), "{check:?}");
    assert!(check.stdout.contains("client 7, 2024-03-01: messages cost 0.01 more than the ledger has"), "{check:?}");
}

#[apply(both_databases)]
async fn each_bad_line_has_an_answer_of_its_own(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let token = token(test, "gateway");
    let mut body = ndjson(&[
        message(7, "good"),
        message(99, "a"),
        message_with(7, "b", &[("parts", json!(-1))]),
        message_with(7, "c", &[("sent_at", json!("1970-01-01T00:00:00Z"))]),
        message_with(7, "d", &[("sent_at", json!("2199-01-01T00:00:00Z"))]),
        receipt(7, "good", "sent", "2024-03-02T00:00:00Z"),
        message_with(7, "good", &[("cost", json!("0.06"))]),
        message_with(7, "e", &[("price", json!("1"))]),
    ]);
    body.extend_from_slice(b"{\"id\": \"\xff\"}\n{\"id\":\"cut off");
    let answer = post(&server.browser(), &token, body).await;
    assert_eq!(counts(&answer), (200, [1, 1, 8]), "{answer:?}");
    let refusals: Value = answer.json();
    let refused: Vec<_> = refusals["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refusal| (refusal["line"].as_u64().unwrap(), refusal["field"].as_str().unwrap_or("").to_owned()))
        .collect();
    let refused: Vec<_> = refused.iter().map(|(line, field)| (*line, field.as_str())).collect();
    assert_eq!(
        refused,
        [
            (2, "client_id"),
            (3, "parts"),
            (4, "sent_at"),
            (5, "sent_at"),
            (7, "cost"),
            (8, "\"price\""),
            (9, ""),
            (10, ""),
        ]
    );
    assert_eq!(reported(test, 7).await, [1, 1, 1, 1, 500]);
}

#[apply(both_databases)]
async fn bodies_may_be_compressed_and_not_too_large(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), token(test, "gateway"));
    let packed = gzip(&ndjson(&[message(7, "a")]));
    let answer = post(&browser, &token, packed.clone()).header("content-encoding", "gzip").await;
    assert_eq!(counts(&answer), (200, [1, 0, 0]));
    let cut = post(&browser, &token, &packed[..packed.len() / 2]).header("content-encoding", "gzip").await;
    assert_eq!(cut.status, 400, "{cut:?}");
    let unknown = post(&browser, &token, packed).header("content-encoding", "br").await;
    assert_eq!(unknown.status, 415, "{unknown:?}");
    assert!(unknown.text().contains("compressed with gzip"), "{unknown:?}");
    let answer = post(&browser, &token, gzip(&vec![b'\n'; 20 << 20])).header("content-encoding", "gzip").await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(answer.text().contains("at most 16 MiB"), "{answer:?}");
    // The server doesn't read such a body to its end, so the connection may break before the answer arrives.
    if let Some(answer) = post(&browser, &token, vec![b'\n'; 100 << 20]).try_send().await {
        assert_eq!(answer.status, 413);
        assert!(answer.text().contains("at most 16 MiB"), "{answer:?}");
    }
    let empty = post(&browser, &token, "").await;
    assert_eq!(empty.status, 400, "{empty:?}");
    assert_eq!(reported(test, 7).await, [1, 1, 1, 1, 500]);
}

#[apply(both_databases)]
async fn bad_lines_without_end_are_counted_and_the_first_are_named(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), token(test, "gateway"));
    // A thousand malformed lines, and a thousand of an unknown client.
    let mut body = b"{}\n".repeat(1_200);
    body.extend(ndjson(&[message(7, "good")]));
    body.extend((0..1_200).flat_map(|id| ndjson(&[receipt(8, &id.to_string(), "sent", "2024-03-01T10:00:00Z")])));
    body.extend(b"{}\n".repeat(2_000));
    let answer = post(&browser, &token, gzip(&body)).header("content-encoding", "gzip").await;
    assert_eq!(counts(&answer), (200, [1, 0, 4_400]));
    let report: Value = answer.json();
    let refusals = report["refusals"].as_array().unwrap();
    let lines: Vec<u64> = refusals.iter().map(|line| line["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, (1..=1_000).collect::<Vec<_>>());
    assert_eq!((&report["refusals_left_out"], &report["warnings_left_out"]), (&json!(3_400), &json!(0)));
    assert_eq!(reported(test, 7).await, [1, 1, 1, 1, 500]);
}

#[apply(both_databases)]
async fn a_body_has_a_bound_of_lines_whatever_their_length(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), token(test, "gateway"));
    // Some kB compressed, 5.6 million lines.
    let mut body = ndjson(&[message(7, "a")]);
    body.extend(b"{}\n".repeat(5_500_000));
    let body = gzip(&body);
    assert!(body.len() < 100_000);
    let answer = post(&browser, &token, body).header("content-encoding", "gzip").await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(answer.text().contains("at most 100,000 lines at once"), "{answer:?}");
    let most = post(&browser, &token, b"{}\n".repeat(100_000)).await;
    assert_eq!(counts(&most), (200, [0, 0, 100_000]));
    assert!(most.body.len() < 500_000, "{}", most.body.len());
    assert_eq!(reported(test, 7).await, [0; 5]);
}

#[apply(both_databases)]
async fn an_account_that_is_full_stops_nobody_else(test: &TestDatabase) {
    put(&test.database, &[client(7), client(8), Model { billing_mode: BillingMode::Delivered, ..client(9) }]).await;
    let sent = |client: i64, id: &str, cost: &str, status: &str| {
        message_with(client, id, &[("cost", json!(cost)), ("status", json!(status)), ("mailing", json!(id))])
    };
    import(test, &[sent(7, "a", "1", "sent"), sent(9, "a", "1", "delivered"), sent(9, "b", "5", "sent")]);
    // The sums of both have room for only three more units, and four.
    for (client, rest) in [(7, 30_000), (9, 40_000)] {
        let sum = i64::MIN + rest;
        let booked = format!("balance = {sum}, kind_credits = {sum}, amount = {sum}");
        test.execute(&format!("UPDATE ledger SET {booked} WHERE client_id = {client}"), []).await;
        test.execute(&format!("UPDATE clients SET balance = {sum} WHERE id = {client}"), []).await;
    }
    let lines = [
        sent(7, "b", "2", "sent"),
        sent(7, "c", "2", "sent"),
        sent(8, "d", "2", "sent"),
        receipt(9, "b", "delivered", "2024-03-02T00:00:00Z"),
        receipt(9, "a", "failed", "2024-03-02T00:00:00Z"),
        sent(7, "free", "0", "sent"),
    ];
    let refused = "line 2: cost: the account can't hold so much\nline 4: cost: the account can't hold so much\n";
    for accepted in ["accepted 4, repeated 0", "accepted 0, repeated 4"] {
        let ran = import(test, &lines);
        assert_eq!((ran.stdout, ran.stderr.as_str()), (format!("{accepted}, refused 2\n"), refused));
    }
    let balances: Vec<i64> = test.column("SELECT balance FROM clients ORDER BY id").await;
    assert_eq!(balances, [i64::MIN + 10_000, -20_000, i64::MIN + 50_000]);
    let there: Vec<String> = test.column("SELECT client_id || id || status FROM messages ORDER BY client_id, id").await;
    assert_eq!(there, ["7asent", "7bsent", "7freesent", "8dsent", "9afailed", "9bsent"]);
    let costs: Vec<i64> = test.column("SELECT cost FROM roll_ups WHERE level = 'ever' ORDER BY client_id").await;
    assert_eq!(costs, [30_000, 20_000, 0]);
}

#[apply(both_databases)]
async fn bytes_without_end_are_slowed_down(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), token(test, "gateway"));
    let id = test.column::<i64>("SELECT id FROM tokens").await[0];
    // Other requests use up the token's rate limit.
    let (calls, ended) = (server.services.limiter.clone(), Arc::new(AtomicBool::new(false)));
    let other = std::thread::spawn({
        let ended = ended.clone();
        move || {
            while !ended.load(Ordering::Relaxed) {
                let _ = calls.count_bytes(TokenId(id), 1);
                let _ = calls.count_bytes(TokenId(id), 1 << 20);
            }
        }
    });
    let mut slowed = None;
    for _ in 0..20 {
        let answer = post(&browser, &token, vec![b'\n'; 8 << 20]).await;
        if answer.status == 429 {
            slowed = Some(answer);
            break;
        }
    }
    ended.store(true, Ordering::Relaxed);
    other.join().unwrap();
    assert_eq!(slowed.expect("an answer that says so").header("retry-after"), "1");
}

#[apply(both_databases)]
async fn a_token_works_until_it_is_revoked(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.browser();
    let token = token(test, "Kyiv gateway");
    let body = ndjson(&[message(7, "a")]);
    for (name, shown) in [("authorization", "Bearer wrong"), ("authorization", "Basic dTpw"), ("x-other", "x")] {
        let answer = browser.request("POST", "/api/v1/messages").header(name, shown).body(body.clone()).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"), "{answer:?}");
    }
    assert_eq!(post(&browser, &token, body.clone()).await.status, 200);
    let authors: Vec<String> = test.column("SELECT author FROM ledger WHERE kind = 'mailing'").await;
    assert_eq!(authors, ["gateway Kyiv gateway"]);
    let listed = test.run(&["token", "list"], b"");
    assert!(listed.stdout.starts_with("Kyiv gateway: made ") && listed.stdout.contains(", used "), "{listed:?}");
    assert_eq!(test.run(&["token", "create", "--name", "Kyiv gateway"], b"").code, Some(2));
    assert_eq!(test.run(&["token", "revoke", "--name", "Kyiv gateway"], b"").code, Some(0));
    assert_eq!(test.run(&["token", "revoke", "--name", "Kyiv gateway"], b"").code, Some(2));
    assert_eq!(post(&browser, &token, body).await.status, 401);
    let kept: Vec<String> = test.column("SELECT hash FROM tokens").await;
    assert!(kept.iter().all(|kept| *kept != token), "a hash alone is kept");
    let audit = test.audit().await;
    assert_eq!(audit[audit.len() - 2..], ["create token / command line / ", "revoke token / command line / "]);
}

#[apply(both_databases)]
async fn calls_without_end_are_slowed_down(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), token(test, "gateway"));
    let calls = (0..200).map(|_| post(&browser, &token, ndjson(&[message(7, "a")])).into_future());
    let answers = futures::future::join_all(calls).await;
    let slowed: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(!slowed.is_empty() && answers.iter().any(|answer| answer.status == 200));
    assert!(slowed.iter().all(|answer| answer.header("retry-after") == "1"));
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(post(&browser, &token, ndjson(&[message(7, "a")])).await.status, 200);
}

#[apply(both_databases)]
async fn a_client_is_made_and_changed_by_a_call(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), test.token("gateway", &["clients", "clients:money"]));
    let put = |address: &str, body: &str| {
        let call = browser.request("PUT", address).header("authorization", &format!("Bearer {token}"));
        call.body(body)
    };
    let made = put("/api/v1/clients/7", "{\"login\": \"380501\",\n \"currency\": \"EUR\", \"balance\": \"5\"}").await;
    assert_eq!(counts(&made), (200, [1, 0, 0]), "{made:?}");
    let changed =
        put("/api/v1/clients/7", r#"{"id": 7, "login": "380501", "currency": "EUR", "company": "Sun"}"#).await;
    assert_eq!(counts(&changed), (200, [1, 0, 0]), "{changed:?}");
    let named = r#"{"login": "380509", "currency": "EUR", "company": null, "credit": "2"}"#;
    let less = put("/api/v1/clients/7", named).await;
    assert_eq!(counts(&less), (200, [1, 0, 0]), "{less:?}");
    let row = "SELECT company || ' ' || balance || ' ' || login || ' ' || credit FROM clients";
    let names: Vec<String> = test.column(row).await;
    assert_eq!(names, ["Sun 50000 380509 20000"]);
    for (address, body, field) in [
        ("/api/v1/clients/8", r#"{"id": 7, "login": "380502", "currency": "EUR"}"#, json!("id")),
        ("/api/v1/clients/8", r#"{"login": "380509", "currency": "EUR"}"#, json!("login")),
        ("/api/v1/clients/7", r#"{"login": "380509", "currency": "UAH"}"#, json!("currency")),
        ("/api/v1/clients/8", r#"{"login": "380502"}"#, json!("currency")),
        ("/api/v1/clients/x", r#"{"login": "380502", "currency": "EUR"}"#, json!("id")),
        ("/api/v1/clients/8", "[]", Value::Null),
    ] {
        let answer = put(address, body).await;
        let report: Value = answer.json();
        assert_eq!((answer.status, &report["refusals"][0]["field"]), (422, &field), "{answer:?}");
    }
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM clients").await, [1]);
    assert!(test.audit().await.contains(&format!("import client / gateway gateway / {}", browser.address)));
}

#[apply(both_databases)]
async fn the_description_of_the_calls_is_there_for_everybody(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let description: Value = server.browser().get("/api/v1/openapi.json").await.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3."));
    assert!(description["paths"]["/api/v1/messages"]["post"]["security"][0]["token"].is_array());
    assert!(description["paths"]["/api/v1/clients/{id}"]["put"].is_object());
}

#[apply(both_databases)]
async fn messages_that_were_answered_before_the_server_was_killed_are_counted_once(test: &TestDatabase) {
    let clients = [1, 2, 3];
    put(&test.database, &clients.map(client)).await;
    let token = token(test, "gateway");
    let mut random = fastrand::Rng::new();
    let (mut accepted, mut number) = (Vec::<Value>::new(), 0);
    for round in 0..crate::faults::rounds() {
        let mut serving = Serving::start(test, &[]);
        let browser = serving.browser();
        let kill = tokio::time::sleep(Duration::from_millis(random.u64(20..350)));
        let load = async {
            let mut answered = Vec::new();
            loop {
                let calls = (0..4).map(|_| {
                    let lines: Vec<Value> = (0..random.u32(1..200))
                        .map(|_| {
                            number += 1;
                            message(random.choice(clients).unwrap(), &format!("kill-{number}"))
                        })
                        .collect();
                    let sending = post(&browser, &token, ndjson(&lines));
                    async move { (sending.try_send().await.map(|answer| answer.status), lines) }
                });
                let answers = futures::future::join_all(calls).await;
                answered.push(answers);
                if answered.last().is_some_and(|answers| answers.iter().all(|(status, _)| status.is_none())) {
                    return answered;
                }
            }
        };
        let (answered, ()) = tokio::join!(load, async {
            kill.await;
            serving.kill();
        });
        let answers = answered.into_iter().flatten();
        accepted.extend(answers.filter(|(status, _)| *status == Some(200)).flat_map(|(_, lines)| lines));
        let check = test.run(&["check"], b"");
        assert_eq!(check.code, Some(0), "round {round}: {check:?}");
    }
    assert!(!accepted.is_empty(), "the load got through");
    let again = import(test, &accepted);
    assert_eq!(again.stdout, format!("accepted 0, repeated {}, refused 0\n", accepted.len()), "{again:?}");
}
