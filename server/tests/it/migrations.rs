//! Migrations: servers that start concurrently, and programs that are newer than the database.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    traffic::{message_with, ndjson},
};
use domain::{database::Database, ledger::check};
use migration::{Migrator, MigratorTrait as _};
use serde_json::json;
use values::time::{self, Moment};

async fn steps(database: &Database) -> usize {
    database.pending_migrations().await.unwrap()
}

/// Number of migrations from this one to the last.
fn steps_from(name: &str) -> u32 {
    let steps = Migrator::migrations();
    let before = steps.iter().position(|step| step.name() == name).expect("a step of this name");
    u32::try_from(steps.len() - before).unwrap()
}

#[apply(both_databases)]
async fn servers_that_start_at_once_on_an_empty_database_all_come_up(test: &TestDatabase) {
    let url = test.empty_url();
    let openings: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Database::open(&url).await })
        })
        .collect();
    for opening in openings {
        let database = opening.await.unwrap().unwrap();
        assert_eq!(steps(&database).await, 0);
    }
    let versions = TestDatabase {
        url: url.clone(),
        database: Database::connect(&url).await.unwrap(),
        folder: tempfile::tempdir().unwrap(),
    };
    let applied = versions.column::<String>("SELECT version FROM seaql_migrations ORDER BY version").await;
    assert_eq!(applied, test.column::<String>("SELECT version FROM seaql_migrations ORDER BY version").await);
    assert!(applied.len() >= 2, "{applied:?}");
}

#[apply(both_databases)]
async fn opening_again_changes_nothing(test: &TestDatabase) {
    let before = test.column::<i64>("SELECT applied_at FROM seaql_migrations ORDER BY version").await;
    assert_eq!(steps(&Database::open(&test.url).await.unwrap()).await, 0);
    assert_eq!(test.column::<i64>("SELECT applied_at FROM seaql_migrations ORDER BY version").await, before);
}

#[apply(both_databases)]
async fn clients_from_before_the_ledger_get_the_row_that_their_balance_begins_with(test: &TestDatabase) {
    let url = test.empty_url();
    let old = TestDatabase {
        url: url.clone(),
        database: Database::connect(&url).await.unwrap(),
        folder: tempfile::tempdir().unwrap(),
    };
    let transaction = old.database.write().await.unwrap();
    Migrator::up(&transaction, Some(2)).await.unwrap();
    transaction.commit().await.unwrap();
    for (id, balance) in [(1, 25_000), (2, -5_000), (3, 0)] {
        let columns = "id, login, language, login_attempts, billing_mode, currency, balance, credit, sms_subscription";
        let values = format!("{id}, '38050{id}', 'en', 0, 'sent', 'EUR', {balance}, 0, false");
        old.execute(&format!("INSERT INTO clients ({columns}) VALUES ({values})"), []).await;
    }
    let database = Database::open(&url).await.unwrap();
    let opened =
        old.column::<String>("SELECT client_id || ' ' || kind || ' ' || balance FROM ledger ORDER BY client_id").await;
    assert_eq!(opened, ["1 opening 25000", "2 opening -5000"]);
    let counted = check::recount(&database, |difference| panic!("{difference}")).await.unwrap();
    assert_eq!(counted, (3, 2));
}

#[apply(both_databases)]
async fn administrators_from_before_keep_when_they_signed_in(test: &TestDatabase) {
    let url = test.empty_url();
    let old = TestDatabase {
        url: url.clone(),
        database: Database::connect(&url).await.unwrap(),
        folder: tempfile::tempdir().unwrap(),
    };
    let transaction = old.database.write().await.unwrap();
    Migrator::up(&transaction, Some(6)).await.unwrap();
    transaction.commit().await.unwrap();
    let moment = |text: &str| -> Moment { text.parse().unwrap() };
    let (first, last) = (moment("2026-01-02T03:04:05Z"), moment("2026-02-03T04:05:06Z"));
    for (id, login) in [(1, "olena"), (2, "marta")] {
        let sql = format!("INSERT INTO administrators VALUES ({id}, '{login}', 'hash', 'owner', $1)");
        old.execute(&sql, [first.into()]).await;
    }
    for (action, at) in [("sign in", first), ("sign in", last), ("sign out", time::now())] {
        let columns = "at, administrator_id, administrator_login, address, action";
        let sql = format!("INSERT INTO audit ({columns}) VALUES ($1, 1, 'olena', '', '{action}')");
        old.execute(&sql, [at.into()]).await;
    }
    Database::open(&url).await.unwrap();
    let signed_in = old.column::<Option<Moment>>("SELECT last_sign_in_at FROM administrators ORDER BY id").await;
    assert_eq!(signed_in, [Some(last), None]);
    assert_eq!(old.column::<Option<Moment>>("SELECT disabled_at FROM administrators").await, [None, None]);
}

