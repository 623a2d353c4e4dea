//! `/clients/{id}`: the page of a client.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put, put_csv},
    server::TestServer,
};
use app::client_page::{Heading, general::GeneralInfo};
use domain::{administrators::Role, clients::store::client::Model, ids::ClientId};
use values::error::Error;

/// The facts in the order of the specification.
const TERMS: [&str; 14] = [
    "Site",
    "Email",
    "Region",
    "Company",
    "Type of activity",
    "Property Type",
    "Address, postal",
    "Email accounting",
    "Registration Date",
    "Last login date",
    "SMS price",
    "Login attempts",
    "Activation",
    "Referer",
];

#[apply(both_databases)]
async fn a_client_leads_on_to_the_first_tab(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let answer = browser.get("/clients/7").await;
    assert_eq!((answer.status, answer.location()), (303, "/clients/7/general"));
    assert_eq!(browser.get("/clients/7").header("accept", "*/*").await.location(), "/clients/7/general");
    let odd = browser.get("/clients/%D0%90%2F..%2F%3Fa%0D%0Ab").await;
    assert_eq!((odd.status, odd.location()), (303, "/clients/%D0%90%2F..%2F%3Fa%0D%0Ab/general"));
    assert_eq!(browser.get("/").await.location(), "/clients");
}

#[apply(both_databases)]
async fn the_general_info_has_the_documents_facts_in_its_order(test: &TestDatabase) {
    put_csv(
        &test.database,
        concat!(
            "id,login,company,name,site,email,email_accounting,region,language,activity_type,property_type,",
            "postal_address,registered_at,last_login_at,login_attempts,activation,referer,",
            "sms_price,billing_mode,currency\n",
            "7,380501,ТОВ «Їжак»,Олена,57 / site.example,a@a.example,b@a.example,\"Ukraine, Kyiv\",uk,Retail & more,",
            "legal_entity,\"Садова 1, <Київ>\",2024-01-05T09:46:01+02:00,2024-02-01T00:00:00Z,2,required,Direct,",
            "0.0351,delivered,UAH\n",
        ),
    )
    .await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let values = [
        "57 / site.example",
        "a@a.example",
        "Ukraine, Kyiv / uk",
        "ТОВ «Їжак»",
        "Retail & more",
        "Legal entity",
        "Садова 1, <Київ>",
        "b@a.example",
        "2024-01-05 07:46",
        "2024-02-01 00:00",
        "0.0351 UAH per delivered",
        "2 / 5",
        "required",
        "Direct",
    ];
    let facts = TERMS.iter().zip(values).map(|(term, value)| ((*term).to_owned(), value.to_owned()));

    let page = browser.get("/clients/7/general").await;
    assert_eq!(page.status, 200);
    let page = page.html();
    assert_eq!(
        page.texts("main dt").into_iter().zip(page.texts("main dd")).collect::<Vec<_>>(),
        facts.collect::<Vec<_>>()
    );
    assert_eq!(page.texts("title"), ["Client 7 / 380501 / ТОВ «Їжак» · General info · Clientele"]);
    let links = page.attributes("href");
    for link in ["https://site.example", "mailto:a@a.example", "mailto:b@a.example", "/clients"] {
        assert!(links.contains(&link), "{link}: {links:?}");
    }

    let info = browser.get("/rpc/read_general_info?id=7").await.json::<GeneralInfo>();
    assert_eq!(info.facts.iter().map(|fact| fact.term.as_str()).collect::<Vec<_>>(), TERMS);
    let heading = browser.get("/rpc/client_heading?id=7").await.json::<Heading>();
    assert_eq!((heading.id, heading.called.as_deref()), (ClientId(7), Some("ТОВ «Їжак»")));
}

#[apply(both_databases)]
async fn markup_in_a_clients_name_stays_text_wherever_the_name_is_shown(test: &TestDatabase) {
    let company = "</title><body><form method=post action=/clients/7/finance/top-up><meta http-equiv=refresh>&amp;";
    put(&test.database, &[Model { company: Some(company.into()), ..client(7) }]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    for tab in ["general", "finance", "statistics/day", "names"] {
        let page = browser.get(&format!("/clients/7/{tab}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        // An HTML parser ignores a second body.
        assert_eq!(page.text().matches("<body").count(), 1, "{tab}");
        let page = page.html();
        let titles = page.texts("title");
        assert!(titles.len() == 1 && titles[0].contains(company), "{titles:?}");
        assert_eq!(page.all("[http-equiv]"), [], "{tab}");
    }
}

#[apply(both_databases)]
async fn what_is_not_known_is_a_dash(test: &TestDatabase) {
    put(&test.database, &[Model { site: Some("javascript:alert(1)".into()), ..client(7) }]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let page = browser.get("/clients/7/general").await.html();
    let mut dashes = vec!["—"; 14];
    (dashes[0], dashes[2], dashes[11]) = ("javascript:alert(1)", "en", "0 / 5");
    assert_eq!(page.texts("main dd"), dashes);
    assert_eq!(page.all("[href^=javascript]"), []);
}

#[apply(both_databases)]
async fn back_leads_to_the_table_as_it_was(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    for (came_from, back) in [
        ("http://127.0.0.1/clients?q=a&page=2", "/clients?q=a&page=2"),
        ("http://127.0.0.1/clients", "/clients"),
        ("http://127.0.0.1/ui", "/clients"),
        ("https://evil.example//evil.example", "/clients"),
        ("nonsense", "/clients"),
    ] {
        let page = browser.get("/clients/7/general").header("referer", came_from).await;
        assert_eq!(page.html().link("Back"), Some(back), "{came_from}");
    }
}

#[apply(both_databases)]
async fn a_client_who_is_not_there_and_a_number_that_is_none_are_not_found(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let long = "9".repeat(5_000);
    for id in
        ["8", "0", "-7", "abc", "7.0", "7%20", "0x7", "%D9%A7", "99999999999999999999", "9223372036854775807", &long]
    {
        let page = browser.get(&format!("/clients/{id}/general")).await;
        assert_eq!(page.status, 404, "{id}: {page:?}");
        assert!(page.html().text().contains("There is no such client."), "{id}: {page:?}");
        for function in ["client_heading", "read_general_info"] {
            let answer = browser.get(&format!("/rpc/{function}?id={id}")).await;
            assert_eq!(answer.status, 404, "{id}: {answer:?}");
            assert!(matches!(answer.json(), Error::NotFound(_)), "{id}: {answer:?}");
        }
    }
}
