//! `/clients`: the clients shown, their order and their pages.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{all, client, expected, mixed, put},
    html,
    server::{Answer, Browser, Sending, TestServer},
};
use domain::{
    administrators::Role,
    clients::{
        ClientList, CurrencySum,
        index::Directory,
        query::{ClientQuery, Sort},
        store::{
            client::{Entity, Model},
            record_changes,
        },
    },
    database::Database,
    ids::ClientId,
};
use form_urlencoded::byte_serialize;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel};
use std::collections::BTreeMap;
use tokio::{runtime::Handle, task::block_in_place};
use values::{
    Direction, Money,
    answer::{self, Refusal},
    error::Error,
    paging::ListQuery as _,
};

/// Encodes a value for the table's address.
fn encoded(value: &str) -> String {
    byte_serialize(value.as_bytes()).collect()
}

/// Calls the server function for a page, with the query string of the table's address.
async fn ask(browser: &Browser, address: &str) -> Answer {
    browser.get(&format!("/rpc/list_clients?address={}", encoded(address))).header("accept", "application/json").await
}

async fn page(browser: &Browser, address: &str) -> answer::Answer<ClientQuery, ClientList> {
    let answer = ask(browser, address).await;
    assert_eq!(answer.status, 200, "{address}: {answer:?}");
    answer.json()
}

async fn list(browser: &Browser, address: &str) -> ClientList {
    page(browser, address).await.content
}

/// The ids of all pages in order.
async fn all_pages(browser: &Browser, query: &ClientQuery) -> Vec<i64> {
    let mut ids = Vec::new();
    for number in 1.. {
        let asked = query.on_page(number);
        let answer::Answer { query: understood, content: list } =
            page(browser, asked.address("").trim_start_matches('?')).await;
        assert_eq!(understood, asked);
        let last = query.paging.last(list.total);
        assert!(list.rows.len() as u64 == query.paging.per_page || number == last, "{number} of {last}");
        ids.extend(list.rows.iter().map(|row| row.id.0));
        if number == last {
            assert_eq!(list.total, ids.len() as u64);
            break;
        }
    }
    ids
}

fn numbers(ids: Vec<ClientId>) -> Vec<i64> {
    ids.into_iter().map(|id| id.0).collect()
}

/// The ids of a page's rows in its HTML.
fn shown(page: &Answer) -> Vec<i64> {
    let id = |address: &str| address.strip_prefix("/clients/")?.strip_suffix("/general")?.parse().ok();
    let page = page.html();
    page.all(".row-link").iter().map(|row| row.attr("href").and_then(id).expect("where a row leads")).collect()
}

fn sized(per_page: u64, mut query: ClientQuery) -> ClientQuery {
    query.paging.per_page = per_page;
    query
}

fn parse(address: &str) -> ClientQuery {
    ClientQuery::parse(address).expect(address)
}

async fn start_with(test: &TestDatabase, clients: &[Model]) -> (TestServer, Browser) {
    put(&test.database, clients).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    (server, browser)
}

#[apply(both_databases)]
async fn every_column_sorts_in_both_directions_through_all_pages(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(130)).await;
    let clients = all(test).await;
    for &sort in Sort::ALL {
        for &dir in Direction::ALL {
            let query = sized(50, ClientQuery { sort, dir, ..ClientQuery::default() });
            assert_eq!(all_pages(&browser, &query).await, expected(&clients, &query), "{sort:?} {dir:?}");
        }
    }
}

#[apply(both_databases)]
async fn without_a_sort_the_newest_are_first_and_a_sort_without_direction_goes_up(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(12)).await;
    let ids: Vec<i64> = (1..=12).rev().map(|number| number * number).collect();
    assert_eq!(shown(&browser.get("/clients").await), ids[..10]);
    assert_eq!(shown(&browser.get("/clients?page=2").await), ids[10..]);
    assert_eq!(
        shown(&browser.get("/clients?dir=asc&per_page=20").await),
        ids.iter().rev().copied().collect::<Vec<_>>()
    );
    assert_eq!(shown(&browser.get("/clients?sort=id").await)[..2], [1, 4]);
}

