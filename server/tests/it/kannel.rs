//! Kannel: its access log, its calls, and the gateway itself with a fake operator.

use crate::support::{
    Ran, TestDatabase, apply, both_databases,
    clients::{client, put},
    kannel::Kannel,
    server::{Answer, Browser, TestServer},
};
use domain::{
    clients::{BillingMode, store::client::Model},
    ids::TokenId,
};
use sea_orm::DbBackend;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use values::Money;

/// The log of a bearerbox with a fake operator: nine messages of client 7, all delivered.
const FAKE_SMSC: &[u8] = include_bytes!("../../../app/domain/src/kannel/log/fake_smsc.log");

fn import(test: &TestDatabase, log: &[u8]) -> (Option<i32>, String) {
    let Ran { code, stdout, stderr } = test.run(&["import", "kannel-log", "-"], log);
    (code, format!("{stdout}{stderr}"))
}

fn all_good(counts: &str) -> (Option<i32>, String) {
    (Some(0), format!("{counts}\n"))
}

/// A line of a log: `event` is the text after the time, `at` the seconds after 07:46.
fn line(at: u32, event: &str, (account, foreign_id): (&str, &str), flag: u32, text: &str) -> Vec<u8> {
    format!(
        "2024-01-05 07:46:{at:02} {event} [SMSC:one] [SVC:u] [ACT:{account}] [BINF:spring] [FID:{foreign_id}] [META:] \
         [from:Shop] [to:+380671234567] [flags:-1:0:-1:-1:{flag}] [msg:{}:{text}] [udh:0:]\n",
        text.len()
    )
    .into_bytes()
}

fn sent(at: u32, foreign_id: &str) -> Vec<u8> {
    line(at, "Sent SMS", ("7", foreign_id), 31, "Hello")
}

fn receipt(at: u32, foreign_id: &str, flag: u32) -> Vec<u8> {
    line(at, "Receive DLR", ("", foreign_id), flag, "")
}

/// The statuses of all messages in the order of sending.
async fn statuses(test: &TestDatabase) -> Vec<String> {
    test.column("SELECT status FROM messages ORDER BY sent_at, id").await
}

/// The reports by day, without the cost.
async fn counted(test: &TestDatabase) -> Vec<String> {
    let columns = [
        "client_id",
        "day",
        "channel",
        "country",
        "operator",
        "sender_id",
        "sent_messages",
        "sent_parts",
        "delivered_messages",
        "delivered_parts",
        "cost",
    ];
    let row = columns.map(|column| format!("CAST({column} AS TEXT)")).join(" || ' ' || ");
    test.column(&format!("SELECT {row} AS row FROM roll_ups WHERE level = 'day_split' ORDER BY 1")).await
}

async fn check(test: &TestDatabase) {
    let ran = test.run(&["check"], b"");
    assert!(ran.stdout.ends_with(" 0 differences\n"), "{ran:?}");
}

fn with_price() -> Model {
    Model { sms_price: Some(Money(500)), billing_mode: BillingMode::Delivered, ..client(7) }
}

fn token(test: &TestDatabase) -> String {
    test.token("kannel", &["kannel"])
}

async fn call(browser: &Browser, token: &str, fields: &[(&str, &str)]) -> Answer {
    let defaults = [("account", "7"), ("sender", "Shop"), ("receiver", "+380671234567"), ("binfo", "spring")];
    let given = |name: &str| fields.iter().any(|(given, _)| *given == name);
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", token)
        .extend_pairs(defaults.iter().filter(|(name, _)| !given(name)))
        .extend_pairs(fields)
        .finish();
    browser.get(&format!("/gateway/kannel?{query}")).await
}

#[apply(both_databases)]
async fn a_log_is_imported_with_what_became_of_its_messages(test: &TestDatabase) {
    put(&test.database, &[with_price()]).await;
    assert_eq!(import(test, FAKE_SMSC), all_good("accepted 18, repeated 0, refused 0, skipped 10"));
    assert_eq!(
        counted(test).await,
        [
            "7 2026-11-25 sms DE Telekom Shop 3 4 3 4 2000",
            "7 2026-11-25 sms PL Orange Shop 1 2 1 2 1000",
            "7 2026-11-25 sms UA Kyivstar Shop 5 5 5 5 2500",
        ]
    );
    let ledger: Vec<String> = test.column("SELECT purpose || ' ' || amount FROM ledger").await;
    assert_eq!(ledger, ["Mailing Spring sale -5500"]);
    check(test).await;
}

