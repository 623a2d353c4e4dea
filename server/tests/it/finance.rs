//! `/clients/{id}/finance`: bookings, refusals and the tab.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    events::Listening,
    server::{Browser, TestServer},
};
use calamine::{Data, DataType as _, Reader as _, Xlsx};
use domain::{
    actor::Actor,
    administrators::Role,
    clients::store::client::Model,
    ids::ClientId,
    ledger::{
        AccountSummary, EntryKind, LedgerPage,
        booking::{self, Booking, Order},
        check,
        query::FinanceQuery,
        store,
    },
};
use std::io::Cursor;
use values::{Money, answer::Answer, error::Error, form_answer::Done, time};

const TOP_UP: &str = "/clients/7/finance/top-up";
const CORRECTION: &str = "/clients/7/finance/correction";
const REVERSAL: &str = "/clients/7/finance/reversal";
const CREDIT: &str = "/clients/7/finance/credit";
const KEY: &str = "0123456789abcdef";

/// Client 7 with a balance of 100 and a credit of 50.
fn account() -> Model {
    Model {
        balance: Money(1_000_000),
        credit: Money(500_000),
        email: Some("a@a.example".into()),
        registered_at: Some("2024-01-05T07:46:00Z".parse().unwrap()),
        ..client(7)
    }
}

async fn start(test: &TestDatabase) -> TestServer {
    put(&test.database, &[account(), client(8)]).await;
    TestServer::start(test).await
}

/// Sends a form as the hydrated page does.
async fn send(browser: &Browser, address: &str, key: &str, fields: &[(&str, &str)]) -> (u16, Result<Done, Error>) {
    let fields = [&[("idempotency_key", key)], fields].concat();
    let answer = browser.post(address, &fields).header("accept", "application/json").await;
    (answer.status, answer.json())
}

async fn booked(browser: &Browser, address: &str, key: &str, fields: &[(&str, &str)]) -> String {
    let (status, answer) = send(browser, address, key, fields).await;
    let message = answer.unwrap_or_else(|error| panic!("{address} {fields:?}: {error}")).message;
    assert_eq!(status, 200, "{message}");
    message
}

async fn refused(browser: &Browser, address: &str, key: &str, fields: &[(&str, &str)]) -> (u16, Error) {
    let (status, answer) = send(browser, address, key, fields).await;
    (status, answer.expect_err("a refusal"))
}

/// The rows of the ledger as `id kind amount balance purpose`.
async fn ledger(test: &TestDatabase) -> Vec<String> {
    let rows = "id || ' ' || kind || ' ' || amount || ' ' || balance || ' ' || purpose";
    test.column(&format!("SELECT {rows} FROM ledger WHERE client_id = 7 ORDER BY id")).await
}

async fn balance(test: &TestDatabase) -> Money {
    Money(test.column::<i64>("SELECT balance FROM clients WHERE id = 7").await[0])
}

async fn assert_nothing_was_booked(test: &TestDatabase) {
    assert_eq!(ledger(test).await, ["1 opening 1000000 1000000 Opening balance"]);
    assert_eq!(balance(test).await, Money(1_000_000));
    assert_counts(test).await;
}

/// Asserts that all derived data is consistent.
async fn assert_counts(test: &TestDatabase) {
    let mut differences = Vec::new();
    check::recount(&test.database, |difference| differences.push(difference)).await.unwrap();
    assert_eq!(differences, [] as [String; 0]);
}

/// A form's address and fields, the invalid field, and its error.
type Bad<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

fn mailing(key: &str, cost: i64, at: &str) -> Order {
    Order {
        client_id: ClientId(7),
        idempotency_key: key.to_owned(),
        booking: Booking::Mailing { cost: Money(cost), purpose: format!("Mailing {key}"), at: at.parse().unwrap() },
        author: Actor { administrator: None, login: "gateway".into(), address: String::new() },
    }
}

async fn page(browser: &Browser, query: &str) -> LedgerPage {
    let address: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    browser
        .get(&format!("/rpc/list_transactions?id=7&address={address}"))
        .await
        .json::<Answer<FinanceQuery, LedgerPage>>()
        .content
}

fn today() -> String {
    time::today().to_string()
}