#[apply(both_databases)]
async fn filters_and_searches_alone_and_mixed_find_what_looking_at_every_row_finds(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(150)).await;
    let clients = all(test).await;
    let finds_some = [
        "property_type=individual",
        "property_type=legal_entity",
        "channel=Organic",
        "channel=organic",
        "channel=%D0%A0%D0%B5%D0%BA%D0%BB%D0%B0%D0%BC%D0%B0",
        "currency=UAH",
        "sms_subscription=true",
        "sms_subscription=false",
        "below_zero=true",
        "below_zero=on",
        "registered_from=2024-01-05",
        "registered_to=2024-01-05",
        "registered_from=2024-01-05&registered_to=2024-01-05",
        "registered_from=2024-02-29&registered_to=2024-02-29",
        "registered_from=2024-01-06",
        "currency=USD&below_zero=true&sort=balance&dir=asc",
        "q=alpha&sms_subscription=true&sort=company",
        "q=5&property_type=individual&currency=EUR&sort=name&dir=desc",
        "channel=Direct&registered_to=2024-01-05&sort=sms_price",
        "q=%2B38050&below_zero=true&registered_from=2024-01-05&sms_subscription=false&sort=channel",
    ];
    for address in finds_some {
        let query = parse(address);
        let ids = expected(&clients, &query);
        assert!((1..clients.len()).contains(&ids.len()), "{address} finds {} clients", ids.len());
        assert_eq!(all_pages(&browser, &sized(20, query)).await, ids, "{address}");
    }
    for address in [
        "channel=none",
        "currency=eur",
        "property_type=entrepreneur",
        "registered_from=2025-01-01",
        "registered_to=1999-12-31",
        "below_zero=true&q=no-such-text",
    ] {
        let found = list(&browser, address).await;
        assert_eq!((found.rows, found.total), (vec![], 0), "{address}");
    }
    // `false` filters nothing.
    assert_eq!(list(&browser, "below_zero=false").await.total, clients.len() as u64);
}

#[apply(both_databases)]
async fn balances_are_summed_up_by_currency_over_all_pages_and_follow_changes(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(150)).await;
    for added in [vec![], vec![Model { currency: "PLN".to_owned(), balance: Money(-7), ..client(5_000) }]] {
        put(&test.database, &added).await;
        let clients = all(test).await;
        for address in ["", "page=3", "below_zero=true", "q=alpha&sms_subscription=true", "currency=PLN", "q=nobody"] {
            let found = expected(&clients, &parse(address));
            let mut sums = BTreeMap::<String, (u64, i64)>::new();
            for client in clients.iter().filter(|client| found.contains(&client.id.0)) {
                let (count, sum) = sums.entry(client.currency.clone()).or_default();
                (*count, *sum) = (*count + 1, *sum + client.balance.0);
            }
            let sum =
                |(currency, (clients, balance))| CurrencySum { currency, clients, balance: Money(balance).grouped() };
            let sums: Vec<_> = sums.into_iter().map(sum).collect();
            assert_eq!(list(&browser, address).await.sums, sums, "{address}");
        }
    }
}

