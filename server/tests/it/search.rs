//! `/search` and its server function: what one box finds.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    names::{name, name_with, put_names},
    server::{Browser, TestServer},
};
use domain::{administrators::Role, clients::store::client::Model, search::Found};
use form_urlencoded::byte_serialize;
use serde_json::json;

async fn search(browser: &Browser, q: &str, recent: &str) -> Found {
    let q: String = byte_serialize(q.as_bytes()).collect();
    let address = format!("/rpc/search_everything?q={q}&recent={recent}");
    let answer = browser.get(&address).header("accept", "application/json").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn clients(browser: &Browser, q: &str, recent: &str) -> Vec<i64> {
    search(browser, q, recent).await.clients.into_iter().map(|client| client.id.0).collect()
}

async fn names(browser: &Browser, q: &str) -> Vec<(i64, String)> {
    search(browser, q, "").await.names.into_iter().map(|name| (name.client_id.0, name.name)).collect()
}

#[apply(both_databases)]
async fn a_client_is_found_by_each_of_its_texts_as_soon_as_it_is_there(test: &TestDatabase) {
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    assert!(clients(&browser, "muller", "").await.is_empty());
    let müller = Model {
        login: "380683900150".into(),
        company: Some("Müller & Co".into()),
        name: Some("Юрій Лисенко".into()),
        email: Some("office@mueller.example".into()),
        email_accounting: Some("Books@mueller.example".into()),
        ..client(7)
    };
    put(&test.database, &[müller, Model { login: "7".into(), ..client(8) }]).await;
    for q in [
        "muller",
        "CO mül",
        "Лисенко Юрій",
        "юріи",
        "+380 68 390-01-50",
        "office@mueller.example",
        "books@",
        "лисенко books 0150",
        "  380683900150 ",
    ] {
        assert_eq!(clients(&browser, q, "").await, [7], "{q}");
    }
    assert!(clients(&browser, "muller юлия", "").await.is_empty());
    // One client's ID is another's login: both are offered first.
    assert_eq!(clients(&browser, "7", "").await, [7, 8]);
}

#[apply(both_databases)]
async fn recently_opened_clients_come_first_then_the_newest(test: &TestDatabase) {
    let many: Vec<Model> = (1..=20).map(|id| Model { company: Some("Alpha".into()), ..client(id) }).collect();
    put(&test.database, &many).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    assert_eq!(clients(&browser, "alpha", "").await, [20, 19, 18, 17, 16, 15, 14, 13]);
    assert_eq!(clients(&browser, "alpha", "3,99,x,17").await, [3, 17, 20, 19, 18, 16, 15, 14]);
    assert_eq!(search(&browser, "alpha", "").await.total, 20);
    // Nothing typed: the recently opened ones alone.
    assert_eq!(clients(&browser, " ", "3,99,17").await, [3, 17]);
    assert!(clients(&browser, "", "").await.is_empty());
}

#[apply(both_databases)]
async fn a_sender_id_is_found_by_its_beginning(test: &TestDatabase) {
    put(&test.database, &[Model { company: Some("Alpha".into()), ..client(7) }, client(8)]).await;
    let lines = [
        name(7, "Shop-Kyiv"),
        name(8, "SHOP"),
        name_with(8, "Shoes", &[("status", json!("Checked"))]),
        name(8, "A_B"),
        name(8, "AxB"),
    ];
    put_names(test, &lines).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let found = |id: i64, name: &str| (id, name.to_owned());
    assert_eq!(names(&browser, "sho").await, [found(8, "Shoes"), found(8, "SHOP"), found(7, "Shop-Kyiv")]);
    assert_eq!(names(&browser, "Shop-").await, [found(7, "Shop-Kyiv")]);
    // No character is a wildcard.
    assert_eq!(names(&browser, "a_").await, [found(8, "A_B")]);
    for q in ["%", "hop", "шоп", ""] {
        assert!(names(&browser, q).await.is_empty(), "{q}");
    }
    let first = &search(&browser, "shop-kyiv", "").await.names[0];
    assert_eq!((first.client.as_str(), first.status.word()), ("Alpha", "New"));

    test.execute("UPDATE names SET status = 'Removed' WHERE name_key = 'shop'", []).await;
    assert_eq!(names(&browser, "shop").await, [found(7, "Shop-Kyiv")]);
}

#[apply(both_databases)]
async fn the_page_has_the_results_in_its_first_html(test: &TestDatabase) {
    put(&test.database, &[Model { company: Some("Müller <Co>".into()), ..client(7) }]).await;
    put_names(test, &[name(7, "Muller")]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let page = browser.get("/search?q=MULLER").await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("href=\"/clients/7/general\""), "{text}");
    assert!(text.contains("<mark>Müller"), "{text}");
    assert!(text.contains("href=\"/clients/7/names?name=Muller\""), "{text}");
    assert!(browser.get("/search?q=").await.text().contains("href=\"/names\""));
    assert!(browser.get("/search?q=nobody+at+all").await.text().contains("Nothing matches."));

    let long = format!("/search?q={}", "a".repeat(1_000));
    let refused = browser.get(&long).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("This has 1000"), "{refused:?}");
    let refused = browser.get("/rpc/search_everything?q=a%00b&recent=").header("accept", "application/json").await;
    assert_eq!(refused.status, 400);
}