#[apply(both_databases)]
async fn a_top_up_is_booked_with_its_comment_author_and_the_balance_after_it(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let message = booked(&browser, TOP_UP, KEY, &[("amount", "12,5"), ("comment", "Invoice 7 <b>")]).await;
    assert!(message.contains("transaction 2") && message.contains("112.50 EUR"), "{message}");
    assert_eq!(ledger(test).await[1], "2 top_up 125000 1125000 Top-up: Invoice 7 <b>");
    assert_eq!(balance(test).await, Money(1_125_000));
    assert_eq!(test.column::<String>("SELECT author FROM ledger WHERE id = 2").await, ["manager"]);
    assert_eq!(test.audit().await.last().unwrap(), &format!("top up / manager / {}", browser.address));
    let answer = browser.get("/clients/7/finance").await;
    assert!(answer.text().contains("Invoice 7 &lt;b&gt;"), "{answer:?}");
    assert_counts(test).await;
}

#[apply(both_databases)]
async fn sixty_four_sends_of_one_form_book_once_and_get_the_same_answer(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let sends = (0..64).map(|_| {
        let browser = browser.clone();
        tokio::spawn(async move { send(&browser, TOP_UP, KEY, &[("amount", "5"), ("comment", "x")]).await })
    });
    let mut fresh = 0;
    for sent in sends.collect::<Vec<_>>() {
        let (status, answer) = sent.await.unwrap();
        let message = answer.unwrap().message;
        assert_eq!(status, 200);
        assert!(message.contains("transaction 2, top-up 5.00 EUR, balance 105.00 EUR"), "{message}");
        fresh += i32::from(message.starts_with("Booked"));
    }
    assert_eq!(fresh, 1, "all but one say that it was booked already");
    assert_eq!(ledger(test).await.len(), 2);
    assert_counts(test).await;
}

#[apply(both_databases)]
async fn a_key_that_was_used_for_something_else_is_a_conflict(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    booked(&browser, TOP_UP, KEY, &[("amount", "5")]).await;
    let other: [&[(&str, &str)]; 2] = [&[("amount", "6")], &[("amount", "5"), ("comment", "other")]];
    for fields in other {
        let (status, error) = refused(&browser, TOP_UP, KEY, fields).await;
        assert_eq!(status, 409);
        assert!(error.to_string().contains("transaction 2"), "{error}");
    }
    let (status, _) = refused(&browser, CORRECTION, KEY, &[("amount", "5"), ("reason", "r")]).await;
    assert_eq!(status, 409);
    assert_eq!(ledger(test).await.len(), 2);
}

#[apply(both_databases)]
async fn amounts_that_are_none_are_refused_beside_their_field_and_book_nothing(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let long = "x".repeat(10_000);
    let bad: &[Bad] = &[
        (TOP_UP, &[("amount", "")], "amount", "Enter an amount"),
        (TOP_UP, &[], "amount", "Enter an amount"),
        (TOP_UP, &[("amount", "0")], "amount", "above zero"),
        (TOP_UP, &[("amount", "-5")], "amount", "Use Correction"),
        (TOP_UP, &[("amount", "1e9")], "amount", "Type digits"),
        (TOP_UP, &[("amount", "NaN")], "amount", "Type digits"),
        (TOP_UP, &[("amount", "1,234")], "amount", "could be 1234 or 1.234"),
        (TOP_UP, &[("amount", "1.23456")], "amount", "at most four decimals"),
        (TOP_UP, &[("amount", "99999999999999999999")], "amount", "too large"),
        (TOP_UP, &[("amount", "1000000000000")], "amount", "at most 12 digits"),
        (CORRECTION, &[("amount", "1000000000000"), ("reason", "r")], "amount", "at most 12 digits"),
        (CREDIT, &[("amount", "1000000000000")], "amount", "at most 12 digits"),
        (TOP_UP, &[("amount", "5"), ("comment", &long)], "comment", "This has 10000"),
        (TOP_UP, &[("amount", "5"), ("comment", "a\0b")], "comment", "control characters"),
        (CORRECTION, &[("amount", "5")], "reason", "Enter a reason"),
        (REVERSAL, &[("transaction", "1"), ("reason", " ")], "reason", "Enter a reason"),
        (CORRECTION, &[("amount", "5"), ("reason", "  ")], "reason", "Enter a reason"),
        (CORRECTION, &[("amount", "0"), ("reason", "r")], "amount", "above zero"),
        (CORRECTION, &[("amount", "150.0001"), ("reason", "r")], "amount", "may not go below -50.00 EUR"),
        (CREDIT, &[("amount", "-1")], "amount", "zero or more"),
        (CREDIT, &[("amount", "x")], "amount", "Type digits"),
    ];
    for (address, fields, field, said) in bad {
        match refused(&browser, address, KEY, fields).await {
            (422, Error::Refused { field: named, message }) => {
                assert_eq!(named, *field, "{message}");
                assert!(message.contains(said), "{fields:?}: {message}");
            }
            other => panic!("{address} {fields:?}: {other:?}"),
        }
    }
    for key in ["", "short", "a b c d e f g h", &"x".repeat(65)] {
        assert_eq!(refused(&browser, TOP_UP, key, &[("amount", "5")]).await.0, 422, "{key:?}");
    }
    assert_nothing_was_booked(test).await;
}