#[apply(both_databases)]
async fn a_search_finds_any_part_in_any_script_and_case(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(150)).await;
    let clients = all(test).await;
    let finds_some = [
        "alpha",
        "ALPHA",
        "aLpHaBeTaGamma",
        "їжак",
        "ЇЖАК",
        "ЇжАкЕвИч",
        "Ж",
        "жа",
        "ЖА",
        "zÜRICH",
        "zurich",
        "іжак",
        "οδος",
        "ΟΔΌΣ",
        "ΟΔΟΣ",
        "%",
        "0%",
        "_",
        "a_b",
        "x_",
        "\"",
        "\"quoted\"",
        "'",
        "'n'",
        "🚀",
        "t 🚀",
        "1",
        "14",
        "144",
        "+38050",
        "+",
        " %",
        "3805",
        "  alpha  ",
        "o",
        "on",
        "one",
    ];
    for q in finds_some {
        let query = parse(&format!("q={}", encoded(q)));
        let ids = expected(&clients, &query);
        assert_eq!(all_pages(&browser, &sized(100, query)).await, ids, "{q}");
        let page = browser.get(&format!("/clients?per_page=100&q={}", encoded(q))).await;
        assert_eq!(shown(&page), ids[..ids.len().min(100)], "{q}");
        assert!(!ids.is_empty(), "{q}");
        assert!(ids.len() < clients.len(), "{q} finds everybody");
    }
    // Texts of adjacent cells don't match as one.
    for q in ["alphaanna", "%%", "a%a", "🚀🚀", "\\", "\\%", "*", "al_ha"] {
        assert_eq!(list(&browser, &format!("q={}", encoded(q))).await.total, 0, "{q}");
    }
    assert_eq!(list(&browser, "q=+++").await.total, clients.len() as u64);
}

#[apply(both_databases)]
async fn matches_are_marked_and_nothing_that_clients_wrote_is_markup(test: &TestDatabase) {
    let client =
        Model { company: Some("<b>Їжак & Ко</b>".into()), name: Some("<script>1</script>".into()), ..client(7) };
    let (_server, browser) = start_with(test, &[client]).await;
    let page = browser.get(&format!("/clients?q={}", encoded("їЖА"))).await;
    assert!(page.html().all("b").is_empty());
    assert_eq!(page.html().texts("mark"), ["Їжа"]);
    assert!(!page.text().contains("<script>1"), "{page:?}");
}

#[apply(both_databases)]
async fn a_page_says_where_it_is_and_leads_to_the_others(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(45)).await;
    let page = browser.get("/clients?sort=company&per_page=20&page=2").await.html();
    let label = |label: &str| page.first(&format!("[aria-label='{label}']")).attr("href").map(str::to_owned);
    let address = |page: &str| Some(format!("/clients?sort=company&dir=asc{page}&per_page=20"));
    assert_eq!(label("First page"), address(""));
    assert_eq!(label("Previous page"), address(""));
    assert_eq!(label("Next page"), address("&page=3"));
    assert_eq!(label("Last page"), address("&page=3"));
    assert!(page.text().contains("21-40 of 45"), "{}", page.text());

    let sorted: Vec<_> = page
        .all("th")
        .into_iter()
        .map(|cell| (html::text(cell).trim_end_matches([' ', '↑', '↓']).to_owned(), cell.attr("aria-sort").unwrap()))
        .collect();
    let columns = ["ID", "Login", "Company", "Name", "SMS Price", "Balance", "Credit", "Channel"];
    let states = columns.map(|column| (column.to_owned(), if column == "Company" { "ascending" } else { "none" }));
    assert_eq!(sorted, states);
}

#[apply(both_databases)]
async fn every_page_size_is_kept_and_the_usual_one_is_ten(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(105)).await;
    assert_eq!(shown(&browser.get("/clients").await).len(), 10);
    for &size in ClientQuery::SIZES.offered {
        let page = browser.get(&format!("/clients?per_page={size}")).await;
        assert_eq!(shown(&page).len() as u64, size);
    }
}

