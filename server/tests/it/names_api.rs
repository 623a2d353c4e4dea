//! Names by file and over the API, and the changes that the gateway polls.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    names::{dump, name, name_with, put_names},
    server::{Answer, Browser, TestServer},
    traffic::ndjson,
};
use serde_json::{Value, json};

fn import(test: &TestDatabase, lines: &[Value]) -> crate::support::Ran {
    test.run(&["import", "names", "-"], &ndjson(lines))
}

fn token(test: &TestDatabase) -> String {
    test.token("gateway", &["names", "names:decide"])
}

async fn put_name(browser: &Browser, token: &str, address: &str, body: &Value) -> (u16, Value) {
    let answer: Answer = browser
        .request("PUT", address)
        .header("authorization", &format!("Bearer {token}"))
        .body(body.to_string())
        .await;
    (answer.status, answer.json())
}

async fn changed(browser: &Browser, token: &str, since: &str) -> Value {
    let since: String = form_urlencoded::byte_serialize(since.as_bytes()).collect();
    let address = format!("/api/v1/names?changed_since={since}");
    let answer = browser.get(&address).header("authorization", &format!("Bearer {token}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn statuses(names: &Value) -> Vec<(&str, &str)> {
    let names = names["names"].as_array().expect("names");
    names.iter().map(|row| (row["name"].as_str().unwrap(), row["status"].as_str().unwrap())).collect()
}

#[apply(both_databases)]
async fn a_file_of_names_is_taken_and_the_same_again_changes_nothing(test: &TestDatabase) {
    put(&test.database, &[client(7), client(8)]).await;
    let file = "client_id,name,status,reason,initiator,registration_id,contacts,web_site,subject\n\
        7,Shop,,,Blue Heron Ltd,UA 123-45,\"Sadova 1, Kyiv\",shop.example,Orders\n\
        7,Alert,Checked,,,,,,\n\
        8,shop,Rejected,taken,,,,,\n";
    let rehearsed = test.run(&["import", "names", "-", "--dry-run"], file.as_bytes());
    assert_eq!(rehearsed.stdout, "accepted 3, repeated 0, refused 0\n", "{rehearsed:?}");
    assert_eq!(dump(test).await, Vec::<String>::new());
    let first = test.run(&["import", "names", "-"], file.as_bytes());
    assert_eq!((first.code, first.stdout.as_str()), (Some(0), "accepted 3, repeated 0, refused 0\n"), "{first:?}");
    let there = dump(test).await;
    assert_eq!(
        there[..3],
        ["7/Alert/Checked/-/1/-/-", "7/Shop/New/-/1/Blue Heron Ltd/Orders", "8/shop/Rejected/taken/1/-/-",]
    );
    let again = test.run(&["import", "names", "-"], file.as_bytes());
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), "accepted 0, repeated 3, refused 0\n"));
    assert_eq!(dump(test).await, there);
    assert_eq!(test.run(&["check"], b"").code, Some(0));
}

#[apply(both_databases)]
async fn refused_lines_are_named_and_the_good_ones_kept(test: &TestDatabase) {
    put(&test.database, &[client(7), client(8)]).await;
    put_names(test, &[name_with(8, "PayPal", &[("status", json!("Checked"))])]).await;
    let ran = import(
        test,
        &[
            name(7, "Shop"),
            name(99, "Shop"),
            name(7, "ab"),
            name(7, "РayPal"),
            name_with(7, "Bad", &[("status", json!("Rejected"))]),
            name(7, "SHOP"),
            name(7, "PayPal1"),
            name(7, "Kyivstar"),
            name_with(7, "Shop", &[("unknown", json!("x"))]),
        ],
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "accepted 3, repeated 0, refused 6\n"), "{ran:?}");
    for said in [
        "line 2: client_id: 99 is no client: import clients first",
        "line 3: name: is 2 characters long",
        "line 4: name: has “Р” in it (U+0420), which only looks like the Latin P",
        "line 5: reason: is required where the status is Rejected",
        "line 6: name: is there as “Shop” already",
        "warning: line 7: name: looks like “PayPal”, which client 8 has checked",
        "warning: line 8: name: looks like the operator Kyivstar",
        "line 9: \"unknown\": is unknown",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    assert_eq!(test.run(&["check"], b"").code, Some(0));
}

