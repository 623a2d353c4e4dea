//! `clientele import clients` and `clientele demo`.

use crate::support::{Ran, TestDatabase, apply, both_databases};
use domain::{
    actor::Actor,
    clients::{
        fields::ClientRecord,
        store::{change, client, login},
    },
    ids::ClientId,
    imports::clients::BATCH,
    intake::writer::Writer,
};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use std::{fmt::Write as _, io::Write as _, time::Duration};
use values::Money;

const HEADER: &str = "id,login,company,currency,balance,credit\n";

/// Imports a file.
fn import(test: &TestDatabase, content: impl AsRef<[u8]>) -> Ran {
    import_with(test, content, &[])
}

fn import_with(test: &TestDatabase, content: impl AsRef<[u8]>, options: &[&str]) -> Ran {
    let path = test.folder.path().join("clients.csv");
    std::fs::write(&path, content).unwrap();
    test.run(&[&["import", "clients", path.to_str().unwrap()], options].concat(), b"")
}

fn ran(code: i32, stdout: &str, stderr: &[&str]) -> Ran {
    let lines = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    Ran { code: Some(code), stdout: lines(&[stdout]), stderr: lines(stderr) }
}

/// Asserts that the import failed with this error.
fn assert_unreadable(ran: &Ran, reason: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.contains(reason), "{ran:?}");
}

async fn clients(test: &TestDatabase) -> Vec<client::Model> {
    client::Entity::find().order_by_asc(client::Column::Id).all(test.database.reader()).await.unwrap()
}

/// Clients as `id login company balance`.
async fn summary(test: &TestDatabase) -> Vec<String> {
    let show = |client: client::Model| {
        format!("{} {} {} {}", client.id, client.login, client.company.unwrap_or_else(|| "-".into()), client.balance)
    };
    clients(test).await.into_iter().map(show).collect()
}

async fn changes(test: &TestDatabase) -> u64 {
    change::Entity::find().count(test.database.reader()).await.unwrap()
}

/// Asserts that the claimed logins are those of the clients.
async fn assert_logins_fit(test: &TestDatabase) {
    let claimed =
        login::Entity::find().order_by_asc(login::Column::ClientId).all(test.database.reader()).await.unwrap();
    let claimed: Vec<_> = claimed.into_iter().map(|claim| (claim.client_id, claim.login)).collect();
    let had: Vec<_> = clients(test).await.into_iter().map(|client| (client.id, client.login)).collect();
    assert_eq!(claimed, had);
}

#[apply(both_databases)]
async fn csv_with_a_byte_order_mark_another_order_and_a_quoted_newline_is_taken(test: &TestDatabase) {
    let file = "\u{feff}currency,company,login,id\r\nEUR,\"Їжак\r\nКиїв\",380501,7\r\n\r\nUAH,,380502,8\r\n";
    assert_eq!(import(test, file), ran(0, "accepted 2, repeated 0, refused 0", &[]));
    assert_eq!(summary(test).await, ["7 380501 Їжак\nКиїв 0", "8 380502 - 0"]);
    assert_eq!(changes(test).await, 2);
    assert_logins_fit(test).await;
}

