//! Money during faults: the server is killed, the disk is full. `make test` runs a few rounds of these tests, and `make
//! faults` many.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    program::Serving,
    server::{Browser, TestServer},
};
use domain::administrators::Role;
use std::{
    env,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use values::error::Error;
use values::form_answer::Done;

/// Number of clients that are topped up. Few, so that their rows are contended.
const CLIENTS: i64 = 4;
/// Number of browsers that send concurrently.
const AT_ONCE: u64 = 8;

/// Number of times that the server is killed.
pub fn rounds() -> u64 {
    env::var("CLIENTELE_FAULT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

/// Sends the form Top up account. `None` without an answer.
async fn top_up(browser: &Browser, client: i64, key: &str, amount: &str) -> Option<(u16, Result<Done, Error>)> {
    let form = [("idempotency_key", key), ("amount", amount)];
    let answer = browser
        .post(&format!("/clients/{client}/finance/top-up"), &form)
        .header("accept", "application/json")
        .try_send()
        .await?;
    let outcome = serde_json::from_slice(&answer.body).ok()?;
    Some((answer.status, outcome))
}

/// A top-up that was answered, and its answer.
#[derive(Clone, Debug)]
struct Answered {
    client: i64,
    key: String,
    amount: u64,
}

#[apply(both_databases)]
async fn what_was_answered_before_the_server_was_killed_is_there_exactly_once(test: &TestDatabase) {
    put(&test.database, &(1..=CLIENTS).map(client).collect::<Vec<_>>()).await;
    let made = test.run(&["admin", "create", "--login", "a", "--role", "manager"], b"correct horse\n");
    assert_eq!(made.code, Some(0), "{made:?}");
    let numbers = Arc::new(AtomicU64::new(1));
    let answered = Arc::<Mutex<Vec<Answered>>>::default();
    let mut random = fastrand::Rng::new();
    let mut session: Option<String> = None;
    for round in 0..rounds() {
        let mut serving = Serving::start(test, &[]);
        let browser = serving.browser();
        if let Some(session) = &session {
            browser.set_cookie("session", session);
        } else {
            browser.sign_in("a", "correct horse").await;
            session = browser.cookie("session");
        }
        let stop = Arc::new(AtomicBool::new(false));
        let senders = (0..AT_ONCE).map(|_| {
            let (browser, numbers, answered, stop) = (browser.clone(), numbers.clone(), answered.clone(), stop.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    let top_up_of = Answered {
                        client: 1 + i64::try_from(number).unwrap() % CLIENTS,
                        key: format!("kill-{number:08}"),
                        amount: 1 + number % 900,
                    };
                    let Answered { client, key, amount } = &top_up_of;
                    match top_up(&browser, *client, key, &amount.to_string()).await {
                        Some((200, Ok(_))) => answered.lock().unwrap().push(top_up_of),
                        // The server was killed before it answered.
                        _ => tokio::time::sleep(Duration::from_millis(2)).await,
                    }
                }
            })
        });
        let senders: Vec<_> = senders.collect();
        tokio::time::sleep(Duration::from_millis(random.u64(20..350))).await;
        serving.kill();
        stop.store(true, Ordering::Relaxed);
        for sender in senders {
            sender.await.unwrap();
        }
        let check = test.run(&["check"], b"");
        assert_eq!(check.code, Some(0), "round {round}: {check:?}");
    }
    let kept: Vec<String> =
        test.column("SELECT client_id || ' ' || idempotency_key || ' ' || amount FROM ledger").await;
    let answered = std::mem::take(&mut *answered.lock().unwrap());
    assert!(!answered.is_empty(), "the load got through");
    for Answered { client, key, amount } in &answered {
        let row = format!("{client} {key} {}", amount * 10_000);
        assert_eq!(kept.iter().filter(|kept| **kept == row).count(), 1, "{row}");
    }
    // Retries all requests without an answer: each is booked once.
    let serving = Serving::start(test, &[]);
    let browser = serving.browser();
    browser.set_cookie("session", session.as_ref().unwrap());
    let last = numbers.load(Ordering::Relaxed) - 1;
    let (client, key, amount) = (1 + i64::try_from(last).unwrap() % CLIENTS, format!("kill-{last:08}"), 1 + last % 900);
    for _ in 0..2 {
        let (status, outcome) = top_up(&browser, client, &key, &amount.to_string()).await.expect("an answer");
        assert_eq!(status, 200, "{outcome:?}");
    }
    let rows: Vec<i64> = test.column(&format!("SELECT COUNT(*) FROM ledger WHERE idempotency_key = '{key}'")).await;
    assert_eq!(rows, [1]);
    assert_eq!(test.run(&["check"], b"").code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_is_a_clear_error_and_books_nothing_half() {
    let test = TestDatabase::sqlite().await;
    put(&test.database, &[client(1)]).await;
    let server = TestServer::start(&test).await;
    let browser = server.signed_in(Role::Manager).await;
    let pages: Vec<i64> = test.column("PRAGMA page_count").await;
    // SQLite fails at this limit as on a full disk.
    test.execute(&format!("PRAGMA max_page_count = {}", pages[0] + 2), []).await;
    let mut booked = 0;
    let refused = loop {
        let (status, outcome) = top_up(&browser, 1, &format!("full-{booked:08}"), "1").await.expect("an answer");
        if status != 200 {
            break (status, outcome);
        }
        booked += 1;
        assert!(booked < 5_000, "the limit is never met");
    };
    assert_eq!(refused, (503, Err(Error::Unavailable)));
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM ledger").await, [booked]);
    assert_eq!(test.column::<i64>("SELECT balance FROM clients").await, [booked * 10_000]);
    test.execute("PRAGMA max_page_count = 1000000", []).await;
    let (status, _) = top_up(&browser, 1, &format!("full-{booked:08}"), "1").await.expect("an answer");
    assert_eq!(status, 200, "the same form goes through once there is room");
    assert_eq!(test.run(&["check"], b"").code, Some(0));
}
