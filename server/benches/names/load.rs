//! Names of a busy platform: 100,000 that wait, many of them imported on one day, and a client with 10,000 in a hundred
//! numbered series.

use crate::Failure;
use chrono::{Days, Duration};
use domain::{
    actor::Actor,
    clients::store::client,
    database::Database,
    ids::ClientId,
    messages::{
        Tally,
        roll_ups::{Cell, RollUps},
    },
    names::{
        DAYS as DAYS_SHOWN, NameStatus,
        change::{self, Change, Signature},
        check::recount,
        name,
        rules::{self, Questionnaire},
        store::{apply, client_count, count, status_change},
    },
};
use fastrand::Rng;
use sea_orm::{ConnectionTrait as _, DbBackend, EntityTrait as _, QueryOrder as _, QuerySelect as _};
use values::{
    Money,
    messaging::MessagingChannel,
    time::{self, Moment},
};

/// Number of names that wait.
pub const WAITING: usize = 100_000;
/// Number of names of the large client.
pub const OF_ONE: usize = 10_000;
/// Number of its series, each numbered from 0.
pub const SERIES: usize = 100;

/// Number of days up to yesterday on which the waiting names came in.
const DAYS: usize = 90;
/// Number of names that came in on the busiest day.
const BUSY: usize = 20_000;
/// That day, counted from the oldest: the middle of the queue is in its middle, furthest from the ends of a day.
const BUSY_DAY: usize = 45;
/// One in this number of waiting names looks like a checked name of another client.
const TWINS: usize = 199;
/// Share of complete questionnaires, in per cent.
const FILLED: u32 = 70;
/// Names per transaction.
const AT_ONCE: usize = 4_000;

/// Replaces the names in the database. Returns the large client, and one of its names, which waits, has messages, and
/// looks like another client's.
pub async fn fill(database: &Database) -> Result<(i64, String), Failure> {
    let clients = client::Entity::find().select_only().column(client::Column::Id).order_by_asc(client::Column::Id);
    let clients: Vec<i64> = clients.into_tuple().all(database.reader()).await?;
    let (&one, others) = clients.split_last().ok_or("no clients")?;
    let mut random = Rng::with_seed(6);
    let (new, then): (Vec<usize>, Vec<usize>) = (0..OF_ONE).partition(|number| status(*number) == NameStatus::New);
    let moments = moments();
    let (mut added, mut decided) = (Vec::new(), Vec::new());
    for (place, at) in moments.iter().copied().enumerate() {
        let share = WAITING / new.len();
        let (client, name) = match new.get(place / share) {
            Some(number) if place % share == 0 => (one, numbered(*number)),
            _ => (others[place % others.len()], word(place, 4)),
        };
        if place % TWINS == 0 {
            let other = others[(place + 1) % others.len()];
            // Look-alikes ignore punctuation.
            let twin = came_in(&mut random, other, &format!("{}-{}", &name[..4], &name[4..]), at - Duration::days(1));
            decided.push(moved(&twin, NameStatus::Checked, at));
            added.push(twin);
        }
        added.push(came_in(&mut random, client, &name, at));
    }
    for number in then {
        let at = moments[random.usize(..moments.len())];
        let change = came_in(&mut random, one, &numbered(number), at - Duration::days(1));
        decided.push(moved(&change, status(number), at));
        added.push(change);
    }
    empty(database).await?;
    for changes in [added, decided] {
        for batch in changes.chunks(AT_ONCE) {
            let transaction = database.write().await?;
            apply(&transaction, batch, &Actor::command_line()).await?;
            transaction.commit().await?;
        }
    }
    let names: Vec<String> = (0..OF_ONE).map(numbered).collect();
    send(database, one, &names).await?;
    settle(database).await?;
    let mut differences = Vec::new();
    recount(database, |difference| differences.push(difference)).await?;
    match differences.first() {
        Some(difference) => Err(format!("the names were loaded wrongly: {difference}").into()),
        None => Ok((one, numbered(new[0]))),
    }
}