#[apply(both_databases)]
async fn an_address_that_makes_no_sense_is_a_bad_request_that_says_why(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(5)).await;
    let long = format!("q={}", "a".repeat(10_000));
    for (address, said) in [
        ("sort=price", "id, login, company, name, sms_price, balance, credit, channel"),
        ("sort=ID", "id, login, company"),
        ("dir=up", "asc, desc"),
        ("page=0", "a number from 1"),
        ("page=-1", "a number from 1"),
        ("page=1.5", "a number from 1"),
        ("page=99999999999999999999999", "a number from 1"),
        ("go_to=0", "a number from 1"),
        ("per_page=7", "10, 20, 50, 100"),
        ("per_page=100000", "10, 20, 50, 100"),
        ("property_type=robot", "legal_entity, individual, entrepreneur"),
        ("sms_subscription=maybe", "true, false"),
        ("registered_from=2023-02-29", "a day such as 2024-01-05"),
        ("registered_to=yesterday", "a day such as 2024-01-05"),
        ("registered_from=2024-02-02&registered_to=2024-02-01", "before it begins"),
        ("q=a%00b", "control characters"),
        ("q=a%1Bb", "control characters"),
        ("channel=a%00b", "control characters"),
        ("currency=a%0Ab", "control characters"),
        (&long, "This has 10000"),
    ] {
        let answer = ask(&browser, address).await;
        assert_eq!(answer.status, 400, "{address}: {answer:?}");
        assert!(
            matches!(answer.json(), Refusal::<ClientQuery> { error: Error::BadAddress { message, .. }, query: None } if message.contains(said)),
            "{address}: {answer:?}"
        );
        let page = browser.get(&format!("/clients?{address}")).await;
        assert_eq!(page.status, 400, "{address}: {page:?}");
        assert!(page.html().text().contains(said), "{address}: {page:?}");
        assert_eq!(page.html().link("Show all clients"), Some("/clients"), "{address}");
    }
}

#[apply(both_databases)]
async fn odd_addresses_are_no_fault(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &[Model { company: Some("100%".into()), ..client(7) }, client(8)]).await;
    for (status, address) in [
        (200, "/clients?"),
        (200, "/clients?&&=&"),
        (200, "/clients?unknown=1&x"),
        (200, "/clients?q=%FF%FE"),
        (200, "/clients?q=%zz"),
        (200, "/clients?q=%F0%9F%9A%80"),
        (200, "/clients?q=a&q=b"),
        (200, "/clients?sort=&dir=&page=&per_page="),
        (200, "/clients/"),
        (404, "/clients/%/general"),
        (404, "/clients/%00/general"),
        (404, "/clients/%FF/general"),
        (404, "/%"),
        (404, "/clients/7/nowhere"),
    ] {
        let answer = browser.get(address).await;
        assert_eq!(answer.status, status, "{address}: {answer:?}");
    }
    // A single % is literal.
    assert_eq!(shown(&browser.get("/clients?q=%").await), [7]);
    assert_eq!(shown(&browser.get("/clients?q=0%25").await), [7]);
}

#[apply(both_databases)]
async fn a_server_function_without_what_it_needs_is_a_bad_request(test: &TestDatabase) {
    let (server, browser) = start_with(test, &[client(7)]).await;
    let accept = |sending: Sending| sending.header("accept", "application/json");
    for address in ["/rpc/list_clients", "/rpc/list_clients?other=1", "/rpc/client_heading", "/rpc/read_general_info?"]
    {
        let answer = accept(browser.get(address)).await;
        assert_eq!(answer.status, 400, "{address}: {answer:?}");
        let error = if address.starts_with("/rpc/list_clients") {
            answer.json::<Refusal<ClientQuery>>().error
        } else {
            answer.json()
        };
        assert!(matches!(error, Error::BadAddress { .. }), "{address}: {answer:?}");
        let answer = accept(server.browser().get(address)).await;
        assert!([400, 401].contains(&answer.status), "{address}: {answer:?}");
    }
    for address in ["/rpc/nothing", "/rpc/", "/rpc/list_clients/more"] {
        let answer = accept(browser.get(address)).await;
        assert!([400, 404].contains(&answer.status), "{address}: {answer:?}");
    }
}