#[apply(both_databases)]
async fn whoever_may_not_change_money_books_nothing(test: &TestDatabase) {
    let server = start(test).await;
    let viewer = server.signed_in(Role::Viewer).await;
    assert_eq!(refused(&viewer, TOP_UP, KEY, &[("amount", "5")]).await, (403, Error::Forbidden));
    let page = viewer.get("/clients/7/finance").await;
    assert!(!page.text().contains("Top up account") && !page.text().contains("Reverse"), "{page:?}");

    let manager = server.signed_in(Role::Manager).await;
    manager.post("/logout", &[]).await;
    let form = [("idempotency_key", KEY), ("amount", "5")];
    assert_eq!(manager.post(TOP_UP, &form).header("accept", "application/json").await.status, 401);
    assert_nothing_was_booked(test).await;
    let manager = server.signed_in(Role::Manager).await;
    assert_eq!(refused(&manager, "/clients/9/finance/top-up", KEY, &[("amount", "5")]).await.0, 404);
    assert_eq!(refused(&manager, "/clients/x/finance/top-up", KEY, &[("amount", "5")]).await.0, 404);
}

#[apply(both_databases)]
async fn a_large_amount_is_shown_back_before_it_is_booked(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    booked(&browser, TOP_UP, "00000000-1000", &[("amount", "1000")]).await;
    let (status, error) = refused(&browser, TOP_UP, KEY, &[("amount", "1000.0001")]).await;
    let Error::Unconfirmed { question, button, confirmed } = error else { panic!("{error:?}") };
    assert_eq!((status, button.as_str()), (422, "Top up 1,000.0001 EUR"));
    assert!(question.contains("1,000.0001 EUR"), "{question}");
    // A different amount than the confirmed one needs a confirmation of its own.
    let (status, _) = refused(&browser, TOP_UP, KEY, &[("amount", "2000"), ("confirmed", &confirmed)]).await;
    assert_eq!((status, ledger(test).await.len()), (422, 2));
    booked(&browser, TOP_UP, KEY, &[("amount", "1000.0001"), ("confirmed", &confirmed)]).await;
    assert_eq!(balance(test).await, Money(1_000_000 + 10_000_000 + 10_000_001));
}

#[apply(both_databases)]
async fn a_large_amount_is_confirmed_by_the_value_that_its_form_was_given_and_by_nothing_else(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let confirmation = async |browser: &Browser, address: &str, key: &str| match refused(
        browser,
        address,
        key,
        &[("amount", "5000"), ("reason", "r")],
    )
    .await
    {
        (422, Error::Unconfirmed { confirmed, .. }) => confirmed,
        other => panic!("{other:?}"),
    };
    // A malicious page may know the amount, but no confirmation token of the server.
    let (owner, other_form) = (server.signed_in(Role::Owner).await, confirmation(&browser, CORRECTION, KEY).await);
    let of_another_client = confirmation(&browser, "/clients/8/finance/top-up", KEY).await;
    let of_another_administrator = confirmation(&owner, TOP_UP, KEY).await;
    for forged in ["5000", "5000.0000", "true", &other_form, &of_another_client, &of_another_administrator] {
        let (status, error) = refused(&browser, TOP_UP, KEY, &[("amount", "5000"), ("confirmed", forged)]).await;
        assert!(matches!((status, &error), (422, Error::Unconfirmed { .. })), "{forged}: {error:?}");
    }
    assert_nothing_was_booked(test).await;

    let confirmed = confirmation(&browser, TOP_UP, KEY).await;
    let form = [("amount", "5000"), ("confirmed", confirmed.as_str())];
    booked(&browser, TOP_UP, KEY, &form).await;
    // Sent again it is the same form. Another form needs a confirmation of its own.
    assert!(booked(&browser, TOP_UP, KEY, &form).await.contains("Already booked"));
    let (status, _) = refused(&browser, TOP_UP, "00000000-2", &form).await;
    assert_eq!((status, ledger(test).await.len()), (422, 2));
}

