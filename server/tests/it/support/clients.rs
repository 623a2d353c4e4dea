//! Clients for tests, and a slow and obvious reference implementation of queries.

use super::TestDatabase;
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    actor::Actor,
    clients::{
        PropertyType,
        fields::{self, ClientRecord},
        query::{ClientQuery, Sort},
        store::client::{self, Model},
    },
    database::Database,
    ids::ClientId,
    intake::{reader::Reader, writer::Writer},
};
use sea_orm::EntityTrait;
use std::cmp::Ordering;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use values::{Direction, Money};

/// A client with only the required fields.
pub fn client(id: i64) -> Model {
    Model::new(ClientId(id), format!("38050{id}"), "EUR".to_owned())
}

/// Writes clients as an import does. Fails if one is refused.
pub async fn put(database: &Database, clients: &[Model]) {
    let batch: Vec<_> = (1..).zip(clients).map(|(line, client)| ClientRecord::naming(line, client.clone())).collect();
    let outcome =
        Writer::new(database, Actor::command_line()).write(&batch).await.expect("clients that can be written");
    assert_eq!(outcome.refusals, [], "{clients:?}");
}

/// Imports clients from CSV.
pub async fn put_csv(database: &Database, file: &str) {
    let reader = Reader::open(file.as_bytes(), fields::FIELDS).expect("a file with a header");
    let clients: Vec<_> = reader
        .map(|record| fields::parse(record.expect("a file that can be read").expect("a good line")))
        .map(|client| client.expect("a good client").into_client())
        .collect();
    put(database, &clients).await;
}

/// All clients in the database.
pub async fn all(test: &TestDatabase) -> Vec<Model> {
    client::Entity::find().all(test.database.reader()).await.expect("clients")
}

/// Clients with many equal, similar and missing values, the same ones each time.
pub fn mixed(count: i64) -> Vec<Model> {
    let mut random = fastrand::Rng::with_seed(7);
    let companies = [
        None,
        Some(""),
        Some("Alpha"),
        Some("alpha"),
        Some("ALPHA 10%"),
        Some("a_b \"quoted\" 'n'"),
        Some("Їжак і Ко"),
        Some("їжак"),
        Some("ЇЖАК"),
        Some("Zürich AG"),
        Some("ΟΔΟΣ"),
        Some("Οδος"),
        Some("Rocket 🚀"),
        Some("AlphaBetaGammaDelta one"),
        Some("alphabetagammadelta TWO"),
    ];
    let names = [None, Some("Олена Їжакевич"), Some("олена"), Some("Anna"), Some("anna"), Some("100 %"), Some("x_y")];
    let channels = [None, Some("Organic"), Some("organic"), Some("Direct"), Some("Реклама")];
    let amounts = [-30_000, -1, 0, 0, 1, 25_000, 9_000_000_000];
    // The first and last moments of days, and one in between.
    let moments = [
        None,
        Some("2024-01-04T23:59:59.999999Z"),
        Some("2024-01-05T00:00:00Z"),
        Some("2024-01-05T23:59:59.999999Z"),
        Some("2024-01-06T00:00:00Z"),
        Some("2024-02-29T12:00:00Z"),
    ];
    let mut ids: Vec<i64> = (1..=count).map(|number| number * number).collect();
    random.shuffle(&mut ids);
    ids.into_iter()
        .map(|id| Model {
            login: format!("{}{id}", if random.bool() { "+38050" } else { "49" }),
            company: random.choice(companies).flatten().map(str::to_owned),
            name: random.choice(names).flatten().map(str::to_owned),
            property_type: random
                .choice([None, Some(PropertyType::Individual), Some(PropertyType::LegalEntity)])
                .flatten(),
            registered_at: random.choice(moments).flatten().map(|moment| moment.parse().expect("a moment")),
            channel: random.choice(channels).flatten().map(str::to_owned),
            channel_source: random.bool().then(|| "google".to_owned()),
            sms_price: random.choice([None, Some(351), Some(352), Some(40)]).flatten().map(Money),
            currency: (*random.choice(&["EUR", "UAH", "USD"]).expect("one")).to_owned(),
            balance: Money(random.choice(amounts).expect("one")),
            credit: Money(random.choice([0, 10_000, 20_000]).expect("one")),
            sms_subscription: random.bool(),
            ..client(id)
        })
        .collect()
}