#[apply(both_databases)]
async fn a_page_beyond_the_last_is_not_found_and_leads_to_the_last(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(25)).await;
    for page in ["4", "5000000", "18446744073709551615"] {
        let answer = browser.get(&format!("/clients?sort=name&dir=desc&page={page}")).await;
        assert_eq!(answer.status, 404, "{answer:?}");
        assert_eq!(answer.html().link("Go to the last page"), Some("/clients?sort=name&dir=desc&page=3"));
        assert!(answer.html().text().contains("the last one is 3"), "{answer:?}");

        let answer = ask(&browser, &format!("page={page}")).await;
        assert_eq!(answer.status, 404);
        let Refusal { error, query } = answer.json::<Refusal<ClientQuery>>();
        assert_eq!(error, Error::NoSuchPage { page: page.parse().unwrap(), last: 3 });
        assert_eq!(query, Some(parse(&format!("page={page}"))));
    }
    // Without results there is one empty page.
    assert_eq!(browser.get("/clients?q=nobody").await.status, 200);
    assert_eq!(browser.get("/clients?q=nobody&page=2").await.status, 404);
}

#[apply(both_databases)]
async fn a_page_that_was_typed_beyond_the_last_means_the_last(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(25)).await;
    for (typed, page) in
        [("1", ""), ("2", "&page=2"), ("3", "&page=3"), ("4", "&page=3"), ("18446744073709551615", "&page=3")]
    {
        let answer = browser.get(&format!("/clients?sort=name&go_to={typed}")).await;
        assert!([302, 303].contains(&answer.status), "{answer:?}");
        assert_eq!(answer.location(), format!("/clients?sort=name&dir=asc{page}"));
    }
    let beyond = page(&browser, "go_to=9").await;
    assert_eq!((beyond.query.paging.page, beyond.content.rows.len()), (3, 5));
}

#[apply(both_databases)]
async fn an_empty_table_says_what_to_do(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &[]).await;
    let page = browser.get("/clients").await;
    assert_eq!(page.status, 200);
    assert!(page.html().text().contains("There are no clients yet."), "{page:?}");
    assert!(page.text().contains("clientele import clients FILE"), "{page:?}");
    assert_eq!(browser.get("/clients?go_to=5").await.location(), "/clients");
    let page = browser.get("/clients?q=a").await;
    assert!(page.html().text().contains("No clients match."), "{page:?}");
}

#[apply(both_databases)]
async fn filters_offer_what_clients_have_at_present(test: &TestDatabase) {
    let with = |id, channel: &str, currency: &str| Model {
        channel: Some(channel.into()),
        currency: currency.into(),
        ..client(id)
    };
    let (_server, browser) = start_with(test, &[with(1, "b", "USD"), with(2, "A", "EUR"), with(3, "b", "EUR")]).await;
    let choices = list(&browser, "").await.choices;
    assert_eq!(
        (choices.channels, choices.currencies),
        (vec!["A".into(), "b".into()], vec!["EUR".into(), "USD".into()])
    );
    put(&test.database, &[with(1, "c", "UAH")]).await;
    let choices = list(&browser, "q=nobody").await.choices;
    let channels = ["A", "b", "c"].map(str::to_owned).to_vec();
    assert_eq!((choices.channels, choices.currencies), (channels, vec!["EUR".into(), "UAH".into()]));
}

#[apply(both_databases)]
async fn columns_are_hidden_without_a_script_too(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &mixed(3)).await;
    let headers = async || -> Vec<String> {
        let headers = browser.get("/clients").await.html().texts("th");
        headers.iter().map(|text| text.trim_end_matches([' ', '↓']).to_owned()).collect()
    };
    let ticked = [("column", "id"), ("column", "balance"), ("column", "nonsense"), ("other", "name")];
    let answer = browser.post("/clients/columns", &ticked).header("referer", "http://x.example/clients?page=1").await;
    assert_eq!((answer.status, answer.location()), (303, "/clients?page=1"));
    assert_eq!(headers().await, ["ID", "Balance"]);
    // A table needs at least one column.
    browser.post("/clients/columns", &[]).await;
    assert_eq!(headers().await.len(), 8);
}