#[apply(both_databases)]
async fn a_key_that_another_form_has_is_refused_and_tells_nothing_of_it(test: &TestDatabase) {
    let server = start(test).await;
    let manager = server.signed_in(Role::Manager).await;
    booked(&manager, CREDIT, KEY, &[("amount", "77")]).await;
    let owner = server.signed_in(Role::Owner).await;
    for (browser, address) in [(&owner, CREDIT), (&manager, "/clients/8/finance/credit")] {
        let (status, error) = refused(browser, address, KEY, &[("amount", "5")]).await;
        assert_eq!(status, 409);
        assert!(error.to_string().contains("Reload the page") && !error.to_string().contains("77"), "{error}");
    }
    assert_eq!(test.column::<i64>("SELECT credit FROM clients WHERE id = 7").await, [770_000]);
}

#[apply(both_databases)]
async fn a_correction_takes_off_with_a_reason_as_far_as_the_credit_goes(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    booked(&browser, CORRECTION, KEY, &[("amount", "-149"), ("reason", "booked twice")]).await;
    booked(&browser, CORRECTION, "00000000-2", &[("amount", "1"), ("reason", "fee")]).await;
    assert_eq!(
        ledger(test).await[1..],
        ["2 correction -1490000 -490000 Correction: booked twice", "3 correction -10000 -500000 Correction: fee",]
    );
    let (status, error) = refused(&browser, CORRECTION, "00000000-3", &[("amount", "0.0001"), ("reason", "r")]).await;
    assert_eq!(status, 422, "{error}");
}

#[apply(both_databases)]
async fn what_was_sent_is_booked_beyond_the_credit_and_the_client_is_marked(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let orders = [mailing("spring", 1_500_001, "2024-02-01T10:00:00Z")];
    let answers = booking::book_all(&test.database, &orders).await.unwrap();
    assert_eq!(answers[0].as_ref().unwrap().entry.balance, Money(-500_001));
    let again = booking::book_all(&test.database, &orders).await.unwrap();
    assert!(again[0].as_ref().unwrap().repeated);
    for address in ["/clients", "/clients/7/general", "/clients/7/finance"] {
        let answer = browser.get(address).await;
        assert!(answer.text().contains("over limit"), "{address}: {answer:?}");
    }
    assert!(!browser.get("/clients/8/finance").await.text().contains("over limit"));
}

#[apply(both_databases)]
async fn a_reversal_links_both_rows_and_happens_once(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    booked(&browser, TOP_UP, KEY, &[("amount", "5")]).await;
    let page = browser.get("/clients/7/finance?reverse=2").await;
    assert!(page.text().contains("Reverse: -5.00 EUR"), "{page:?}");
    booked(&browser, REVERSAL, "00000000-2", &[("transaction", "2"), ("reason", "wrong client")]).await;
    let again = booked(&browser, REVERSAL, "00000000-2", &[("transaction", "2"), ("reason", "wrong client")]).await;
    assert!(again.contains("Already booked"), "{again}");
    assert_eq!(ledger(test).await[2], "3 reversal -50000 1000000 Reversal of transaction 2: wrong client");
    let (status, error) = refused(&browser, REVERSAL, "00000000-3", &[("transaction", "2"), ("reason", "r")]).await;
    assert!(status == 409 && error.to_string().contains("by transaction 3"), "{error}");
    for (transaction, wanted) in [("1", 422), ("3", 422), ("9", 404), ("x", 404)] {
        let form = [("transaction", transaction), ("reason", "r")];
        let (status, error) = refused(&browser, REVERSAL, "00000000-4", &form).await;
        assert_eq!(status, wanted, "{transaction}: {error}");
    }
    let shown = browser.get("/clients/7/finance").await.html().text();
    assert!(shown.contains("Reversed by transaction 3") && shown.contains("Reverses transaction 2"), "{shown}");
    assert_counts(test).await;
}