#[apply(both_databases)]
async fn what_a_person_decided_is_not_undone_by_the_same_file(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let lines = [name_with(7, "Shop", &[("status", json!("New"))]), name(7, "Alert")];
    assert_eq!(import(test, &lines).code, Some(0));
    assert_eq!(import(test, &[json!({ "client_id": 7, "name": "Shop", "status": "Checked" })]).code, Some(0));
    let alert = json!({ "client_id": 7, "name": "Alert", "status": "Rejected", "reason": "taken" });
    assert_eq!(import(test, &[alert]).code, Some(0));
    let there = dump(test).await;
    assert_eq!(
        there[..2],
        ["7/Alert/Rejected/taken/2/Blue Heron Ltd/Orders", "7/Shop/Checked/-/2/Blue Heron Ltd/Orders"]
    );
    let again = import(test, &lines);
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), "accepted 0, repeated 2, refused 0\n"));
    let refused = import(test, &[name_with(7, "Alert", &[("status", json!("Checked"))])]);
    assert!(refused.stderr.contains("line 1: status: is Rejected: return it to New first"), "{refused:?}");
    assert_eq!(dump(test).await, there);
}

#[apply(both_databases)]
async fn each_line_about_a_name_stands_in_its_history_wherever_a_batch_ends(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let moved = |status: &str, reason: Value| name_with(7, "Shop", &[("status", json!(status)), ("reason", reason)]);
    let lines = [
        name_with(7, "Shop", &[("subject", Value::Null)]),
        name(7, "Shop"),
        moved("Checked", Value::Null),
        moved("Rejected", json!("taken")),
        name(7, "Other"),
    ];
    let ran = import(test, &lines);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "accepted 5, repeated 0, refused 0\n"), "{ran:?}");
    let there = dump(test).await;
    assert_eq!(
        there[1..5],
        ["7/Shop/Rejected/taken/4/Blue Heron Ltd/Orders", "7/other/1/New", "7/shop/1/New", "7/shop/3/Checked",]
    );
    assert_eq!(there[5], "7/shop/4/Rejected");
    assert_eq!(test.run(&["check"], b"").code, Some(0));
}

#[apply(both_databases)]
async fn a_name_is_put_by_call(test: &TestDatabase) {
    put(&test.database, &[client(7), client(8)]).await;
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), token(test));
    let address = "/api/v1/clients/7/names/Shop";
    let (status, answer) = put_name(&browser, &token, address, &json!({ "initiator": "Blue Heron Ltd" })).await;
    assert_eq!((status, &answer["accepted"]), (200, &json!(1)), "{answer}");
    let (status, answer) = put_name(&browser, &token, address, &json!({ "client_id": 7, "name": "Shop" })).await;
    assert_eq!((status, &answer["repeated"]), (200, &json!(1)), "{answer}");
    let (status, _) = put_name(&browser, &token, address, &json!({ "status": "Checked" })).await;
    assert_eq!(status, 200);
    let (_, answer) = put_name(&browser, &token, "/api/v1/clients/8/names/SHOP", &json!({})).await;
    assert_eq!(answer["warnings"][0]["reason"], "looks like “Shop”, which client 7 has checked");
    let before = dump(test).await;
    for (address, body, status, said) in [
        ("/api/v1/clients/99/names/Shop", json!({}), 404, "no such client"),
        ("/api/v1/clients/x/names/Shop", json!({}), 404, "no such client"),
        ("/api/v1/clients/7/names/ab", json!({}), 422, "2 characters long"),
        ("/api/v1/clients/7/names/%D0%A8op", json!({}), 422, "U+0428"),
        ("/api/v1/clients/7/names/SHOP", json!({}), 422, "is there as “Shop” already"),
        ("/api/v1/clients/7/names/Shop", json!({ "name": "Other" }), 422, "as the address says"),
        ("/api/v1/clients/7/names/Shop", json!({ "status": "Rejected" }), 422, "is required where"),
        ("/api/v1/clients/7/names/Shop", json!({ "nonsense": 1 }), 422, "is unknown; known are client_id, name"),
        ("/api/v1/clients/7/names/Shop", json!({ "subject": "x".repeat(1_000_000) }), 422, "longer than 1000"),
    ] {
        let (code, answer) = put_name(&browser, &token, address, &body).await;
        assert_eq!(code, status, "{address}: {answer}");
        assert!(answer.to_string().contains(said), "{address}: {answer}");
    }
    assert_eq!(dump(test).await, before);
    let by = test.column::<String>("SELECT status_by FROM names WHERE client_id = 7").await;
    assert_eq!(by, ["gateway gateway"]);
}

