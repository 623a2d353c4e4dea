//! `/views/...`: saved views of lists and reports.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    server::{Browser, TestServer},
};
use domain::{administrators::Role, clients::store::client::Model, views::PageViews};

async fn start(test: &TestDatabase) -> TestServer {
    let of = |id, currency: &str| Model { currency: currency.into(), ..client(id) };
    put(&test.database, &[of(7, "UAH"), of(8, "UAH"), of(9, "EUR")]).await;
    TestServer::start(test).await
}

async fn views(browser: &Browser, place: &str, client: &str, address: &str) -> PageViews {
    let address: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
    browser.get(&format!("/rpc/list_views?place={place}&client={client}&address={address}")).await.json()
}

async fn save(browser: &Browser, key: &str, place: &str, query: &str, more: &[(&str, &str)]) -> u16 {
    let mut form = vec![("idempotency_key", key), ("place", place), ("query", query)];
    form.extend_from_slice(more);
    browser.post("/views/save", &form).header("accept", "application/json").await.status
}

#[apply(both_databases)]
async fn a_view_is_an_address_with_a_count_of_its_rows(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let query = "?currency=UAH&sort=balance&dir=asc&page=3&answer=x";
    assert_eq!(save(&browser, "view-save-1", "clients", query, &[("name", " Ukraine ")]).await, 200);
    let found = views(&browser, "clients", "", "?sort=balance&dir=asc&currency=UAH&page=2").await.views;
    assert_eq!(found.len(), 1);
    let view = &found[0];
    assert_eq!(view.address, "/clients?currency=UAH&sort=balance&dir=asc");
    assert_eq!((view.name.as_str(), view.count, view.open, view.shared), ("Ukraine", Some(2), true, false));
    assert!(!views(&browser, "clients", "", "?currency=EUR").await.views[0].open);
    let page = browser.get("/clients").await;
    assert!(page.text().contains("/clients?currency=UAH&amp;sort=balance&amp;dir=asc"), "{page:?}");
}

#[apply(both_databases)]
async fn a_view_belongs_to_its_author_unless_a_manager_shares_it(test: &TestDatabase) {
    let server = start(test).await;
    let (viewer, manager) = (server.signed_in(Role::Viewer).await, server.signed_in(Role::Manager).await);
    assert_eq!(save(&viewer, "view-mine-1", "clients", "", &[("name", "Mine")]).await, 200);
    assert_eq!(save(&viewer, "view-mine-2", "clients", "", &[("name", "All's"), ("shared", "true")]).await, 422);
    assert_eq!(
        save(&manager, "view-ours-1", "clients", "currency=EUR", &[("name", "Ours"), ("shared", "true")]).await,
        200
    );
    let names = |found: PageViews| found.views.into_iter().map(|view| (view.name, view.changeable)).collect::<Vec<_>>();
    let expected =
        |names: &[(&str, bool)]| names.iter().map(|(name, may)| ((*name).to_owned(), *may)).collect::<Vec<_>>();
    assert_eq!(names(views(&viewer, "clients", "", "").await), expected(&[("Mine", true), ("Ours", false)]));
    assert_eq!(names(views(&manager, "clients", "", "").await), expected(&[("Ours", true)]));
    let ours = views(&viewer, "clients", "", "").await.views[1].id.to_string();
    let refused = viewer
        .post("/views/delete", &[("idempotency_key", "view-del-1"), ("id", &ours)])
        .header("accept", "application/json")
        .await;
    assert_eq!(refused.status, 404);
    let renamed = [("idempotency_key", "view-ren-1"), ("id", ours.as_str()), ("name", "Euro")];
    assert_eq!(manager.post("/views/rename", &renamed).header("accept", "application/json").await.status, 200);
    assert_eq!(names(views(&viewer, "clients", "", "").await), expected(&[("Euro", false), ("Mine", true)]));
    let deleted = [("idempotency_key", "view-del-2"), ("id", ours.as_str())];
    assert_eq!(manager.post("/views/delete", &deleted).header("accept", "application/json").await.status, 200);
    assert_eq!(names(views(&viewer, "clients", "", "").await), expected(&[("Mine", true)]));
}

#[apply(both_databases)]
async fn bad_input_is_refused_and_changes_nothing(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let long = "x".repeat(41);
    for (place, query, name) in [
        ("clients", "", ""),
        ("clients", "", long.as_str()),
        ("clients", "sort=nonsense", "Bad"),
        ("audit", "", "Bad"),
        ("statistics/nonsense", "", "Bad"),
    ] {
        let status = save(&browser, "view-bad-1", place, query, &[("name", name)]).await;
        assert_eq!(status, 422, "{place} {query} {name}");
    }
    assert!(views(&browser, "clients", "", "").await.views.is_empty());
}

#[apply(both_databases)]
async fn the_default_view_is_where_the_menu_leads(test: &TestDatabase) {
    let server = start(test).await;
    let (viewer, manager) = (server.signed_in(Role::Viewer).await, server.signed_in(Role::Manager).await);
    let shared = [("name", "Euro"), ("shared", "true"), ("default", "true")];
    assert_eq!(save(&manager, "view-def-1", "clients", "currency=EUR", &shared).await, 200);
    let menu = async |browser: &Browser| browser.get("/rpc/read_menu").await.text().to_owned();
    assert!(menu(&viewer).await.contains("/clients?currency=EUR"));
    let own = [("name", "Mine"), ("default", "true")];
    assert_eq!(save(&viewer, "view-def-2", "clients", "currency=UAH", &own).await, 200);
    assert!(menu(&viewer).await.contains("/clients?currency=UAH"));
    assert!(menu(&manager).await.contains("/clients?currency=EUR"));
}

#[apply(both_databases)]
async fn a_relative_period_is_resolved_when_the_view_is_shown(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let (name, days) = values::period::Period::quick()[0];
    let query = format!("from={}&to={}&channel=sms", days.from, days.to);
    assert_eq!(views(&browser, "statistics/operator", "7", &query).await.relative.as_deref(), Some(name));
    let relative = [("name", "Recent"), ("relative", "true")];
    assert_eq!(save(&browser, "view-rel-1", "statistics/operator", &query, &relative).await, 200);
    let stored = test.column::<String>("SELECT query FROM saved_views").await;
    assert!(stored[0].contains("period=") && !stored[0].contains("from="), "{stored:?}");
    let found = views(&browser, "statistics/day", "8", "").await.views;
    let expected = format!("/clients/8/statistics/operator?channel=sms&from={}&to={}", days.from, days.to);
    assert_eq!(found[0].address, expected);
}

#[apply(both_databases)]
async fn without_javascript_the_page_comes_back_with_the_message_and_what_was_typed(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let form =
        [("idempotency_key", "view-plain-1"), ("place", "clients"), ("query", ""), ("name", ""), ("default", "true")];
    let answer = browser.post("/views/save", &form).header("referer", "/clients?currency=UAH").await;
    assert_eq!(answer.status, 303);
    let back = answer.location().to_owned();
    assert!(back.starts_with("/clients?currency=UAH&answer="), "{back}");
    let page = browser.get(back.split('#').next().unwrap_or_default()).await;
    assert!(page.text().contains("Enter a name."), "{page:?}");
}
