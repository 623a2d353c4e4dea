//! The Finance tab and the export of a client with a million rows.

use crate::{
    Failure,
    http::{AS_BROWSERS, Connection},
    program::Server,
    times::{Times, milliseconds},
};
use chrono::{Days, NaiveDate};
use domain::{
    database::Database,
    ids::{ClientId, EntryId},
    ledger::{EntryKind, LedgerPage, booking, query::FinanceQuery, store::entry},
};
use fastrand::Rng;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use sea_orm::{ConnectionTrait as _, EntityTrait as _, QueryFilter as _, Statement, prelude::*};
use std::time::{Duration, Instant};
use values::{Money, answer::Answer, time::Moment};

/// Number of days that the rows of the ledger are spread over.
const DAYS: i64 = 1_500;
/// Requests per case.
const REQUESTS: usize = 1_000;

fn first_day() -> NaiveDate {
    NaiveDate::default() + Days::new(18_628)
}

/// Generates the rows of the ledger: mostly mailings, and a top-up now and then.
fn rows(client_id: i64, count: i64) -> impl Iterator<Item = entry::Model> {
    let begin: Moment = first_day().and_time(chrono::NaiveTime::MIN).and_utc();
    let step = chrono::Duration::days(DAYS) / i32::try_from(count).unwrap_or(i32::MAX);
    let mut random = Rng::with_seed(5);
    let (mut balance, mut debits) = (0, 0);
    let mut kinds = [(0, 0, 0); 2];
    (1..=count).map(move |id| {
        let top_up = id % 50 == 1;
        let amount = if top_up { random.i64(4_000_000..8_000_000) } else { -random.i64(1..100_000) };
        balance += amount;
        debits += amount.max(0);
        let of_kind = &mut kinds[usize::from(top_up)];
        *of_kind = (of_kind.0 + 1, of_kind.1 + amount.max(0), of_kind.2 + amount.min(0));
        entry::Model {
            client_id: ClientId(client_id),
            id: EntryId(id),
            at: begin + step * i32::try_from(id).unwrap_or(i32::MAX),
            kind: if top_up { EntryKind::TopUp } else { EntryKind::Mailing },
            amount: Money(amount),
            balance: Money(balance),
            debits: Money(debits),
            kind_id: of_kind.0,
            kind_debits: Money(of_kind.1),
            kind_credits: Money(of_kind.2),
            purpose: if top_up { "Top-up: bank transfer".to_owned() } else { format!("Mailing spring-{id}") },
            author: if top_up { "olena" } else { "gateway" }.to_owned(),
            idempotency_key: format!("bench-row-{id}"),
            reverses: None,
        }
    })
}