#[apply(both_databases)]
async fn every_field_arrives_from_both_formats(test: &TestDatabase) {
    let fields = [
        ("id", "7"),
        ("login", "+380501"),
        ("company", "ТОВ «Їжак»"),
        ("name", "Олена"),
        ("site", "57 / a.example"),
        ("email", "a@a.example"),
        ("email_accounting", "b@a.example"),
        ("region", "Ukraine, Kyiv"),
        ("language", "uk"),
        ("activity_type", "Retail"),
        ("property_type", "legal_entity"),
        ("postal_address", "Садова 1"),
        ("registered_at", "2024-01-05T09:46:01.5+02:00"),
        ("last_login_at", "2024-02-01T00:00:00Z"),
        ("login_attempts", "5"),
        ("activation", "done"),
        ("referer", "Direct"),
        ("channel", "Organic"),
        ("channel_source", "google"),
        ("sms_price", "0.0351"),
        ("billing_mode", "delivered"),
        ("currency", "UAH"),
        ("balance", "-1.0001"),
        ("credit", "2"),
        ("sms_subscription", "true"),
    ];
    let line = |part: fn(&(&str, &str)) -> String| fields.iter().map(part).collect::<Vec<_>>().join(",");
    let quoted = |text: &str| format!("\"{text}\"");
    let csv = format!("{}\n{}\n", line(|field| field.0.into()), line(|field| format!("\"{}\"", field.1)));
    assert_eq!(import(test, csv), ran(0, "accepted 1, repeated 0, refused 0", &[]));
    let json: Vec<_> = fields
        .iter()
        .map(|(name, value)| {
            let bare = ["id", "login_attempts", "sms_subscription"].contains(name);
            format!("{}:{}", quoted(name), if bare { (*value).to_owned() } else { quoted(value) })
        })
        .collect();
    // Equal values in another format are unchanged.
    let json = format!("{{{}}}", json.join(","));
    assert_eq!(import(test, &json), ran(0, "accepted 0, repeated 1, refused 0", &[]));
    let client = clients(test).await.remove(0);
    assert_eq!(client.registered_at.unwrap().to_rfc3339(), "2024-01-05T07:46:01.500+00:00");
    assert_eq!((client.sms_price, client.balance, client.credit), (Some(Money(351)), Money(-10_001), Money(20_000)));
    assert!(client.sms_subscription);
}

#[apply(both_databases)]
async fn a_bad_line_is_named_with_its_number_field_and_reason_while_good_lines_go_in(test: &TestDatabase) {
    let mut file = Vec::from(HEADER);
    file.extend_from_slice(b"7,380501,\"a\nb\",EUR,1,0\n");
    file.extend_from_slice(b"x,380502,,EUR,,\n");
    file.extend_from_slice(b"8,,,EUR,,\n");
    file.extend_from_slice(b"9,380503,M\xfcller,EUR,,\n");
    file.extend_from_slice(b"10,380504,,EUR,0.00001,\n");
    file.extend_from_slice(b"11,380505,,EUR,,-1\n");
    file.extend_from_slice(b"12,380506,,EUR\n");
    file.extend_from_slice(b"13,380501,,EUR,,\n");
    file.extend_from_slice(format!("14,380507,{},EUR,,\n", "x".repeat(65_536)).as_bytes());
    file.extend_from_slice(b"15,380508,\x1b[2J,EUR,,\n");
    file.extend_from_slice(b"16,380509,,EUR,,\n");
    file.extend_from_slice(b"17,380510,\"never closed,EUR,,\n18,380511,,EUR,,\n");
    let expected = ran(
        1,
        "accepted 3, repeated 0, refused 10",
        &[
            "line 4: id: \"x\" is not a whole number",
            "line 5: login: is required",
            "line 6: company: isn't UTF-8 text: save the file in UTF-8",
            "line 7: balance: \"0.00001\" has more than four decimals",
            "line 8: credit: is below zero",
            "line 9: has 4 fields where the header has 6",
            "line 10: login: 380501 belongs to client 7",
            "line 11: is longer than 64 KiB",
            "line 12: company: has a control character in it (\\u{1b})",
            "line 14: a quote is opened and never closed",
        ],
    );
    assert_eq!(import(test, &file), expected);
    assert_eq!(summary(test).await, ["7 380501 a\nb 1", "16 380509 - 0", "18 380511 - 0"]);
    assert_logins_fit(test).await;
}

