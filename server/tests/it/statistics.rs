//! The reports of the Statistics tab, as pages and as files, compared with a slow and obvious reference implementation.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    html,
    program::Serving,
    server::{Answer, Browser, TestServer},
    traffic::{message, message_with, ndjson},
};
use calamine::{Data, ExcelDateTime, ExcelDateTimeType, Reader as _, Xlsx};
use domain::{
    administrators::Role,
    clients::{BillingMode, store::client::Model},
    ids::{ClientId, EntryId},
    messages::{
        Tally,
        roll_ups::{Cell, RollUps},
    },
    reports::{ReportPage, query::StatisticsQuery},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{Cursor, Write as _},
};
use values::{Money, answer, messaging::MessagingChannel};

fn import(test: &TestDatabase, lines: &[Value]) {
    let ran = test.run(&["import", "messages", "-"], &ndjson(lines));
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

async fn report(browser: &Browser, report: &str, address: &str) -> ReportPage {
    answered(browser, report, address).await.content
}

async fn answered(browser: &Browser, report: &str, address: &str) -> answer::Answer<StatisticsQuery, ReportPage> {
    let address: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
    let answer = browser
        .get(&format!("/rpc/read_report?id=7&report={report}&address={address}"))
        .header("accept", "application/json")
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Label, messages (parts) sent and delivered, and cost of each row.
fn rows(page: &ReportPage) -> Vec<(String, [i64; 5])> {
    page.rows.iter().map(|row| (row.label.clone(), figures(&row.figures))).collect()
}

fn figures(figures: &Tally) -> [i64; 5] {
    let Tally { sent_messages, sent_parts, delivered_messages, delivered_parts, cost } = *figures;
    [sent_messages, sent_parts, delivered_messages, delivered_parts, cost.0]
}

/// Random messages in the first months of 2024, one line each.
fn random_messages(random: &mut fastrand::Rng, count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| {
            let sent = chrono::DateTime::from_timestamp(1_704_067_200 + random.i64(0..90 * 86_400), 0).unwrap();
            message_with(
                7,
                &format!("r{number}"),
                &[
                    ("channel", json!(random.choice(["sms", "sms", "viber"]))),
                    ("sender_id", json!(random.choice(["", "Shop", "SHOP", "Їжак"]))),
                    ("country", json!(random.choice(["", "UA", "PL"]))),
                    ("operator", json!(random.choice(["", "Kyivstar", "Orange"]))),
                    ("parts", json!(random.u32(1..4))),
                    ("cost", json!(format!("0.{:04}", random.u32(1..900)))),
                    ("status", json!(random.choice(["sent", "delivered", "failed"]))),
                    ("sent_at", json!(sent.to_rfc3339())),
                    ("status_at", json!(sent.to_rfc3339())),
                ],
            )
        })
        .collect()
}

/// Totals of the lines that match, by group.
fn count(
    lines: &[Value],
    wanted: impl Fn(&Value) -> bool,
    group: impl Fn(&Value) -> String,
) -> BTreeMap<String, [i64; 5]> {
    let mut counted: BTreeMap<String, [i64; 5]> = BTreeMap::new();
    for line in lines.iter().filter(|line| wanted(line)) {
        let (parts, delivered) = (line["parts"].as_i64().unwrap(), i64::from(line["status"] == "delivered"));
        let cost: i64 = line["cost"].as_str().unwrap().strip_prefix("0.").unwrap().parse().unwrap();
        let row = counted.entry(group(line)).or_default();
        for (sum, more) in row.iter_mut().zip([1, parts, delivered, delivered * parts, cost]) {
            *sum += more;
        }
    }
    counted
}

fn day(line: &Value) -> String {
    line["sent_at"].as_str().unwrap()[..10].to_owned()
}

fn word(line: &Value, field: &str, otherwise: &str) -> String {
    Some(line[field].as_str().unwrap()).filter(|text| !text.is_empty()).unwrap_or(otherwise).to_owned()
}

fn country(line: &Value) -> String {
    match line["country"].as_str().unwrap() {
        "UA" => "Ukraine",
        "PL" => "Poland",
        _ => "Unknown",
    }
    .to_owned()
}

async fn workbook(answer: &Answer, sheet: &str) -> (Vec<Vec<Data>>, Vec<Vec<Data>>) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut book = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    let mut rows = |sheet: &str| book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect();
    (rows(sheet), rows("Criteria"))
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

#[allow(clippy::cast_precision_loss, reason = "as spreadsheets have numbers")]
fn number(number: i64) -> Data {
    Data::Float(number as f64)
}

#[apply(both_databases)]
async fn every_report_counts_what_a_plain_count_does(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let mut random = fastrand::Rng::with_seed(7);
    let lines = random_messages(&mut random, 600);
    import(test, &lines);
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    for (from, to) in [
        ("2024-01-01", "2024-03-31"),
        ("2024-01-15", "2024-03-10"),
        ("2024-02-01", "2024-02-29"),
        ("2024-02-03", "2024-02-04"),
    ] {
        for (filter, wanted) in [
            ("", (|_| true) as fn(&Value) -> bool),
            ("&channel=sms", |line| line["channel"] == "sms"),
            ("&country=PL", |line| line["country"] == "PL"),
            ("&country=(unknown)&channel=viber", |line| line["country"] == "" && line["channel"] == "viber"),
            ("&operator=Orange&sender_id=Shop", |line| line["operator"] == "Orange" && line["sender_id"] == "Shop"),
            ("&sender_id=(no name)", |line| line["sender_id"] == ""),
        ] {
            let within = |line: &Value| wanted(line) && (from..=to).contains(&day(line).as_str());
            let address = format!("from={from}&to={to}{filter}");
            for (name, group) in [
                ("day", Box::new(day) as Box<dyn Fn(&Value) -> String>),
                ("operator", Box::new(|line| format!("{} - {}", country(line), word(line, "operator", "Unknown")))),
                ("sender", Box::new(|line| word(line, "sender_id", "(no name)"))),
                ("country", Box::new(country)),
            ] {
                let page = report(&browser, name, &address).await;
                let expected = count(&lines, within, group);
                let mut shown: BTreeMap<String, [i64; 5]> = rows(&page).into_iter().collect();
                assert_eq!(shown.len(), page.rows.len());
                if name == "day" {
                    shown.retain(|_, figures| *figures != [0; 5]);
                }
                assert_eq!(shown, expected, "{name} {address}");
                let all = count(&lines, within, |_| String::new()).remove("").unwrap_or_default();
                assert_eq!(figures(&page.sum), all);
                let drawn: i64 = page.chart.figures.iter().map(|figures| figures.sent_messages).sum();
                assert_eq!(drawn, all[0], "the chart of {name} {address}");
            }
            // This report counts Viber only, whatever channel the address names.
            if filter == "&channel=sms" {
                continue;
            }
            let viber = |line: &Value| line["channel"] == "viber" && within(line);
            let page = report(&browser, "viber-sender", &address).await;
            let expected = count(&lines, viber, |line| word(line, "sender_id", "(no name)"));
            assert_eq!(rows(&page).into_iter().collect::<BTreeMap<_, _>>(), expected, "{address}");
        }
    }
    let ever = report(&browser, "day", "from=2020-01-01&to=2020-01-02").await.ever;
    assert_eq!(figures(&ever), count(&lines, |_| true, |_| String::new())[""]);
}

#[apply(both_databases)]
async fn a_page_shows_the_document_s_columns_with_a_total_below(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    import(
        test,
        &[
            message(7, "a"),
            message_with(7, "b", &[("parts", json!(2)), ("status", json!("failed"))]),
            message_with(7, "c", &[("sent_at", json!("2024-03-03T23:59:59Z"))]),
        ],
    );
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let page = browser.get("/clients/7/statistics/day?from=2024-03-01&to=2024-03-03").await;
    assert_eq!(page.status, 200);
    let page = page.html();
    let rows: Vec<Vec<String>> = page
        .all("table[aria-label=Statistics] tr")
        .into_iter()
        .map(|row| html::all(row, "th, td").into_iter().map(html::text).collect())
        .collect();
    assert_eq!(
        rows,
        [
            vec!["Date", "Send SMS (parts)", "SMS (Parts) Delivered", "Efficiency", "SMS Price"],
            vec!["2024-03-03", "1 (1)", "1 (1)", "100.00%", "0.0500"],
            vec!["2024-03-02", "0 (0)", "0 (0)", "–", "0.0000"],
            vec!["2024-03-01", "2 (3)", "1 (1)", "50.00%", "0.1000"],
            vec!["Total", "3 (4)", "2 (2)", "66.67%", "0.1500 EUR"],
        ]
    );
    let text = page.text();
    assert!(text.contains("Total SMS3 (4)"), "{text}");
    for name in [
        "Grouping by day",
        "Grouping by operator",
        "Grouping by sender ID",
        "Grouping by Viber sender ID",
        "Grouping by country",
    ] {
        assert!(page.link(name).is_some(), "{name}");
    }
}

#[apply(both_databases)]
async fn rows_are_sorted_as_the_address_says_and_ties_go_by_name(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let of = |id: &str, sender: &str, cost: &str, status: &str| {
        message_with(7, id, &[("sender_id", json!(sender)), ("cost", json!(cost)), ("status", json!(status))])
    };
    import(
        test,
        &[
            of("1", "b", "0.01", "sent"),
            of("2", "a", "0.02", "delivered"),
            of("3", "C", "0.05", "delivered"),
            of("4", "C", "0.05", "sent"),
        ],
    );
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    for (address, expected) in [
        ("", ["C", "a", "b"]),
        ("&sort=group&dir=asc", ["a", "b", "C"]),
        ("&sort=sent&dir=asc", ["a", "b", "C"]),
        ("&sort=delivered", ["C", "a", "b"]),
        ("&sort=efficiency", ["a", "C", "b"]),
        ("&sort=price&dir=asc", ["b", "a", "C"]),
    ] {
        let page = report(&browser, "sender", &format!("from=2024-03-01&to=2024-03-01{address}")).await;
        assert_eq!(rows(&page).into_iter().map(|(label, _)| label).collect::<Vec<_>>(), expected, "{address}");
    }
}

#[apply(both_databases)]
async fn reports_and_ledger_differ_by_what_was_reported_late_and_that_is_named(test: &TestDatabase) {
    put(&test.database, &[Model { billing_mode: BillingMode::Delivered, ..client(7) }]).await;
    import(test, &[message_with(7, "later", &[("sent_at", json!("2024-04-02T10:00:00Z"))])]);
    import(test, &[message(7, "a"), message_with(7, "b", &[("status", json!("sent")), ("cost", json!("0.07"))])]);
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let march = report(&browser, "operator", "from=2024-03-01&to=2024-03-31").await.books.unwrap();
    assert_eq!((march.reported, march.booked), (Money(500), Money(0)));
    let late: Vec<_> = march
        .late
        .iter()
        .map(|row| (row.transaction, row.purpose.as_str(), row.sent_on.as_str(), row.booked_on.as_str(), row.cost))
        .collect();
    assert_eq!(late, [(EntryId(2), "Mailing spring", "2024-03-01", "2024-04-02", Money(500))]);
    let april = report(&browser, "day", "from=2024-04-01&to=2024-04-30").await.books.unwrap();
    assert_eq!((april.reported, april.booked, april.late[0].cost), (Money(500), Money(1_000), Money(-500)));
    let both = report(&browser, "day", "from=2024-03-01&to=2024-04-30").await.books.unwrap();
    assert_eq!((both.reported, both.booked, both.late), (Money(1_000), Money(1_000), Vec::new()));
    assert_eq!(report(&browser, "day", "from=2024-03-01&to=2024-04-30&channel=sms").await.books, None);
    let page = browser.get("/clients/7/statistics/day?from=2024-03-01&to=2024-03-31").await;
    assert!(page.html().text().contains("No. 2, Mailing spring: sent on 2024-03-01, booked on 2024-04-02"), "{page:?}");
}

#[apply(both_databases)]
async fn of_very_many_late_rows_the_largest_are_named_and_the_others_summed_up(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    import(test, &[message_with(7, "later", &[("sent_at", json!("2024-04-02T10:00:00Z"))])]);
    let lines: Vec<Value> = (0..130)
        .map(|number| {
            let cost = json!(format!("0.{:04}", 100 + number));
            message_with(7, &format!("late-{number}"), &[("mailing", json!(format!("m{number}"))), ("cost", cost)])
        })
        .collect();
    import(test, &lines);
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let books = report(&browser, "day", "from=2024-03-01&to=2024-03-31").await.books.unwrap();
    let named: i64 = books.late.iter().map(|row| row.cost.0).sum();
    assert_eq!((books.late.len(), books.others.0), (100, 30));
    assert_eq!(books.reported.0 - books.booked.0, named + books.others.1.0);
    assert!(books.late.iter().all(|row| row.cost.0 >= 130));
    let page = browser.get("/clients/7/statistics/day?from=2024-03-01&to=2024-03-31").await;
    assert!(page.html().text().contains("30 smaller ones, together"), "{page:?}");
}

#[apply(both_databases)]
async fn the_period_before_is_compared_day_by_day_and_group_by_group(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let on = |id: &str, day: &str, sender: &str| {
        message_with(7, id, &[("sent_at", json!(format!("{day}T10:00:00Z"))), ("sender_id", json!(sender))])
    };
    import(
        test,
        &[
            on("1", "2024-03-02", "New"),
            on("2", "2024-03-02", "Old"),
            on("3", "2024-02-29", "Old"),
            on("4", "2024-02-29", "Gone"),
        ],
    );
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let page = report(&browser, "day", "from=2024-03-01&to=2024-03-02&compare=true").await;
    assert_eq!(page.before, Some(("2024-02-28".to_owned(), "2024-02-29".to_owned())));
    let compared = |page: &ReportPage| {
        page.rows
            .iter()
            .map(|row| (row.label.clone(), row.figures.sent_messages, row.before.unwrap().sent_messages))
            .collect::<Vec<_>>()
    };
    assert_eq!(compared(&page), [("2024-03-02".to_owned(), 2, 2), ("2024-03-01".to_owned(), 0, 0)]);
    let page = report(&browser, "sender", "from=2024-03-01&to=2024-03-02&compare=true").await;
    assert_eq!(compared(&page), [("New".to_owned(), 1, 0), ("Old".to_owned(), 1, 1), ("Gone".to_owned(), 0, 1)]);
    assert_eq!((page.sum.sent_messages, page.sum_before.unwrap().sent_messages), (2, 2));
    let shown = browser.get("/clients/7/statistics/sender?from=2024-03-01&to=2024-03-02&compare=true").await;
    assert!(shown.html().text().contains("Compared with 2024-02-28 to 2024-02-29."), "{shown:?}");
}

#[apply(both_databases)]
async fn an_address_that_makes_no_sense_is_told_apart_from_what_is_not_there(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    for (address, status) in [
        ("/clients/7/statistics/hour", 404),
        ("/clients/9/statistics/day", 404),
        ("/clients/7/statistics/day?page=9", 404),
        ("/clients/7/statistics/hour/export.xlsx", 404),
        ("/clients/9/statistics/day/export.xlsx", 404),
        ("/clients/7/statistics/day?from=2024-02-31", 400),
        ("/clients/7/statistics/day?from=2024-02-02&to=2024-02-01", 400),
        ("/clients/7/statistics/day?channel=fax", 400),
        ("/clients/7/statistics/day?sort=id", 400),
        ("/clients/7/statistics/day?per_page=7", 400),
        ("/clients/7/statistics/day/export.xlsx?columns=", 400),
        ("/clients/7/statistics/day/export.csv?columns=Operator", 400),
        ("/clients/7/statistics", 303),
    ] {
        let answer = browser.get(address).await;
        assert_eq!(answer.status, status, "{address}: {answer:?}");
    }
}

/// A delivered message of one part and a failed one of two, whose sender ID looks like a formula.
async fn start_with_two_messages(test: &TestDatabase) -> (TestServer, Browser) {
    put(&test.database, &[client(7)]).await;
    import(
        test,
        &[
            message(7, "a"),
            message_with(7, "b", &[("parts", json!(2)), ("status", json!("failed")), ("sender_id", json!("=1+1"))]),
        ],
    );
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    (server, browser)
}

/// A report's file for the days around those messages.
fn file(report: &str, ending: &str, more: &str) -> String {
    format!("/clients/7/statistics/{report}/export.{ending}?from=2024-02-29&to=2024-03-01{more}")
}

#[apply(both_databases)]
async fn a_file_has_the_page_s_rows_typed_with_a_total_of_formulas_and_a_chart(test: &TestDatabase) {
    let (_server, browser) = start_with_two_messages(test).await;
    let answer = browser.get(&file("operator", "xlsx", "")).await;
    let (rows, criteria) = workbook(&answer, "Statistics by operators").await;
    assert_eq!(
        rows[0],
        [
            "Country",
            "Operator",
            "Sent messages",
            "Sent parts",
            "Delivered messages",
            "Delivered parts",
            "Efficiency",
            "SMS price",
            "Currency"
        ]
        .map(text)
    );
    assert_eq!(
        rows[1],
        [
            text("Ukraine"),
            text("Kyivstar"),
            number(2),
            number(3),
            number(1),
            number(1),
            Data::Float(0.5),
            Data::Float(0.1),
            text("EUR")
        ]
    );
    assert_eq!(
        rows[2],
        [
            text("Total"),
            Data::Empty,
            number(2),
            number(3),
            number(1),
            number(1),
            Data::Float(0.5),
            Data::Float(0.1),
            text("EUR")
        ]
    );
    assert_eq!(rows.len(), 3);
    let day = ExcelDateTime::new(45_351.0, ExcelDateTimeType::DateTime, false);
    assert!(criteria.contains(&vec![text("Start date"), Data::DateTime(day)]), "{criteria:?}");
    let mut book = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    let formulas = book.worksheet_formula("Statistics by operators").unwrap();
    assert!(formulas.used_cells().any(|(.., formula)| formula == "SUM(C2:C2)"), "{formulas:?}");
    assert!(formulas.used_cells().any(|(.., formula)| formula.starts_with("IF(C3=0")), "{formulas:?}");
    let chart = String::from_utf8_lossy(&answer.body).contains("xl/charts/chart1.xml");
    assert!(chart, "a native chart");
}

#[apply(both_databases)]
async fn a_file_has_the_wanted_columns_and_no_text_of_it_is_a_formula(test: &TestDatabase) {
    let (_server, browser) = start_with_two_messages(test).await;
    let (rows, _) = workbook(
        &browser.get(&file("sender", "xlsx", "&columns=Sender%20ID&columns=efficiency&header=false")).await,
        "Statistics by sender IDs",
    )
    .await;
    assert_eq!(
        rows,
        [
            vec![text("=1+1"), Data::Float(0.0)],
            vec![text("Shop"), Data::Float(1.0)],
            vec![text("Total"), Data::Float(0.5)]
        ]
    );

    let csv = browser.get(&file("sender", "csv", "")).await;
    assert_eq!(
        csv.text(),
        "Sender ID,Sent messages,Sent parts,Delivered messages,Delivered parts,Efficiency,SMS price,Currency\n\
        '=1+1,1,2,0,0,0.00%,0.05,EUR\nShop,1,1,1,1,100.00%,0.05,EUR\nTotal,2,3,1,1,50.00%,0.1,EUR\n"
    );
}

#[apply(both_databases)]
async fn a_file_of_days_has_every_day_and_a_file_without_messages_the_total_alone(test: &TestDatabase) {
    let (_server, browser) = start_with_two_messages(test).await;
    let (rows, _) = workbook(&browser.get(&file("day", "xlsx", "")).await, "Statistics by days").await;
    assert!(matches!(rows[1][0], Data::DateTime(day) if (day.as_f64() - 45_352.0).abs() < 1e-9), "{rows:?}");
    assert_eq!(rows.len(), 4);
    let empty = browser.get("/clients/7/statistics/country/export.xlsx?from=2020-01-01&to=2020-01-02").await;
    let (rows, _) = workbook(&empty, "Statistics by countries").await;
    assert_eq!(rows.len(), 2, "{rows:?}");
}

#[apply(both_databases)]
async fn the_columns_that_were_ticked_are_remembered(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    browser
        .get(
            "/clients/7/statistics/day/export.csv?columns=&columns=date&columns=sent_messages&header=false&header=true",
        )
        .await;
    let page = browser.get("/clients/7/statistics/day").await.html();
    let ticked = page.all("[type=checkbox][name=columns][checked]");
    let ticked: Vec<_> = ticked.iter().filter_map(|tick| tick.attr("value")).collect();
    assert_eq!(ticked, ["date", "sent_messages"]);
}

#[apply(both_databases)]
async fn ten_thousand_sender_ids_come_in_pages_and_are_all_in_total_chart_and_file(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let lines: Vec<Value> = (0..10_000)
        .map(|number| message_with(7, &number.to_string(), &[("sender_id", json!(format!("S{number:05}")))]))
        .collect();
    import(test, &lines);
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let march = "from=2024-03-01&to=2024-03-31&per_page=1000";
    let page = report(&browser, "sender", &format!("{march}&page=10")).await;
    assert_eq!((page.total, page.rows.len(), page.sum.sent_messages), (10_000, 1_000, 10_000));
    assert_eq!((page.rows[0].label.as_str(), page.rows[999].label.as_str()), ("S09000", "S09999"));
    assert_eq!((page.chart.labels.len(), page.chart.labels[10].as_str()), (11, "Other"));
    assert_eq!(page.chart.figures.iter().map(|figures| figures.sent_messages).sum::<i64>(), 10_000);
    assert_eq!(answered(&browser, "sender", &format!("{march}&go_to=99")).await.query.paging.page, 10);
    assert_eq!(browser.get(&format!("/clients/7/statistics/sender?{march}&page=11")).await.status, 404);
    let file = browser.get("/clients/7/statistics/sender/export.xlsx?from=2024-03-01&to=2024-03-31&page=3").await;
    let (rows, _) = workbook(&file, "Statistics by sender IDs").await;
    assert_eq!((rows.len(), &rows[10_001][1]), (10_002, &number(10_000)));
}

#[apply(both_databases)]
async fn days_are_those_of_the_platform_s_time_zone_when_clocks_change(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    let zone = [("CLIENTELE_TIMEZONE", "Europe/Kyiv")];
    // The 31st of March had 23 hours there: from 22:00 UTC of the previous day to 21:00 UTC.
    let moments = ["2024-03-30T21:59:59Z", "2024-03-30T22:00:00Z", "2024-03-31T20:59:59Z", "2024-03-31T21:00:00Z"];
    let lines: Vec<Value> =
        moments.iter().map(|at| message_with(7, at, &[("sent_at", json!(at)), ("status_at", json!(at))])).collect();
    let mut importing = test.command(&["import", "messages", "-"]).envs(zone).spawn().unwrap();
    importing.stdin.take().unwrap().write_all(&ndjson(&lines)).unwrap();
    assert!(importing.wait_with_output().unwrap().status.success());
    let session = TestServer::start(test).await.signed_in(Role::Viewer).await.cookie("session").unwrap();
    let server = Serving::start(test, &zone);
    let browser = server.browser();
    browser.set_cookie("session", &session);
    for (report, shown) in
        [("day", "2024-04-01,1\n2024-03-31,2\n2024-03-30,1\nTotal,4\n"), ("operator", "Ukraine,4\nTotal,4\n")]
    {
        let columns = if report == "day" { "date,sent_messages" } else { "country,sent_messages" };
        let address = format!("/clients/7/statistics/{report}/export.csv?from=2024-03-30&to=2024-04-01&header=false");
        assert_eq!(browser.get(&format!("{address}&columns={columns}")).await.text(), shown);
    }
    let day = browser
        .get("/clients/7/statistics/country/export.csv?from=2024-03-31&to=2024-03-31&columns=sent_messages")
        .await;
    assert_eq!(day.text(), "Sent messages\n2\n2\n");
}

#[apply(both_databases)]
async fn half_a_hundredth_of_a_per_cent_is_rounded_up_in_every_place(test: &TestDatabase) {
    put(&test.database, &[client(7)]).await;
    // 3,989 of 20,000 are 19.945 per cent, which is a little less as a float.
    let cell = Cell {
        client_id: ClientId(7),
        day: "2024-03-01".parse().unwrap(),
        channel: MessagingChannel::Sms,
        country: "UA",
        operator: "",
        sender_id: "",
    };
    let mut roll_ups = RollUps::default();
    roll_ups.count(
        cell,
        &Tally {
            sent_messages: 20_000,
            sent_parts: 20_000,
            delivered_messages: 3_989,
            delivered_parts: 3_989,
            cost: Money(0),
        },
    );
    let transaction = test.database.write().await.unwrap();
    roll_ups.add(&transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Viewer).await;
    let address = |ending: &str| format!("/clients/7/statistics/country{ending}?from=2024-03-01&to=2024-03-01");
    assert!(browser.get(&address("")).await.html().text().contains("19.95%"));
    let file = browser.get(&format!("{}&columns=efficiency&header=false", address("/export.csv"))).await;
    assert_eq!(file.text(), "19.95%\n19.95%\n");
}