#[apply(both_databases)]
async fn a_log_that_is_imported_again_changes_nothing_however_it_is_cut_up(test: &TestDatabase) {
    put(&test.database, &[with_price()]).await;
    let lines: Vec<&[u8]> = FAKE_SMSC.split_inclusive(|byte| *byte == b'\n').collect();
    for (from, to) in [(0, 9), (0, 14), (14, lines.len()), (0, lines.len()), (0, 9), (9, lines.len())] {
        let (code, said) = import(test, &lines[from..to].concat());
        assert_eq!(code, Some(0), "{said}");
    }
    let first = counted(test).await;
    assert_eq!(statuses(test).await, vec!["delivered"; 9]);
    // A message keeps its identity with another price or operator.
    put(&test.database, &[Model { sms_price: Some(Money(700)), ..with_price() }]).await;
    let operators = "prefix,country,operator\n38067,UA,Another\n";
    assert_eq!(test.run(&["import", "operators", "-"], operators.as_bytes()).code, Some(0));
    assert_eq!(import(test, FAKE_SMSC), all_good("accepted 0, repeated 18, refused 0, skipped 10"));
    assert_eq!(counted(test).await, first);
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM awaited_receipts").await, [0]);
    check(test).await;
}

#[apply(both_databases)]
async fn a_receipt_comes_with_tomorrow_s_log(test: &TestDatabase) {
    put(&test.database, &[with_price()]).await;
    let today = [sent(0, ""), sent(0, ""), sent(1, "x"), line(2, "FAILED Send SMS", ("7", ""), 31, "Hello")].concat();
    assert_eq!(import(test, &today), all_good("accepted 4, repeated 0, refused 0"));
    assert_eq!(statuses(test).await, ["sent", "sent", "sent", "failed"]);
    let tomorrow = [receipt(3, "x", 2), receipt(3, "y", 1), receipt(3, "", 16), receipt(4, "z", 1)].concat();
    let (_, said) = import(test, &tomorrow);
    assert_eq!(said, "accepted 4, repeated 0, refused 0\n");
    assert_eq!(statuses(test).await, ["delivered", "delivered", "failed", "failed"]);
    for again in [&tomorrow, &today] {
        let (_, said) = import(test, again);
        assert_eq!(said, "accepted 0, repeated 4, refused 0\n");
    }
    assert_eq!(statuses(test).await, ["delivered", "delivered", "failed", "failed"]);
}

#[apply(both_databases)]
async fn halves_of_a_log_may_come_in_any_order(test: &TestDatabase) {
    put(&test.database, &[with_price()]).await;
    let (first, second) = ([sent(0, ""), sent(1, "x")].concat(), [receipt(3, "x", 2), receipt(4, "y", 1)].concat());
    assert_eq!(import(test, &second), all_good("accepted 2, repeated 0, refused 0"));
    assert_eq!(import(test, &first), all_good("accepted 2, repeated 0, refused 0"));
    assert_eq!(statuses(test).await, ["delivered", "failed"]);
}