#[apply(both_databases)]
async fn the_credit_is_set_once_recorded_and_the_customer_notified(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    booked(&browser, CREDIT, KEY, &[("amount", "250"), ("notify", "true")]).await;
    booked(&browser, CREDIT, "00000000-2", &[("amount", "75.5")]).await;
    // The first form again, as after Back: nothing changes.
    let again = booked(&browser, CREDIT, KEY, &[("amount", "250"), ("notify", "true")]).await;
    assert!(again.contains("Nothing was changed again"), "{again}");
    assert_eq!(test.column::<i64>("SELECT credit FROM clients WHERE id = 7").await, [755_000]);
    let mails = "recipient || ' ' || state || ' ' || subject";
    assert_eq!(
        test.column::<String>(&format!("SELECT {mails} FROM outbox")).await,
        ["a@a.example queued The credit of your account 380507 has changed"]
    );
    let summary: AccountSummary = browser.get("/rpc/read_standing?id=7").await.json();
    assert!(summary.notified.unwrap().contains("mail isn't configured"));
    let history = browser.get("/clients/7/general").await.html().text();
    assert!(history.contains("set the credit") && history.contains("50.0000 → 250.0000"), "{history}");

    let (status, error) =
        refused(&browser, "/clients/8/finance/credit", "00000000-3", &[("amount", "1"), ("notify", "true")]).await;
    assert!(status == 422 && error.to_string().contains("no email address"), "{error}");
    assert_eq!(test.column::<i64>("SELECT credit FROM clients WHERE id = 8").await, [0]);
}

#[apply(both_databases)]
async fn the_same_credit_changes_nothing_and_mails_nobody(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let recorded = test.audit().await.len();
    for (key, notify) in [("00000000-1", "true"), ("00000000-2", "")] {
        let said = booked(&browser, CREDIT, key, &[("amount", "50"), ("notify", notify), ("seen", "50")]).await;
        assert!(said.contains("as it was. Nothing was changed"), "{said}");
    }
    assert_eq!(test.column::<i64>("SELECT COUNT(*) FROM outbox").await, [0]);
    assert_eq!(test.audit().await.len(), recorded);
}

