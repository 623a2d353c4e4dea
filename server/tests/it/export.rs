//! `/clients/export.csv` and `/clients/export.xlsx`: the filtered rows as files.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{all, client, expected, mixed, put},
    server::{Answer, Browser, TestServer},
};
use calamine::{Data, DataType as _, Reader as _, Xlsx};
use domain::{
    administrators::Role,
    clients::{query::ClientQuery, store::client::Model},
    ids::ClientId,
};
use std::io::Cursor;
use values::Money;

const HEADER: [&str; 10] =
    ["ID", "Login", "Company", "Name", "SMS Price", "Balance", "Credit", "Currency", "Channel", "Channel source"];

/// Queries that match some, all or no clients, in different orders.
const QUERIES: [&str; 6] = [
    "",
    "sort=company&dir=asc&page=3&per_page=20",
    "q=%D1%97%D0%96%D0%B0%D0%BA&sort=balance&dir=desc",
    "currency=UAH&below_zero=true&sms_subscription=false&sort=name",
    "property_type=individual&registered_from=2024-01-05&registered_to=2024-01-05",
    "q=nobody",
];

async fn csv(browser: &Browser, query: &str) -> Vec<Vec<String>> {
    let answer = browser.get(&format!("/clients/export.csv?{query}")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"), "{answer:?}");
    assert_download(&answer, "csv");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&*answer.body);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

async fn workbook(browser: &Browser, query: &str) -> Xlsx<Cursor<Vec<u8>>> {
    let answer = browser.get(&format!("/clients/export.xlsx?{query}")).await;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{answer:?}");
    assert_download(&answer, "xlsx");
    Xlsx::new(Cursor::new(answer.body)).unwrap()
}

fn assert_download(answer: &Answer, ending: &str) {
    let today = chrono::Utc::now().format("%Y-%m-%d");
    let name = format!("attachment; filename=\"clients-{today}.{ending}\"");
    assert_eq!(answer.header("content-disposition"), name);
}

fn rows(workbook: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<Data>> {
    workbook.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn text(text: Option<&str>) -> Data {
    text.filter(|text| !text.is_empty()).map_or(Data::Empty, |text| Data::String(text.to_owned()))
}

/// An amount as Excel stores it.
fn number(money: Money) -> Data {
    Data::Float(money.to_string().parse().unwrap())
}

/// A client's row as typed cells.
fn typed(client: &Model) -> Vec<Data> {
    vec![
        Data::Float(client.id.to_string().parse().unwrap()),
        text(Some(&client.login)),
        text(client.company.as_deref()),
        text(client.name.as_deref()),
        client.sms_price.map_or(Data::Empty, number),
        number(client.balance),
        number(client.credit),
        text(Some(&client.currency)),
        text(client.channel.as_deref()),
        text(client.channel_source.as_deref()),
    ]
}

/// A client's row as text.
fn plain(client: &Model) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        client.id.to_string(),
        client.login.clone(),
        text(&client.company),
        text(&client.name),
        client.sms_price.map(|price| price.to_string()).unwrap_or_default(),
        client.balance.to_string(),
        client.credit.to_string(),
        client.currency.clone(),
        text(&client.channel),
        text(&client.channel_source),
    ]
}

#[apply(both_databases)]
async fn both_files_have_exactly_the_rows_of_the_query_in_its_order(test: &TestDatabase) {
    put(&test.database, &mixed(120)).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let clients = all(test).await;
    let header = HEADER.map(str::to_owned).to_vec();
    for address in QUERIES {
        let ids = expected(&clients, &ClientQuery::parse(address).unwrap());
        let wanted: Vec<&Model> =
            ids.iter().map(|id| clients.iter().find(|client| client.id == ClientId(*id)).unwrap()).collect();
        assert_eq!(wanted.is_empty(), address == "q=nobody", "{address}");

        let lines = csv(&browser, address).await;
        assert_eq!(lines[0], header);
        assert_eq!(lines[1..], wanted.iter().map(|client| plain(client)).collect::<Vec<_>>(), "{address}");

        let mut workbook = workbook(&browser, address).await;
        let rows = rows(&mut workbook, "Clients");
        assert_eq!(rows[0], HEADER.map(|label| Data::String(label.to_owned())));
        assert_eq!(rows[1..], wanted.iter().map(|client| typed(client)).collect::<Vec<_>>(), "{address}");
    }
}

#[apply(both_databases)]
async fn the_second_sheet_says_what_the_rows_are(test: &TestDatabase) {
    put(&test.database, &mixed(60)).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let address = "q=a&property_type=individual&channel=Organic&currency=EUR&sms_subscription=true&below_zero=true\
        &registered_from=2024-01-05&registered_to=2024-01-06&sort=sms_price&dir=desc";
    let mut book = workbook(&browser, address).await;
    assert_eq!(book.sheet_names(), ["Clients", "Criteria"]);
    let pairs = |rows: Vec<Vec<Data>>| -> Vec<(String, String)> {
        let day = |cell: &Data| cell.as_datetime().map(|moment| moment.format("%Y-%m-%d").to_string());
        let value = |cell: &Data| day(cell).filter(|_| cell.is_datetime()).unwrap_or_else(|| cell.to_string());
        rows.iter().map(|row| (row[0].to_string(), value(&row[1]))).collect()
    };
    let criteria = pairs(rows(&mut book, "Criteria"));
    let found = expected(&all(test).await, &ClientQuery::parse(address).unwrap()).len().to_string();
    let now = chrono::Utc::now().format("%Y-%m-%d").to_string();
    let expected = [
        ("Clients", found.as_str()),
        ("User search", "a"),
        ("Property type", "Individual"),
        ("Channel", "Organic"),
        ("Currency", "EUR"),
        ("SMS subscription", "yes"),
        ("Balance below zero", "only"),
        ("Registered from", "2024-01-05"),
        ("Registered to", "2024-01-06"),
        ("Sorted by", "SMS Price, descending"),
        ("Time zone", "UTC"),
        ("Exported at", &now),
        ("Exported by", "manager"),
    ];
    for ((term, value), (expected_term, expected_value)) in criteria.iter().zip(expected) {
        assert_eq!(term, expected_term);
        assert_eq!(value, expected_value, "{term}");
    }
    assert_eq!(criteria.len(), expected.len());

    let mut book = workbook(&browser, "").await;
    let criteria = pairs(rows(&mut book, "Criteria"));
    assert_eq!(criteria[2], ("Property type".to_owned(), "any".to_owned()));
    assert_eq!(criteria[9], ("Sorted by".to_owned(), "ID, descending".to_owned()));
}

#[apply(both_databases)]
async fn what_looks_like_a_formula_stays_text(test: &TestDatabase) {
    let evil = |id: i64, text: &str| Model {
        company: Some(text.to_owned()),
        name: Some("-2+3".to_owned()),
        channel: Some("@SUM(A1)".to_owned()),
        login: "+380501".to_owned() + &id.to_string(),
        ..client(id)
    };
    let texts = ["=1+1", "=HYPERLINK(\"https://evil.example\")", "+1+1", "{=1}", "https://a.example", "007"];
    put(&test.database, &(1..).zip(texts).map(|(id, text)| evil(id, text)).collect::<Vec<_>>()).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;

    let mut book = workbook(&browser, "sort=id").await;
    let formulas = book.worksheet_formula("Clients").unwrap();
    assert!(formulas.rows().flatten().all(String::is_empty), "{formulas:?}");
    let rows = rows(&mut book, "Clients");
    assert_eq!(rows[1..].iter().map(|row| row[2].to_string()).collect::<Vec<_>>(), texts);
    assert_eq!(rows[1][1], Data::String("+3805011".to_owned()));

    let lines = csv(&browser, "sort=id").await;
    let companies: Vec<_> = lines[1..].iter().map(|line| line[2].as_str()).collect();
    let marked = ["'=1+1", "'=HYPERLINK(\"https://evil.example\")", "'+1+1", "{=1}", "https://a.example", "007"];
    assert_eq!(companies, marked);
    assert_eq!((lines[1][1].as_str(), lines[1][3].as_str(), lines[1][8].as_str()), ("+3805011", "'-2+3", "'@SUM(A1)"));
}

#[apply(both_databases)]
async fn more_rows_than_are_read_at_once_are_all_there(test: &TestDatabase) {
    put(&test.database, &(1..=4_500).map(client).collect::<Vec<_>>()).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let lines = csv(&browser, "").await;
    let ids: Vec<i64> = lines[1..].iter().map(|line| line[0].parse().unwrap()).collect();
    assert_eq!(ids, (1..=4_500).rev().collect::<Vec<_>>());
    let mut book = workbook(&browser, "sort=id").await;
    assert_eq!(rows(&mut book, "Clients").len(), 4_501);
}

#[apply(both_databases)]
async fn the_tables_buttons_export_what_it_shows(test: &TestDatabase) {
    put(&test.database, &mixed(30)).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let page = browser.get("/clients?q=a&sort=name&page=1&per_page=20").await.html();
    assert_eq!(page.link("Export"), Some("/clients/export.xlsx?q=a&sort=name&dir=asc&per_page=20"));
    assert_eq!(page.link("Export as CSV"), Some("/clients/export.csv?q=a&sort=name&dir=asc&per_page=20"));
}

#[apply(both_databases)]
async fn a_bad_address_and_a_visitor_without_session_get_no_file(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    for ending in ["csv", "xlsx"] {
        for query in ["sort=price", "page=0", "per_page=7", "q=%00", &format!("q={}", "a".repeat(10_000))] {
            let answer = browser.get(&format!("/clients/export.{ending}?{query}")).await;
            assert_eq!((answer.status, answer.header("content-disposition")), (400, ""), "{answer:?}");
        }
        let answer = server.browser().get(&format!("/clients/export.{ending}?q=a")).await;
        assert_eq!(answer.location(), format!("/login?next=%2Fclients%2Fexport.{ending}%3Fq%3Da"));
        let script = server.browser().get(&format!("/clients/export.{ending}")).header("accept", "text/csv").await;
        assert_eq!(script.status, 401);
    }
}
