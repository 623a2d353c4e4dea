//! `/clients/{id}/finance/statement.pdf`: the statement, read as a person's tools read it.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    server::{Answer, Browser, TestServer},
};
use domain::{
    actor::Actor,
    administrators::Role,
    clients::store::client::Model,
    ids::ClientId,
    ledger::booking::{self, Booking, Order},
};
use std::{
    io::Write as _,
    process::{Command, Stdio},
    thread,
};
use values::Money;

const PERIOD: &str = "from=2024-01-01&to=2024-12-31";

fn account(id: i64, language: &str, name: &str) -> Model {
    Model {
        balance: Money(1_000_000),
        company: Some(name.to_owned()),
        language: language.to_owned(),
        registered_at: Some("2024-01-05T07:46:00Z".parse().unwrap()),
        ..client(id)
    }
}

/// Books mailings, the amounts in ten-thousandths, a minute after each other.
async fn book(test: &TestDatabase, id: i64, costs: impl IntoIterator<Item = i64>) {
    let orders: Vec<Order> = (1..)
        .zip(costs)
        .map(|(number, cost)| Order {
            client_id: ClientId(id),
            idempotency_key: format!("statement-{number}"),
            booking: Booking::Mailing {
                cost: Money(cost),
                purpose: format!("Mailing spring {number}"),
                at: "2024-02-01T10:00:00Z".parse::<values::time::Moment>().unwrap()
                    + chrono::TimeDelta::minutes(number),
            },
            author: Actor::command_line(),
        })
        .collect();
    for batch in orders.chunks(2_000) {
        for booked in booking::book_all(&test.database, batch).await.unwrap() {
            booked.unwrap();
        }
    }
}

async fn statement(browser: &Browser, query: &str) -> Answer {
    browser.get(&format!("/clients/7/finance/statement.pdf?{query}")).await
}

/// The lines of a PDF, with single blanks.
fn lines(answer: &Answer) -> Vec<String> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"), "{answer:?}");
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext: install Debian's package `poppler-utils`");
    let (mut stdin, file) = (reader.stdin.take().unwrap(), answer.body.clone());
    let writer = thread::spawn(move || stdin.write_all(&file).unwrap());
    let output = reader.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

fn place(lines: &[String], text: &str) -> usize {
    lines.iter().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}: {lines:#?}"))
}