#[apply(both_databases)]
async fn what_was_sent_before_there_were_names_is_counted_by_sender_id(test: &TestDatabase) {
    put(&test.database, &[client(7), client(8)]).await;
    let sent = |client: i64, id: &str, sender: &str, parts: u32| {
        message_with(client, id, &[("sender_id", json!(sender)), ("parts", json!(parts))])
    };
    let lines = [
        sent(7, "a", "Shop", 1),
        sent(7, "b", "SHOP", 3),
        sent(7, "c", "ЇЖАК", 1),
        sent(7, "d", "їжак", 1),
        sent(7, "e", "", 1),
        sent(8, "a", "Shop", 2),
    ];
    assert_eq!(test.run(&["import", "messages", "-"], &ndjson(&lines)).code, Some(0));
    let counted = "SELECT client_id || ' ' || name_key || ' ' || messages || ' ' || parts FROM name_use \
         ORDER BY client_id, messages, name_key";
    let unregistered = "SELECT client_id || ' ' || sender_id FROM unregistered_names ORDER BY client_id, sender_id";
    let there = [test.column::<String>(counted).await, test.column::<String>(unregistered).await];
    assert_eq!(there[0].len(), 4);
    // The schema from before names, and then the migrated one.
    let transaction = test.database.write().await.unwrap();
    Migrator::down(&transaction, Some(steps_from("m20261126_000006_names"))).await.unwrap();
    Migrator::up(&transaction, None).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!([test.column::<String>(counted).await, test.column::<String>(unregistered).await], there);
    assert_eq!(test.run(&["check"], b"").code, Some(0));
}

#[apply(both_databases)]
async fn a_migration_that_fails_leaves_nothing_half_done(test: &TestDatabase) {
    // The second migration fails, since one of its last tables exists already.
    let url = test.empty_url();
    let empty = TestDatabase {
        url: url.clone(),
        database: Database::connect(&url).await.unwrap(),
        folder: tempfile::tempdir().unwrap(),
    };
    empty.execute("CREATE TABLE audit (id INTEGER)", []).await;
    assert!(Database::open(&url).await.is_err());
    let tables = match test.database.backend() {
        sea_orm::DbBackend::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    };
    assert_eq!(empty.column::<String>(tables).await, ["audit"]);
    empty.execute("DROP TABLE audit", []).await;
    assert_eq!(steps(&Database::open(&url).await.unwrap()).await, 0);
}

#[apply(both_databases)]
async fn a_token_from_before_scopes_keeps_what_it_opened_but_for_money_and_decisions(test: &TestDatabase) {
    let url = test.empty_url();
    let old = TestDatabase {
        url: url.clone(),
        database: Database::connect(&url).await.unwrap(),
        folder: tempfile::tempdir().unwrap(),
    };
    let before = Migrator::migrations().len() - steps_from("m20261127_000009_token_scopes") as usize;
    let transaction = old.database.write().await.unwrap();
    Migrator::up(&transaction, Some(u32::try_from(before).unwrap())).await.unwrap();
    transaction.commit().await.unwrap();
    let values = "('gateway', 'no hash', '2026-11-26 10:00:00+00:00')";
    old.execute(&format!("INSERT INTO tokens (name, hash, created_at) VALUES {values}"), []).await;
    let listed = old.run(&["token", "list"], b"");
    let kept = ", scopes messages clients names kannel, made before there were scopes: replace it";
    assert!(listed.stdout.contains(kept), "{listed:?}");
    let revoked = old.run(&["token", "revoke", "--name", "gateway"], b"");
    assert_eq!(revoked.code, Some(0), "{revoked:?}");
    assert!(!old.run(&["token", "list"], b"").stdout.contains("replace it"));
}