#[apply(both_databases)]
async fn what_another_process_changes_counts_in_the_very_next_request(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &[client(1), client(2)]).await;
    assert_eq!(list(&browser, "").await.total, 2);
    let file = test.folder.path().join("clients.csv");
    for round in 1..=3 {
        let new = 10 + round;
        std::fs::write(
            &file,
            format!("id,login,company,currency\n{new},49{new},new,EUR\n1,380501,Round {round},UAH\n"),
        )
        .unwrap();
        let ran = test.run(&["import", "clients", file.to_str().unwrap()], b"");
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let found = list(&browser, &format!("q=round+{round}")).await;
        assert_eq!(found.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [1]);
        assert_eq!(list(&browser, "q=round").await.total, 1);
        assert_eq!(shown(&browser.get("/clients").await)[0], new);
        assert_eq!(list(&browser, "currency=UAH").await.total, 1);
    }
}

#[apply(both_databases)]
async fn every_server_sees_at_once_what_others_write(test: &TestDatabase) {
    let (_one, browser) = start_with(test, &[client(1)]).await;
    let other_database = Database::open(&test.url).await.unwrap();
    let two = TestServer::start(test).await;
    let other_browser = two.signed_in(Role::Viewer).await;
    for id in 2..12 {
        let writer = if id % 2 == 0 { &other_database } else { &test.database };
        put(writer, &[Model { balance: Money(id), ..client(id) }]).await;
        for browser in [&browser, &other_browser] {
            let found = list(browser, "sort=balance&dir=desc").await;
            assert_eq!((found.rows[0].id.0, found.total), (id, id.unsigned_abs()));
        }
    }
}