#[apply(both_databases)]
async fn the_gateway_learns_what_changed_and_misses_nothing(test: &TestDatabase) {
    put(&test.database, &[client(7), client(8)]).await;
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), token(test));
    let none = changed(&browser, &token, "").await;
    assert_eq!((statuses(&none), &none["more"]), (vec![], &json!(false)));
    put_names(test, &[name(7, "Shop"), name_with(8, "Alert", &[("status", json!("Checked"))])]).await;
    let next = none["next"].as_str().unwrap();
    let two = changed(&browser, &token, next).await;
    assert_eq!(statuses(&two), [("Shop", "New"), ("Alert", "Checked")]);
    assert_eq!(two["names"][0]["initiator"], "Blue Heron Ltd");
    assert_eq!(two["names"][0]["client_id"], 7);
    let later = two["names"][1]["changed_at"].as_str().unwrap().to_owned();
    put_names(test, &[name_with(7, "Shop", &[("status", json!("Rejected")), ("reason", json!("taken"))])]).await;
    let after = changed(&browser, &token, &later.replace('Z', "+00:00")).await;
    assert!(statuses(&after).contains(&("Shop", "Rejected")), "{after}");
    assert_eq!(after["names"].as_array().unwrap().last().unwrap()["reason"], "taken");
    assert_eq!(statuses(&changed(&browser, &token, "2099-01-01T00:00:00Z").await), []);
    for wrong in ["yesterday", "2024-01-05", "2024-01-05T07:46:00"] {
        let address = format!("/api/v1/names?changed_since={wrong}");
        let answer = browser.get(&address).header("authorization", &format!("Bearer {token}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.text().contains("changed_since isn't a time"), "{answer:?}");
    }
    let twice = "/api/v1/names?changed_since=2024-01-05T07:46:00Z&changed_since=2024-01-05T07:46:00Z";
    let answer = browser.get(twice).header("authorization", &format!("Bearer {token}")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json::<Value>()["error"].as_str().unwrap().contains("duplicate"), "{answer:?}");
    let (status, answer) = put_name(&browser, &token, "/api/v1/clients/7/names/%FF", &json!({})).await;
    assert_eq!(status, 400);
    assert!(answer["error"].as_str().unwrap().starts_with("The address makes no sense"), "{answer:?}");
    assert_eq!(browser.get("/api/v1/names").await.status, 401);
}

#[apply(both_databases)]
async fn very_many_changed_names_come_in_several_answers(test: &TestDatabase) {
    put(&test.database, &[client(7), client(8), client(9)]).await;
    for client in 7..10 {
        let lines: Vec<_> = (0..4_000).map(|number| name(client, &format!("Name{number}"))).collect();
        put_names(test, &lines).await;
    }
    let server = TestServer::start(test).await;
    let (browser, token) = (server.browser(), token(test));
    let (mut since, mut names, mut answers) = (String::new(), std::collections::BTreeSet::new(), 0);
    loop {
        let answer = changed(&browser, &token, &since).await;
        for row in answer["names"].as_array().unwrap() {
            names.insert((row["client_id"].as_i64().unwrap(), row["name"].as_str().unwrap().to_owned()));
        }
        answers += 1;
        assert!(answers < 10, "it comes to an end");
        answer["next"].as_str().unwrap().clone_into(&mut since);
        if answer["more"] == json!(false) {
            break;
        }
    }
    assert_eq!((names.len(), answers), (12_000, 2));
}