#[apply(both_databases)]
async fn bad_lines_are_named_and_the_good_ones_kept(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let log = [
        sent(0, ""),
        line(1, "Sent SMS", ("8", ""), 31, "Hello"),
        b"nonsense\n".to_vec(),
        line(2, "Receive SMS", ("", ""), 0, "STOP"),
        receipt(3, "x", 1),
    ]
    .concat();
    let refusals = "line 2: ACT: there is no client 8\n\
                    line 3: doesn't begin with a time such as 2024-01-05 07:46:00\n";
    for (option, counts) in
        [("--dry-run", "accepted 2, repeated 0"), ("-", "accepted 2, repeated 0"), ("-", "accepted 0, repeated 2")]
    {
        let arguments = ["import", "kannel-log", option, "-"];
        let ran = test.run(&arguments[..if option == "-" { 3 } else { 4 }], &log);
        let expected =
            Ran { code: Some(1), stdout: format!("{counts}, refused 2, skipped 1\n"), stderr: refusals.to_owned() };
        assert_eq!(ran, expected);
        let messages = test.column::<i64>("SELECT COUNT(*) FROM messages").await[0];
        assert_eq!(messages, i64::from(option == "-"));
    }
    // Creates the client and imports the log again.
    put(&test.database, &[client(8)]).await;
    let (code, said) = import(test, &log);
    assert_eq!((code, said.lines().next()), (Some(1), Some("accepted 1, repeated 2, refused 1, skipped 1")));
    assert_eq!(test.run(&["import", "kannel-log", "there-is-none"], b"").code, Some(2));
    assert_eq!(import(test, b""), all_good("accepted 0, repeated 0, refused 0"));
}

#[apply(both_databases)]
async fn the_log_s_times_are_those_of_the_zone_that_is_named(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let ran = test.run(&["import", "kannel-log", "-", "--timezone", "Europe/Kyiv"], &sent(0, ""));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let at: Vec<chrono::DateTime<chrono::Utc>> = test.column("SELECT sent_at FROM messages").await;
    assert_eq!(at[0].to_rfc3339(), "2024-01-05T05:46:00+00:00");
    assert_eq!(test.run(&["import", "kannel-log", "-", "--timezone", "Kyiv"], b"").code, Some(2));
}

#[apply(both_databases)]
async fn neither_texts_nor_numbers_are_kept(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    import(test, &[sent(0, ""), sent(1, ""), receipt(2, "", 1)].concat());
    for (table, columns) in [
        ("messages", "id || mailing || sender_id"),
        ("awaited_receipts", "message_id || route || foreign_id"),
        ("logged_receipts", "id || route || foreign_id"),
    ] {
        let rows: Vec<String> = test.column(&format!("SELECT {columns} FROM {table}")).await;
        assert!(!rows.is_empty());
        for row in rows {
            assert!(!row.contains("671234567") && !row.contains("Hello"), "{table}: {row}");
        }
    }
}

#[apply(both_databases)]
async fn operators_are_imported_and_decide_from_then_on(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let csv = "prefix,country,operator,mcc,mnc\n380671,UA,Kyivstar Business,255,03\n067,UA,x,255,03\n";
    for counts in ["accepted 1, repeated 0", "accepted 0, repeated 1"] {
        let ran = test.run(&["import", "operators", "-"], csv.as_bytes());
        assert_eq!((ran.code, ran.stdout), (Some(1), format!("{counts}, refused 1\n")));
        assert!(ran.stderr.starts_with("line 3: prefix: \"067\" is not what numbers begin with"), "{}", ran.stderr);
    }
    let dry = test.run(
        &["import", "operators", "--dry-run", "-"],
        b"{\"prefix\":\"380671\",\"country\":\"UA\",\"operator\":\"x\"}",
    );
    assert_eq!((dry.code, dry.stdout.as_str()), (Some(0), "accepted 1, repeated 0, refused 0\n"));
    import(test, &sent(0, ""));
    assert_eq!(test.column::<String>("SELECT operator FROM messages").await, ["Kyivstar Business"]);
    assert_eq!(test.audit().await.last().map(String::as_str), Some("import operators / command line / "));
}