#[apply(both_databases)]
async fn no_change_that_was_committed_is_ever_missing_while_many_write(test: &TestDatabase) {
    let (_server, browser) = start_with(test, &[client(1)]).await;
    let writers = (0..6).map(|writer| {
        let (database, browser) = (test.database.clone(), browser.clone());
        tokio::spawn(async move {
            for round in 0..8 {
                let id = 100 + writer * 8 + round;
                put(&database, &[Model { company: Some(format!("w{writer} r{round}")), ..client(id) }]).await;
                let found = list(&browser, &format!("q=w{writer}+r{round}")).await;
                assert_eq!(found.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [id]);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let query = sized(20, ClientQuery::default());
    assert_eq!(all_pages(&browser, &query).await, expected(&all(test).await, &query));
}

#[apply(both_databases)]
async fn any_query_after_any_changes_finds_what_looking_at_every_row_finds(test: &TestDatabase) {
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let steps = prop::collection::vec((prop::collection::vec(any_client(), 0..12), any_query()), 1..10);
    let result = runner.run(&steps, |steps| {
        block_in_place(|| {
            Handle::current().block_on(async {
                for table in ["ledger", "clients", "logins", "client_changes"] {
                    test.execute(&format!("DELETE FROM {table}"), []).await;
                }
                let directory = Directory::new(test.database.clone());
                directory.load().await.unwrap();
                for (changed, query) in &steps {
                    put(&test.database, changed).await;
                    let wanted = expected(&all(test).await, query);
                    let found = directory.select_all(query).await.map(numbers);
                    prop_assert_eq!(found.as_ref(), Ok(&wanted), "{:?}", query);
                    let page: Vec<_> =
                        wanted.chunks(10).nth(usize::try_from(query.paging.page - 1).unwrap()).unwrap_or(&[]).into();
                    match directory.select(query).await {
                        Ok(selection) => {
                            prop_assert_eq!((numbers(selection.ids), selection.total), (page, wanted.len() as u64));
                        }
                        Err(Error::NoSuchPage { last, .. }) => {
                            prop_assert!(page.is_empty());
                            prop_assert_eq!(last, wanted.len().div_ceil(10).max(1) as u64);
                        }
                        Err(error) => prop_assert!(false, "{error}"),
                    }
                }
                Ok(())
            })
        })
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

fn any_client() -> impl Strategy<Value = Model> {
    let text = || prop::option::weighted(0.8, "[aAbБбїЇ%_ ]{0,3}");
    let registered = prop::option::of(1_704_326_400_000_000i64..1_704_585_600_000_000);
    let amount = || -2i64..3;
    let few =
        (text(), text(), prop::option::of("[aA]"), prop::option::of(amount()), amount(), any::<bool>(), registered);
    (1i64..25, few).prop_map(|(id, (company, name, channel, price, balance, subscribed, registered))| Model {
        company,
        name,
        channel,
        sms_price: price.map(Money),
        balance: Money(balance),
        credit: Money(balance.abs()),
        // A client with transactions keeps its currency.
        currency: if id % 2 == 0 { "EUR" } else { "USD" }.to_owned(),
        sms_subscription: subscribed,
        registered_at: registered.and_then(chrono::DateTime::from_timestamp_micros),
        ..client(id)
    })
}

fn any_query() -> impl Strategy<Value = ClientQuery> {
    let part = |name: &'static str, values: &'static str| {
        prop::option::weighted(0.2, values)
            .prop_map(move |value| value.map(|value| format!("&{name}={}", encoded(&value))).unwrap_or_default())
    };
    let filters = (
        part("channel", "[aA]"),
        part("currency", "EUR|USD|UAH"),
        part("sms_subscription", "true|false"),
        part("below_zero", "true"),
        part("registered_from", "2024-01-0[4-5]"),
        part("registered_to", "2024-01-0[5-7]"),
    );
    let sort = prop::sample::select(Sort::ALL);
    let dir = prop::sample::select(Direction::ALL);
    let q = prop::option::of("[aAbБЇ%_ 0-9]{1,3}").prop_map(Option::unwrap_or_default);
    (q, filters, sort, dir, 1u64..3).prop_map(|(q, (a, b, c, d, e, f), sort, dir, page)| {
        let (sort, dir) = (sort.word(), dir.word());
        parse(&format!("q={}{a}{b}{c}{d}{e}{f}&sort={sort}&dir={dir}&page={page}", encoded(&q)))
    })
}

/// A client in an open transaction.
async fn insert_and_wait(test: &TestDatabase, id: i64) -> DatabaseTransaction {
    let transaction = test.database.write().await.unwrap();
    Entity::insert(client(id).into_active_model()).exec_without_returning(&transaction).await.unwrap();
    record_changes(&transaction, &[ClientId(id)]).await.unwrap();
    transaction
}

/// Only PostgreSQL has concurrent writers, whose ids in the change feed aren't in the order of their commits.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_with_a_lower_number_that_is_committed_later_is_not_missed() {
    let test = TestDatabase::postgres().await;
    put(&test.database, &[client(1)]).await;
    let directory = Directory::new(test.database.clone());
    let seen = async || numbers(directory.select_all(&ClientQuery::default()).await.unwrap());

    // One transaction is open during the load of the directory, and one while it follows changes.
    let before_loading = insert_and_wait(&test, 2).await;
    directory.load().await.unwrap();
    assert_eq!(seen().await, [1]);
    let lower = insert_and_wait(&test, 3).await;
    let higher = insert_and_wait(&test, 4).await;
    higher.commit().await.unwrap();
    assert_eq!(seen().await, [4, 1]);
    put(&test.database, &[client(5)]).await;
    assert_eq!(seen().await, [5, 4, 1]);
    lower.commit().await.unwrap();
    assert_eq!(seen().await, [5, 4, 3, 1]);
    before_loading.commit().await.unwrap();
    assert_eq!(seen().await, [5, 4, 3, 2, 1]);
    insert_and_wait(&test, 6).await.rollback().await.unwrap();
    assert_eq!(seen().await, [5, 4, 3, 2, 1]);
}