#[apply(both_databases)]
async fn a_statement_leads_from_the_opening_to_the_closing_balance(test: &TestDatabase) {
    put(&test.database, &[account(7, "en", "Acme & Sons")]).await;
    book(test, 7, [12_345, 400_000, -5_000]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let answer = statement(&browser, "from=2024-02-01&to=2024-02-29").await;
    let name = "attachment; filename=\"statement-7-2024-02-01-to-2024-02-29.pdf\"";
    assert_eq!(answer.header("content-disposition"), name);
    let lines = lines(&answer);
    for text in [
        "Account statement",
        "Client Acme & Sons (ID 7)",
        "Login 380507",
        "Period 2024-02-01 – 2024-02-29",
        "Time zone UTC",
        "Page 1 of 1",
    ] {
        place(&lines, text);
    }
    assert_eq!(
        lines[place(&lines, "Date No.")..][..7],
        [
            "Date No. Purpose Credit, EUR Debit, EUR Balance, EUR",
            "Opening balance 100.0000",
            "2024-02-01 10:01 2 Mailing spring 1 -1.2345 98.7655",
            "2024-02-01 10:02 3 Mailing spring 2 -40.0000 58.7655",
            "2024-02-01 10:03 4 Mailing spring 3 0.5000 59.2655",
            "Turnover -41.2345 0.5000",
            "Closing balance 59.2655",
        ]
    );

    let lines = self::lines(&statement(&browser, "from=2024-01-01&to=2024-12-31&kind=opening").await);
    place(&lines, "Kind Opening balance");
    place(&lines, "Rows of other kinds -41.2345 0.5000");
    place(&lines, "Closing balance 59.2655");
    let lines = self::lines(&statement(&browser, "from=2020-01-01&to=2020-01-31").await);
    place(&lines, "Closing balance 0.0000");
    place(&lines, "Nothing was booked in this period.");
}

#[apply(both_databases)]
async fn a_statement_speaks_the_clients_language_in_letters_that_can_be_read(test: &TestDatabase) {
    let languages = [
        ("uk-UA", "ТОВ «Їжак і Ґанок»", ["Виписка з рахунку", "Розсилка spring 1", "Сторінка 1 з 1"]),
        ("kk", "Әнші ЖШС ңғүұқөһі", ["Шоттан үзінді көшірме", "Таратылым spring 1", "Бастапқы баланс 100.0000"]),
        ("pl", "Zażółć gęślą jaźń", ["Wyciąg z konta", "Wysyłka spring 1", "Saldo początkowe 100.0000"]),
        ("ka", "შპს ანგარიში", ["ანგარიშის ამონაწერი", "დაგზავნა spring 1", "საწყისი ბალანსი 100.0000"]),
        ("cs", "Příliš žluťoučký kůň", ["Výpis z účtu", "Rozesílka spring 1", "Počáteční zůstatek 100.0000"]),
        ("fr", "Ωmega & Naïve", ["Account statement", "Mailing spring 1", "Opening balance 100.0000"]),
    ];
    let clients: Vec<Model> =
        (7..).zip(&languages).map(|(id, (language, company, _))| account(id, language, company)).collect();
    put(&test.database, &clients).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    for (id, (_, company, texts)) in (7..).zip(languages) {
        book(test, id, [12_345]).await;
        let address = format!("/clients/{id}/finance/statement.pdf?from=2024-02-01&to=2024-02-29");
        let lines = lines(&browser.get(&address).await);
        place(&lines, &format!("{company} (ID {id})"));
        for text in texts {
            place(&lines, text);
        }
    }
}

#[apply(both_databases)]
async fn a_long_statement_repeats_its_header_and_has_each_row_once(test: &TestDatabase) {
    put(&test.database, &[account(7, "en", "Acme")]).await;
    book(test, 7, std::iter::repeat_n(1, 4_100)).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let lines = lines(&statement(&browser, PERIOD).await);
    let pages: Vec<&String> = lines.iter().filter(|line| line.contains("Page ")).collect();
    let last = format!("Page {0} of {0}", pages.len());
    assert!(pages.len() > 60 && pages[pages.len() - 1].ends_with(&last), "{pages:?}");
    assert!(pages.iter().all(|page| page.contains("Acme (ID 7) · 380507 · 2024-01-01 – 2024-12-31")), "{pages:?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("Date No. Purpose")).count(), pages.len());
    let numbers = lines.iter().filter(|line| line.starts_with("2024-0"));
    let numbers: Vec<usize> = numbers.map(|line| line.split(' ').nth(2).unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, (1..=4_101).collect::<Vec<_>>());
    place(&lines, "Closing balance 99.5900");
}

#[apply(both_databases)]
async fn a_statement_that_is_too_long_is_refused_and_points_to_the_export(test: &TestDatabase) {
    put(&test.database, &[account(7, "en", "Acme")]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    book(test, 7, std::iter::repeat_n(1, 20_000)).await;
    let answer = statement(&browser, PERIOD).await;
    assert_eq!(answer.status, 400);
    let said = "This period has 20,001 transactions, and a PDF takes at most 20,000. Choose a shorter period, or use \
                Export";
    assert!(answer.text().contains(said), "{answer:?}");
    let page = browser.get(&format!("/clients/7/finance?{PERIOD}")).await.html();
    assert_eq!(page.link("PDF"), None);
    let page = browser.get("/clients/7/finance?from=2024-01-01&to=2024-01-31").await.html();
    assert_eq!(page.link("PDF"), Some("/clients/7/finance/statement.pdf?from=2024-01-01&to=2024-01-31"));
    for (query, status) in [("from=2024-02-31", 400), ("kind=gift", 400), ("page=0", 400)] {
        assert_eq!(statement(&browser, query).await.status, status, "{query}");
    }
    assert_eq!(browser.get("/clients/9/finance/statement.pdf").await.status, 404);
    let visitor = server.browser();
    let answer = visitor.get("/clients/7/finance/statement.pdf").header("accept", "application/pdf").await;
    assert_eq!(answer.status, 401);
}