#[apply(both_databases)]
async fn calls_make_a_message_and_change_its_status_in_any_order(test: &TestDatabase) {
    put(&test.database, &[with_price()]).await;
    let (server, token) = (TestServer::start(test).await, token(test));
    let browser = server.browser();
    let calls = [("8", "1700000000"), ("4", "1700000001"), ("1", "1700000005")];
    for (id, order) in [("a", [0, 1, 2]), ("b", [2, 1, 0]), ("c", [1, 2, 0])] {
        for index in order.into_iter().chain(order) {
            let (kind, time) = calls[index];
            let answer = call(&browser, &token, &[("id", id), ("type", kind), ("time", time), ("parts", "2")]).await;
            assert_eq!((answer.status, answer.text()), (200, "Taken.\n"));
        }
    }
    assert_eq!(counted(test).await, ["7 2023-11-14 sms UA Kyivstar Shop 3 6 3 6 3000"]);
    for kind in ["16", "2"] {
        let id = format!("failed {kind}");
        assert_eq!(call(&browser, &token, &[("id", &id), ("type", kind), ("time", "1700000000")]).await.status, 200);
    }
    // A new price applies to other messages only.
    put(&test.database, &[Model { sms_price: Some(Money(700)), ..with_price() }]).await;
    let late = call(&browser, &token, &[("id", "failed 2"), ("type", "1"), ("time", "1700000009")]).await;
    assert_eq!(late.status, 200);
    assert_eq!(counted(test).await, ["7 2023-11-14 sms UA Kyivstar Shop 5 8 4 7 3500"]);
    let authors: Vec<String> = test.column("SELECT DISTINCT author FROM ledger").await;
    assert_eq!(authors, ["gateway kannel"]);
    check(test).await;
}

#[apply(both_databases)]
async fn calls_that_make_no_sense_are_answered_with_what_is_wrong(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let (server, token) = (TestServer::start(test).await, token(test));
    let browser = server.browser();
    for (fields, status, text) in [
        (&[("id", "a"), ("type", "3")][..], 400, "type: \"3\" is no kind of delivery report"),
        (&[("type", "8")], 400, "id: is required"),
        (&[("id", "a"), ("type", "8"), ("text", "hello")], 400, "\"text\" is unknown"),
        (&[("id", "a"), ("type", "8"), ("account", "8")], 404, "account: there is no client 8."),
    ] {
        let answer = call(&browser, &token, fields).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.text().starts_with(text), "{answer:?}");
    }
    let answer = call(&browser, "another", &[("id", "a"), ("type", "8")]).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM messages").await, [0]);
}

#[apply(both_databases)]
async fn calls_without_end_are_slowed_down(test: &TestDatabase) {
    put(&test.database, &[with_price()]).await;
    let (server, token) = (TestServer::start(test).await, token(test));
    let id = test.column::<i64>("SELECT id FROM tokens").await[0];
    let browser = server.browser();
    let report = async || call(&browser, &token, &[("id", "a"), ("type", "8")]).await;
    assert_eq!(report().await.status, 200);
    // Other requests use up the token's rate limit.
    let (calls, ended) = (server.services.limiter.clone(), Arc::new(AtomicBool::new(false)));
    let other = std::thread::spawn({
        let ended = ended.clone();
        move || {
            while !ended.load(Ordering::Relaxed) {
                let _ = calls.count_report(TokenId(id));
            }
        }
    });
    let mut slowed = None;
    for _ in 0..50 {
        let answer = report().await;
        if answer.status == 429 {
            slowed = Some(answer);
            break;
        }
    }
    ended.store(true, Ordering::Relaxed);
    other.join().unwrap();
    assert_eq!(slowed.expect("an answer that says so").header("retry-after"), "1");
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM messages").await, [1]);
}

#[apply(both_databases)]
async fn many_calls_at_once_are_all_taken_once(test: &TestDatabase) {
    put(&test.database, &[with_price()]).await;
    let (server, token) = (TestServer::start(test).await, token(test));
    let calls = (0..400).map(|number| {
        let (browser, token, id) = (server.browser(), token.clone(), format!("m{}", number / 4));
        let kind = if number % 2 == 0 { "8" } else { "1" };
        async move { call(&browser, &token, &[("id", &id), ("type", kind), ("time", "1700000000")]).await.status }
    });
    assert_eq!(futures::future::join_all(calls).await, vec![200; 400]);
    assert_eq!(counted(test).await, ["7 2023-11-14 sms UA Kyivstar Shop 100 100 100 100 50000"]);
    check(test).await;
}