#[apply(both_databases)]
async fn wrong_types_in_ndjson_are_refused_by_their_field(test: &TestDatabase) {
    let file = concat!(
        "{\"id\":7,\"login\":\"380501\",\"currency\":\"EUR\",\"balance\":12.5}\n",
        "{\"id\":7,\"login\":380501,\"currency\":\"EUR\"}\n",
        "{\"id\":7.5,\"login\":\"380501\",\"currency\":\"EUR\"}\n",
        "{\"id\":7,\"login\":\"380501\",\"currency\":\"EUR\",\"colour\":\"red\"}\n",
        "{\"id\":7,\"login\":\"380501\",\"currency\":\"EUR\",\"id\":8}\n",
        "[7]\n",
        "{\"id\":7,\"login\":\"380501\",\"currency\":\"EUR\",\"company\":\"a\\u0000\"}\n",
        "{\"id\":7,\"login\":\"380501\",\"currency\":\"EUR\",\"company\":null}\n",
    );
    let known = "id, login, company, name, site, email, email_accounting, region, language, activity_type, \
                 property_type, postal_address, registered_at, last_login_at, login_attempts, activation, referer, \
                 channel, channel_source, sms_price, billing_mode, currency, balance, credit, sms_subscription";
    let expected = ran(
        1,
        "accepted 1, repeated 0, refused 7",
        &[
            "line 1: balance: is a JSON number: write money as a text, such as \"12.5\"",
            "line 2: login: is a number, not a text",
            "line 3: id: \"7.5\" is not a whole number",
            &format!("line 4: \"colour\": is unknown; known are {known}"),
            "line 5: id: is there twice",
            "line 6: isn't a JSON object",
            "line 7: company: has a control character in it (\\u{0})",
        ],
    );
    assert_eq!(import(test, file), expected);
    assert_eq!(summary(test).await, ["7 380501 - 0"]);
}

#[apply(both_databases)]
async fn nothing_is_read_from_what_is_no_file_of_clients(test: &TestDatabase) {
    assert_unreadable(&test.run(&["import", "clients", "missing.csv"], b""), "missing.csv can't be opened");
    assert_unreadable(&test.run(&["import", "clients", "."], b""), "can't be");
    assert_unreadable(&import(test, ""), "there is nothing in it");
    assert_unreadable(&import(test, "\u{feff}\n \n"), "there is nothing in it");
    assert_unreadable(&import(test, "id,login,currency,colour\n7,380501,EUR,red\n"), "known are id, login,");
    assert_unreadable(&import(test, b"id,login,n\xe4me\n7,380501,x\n"), "the header isn't UTF-8");
    assert_unreadable(&import(test, [0x1f, 0x8b, 8, 0, 0, 0]), "the header isn't UTF-8");
    assert_unreadable(&import(test, "x".repeat(70_000)), "is longer than 64 KiB");
    assert_unreadable(&import(test, "id;login\n7;380501\n"), "columns are separated by commas");
    assert_unreadable(&import(test, "[{\"id\":7}]"), "write one object a line");
    assert_eq!(import(test, HEADER), ran(0, "accepted 0, repeated 0, refused 0", &[]));
    assert_eq!((clients(test).await, changes(test).await), (vec![], 0));
}

#[apply(both_databases)]
async fn running_it_again_changes_nothing(test: &TestDatabase) {
    let file = format!("{HEADER}7,380501,a,EUR,1.5,0\n8,380502,b,UAH,-2,10\n");
    assert_eq!(import(test, &file), ran(0, "accepted 2, repeated 0, refused 0", &[]));
    let before = (clients(test).await, changes(test).await);
    assert_eq!(import(test, &file), ran(0, "accepted 0, repeated 2, refused 0", &[]));
    assert_eq!((clients(test).await, changes(test).await), before);
}

#[apply(both_databases)]
async fn what_a_record_does_not_name_stays_as_it_is(test: &TestDatabase) {
    import(test, format!("{HEADER}7,380501,a,EUR,1.5,3\n8,380502,b,EUR,1,0\n"));
    // There is no column `company`, and `credit` is empty.
    let file = "id,login,currency,balance,credit\n7,380509,EUR,99,\n8,380501,EUR,99,4\n";
    assert_eq!(import(test, file), ran(0, "accepted 2, repeated 0, refused 0", &[]));
    assert_eq!(summary(test).await, ["7 380509 a 1.5", "8 380501 b 1"]);
    let credits: Vec<_> = clients(test).await.into_iter().map(|client| client.credit).collect();
    assert_eq!(credits, [Money(30_000), Money(40_000)]);
    let nulls = "{\"id\":7,\"login\":\"380509\",\"currency\":\"EUR\",\"company\":null,\"credit\":null}\n";
    assert_eq!(import(test, nulls), ran(0, "accepted 0, repeated 1, refused 0", &[]));
    assert_eq!(summary(test).await, ["7 380509 a 1.5", "8 380501 b 1"]);
    assert_eq!(changes(test).await, 4);
    assert_logins_fit(test).await;
}