/// The ids of the clients that a query selects, on all pages and in its order.
pub fn expected(clients: &[Model], query: &ClientQuery) -> Vec<i64> {
    let mut found: Vec<&Model> = clients.iter().filter(|client| is_wanted(client, query)).collect();
    found.sort_by(|a, b| in_order(a, b, query.sort, query.dir));
    found.into_iter().map(|client| client.id.0).collect()
}

fn is_wanted(client: &Model, query: &ClientQuery) -> bool {
    let numbers = [client.id.to_string(), client.login.clone()];
    let others = [&client.company, &client.name, &client.email, &client.email_accounting];
    let texts: Vec<String> = numbers.iter().chain(others.into_iter().flatten()).map(|text| plain(text)).collect();
    let digits: String = query.q.chars().filter(char::is_ascii_digit).collect();
    let is_number = !digits.is_empty() && query.q.chars().all(|c| "0123456789+-(). ".contains(c));
    let found = query.q.split_whitespace().all(|word| texts.iter().any(|text| text.contains(&plain(word))))
        || is_number && numbers.iter().any(|number| number.contains(&digits));
    let filters = &query.filters;
    let registered = |within: &dyn Fn(DateTime<Utc>) -> bool| client.registered_at.is_some_and(within);
    let day = |day: &str| -> NaiveDate { day.parse().expect("a day") };
    found
        && filters.property_type.is_none_or(|wanted| client.property_type == Some(wanted))
        && filters.channel.as_ref().is_none_or(|wanted| client.channel.as_ref() == Some(wanted))
        && filters.currency.as_ref().is_none_or(|wanted| client.currency == *wanted)
        && filters.sms_subscription.is_none_or(|wanted| client.sms_subscription == wanted)
        && (!filters.below_zero || client.balance < Money(0))
        && filters.registered_from.as_ref().is_none_or(|from| registered(&|at| at.date_naive() >= day(from)))
        && filters.registered_to.as_ref().is_none_or(|to| registered(&|at| at.date_naive() < day(to) + Days::new(1)))
}

fn in_order(a: &Model, b: &Model, sort: Sort, dir: Direction) -> Ordering {
    let text = |a: &Option<String>, b: &Option<String>| {
        let key = |text: &Option<String>| text.as_deref().map(lower).filter(|text| !text.is_empty());
        blanks_last(key(a), key(b), dir)
    };
    let by_key = match sort {
        Sort::Id => blanks_last(Some(a.id), Some(b.id), dir),
        Sort::Login => text(&Some(a.login.clone()), &Some(b.login.clone())),
        Sort::Company => text(&a.company, &b.company),
        Sort::Name => text(&a.name, &b.name),
        Sort::SmsPrice => blanks_last(a.sms_price, b.sms_price, dir),
        Sort::Balance => blanks_last(Some(a.balance), Some(b.balance), dir),
        Sort::Credit => blanks_last(Some(a.credit), Some(b.credit), dir),
        Sort::Channel => text(&a.channel, &b.channel),
    };
    by_key.then(a.id.cmp(&b.id))
}

fn blanks_last<T: Ord>(a: Option<T>, b: Option<T>, dir: Direction) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if dir == Direction::Ascending => a.cmp(&b),
        (Some(a), Some(b)) => b.cmp(&a),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// Lower case, character by character; the Greek sigma has one form.
/// Lower case without diacritics, for the letters of these tests.
fn plain(text: &str) -> String {
    let letters = lower(text).nfd().filter(|c| !is_combining_mark(*c)).collect::<String>();
    letters.replace('ß', "ss").replace('ł', "l").replace('ø', "o").replace('ı', "i")
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}