#[apply(both_databases)]
async fn a_credit_that_was_changed_since_the_form_was_opened_is_a_conflict_that_names_the_change(test: &TestDatabase) {
    let server = start(test).await;
    let (browser, owner) = (server.signed_in(Role::Manager).await, server.signed_in(Role::Owner).await);
    booked(&owner, CREDIT, KEY, &[("amount", "60"), ("seen", "50")]).await;
    // The newest change of the credit is named, not the newest one.
    let form = [("idempotency_key", "00000000-9"), ("sms_subscription", "true")];
    assert_eq!(owner.post("/clients/7/general/subscription", &form).await.status, 303);
    match refused(&browser, CREDIT, "00000000-2", &[("amount", "80"), ("seen", "50")]).await {
        (409, Error::Conflict { field, message }) => {
            assert_eq!(field, "amount");
            let change = format!("owner set the credit to 60.00 EUR at {}", today());
            assert!(message.starts_with(&change), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(test.column::<i64>("SELECT credit FROM clients WHERE id = 7").await, [600_000]);
    booked(&browser, CREDIT, "00000000-2", &[("amount", "80"), ("seen", "60")]).await;
    // Sent again it is the same form, not a conflict with itself.
    let again = booked(&browser, CREDIT, "00000000-2", &[("amount", "80"), ("seen", "60")]).await;
    assert!(again.contains("Nothing was changed again"), "{again}");
    let (status, _) = refused(&browser, CREDIT, "00000000-3", &[("amount", "60"), ("seen", "60")]).await;
    assert_eq!((status, test.column::<i64>("SELECT credit FROM clients WHERE id = 7").await), (409, vec![800_000]));
}

#[apply(both_databases)]
async fn a_large_credit_is_shown_back_before_it_is_set(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    booked(&browser, CREDIT, KEY, &[("amount", "1000")]).await;
    let large = [("amount", "1,000.01"), ("seen", "1000")];
    let (status, error) = refused(&browser, CREDIT, "00000000-2", &large).await;
    let Error::Unconfirmed { question, button, confirmed } = error else { panic!("{error:?}") };
    assert_eq!((status, button.as_str()), (422, "Set credit: 1,000.01 EUR"));
    assert!(question.contains("changes from 1,000.00 EUR to 1,000.01 EUR, and 1,100.01 EUR become"), "{question}");
    let other = [("amount", "2000"), ("seen", "1000"), ("confirmed", confirmed.as_str())];
    assert_eq!(refused(&browser, CREDIT, "00000000-2", &other).await.0, 422);
    assert_eq!(test.column::<i64>("SELECT credit FROM clients WHERE id = 7").await, [10_000_000]);
    let confirmed = [&large[..], &[("confirmed", confirmed.as_str())]].concat();
    booked(&browser, CREDIT, "00000000-2", &confirmed).await;
    assert_eq!(test.column::<i64>("SELECT credit FROM clients WHERE id = 7").await, [10_000_100]);
}

#[apply(both_databases)]
async fn the_button_of_a_large_correction_names_what_it_takes_off(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    booked(&browser, TOP_UP, KEY, &[("amount", "1000")]).await;
    let (_, error) = refused(&browser, CORRECTION, "00000000-2", &[("amount", "1000.5"), ("reason", "r")]).await;
    assert!(matches!(&error, Error::Unconfirmed { button, .. } if button == "Correct: -1,000.50 EUR"), "{error:?}");
}

#[apply(both_databases)]
async fn without_javascript_the_page_shows_what_was_done_or_what_was_typed_and_why_not(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let form = [("idempotency_key", KEY), ("amount", "1,234"), ("comment", "Invoice \"7\"")];
    let from = format!("http://{}/clients/7/finance?from=2024-01-01&answer=old", server.address);
    let answer = browser.post(TOP_UP, &form).header("referer", &from).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.location(), format!("/clients/7/finance?from=2024-01-01&answer={KEY}#top-up"));
    let shown = browser.get(answer.location().split('#').next().unwrap()).await;
    let page = shown.html();
    let typed = page.attributes("value");
    assert!(typed.contains(&"1,234") && typed.contains(&"Invoice \"7\""), "{typed:?}");
    assert!(shown.text().contains("could be 1234 or 1.234"), "{shown:?}");
    assert!(shown.text().contains("aria-invalid=\"true\""), "{shown:?}");

    // A form that is done doesn't open again.
    let opened = format!("http://{}/clients/7/finance?form=top-up", server.address);
    let form = [("idempotency_key", KEY), ("amount", "5")];
    for said in ["Booked: transaction 2", "Already booked"] {
        let answer = browser.post(TOP_UP, &form).header("referer", &opened).await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, format!("/clients/7/finance?answer={KEY}#top-up").as_str())
        );
        let shown = browser.get(&format!("/clients/7/finance?answer={KEY}")).await;
        assert!(shown.text().contains(said), "{said}: {shown:?}");
    }
    assert_eq!(ledger(test).await.len(), 2);

    let large = [("idempotency_key", "00000000-2"), ("amount", "5000"), ("comment", "big")];
    browser.post(TOP_UP, &large).await;
    let shown = browser.get("/clients/7/finance?answer=00000000-2").await;
    assert!(shown.text().contains("Top up 5,000.00 EUR"), "{shown:?}");
    // Other administrators don't see the typed values.
    let other = server.signed_in(Role::Owner).await;
    assert!(!other.get("/clients/7/finance?answer=00000000-2").await.text().contains("Top up 5,000.00"));
    let page = shown.html();
    let confirmed = page.first("[name=confirmed]").attr("value").expect("the value that confirms");
    // The page has a new idempotency key.
    let form = [("idempotency_key", "00000000-3"), ("amount", "5000"), ("comment", "big"), ("confirmed", confirmed)];
    for _ in 0..2 {
        browser.post(TOP_UP, &form).await;
    }
    assert_eq!(balance(test).await, Money(1_000_000 + 50_000 + 50_000_000));
}