/// Replaces the ledger of a client with this number of rows.
pub async fn fill(database: &Database, client: i64, count: i64) -> Result<(), Failure> {
    let begun = Instant::now();
    let transaction = database.write().await?;
    entry::Entity::delete_many().filter(entry::Column::ClientId.eq(client)).exec(&transaction).await?;
    let mut rows = rows(client, count);
    let mut closing = Money(0);
    loop {
        let batch: Vec<_> = rows.by_ref().take(20_000).collect();
        let Some(last) = batch.last() else { break };
        closing = last.balance;
        booking::insert(&transaction, batch).await?;
    }
    let backend = database.backend();
    let balance = Statement::from_sql_and_values(
        backend,
        "UPDATE clients SET balance = $1 WHERE id = $2",
        [closing.0.into(), client.into()],
    );
    transaction.execute_raw(balance).await?;
    transaction.commit().await?;
    println!("filled               {count} rows of one client in {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Times the tab and the export.
pub async fn measure(
    database: &Database,
    server: &Server,
    session: &str,
    client: i64,
    count: i64,
) -> Result<(), Failure> {
    if database.backend() == sea_orm::DbBackend::Postgres {
        database.reader().execute_unprepared("ANALYZE ledger").await?;
    }
    println!(
        "{:<44} {:>8} {:>8} {:>8} {:>14} {:>8}",
        "Finance tab", "p50 ms", "p99 ms", "most", "bare SQL p50", "p99 ms"
    );
    let bare = bare(database, client, count).await?;
    for (name, kind, page) in [
        ("any period and page, the data", "", false),
        ("any period and page, the whole page", "", true),
        ("the rare kind of any period, the data", "top_up", false),
        ("the usual kind of any period, the data", "mailing", false),
    ] {
        let times = tab(server, session, client, kind, page)?;
        println!(
            "{name:<44} {:>8} {:>8} {:>8} {:>14} {:>8}",
            milliseconds(times.percentile(50)),
            milliseconds(times.percentile(99)),
            milliseconds(times.percentile(100)),
            milliseconds(bare.percentile(50)),
            milliseconds(bare.percentile(99)),
        );
        let reached = times.percentile(99) <= Duration::from_millis(15);
        println!("  p99 at most 15 ms: {}", if reached { "reached" } else { "missed" });
    }
    export(server, session, client, count)?;
    statement(server, session, client, count)
}

/// Times requests for random periods and pages, and compares each with the same query without HTTP.
fn tab(server: &Server, session: &str, client: i64, kind: &str, page: bool) -> Result<Times, Failure> {
    let mut random = Rng::with_seed(9);
    let mut connection = server.connect(session)?;
    let mut times = Vec::new();
    while times.len() < REQUESTS {
        let day = |random: &mut Rng| first_day() + Days::new(random.u64(0..DAYS.unsigned_abs()));
        let (a, b) = (day(&mut random), day(&mut random));
        let (from, to) = (a.min(b), a.max(b));
        let query = format!("from={from}&to={to}&kind={kind}");
        let total = list(&mut connection, client, &query)?.total;
        let last = total.div_ceil(20).max(1);
        let query = format!("{query}&page={}", random.u64(1..=last));
        let address = if page { format!("/clients/{client}/finance?{query}") } else { rpc(client, &query) };
        let sent = Instant::now();
        let answer = connection.get(&address, AS_BROWSERS)?;
        times.push(sent.elapsed());
        if answer.status != 200 {
            return Err(format!("{address}: {}", answer.status).into());
        }
    }
    Ok(Times::new(times))
}

fn rpc(client: i64, query: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!("/rpc/list_transactions?id={client}&address={query}")
}

/// Reads a page of the ledger and checks that its sums tie.
fn list(connection: &mut Connection, client: i64, query: &str) -> Result<LedgerPage, Failure> {
    let answer = connection.get(&rpc(client, query), "identity")?;
    let Answer::<FinanceQuery, LedgerPage> { content: page, .. } = serde_json::from_slice(&answer.body)?;
    let sums = [page.opening, page.turnover.0, page.turnover.1, page.others.0, page.others.1];
    if sums.iter().map(|sum| sum.0).sum::<i64>() != page.closing.0 {
        return Err(format!("{query}: the sums don't tie").into());
    }
    Ok(page)
}

/// Reads twenty rows by their key: the lower bound of the tab's time.
async fn bare(database: &Database, client: i64, count: i64) -> Result<Times, Failure> {
    let mut random = Rng::with_seed(9);
    let mut times = Vec::new();
    for _ in 0..REQUESTS {
        let last = random.i64(20..count);
        let sent = Instant::now();
        let rows = entry::Entity::find()
            .filter(entry::Column::ClientId.eq(client))
            .filter(entry::Column::Id.gt(last - 20))
            .filter(entry::Column::Id.lte(last));
        if rows.all(database.reader()).await?.len() != 20 {
            return Err("the rows are gone".into());
        }
        times.push(sent.elapsed());
    }
    Ok(Times::new(times))
}

fn export(server: &Server, session: &str, client: i64, count: i64) -> Result<(), Failure> {
    let before = server.memory("VmRSS")?;
    let (from, to) = (first_day(), first_day() + Days::new(DAYS.unsigned_abs() + 2));
    let begun = Instant::now();
    let (first, bytes) =
        server.connect(session)?.download(&format!("/clients/{client}/finance/export.xlsx?from={from}&to={to}"))?;
    let took = begun.elapsed();
    let more = server.memory("VmHWM")?.saturating_sub(before);
    let rate = |took: Duration| count as f64 / took.as_secs_f64();

    let begun = Instant::now();
    let bare_bytes = bare_workbook(rows(client, count))?;
    let bare = begun.elapsed();
    println!(
        "export of {count} rows: {:.0} rows a second, {:.1} MB; bare rust_xlsxwriter {:.0} rows a second, {:.1} MB; ratio {:.2}, at least 0.80: {}",
        rate(took),
        bytes as f64 / 1e6,
        rate(bare),
        bare_bytes as f64 / 1e6,
        rate(took) / rate(bare),
        if rate(took) / rate(bare) >= 0.8 { "reached" } else { "missed" }
    );
    println!(
        "  first byte after {} ms, at most 300: {}; {:.1} MB more memory than before, at most 32: {}",
        milliseconds(first),
        if first <= Duration::from_millis(300) { "reached" } else { "missed" },
        more as f64 / 1e6,
        if more <= 32_000_000 { "reached" } else { "missed" }
    );
    Ok(())
}

/// Writes the same rows with the library alone, in its mode of constant memory.
fn bare_workbook(rows: impl Iterator<Item = entry::Model>) -> Result<u64, Failure> {
    let amount = Format::new().set_num_format("#,##0.0000");
    let moment = Format::new().set_num_format("yyyy\\-mm\\-dd hh:mm");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    for (row, entry) in (1..1_048_576).zip(rows) {
        let at = ExcelDateTime::from_timestamp(entry.at.timestamp())?;
        sheet.write_datetime_with_format(row, 0, &at, &moment)?;
        let column = if entry.amount.0 < 0 { 1 } else { 2 };
        sheet.write_number_with_format(row, column, entry.amount.0 as f64 / 10_000.0, &amount)?;
        sheet.write_string(row, 3, entry.purpose)?;
        sheet.write_number_with_format(row, 4, entry.balance.0 as f64 / 10_000.0, &amount)?;
        sheet.write_string(row, 5, entry.author)?;
    }
    let file = tempfile::NamedTempFile::new()?;
    workbook.save(file.path())?;
    Ok(file.as_file().metadata()?.len())
}

/// Times a statement of some ten thousand rows.
fn statement(server: &Server, session: &str, client: i64, count: i64) -> Result<(), Failure> {
    let days = (10_000 * DAYS / count.max(1)).clamp(1, DAYS);
    let query = format!("from={}&to={}", first_day(), first_day() + Days::new(days.unsigned_abs()));
    let mut connection = server.connect(session)?;
    let rows = list(&mut connection, client, &query)?.total;
    let before = server.memory("VmRSS")?;
    let begun = Instant::now();
    let file = connection.get(&format!("/clients/{client}/finance/statement.pdf?{query}"), "identity")?;
    let took = begun.elapsed();
    if file.status != 200 {
        return Err(format!("the statement: {}", file.status).into());
    }
    println!(
        "statement of {rows} rows: {} ms, at most 2,000: {}; {:.1} MB, {:.1} MB more memory than before",
        milliseconds(took),
        if took <= Duration::from_secs(2) { "reached" } else { "missed" },
        file.body.len() as f64 / 1e6,
        server.memory("VmHWM")?.saturating_sub(before) as f64 / 1e6
    );
    Ok(())
}