/// The times at which the waiting names came in, oldest first.
fn moments() -> Vec<Moment> {
    let usual = (WAITING - BUSY).div_ceil(DAYS - 1);
    let today = time::start_of_day(time::today());
    let of_day = |day: usize| {
        let count = if day == BUSY_DAY { BUSY } else { usual };
        let begin = today - Duration::days(1) * steps(DAYS - day);
        (0..count).map(move |number| begin + Duration::days(1) * steps(number) / steps(count))
    };
    (0..DAYS).flat_map(of_day).take(WAITING).collect()
}

/// Factors of durations.
fn steps(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A word with this number of syllables, a different one for each number. Its letters have no look-alikes, so names
/// look alike only where they should.
fn word(number: usize, syllables: u32) -> String {
    const CONSONANTS: [char; 10] = ['b', 'd', 'f', 'g', 'k', 'm', 'p', 'r', 's', 't'];
    const VOWELS: [char; 4] = ['a', 'e', 'o', 'u'];
    let mut word = String::new();
    for place in 0..syllables {
        let syllable = number / 40_usize.pow(place) % 40;
        let consonant = CONSONANTS[syllable / 4];
        word.push(if place == 0 { consonant.to_ascii_uppercase() } else { consonant });
        word.push(VOWELS[syllable % 4]);
    }
    word
}

/// A name of the large client.
fn numbered(number: usize) -> String {
    let of_series = OF_ONE / SERIES;
    format!("{}{:02}", word(number / of_series, 3), number % of_series)
}

/// Its status. Each series and each number has all of them.
fn status(number: usize) -> NameStatus {
    match (number / SERIES + number) % 5 {
        0 => NameStatus::New,
        1 => NameStatus::Rejected,
        _ => NameStatus::Checked,
    }
}

fn came_in(random: &mut Rng, client: i64, name: &str, at: Moment) -> Change {
    let filled = random.u32(0..100) < FILLED;
    let questionnaire: Questionnaire = [
        Some(format!("{name} Trading Ltd")),
        Some(format!("{:08}", random.u32(10_000_000..99_999_999))),
        filled.then(|| format!("{} Market Square, Kyiv", random.u32(1..200))),
        Some(format!("{}.example", rules::key(name))),
        filled.then(|| "Order updates and codes for signing in".to_owned()),
    ];
    change::added(ClientId(client), name, (NameStatus::New, None), questionnaire, None, signature(at))
}

fn moved(change: &Change, status: NameStatus, at: Moment) -> Change {
    let reason = (status == NameStatus::Rejected).then(|| "The name is a trade mark of somebody else.".to_owned());
    Change { before: Some(change.after.clone()), after: change.after.moved(status, reason, signature(at)) }
}

fn signature(at: Moment) -> Signature<'static> {
    Signature { login: "bench", at }
}

/// Deletes the names of the demo data, whose number varies.
async fn empty(database: &Database) -> Result<(), Failure> {
    let transaction = database.write().await?;
    status_change::Entity::delete_many().exec(&transaction).await?;
    count::Entity::delete_many().exec(&transaction).await?;
    client_count::Entity::delete_many().exec(&transaction).await?;
    name::Entity::delete_many().exec(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// Adds messages under each of a client's names, on each of the days that a page sums up.
async fn send(database: &Database, client_id: i64, names: &[String]) -> Result<(), Failure> {
    let today = time::today();
    let tally =
        Tally { sent_messages: 20, sent_parts: 27, delivered_messages: 19, delivered_parts: 26, cost: Money(10_500) };
    for batch in names.chunks(1_000) {
        let mut roll_ups = RollUps::default();
        for sender_id in batch {
            for ago in 0..DAYS_SHOWN {
                let (day, channel) = (today - Days::new(ago), MessagingChannel::Sms);
                let cell = Cell {
                    client_id: ClientId(client_id),
                    day,
                    channel,
                    country: "UA",
                    operator: "Kyivstar",
                    sender_id,
                };
                roll_ups.count(cell, &tally);
            }
        }
        let transaction = database.write().await?;
        roll_ups.add(&transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Updates the database's statistics, as it does by itself some time after so many inserts.
async fn settle(database: &Database) -> Result<(), Failure> {
    if database.backend() == DbBackend::Postgres {
        database.reader().execute_unprepared("VACUUM ANALYZE").await?;
        return Ok(());
    }
    let transaction = database.write().await?;
    transaction.execute_unprepared("ANALYZE").await?;
    Ok(transaction.commit().await?)
}