#[apply(both_databases)]
async fn every_period_kind_and_page_ties_and_is_what_brute_force_finds(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let mut random = fastrand::Rng::with_seed(3);
    let mut account = booking::Account::new(ClientId(8), "EUR".into(), Money(0), Money(i64::MAX / 4));
    let mut rows = Vec::new();
    let begin: time::Moment = "2024-01-01T00:00:00Z".parse().unwrap();
    let mut at = begin;
    for number in 0..240 {
        // Some days have many rows, some none, and some rows are at midnight.
        at += chrono::Duration::hours(random.i64(0..14));
        let amount = Money(random.i64(1..90_000));
        let text = String::new();
        let booking = match random.u32(0..10) {
            0..5 => Booking::Mailing { cost: amount, purpose: "m".into(), at },
            5..8 => Booking::TopUp { amount, comment: text },
            8 => Booking::Correction { amount, reason: text },
            _ => Booking::Mailing { cost: amount, purpose: "n".into(), at: begin },
        };
        let author = Actor { administrator: None, login: "x".into(), address: String::new() };
        let order = Order { client_id: ClientId(8), idempotency_key: number.to_string(), booking, author };
        rows.push(account.book(&order, at).unwrap().entry);
    }
    let closing = rows.last().unwrap().balance;
    let transaction = test.database.write().await.unwrap();
    booking::insert(&transaction, rows.clone()).await.unwrap();
    transaction.commit().await.unwrap();
    test.execute("UPDATE clients SET balance = $1 WHERE id = 8", [closing.0.into()]).await;
    assert_counts(test).await;

    for _ in 0..80 {
        let day = |random: &mut fastrand::Rng| begin.date_naive() + chrono::Days::new(random.u64(0..90));
        let (a, b) = (day(&mut random), day(&mut random));
        let (from, to) = (a.min(b), a.max(b));
        let kind = random
            .choice([None, Some(EntryKind::Mailing), Some(EntryKind::TopUp), Some(EntryKind::Reversal)])
            .flatten();
        let within = |row: &&store::entry::Model| (from..=to).contains(&row.at.date_naive());
        let before: i64 = rows.iter().filter(|row| row.at.date_naive() < from).map(|row| row.amount.0).sum();
        let selected: Vec<_> =
            rows.iter().rev().filter(within).filter(|row| kind.is_none_or(|kind| row.kind == kind)).collect();
        let sum = |rows: &[&store::entry::Model], above: bool| -> i64 {
            rows.iter().map(|row| row.amount.0).filter(|amount| (*amount > 0) == above).sum()
        };
        let pages = selected.len().div_ceil(20).max(1);
        let page = random.usize(1..=pages);
        let kind_word = kind.map_or("", EntryKind::word);
        let query = format!("from={from}&to={to}&kind={kind_word}&page={page}");
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let shown = browser.get(&format!("/rpc/list_transactions?id=8&address={query}")).await;
        let shown = shown.json::<Answer<FinanceQuery, LedgerPage>>().content;
        assert_eq!(shown.opening, Money(before), "{query}");
        assert_eq!(shown.total, selected.len() as u64, "{query}");
        assert_eq!(shown.turnover, (Money(sum(&selected, false)), Money(sum(&selected, true))), "{query}");
        let ids: Vec<_> = selected.iter().skip((page - 1) * 20).take(20).map(|row| row.id).collect();
        assert_eq!(shown.rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids, "{query}");
        let (turnover, others) = (shown.turnover, shown.others);
        let tied = shown.opening.0 + turnover.0.0 + turnover.1.0 + others.0.0 + others.1.0;
        assert_eq!(Money(tied), shown.closing, "{query}");
    }
}