/// Sends twenty messages, in every coding and to several operators.
fn send_twenty(kannel: &Kannel, server: &TestServer, token: &str) {
    let mut messages: Vec<(String, &str, &str, &str)> = vec![
        ("Hello".to_owned(), "+380671234567", "0", "1"),
        ("Hello".to_owned(), "+380671234567", "0", "1"),
        ("[brackets] {and}\nlines".to_owned(), "+380501234567", "0", "1"),
        ("x".repeat(200), "+48501234567", "0", "2"),
        ("Привіт".to_owned(), "+4915112345678", "2", "1"),
        ("Привіт, світе! ".repeat(5), "00380671234567", "2", "2"),
        ("To a service".to_owned(), "1234", "0", "1"),
    ];
    messages.extend((0..13).map(|number| (format!("Number {number}"), "+380931234567", "0", "1")));
    for (number, (text, receiver, coding, parts)) in messages.iter().enumerate() {
        let url = format!(
            "http://{}/gateway/kannel?token={token}&id=m{number}&type=%d&account=7&binfo=Spring+sale&sender=%P\
             &receiver=%p&smsc=%i&time=%T&parts={parts}",
            server.address
        );
        kannel.send(&[
            ("from", "Shop"),
            ("to", receiver),
            ("text", text),
            ("coding", coding),
            ("charset", "UTF-8"),
            ("account", "7"),
            ("binfo", "Spring sale"),
            ("dlr-mask", "31"),
            ("dlr-url", &url),
        ]);
    }
}

#[apply(both_databases)]
async fn what_a_real_kannel_sends_is_seen_by_its_calls_and_in_its_log(test: &TestDatabase) {
    put(&test.database, &[with_price()]).await;
    let (server, token) = (TestServer::start(test).await, token(test));
    let kannel = tokio::task::block_in_place(Kannel::start);
    tokio::task::block_in_place(|| send_twenty(&kannel, &server, &token));
    let delivered = || test.column::<i64>("SELECT COUNT(*) FROM messages WHERE status = 'delivered'");
    for _ in 0..300 {
        if delivered().await == [20] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let live = counted(test).await;
    let without_day: Vec<String> = live.iter().map(|row| [&row[..2], &row[13..]].concat()).collect();
    assert_eq!(
        without_day,
        [
            "7 sms   Shop 1 1 1 1 500",
            "7 sms DE Telekom Shop 1 1 1 1 500",
            "7 sms PL Orange Shop 1 2 1 2 1000",
            "7 sms UA Kyivstar Shop 3 4 3 4 2000",
            "7 sms UA Vodafone Shop 1 1 1 1 500",
            "7 sms UA lifecell Shop 13 13 13 13 6500",
        ]
    );
    check(test).await;

    let log = tokio::task::block_in_place(|| kannel.access_log(40, "Receive DLR "));
    let other = match test.database.backend() {
        DbBackend::Postgres => TestDatabase::postgres().await,
        _ => TestDatabase::sqlite().await,
    };
    put(&other.database, &[with_price()]).await;
    let (code, said) = import(&other, &log);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "accepted 40, repeated 0, refused 0, skipped 21\n"),
        "{}",
        String::from_utf8_lossy(&log)
    );
    assert_eq!(counted(&other).await, live);
    check(&other).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_call_that_can_t_be_written_is_answered_so_that_kannel_calls_again() {
    let test = TestDatabase::sqlite().await;
    put(&test.database, &[with_price()]).await;
    let (server, token) = (TestServer::start(&test).await, token(&test));
    let browser = server.browser();
    let report = |number: i64| {
        let (browser, token, id) = (browser.clone(), token.clone(), format!("m{number}"));
        async move { call(&browser, &token, &[("id", &id), ("type", "1"), ("time", "1700000000")]).await.status }
    };
    // SQLite fails at this limit as on a full disk.
    let pages: Vec<i64> = test.column("PRAGMA page_count").await;
    test.execute(&format!("PRAGMA max_page_count = {}", pages[0] + 2), []).await;
    let mut taken = 0;
    let refused = loop {
        match report(taken).await {
            200 => taken += 1,
            status => break status,
        }
        assert!(taken < 5_000, "the limit is never met");
    };
    assert_eq!(refused, 503);
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM messages").await, [taken]);
    test.execute("PRAGMA max_page_count = 1000000", []).await;
    assert_eq!(report(taken).await, 200);
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM messages").await, [taken + 1]);
    check(&test).await;
}