#[apply(both_databases)]
async fn a_currency_stays_once_the_ledger_has_a_transaction(test: &TestDatabase) {
    import(test, format!("{HEADER}7,380501,a,EUR,1.5,\n8,380502,b,EUR,,\n"));
    let file = format!(
        "{HEADER}7,380501,changed,UAH,,\n8,380502,b,UAH,,\n7,380501,changed,EUR,,\n\
                        9,380503,c,USD,2,\n9,380503,c,EUR,2,\n10,380504,d,USD,,\n10,380504,d,EUR,,\n"
    );
    let refused = |line: u32, from: &str, to: &str| {
        format!("line {line}: currency: is {from} and can't become {to}: the ledger has transactions in it")
    };
    let expected = [refused(2, "EUR", "UAH"), refused(6, "USD", "EUR")];
    let expected = ran(1, "accepted 5, repeated 0, refused 2", &[&expected[0], &expected[1]]);
    assert_eq!(import_with(test, &file, &["--dry-run"]), expected);
    assert_eq!(import(test, &file), expected);
    let currencies: Vec<_> = clients(test).await.into_iter().map(|client| client.currency).collect();
    assert_eq!(currencies, ["EUR", "UAH", "USD", "EUR"]);
    assert_eq!(test.run(&["check"], b"").code, Some(0));
}