#[apply(both_databases)]
async fn periods_that_make_no_sense_are_told_beside_the_field(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    for (query, said, typed) in [
        ("from=2024-02-31", "can&#x27;t be “2024-02-31”", "2024-02-31"),
        ("from=2024-02-02&to=2024-02-01", "before it begins", "2024-02-01"),
        ("from=1024-01-01&to=2024-01-01", "too long", "1024-01-01"),
        ("to=soon", "can&#x27;t be “soon”", "soon"),
    ] {
        let answer = browser.get(&format!("/clients/7/finance?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        let text = answer.text().replace('\'', "&#x27;");
        assert!(text.contains(said), "{query}: {answer:?}");
        assert!(answer.text().contains(&format!("value=\"{typed}\"")), "{query}: {answer:?}");
        assert_eq!(browser.get(&format!("/clients/7/finance/export.xlsx?{query}")).await.status, 400);
    }
    for (query, status) in [
        ("page=9", 404),
        ("page=0", 400),
        ("per_page=7", 400),
        ("kind=gift", 400),
        ("form=gift", 400),
        ("reverse=99", 404),
    ] {
        assert_eq!(browser.get(&format!("/clients/7/finance?{query}")).await.status, status, "{query}");
    }
    assert_eq!(browser.get("/clients/9/finance").await.status, 404);
}

#[apply(both_databases)]
async fn the_export_has_the_rows_of_the_screen_and_ties_by_a_formula(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    booked(&browser, TOP_UP, KEY, &[("amount", "0.0001"), ("comment", "=HYPERLINK(\"x\")")]).await;
    booked(&browser, CORRECTION, "00000000-2", &[("amount", "40"), ("reason", "+1")]).await;
    for query in [
        format!("from=2024-01-01&to={}", today()),
        format!("from={}&to={}", today(), today()),
        "from=2020-01-01&to=2020-01-31".into(),
        format!("kind=top_up&from=2024-01-01&to={}", today()),
    ] {
        let shown = page(&browser, &query).await;
        let answer = browser.get(&format!("/clients/7/finance/export.xlsx?{query}")).await;
        assert_eq!(answer.status, 200);
        let name = format!("filename=\"statement-7-{}-to-{}.xlsx\"", shown.from, shown.to);
        assert!(answer.header("content-disposition").ends_with(&name), "{answer:?}");
        let mut book = Xlsx::new(Cursor::new(answer.body)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
        let labels: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
        assert_eq!(labels, ["Date", "Credit, EUR", "Debit, EUR", "Purpose", "Balance, EUR", "Booked by", "No."]);
        let number = |money: Money| Data::Float(money.to_string().parse().unwrap());
        let first = &rows[1];
        assert_eq!((&first[3], &first[4]), (&Data::String("Opening balance".into()), &number(shown.opening)));
        for (row, cells) in shown.rows.iter().zip(&rows[2..]) {
            assert!(matches!(cells[0], Data::DateTime(_)), "{cells:?}");
            assert_eq!(cells[0].as_datetime().unwrap().format("%Y-%m-%d %H:%M").to_string(), row.at);
            let column = if row.amount.0 < 0 { 1 } else { 2 };
            assert_eq!((&cells[column], &cells[3 - column]), (&number(row.amount), &Data::Empty));
            assert_eq!(cells[3], Data::String(row.purpose.clone()));
            assert_eq!(cells[4], number(row.balance));
            assert_eq!(cells[6], Data::Float(row.id.to_string().parse().unwrap()));
        }
        let last = rows.last().unwrap();
        assert_eq!((&last[3], &last[4]), (&Data::String("Closing balance".into()), &number(shown.closing)));
        assert_eq!(rows.len(), shown.rows.len() + if query.contains("kind") { 4 } else { 3 });
        let name = book.sheet_names()[0].clone();
        assert_eq!(name, format!("7 {} to {}", shown.from, shown.to));
        let formulas = book.worksheet_formula(&name).unwrap();
        let formula = formulas.rows().next_back().unwrap().last().unwrap().clone();
        assert!(formula.contains("+B") && formula.contains("+C"), "{formula}");
        let criteria = book.worksheet_range("Criteria").unwrap();
        let said = |term: &str| criteria.rows().find(|row| row[0] == *term).unwrap()[1].clone();
        assert_eq!(said("Client"), Data::String("7 / 380507".into()));
        assert_eq!(said("Time zone"), Data::String("UTC".into()));
        assert_eq!(said("Start date").as_datetime().unwrap().format("%Y-%m-%d").to_string(), shown.from);
        assert_eq!(said("Transactions").as_f64().unwrap().to_string(), shown.rows.len().to_string());
        assert_eq!(said("Closing balance"), number(shown.closing));

        let csv = browser.get(&format!("/clients/7/finance/export.csv?{query}")).await;
        let mut reader = csv::ReaderBuilder::new().from_reader(&*csv.body);
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), shown.rows.len());
        for (row, record) in shown.rows.iter().zip(records) {
            assert_eq!((&record[0], &record[4]), (row.at.as_str(), row.balance.to_string().as_str()));
            assert_eq!(record[6], row.id.to_string());
        }
    }
}

#[apply(both_databases)]
async fn an_open_page_is_told_when_somebody_else_changes_the_client(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let mut listening = Listening::start(&server, &browser, 7).await;
    booked(&browser, TOP_UP, KEY, &[("amount", "5")]).await;
    server.services.directory.catch_up().await.unwrap();
    listening.until("event: changed");
    server.services.stopping.cancel();
    listening.until_it_ends();
}

#[apply(both_databases)]
async fn check_finds_what_doesn_t_add_up(test: &TestDatabase) {
    start(test).await;
    let clean = test.run(&["check"], b"");
    assert_eq!(
        (clean.code, clean.stdout.as_str()),
        (Some(0), "2 clients, 1 transactions, 0 messages and 0 names counted, 0 differences\n")
    );
    test.execute("UPDATE clients SET balance = balance + 1 WHERE id = 7", []).await;
    test.execute("UPDATE clients SET balance = 5 WHERE id = 8", []).await;
    let wrong = test.run(&["check"], b"");
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stdout.contains("client 7: the balance is kept as 1000001 and counted as 1000000"), "{wrong:?}");
    assert!(wrong.stdout.contains("client 8: the balance is 0.0005, and the ledger has no row"), "{wrong:?}");
    // An account with inconsistent books takes no bookings.
    let orders = [mailing("spring", 1, "2024-02-01T10:00:00Z")];
    assert_eq!(booking::book_all(&test.database, &orders).await, Err(Error::Internal));
}