#[apply(both_databases)]
async fn an_amount_of_a_trillion_is_refused_in_every_field(test: &TestDatabase) {
    let file = "id,login,currency,balance,credit,sms_price\n\
                7,380501,EUR,1000000000000,,\n\
                8,380502,EUR,-1000000000000,,\n\
                9,380503,EUR,,922337203685477.5807,\n\
                10,380504,EUR,,,1000000000000.0000\n\
                11,380505,EUR,-999999999999.9999,999999999999.9999,999999999999\n";
    let refusal = |line: u32, field: &str, amount: &str| {
        format!("line {line}: {field}: \"{amount}\" is too large: an amount has at most 12 digits before the point")
    };
    let lines = [
        refusal(2, "balance", "1000000000000"),
        refusal(3, "balance", "-1000000000000"),
        refusal(4, "credit", "922337203685477.5807"),
        refusal(5, "sms_price", "1000000000000.0000"),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(import(test, file), ran(1, "accepted 1, repeated 0, refused 4", &lines));
    assert_eq!(summary(test).await, ["11 380505 - -999999999999.9999"]);
}

#[apply(both_databases)]
async fn of_two_lines_with_one_id_the_later_updates_the_earlier(test: &TestDatabase) {
    let file = format!("{HEADER}7,380501,a,EUR,1,\n7,380502,b,EUR,2,\n8,380501,c,EUR,,\n8,380502,c,EUR,,\n");
    let refusal = "line 5: login: 380502 belongs to client 7";
    assert_eq!(import(test, file), ran(1, "accepted 3, repeated 0, refused 1", &[refusal]));
    assert_eq!(summary(test).await, ["7 380502 b 1", "8 380501 c 0"]);
    assert_logins_fit(test).await;
}

#[apply(both_databases)]
async fn a_dry_run_answers_the_same_and_changes_nothing(test: &TestDatabase) {
    import(test, format!("{HEADER}1,380100,a,EUR,,\n2,380200,b,EUR,,\n"));
    let before = (clients(test).await, changes(test).await);

    // Several batches, whose lines depend on earlier batches.
    let mut file = format!("{HEADER}1,380100,a,EUR,,\n2,380201,b,EUR,,\n");
    for id in 10..10 + 2 * BATCH {
        writeln!(file, "{id},49{id},c,EUR,,").unwrap();
    }
    file.push_str("3,380200,taken over,EUR,,\n4,4910,taken,EUR,,\n10,4910,c,EUR,,\n11,4911,new name,EUR,,\n");
    let dry = import_with(test, &file, &["--dry-run"]);
    assert_eq!((clients(test).await, changes(test).await), before);
    let accepted = 2 * BATCH + 3;
    let counts = format!("accepted {accepted}, repeated 2, refused 1");
    let refusal = format!("line {}: login: 4910 belongs to client 10", 2 * BATCH + 5);
    assert_eq!(dry, ran(1, &counts, &[&refusal]));
    assert_eq!(import(test, &file), dry);
    assert_eq!(clients(test).await.len(), 2 * BATCH + 3);
    assert_logins_fit(test).await;
}

#[apply(both_databases)]
async fn a_minus_reads_standard_input(test: &TestDatabase) {
    let file = format!("{HEADER}7,380501,a,EUR,,\n8,oops,a,EUR,,\n");
    let refusal = "line 3: login: \"oops\" is not a phone number: digits, with a + before them or not";
    let expected = ran(1, "accepted 1, repeated 0, refused 1", &[refusal]);
    assert_eq!(test.run(&["import", "clients", "-"], file.as_bytes()), expected);
    assert_unreadable(&test.run(&["import", "clients", "-"], b""), "standard input can't be read");
    assert_eq!(summary(test).await, ["7 380501 a 0"]);
}

#[apply(both_databases)]
async fn a_program_that_is_killed_leaves_whole_batches(test: &TestDatabase) {
    let mut file = HEADER.to_owned();
    for id in 1..=2 * BATCH + 10 {
        writeln!(file, "{id},49{id},c,EUR,,").unwrap();
    }
    let mut child = test.spawn(&["import", "clients", "-"]);
    // Further lines may come, so the last ones wait for the rest of their batch.
    let mut stdin = child.stdin.take().unwrap();
    let stdin = tokio::task::spawn_blocking(move || stdin.write_all(file.as_bytes()).map(|()| stdin)).await.unwrap();
    while client::Entity::find().count(test.database.reader()).await.unwrap() < 2 * BATCH as u64 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    assert_eq!(clients(test).await.len(), 2 * BATCH);
    assert_eq!(changes(test).await, 2 * BATCH as u64);
    assert_logins_fit(test).await;
}

#[apply(both_databases)]
async fn imports_at_the_same_time_get_in_each_others_way_without_harm(test: &TestDatabase) {
    import(test, format!("{HEADER}1,380100,a,EUR,,\n2,380200,b,EUR,,\n3,380300,c,EUR,,\n"));
    let model = clients(test).await.remove(0);
    let rounds = (0..8_u32).map(|round| {
        // Each import moves the same clients to other logins and creates the same new ones, in a different order.
        let mut batch: Vec<_> = (1..40_i64)
            .map(|id| {
                let login = format!("{}", 500 + (id + i64::from(round)) % 60);
                ClientRecord::naming(id.unsigned_abs(), client::Model { id: ClientId(id), login, ..model.clone() })
            })
            .collect();
        if round % 2 == 1 {
            batch.reverse();
        }
        let database = test.database.clone();
        tokio::spawn(async move { Writer::new(&database, Actor::command_line()).write(&batch).await })
    });
    for round in rounds.collect::<Vec<_>>() {
        let outcome = round.await.unwrap().unwrap();
        assert_eq!(outcome.accepted + outcome.repeated + outcome.refusals.len() as u64, 39);
    }
    assert_logins_fit(test).await;
}

#[apply(both_databases)]
async fn demo_clients_are_the_same_for_the_same_seed_and_go_into_an_empty_database_only(test: &TestDatabase) {
    let done = test.run(&["demo", "--messages", "3000"], b"");
    assert_eq!(done, ran(0, "accepted 3971, repeated 0, refused 0", &[]));
    assert_eq!(test.run(&["check"], b"").code, Some(0));
    assert_eq!(clients(test).await.len(), 971);
    assert_logins_fit(test).await;

    let again = test.run(&["demo"], b"");
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
    assert!(again.stderr.contains("has clients already"), "{again:?}");

    let other = TestDatabase::sqlite().await;
    other.run(&["demo", "--clients", "971", "--messages", "3000", "--seed", "1"], b"");
    assert_eq!(clients(&other).await, clients(test).await);
}
