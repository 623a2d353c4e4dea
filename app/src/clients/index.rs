//! Which clients a query asks for, and in which order: a copy of what can be searched, filtered and sorted,
//! kept in memory and brought up to date before every answer. Native only.
//!
//! Databases count and skip rows one by one, which takes seconds among a million. Here a page is entered by
//! its rank (`ordered`), a search intersects lists of characters (`search`) and a filter walks a column, so
//! that any mixture of them takes milliseconds, with an exact count, the same on both databases.
//!
//! [`Directory`] follows the feed of changes ([`super::store`]), so that any number of servers, and the
//! command line beside them, may write to one database.

use super::{
    Choices,
    ordered::Ordered,
    query::{ClientQuery, Direction, Filters, Sort},
    search::Grams,
    store::{self, Entry, FeedPosition},
};
use crate::{
    database::Database,
    error::Error,
    values::{fold, time},
};
use chrono::NaiveDate;
use std::{
    cmp::Ordering,
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use tokio::sync::{Mutex, broadcast};

/// The index of a database's clients. Cheap to clone: clones share it.
#[derive(Clone, Debug)]
pub struct Directory {
    database: Database,
    index: Arc<RwLock<Index>>,
    followed: Arc<Mutex<Option<Followed>>>,
    changes: broadcast::Sender<Arc<[i64]>>,
}

/// How far the feed has been followed.
#[derive(Debug)]
struct Followed {
    position: FeedPosition,
    at: time::Moment,
}

/// One page of the clients that a query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The clients' ids, in order.
    pub ids: Vec<i64>,
    /// Which page it is.
    pub page: u64,
    /// How many clients there are on all pages.
    pub total: u64,
    /// What the filters offer.
    pub choices: Choices,
}

impl Directory {
    /// An index that is loaded when it is first asked.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, index: Arc::default(), followed: Arc::default(), changes: broadcast::Sender::new(256) }
    }

    /// The page of clients that a query asks for, as of now: every change that was committed before the call
    /// counts.
    ///
    /// # Errors
    /// [`Error::NoSuchPage`] for a page beyond the last; an empty selection has one empty page.
    pub async fn select(&self, query: &ClientQuery) -> Result<Selection, Error> {
        self.read(query, |index, query| {
            let page = |page: u64| {
                let first = usize::try_from((page - 1).saturating_mul(query.per_page)).unwrap_or(usize::MAX);
                let count = usize::try_from(query.per_page).unwrap_or(usize::MAX);
                let (ids, total) = index.select(query, first, count);
                Selection { ids, page, total, choices: index.choices() }
            };
            let asked = page(query.go_to.unwrap_or(query.page));
            let last = asked.total.div_ceil(query.per_page).max(1);
            match query.go_to {
                _ if asked.page <= last => Ok(asked),
                Some(_) => Ok(page(last)),
                None => Err(Error::NoSuchPage { page: asked.page, last }),
            }
        })
        .await?
    }

    /// All clients that a query asks for, in its order, whatever its page.
    pub async fn select_all(&self, query: &ClientQuery) -> Result<Vec<i64>, Error> {
        self.read(query, |index, query| index.select(query, 0, usize::MAX).0).await
    }

    /// The ids of clients that change from now on, sorted, as they are taken in.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Arc<[i64]>> {
        self.changes.subscribe()
    }

    async fn read<T: Send + 'static>(
        &self,
        query: &ClientQuery,
        read: impl FnOnce(&Index, &ClientQuery) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.catch_up().await?;
        let index = self.index.clone();
        let query = query.clone();
        // Up to some milliseconds of computing, which would hold up the other requests of this thread.
        tokio::task::spawn_blocking(move || read(&index.read().unwrap_or_else(PoisonError::into_inner), &query))
            .await
            .map_err(Error::internal)
    }

    /// Takes in what has changed, or everything the first time.
    pub async fn catch_up(&self) -> Result<(), Error> {
        let mut followed = self.followed.lock().await;
        let now = time::now();
        // A follower that slept for too long may have missed changes that were pruned meanwhile.
        let known = followed.as_ref().filter(|followed| now - followed.at < store::CHANGES_KEPT / 2);
        let position = match known {
            Some(Followed { position, .. }) => {
                let (changed, next) = store::changes_since(&self.database, position).await?;
                for some in changed.chunks(store::ENTRIES_AT_ONCE) {
                    self.apply(store::entries(&self.database, some).await?).await?;
                }
                if !changed.is_empty() {
                    // Fails when nobody listens.
                    let _ = self.changes.send(changed.into());
                }
                next
            }
            None => self.load().await?,
        };
        *followed = Some(Followed { position, at: now });
        Ok(())
    }

    async fn apply(&self, entries: Vec<Entry>) -> Result<(), Error> {
        let index = self.index.clone();
        tokio::task::spawn_blocking(move || index.write().unwrap_or_else(PoisonError::into_inner).apply(&entries))
            .await
            .map_err(Error::internal)
    }

    async fn load(&self) -> Result<FeedPosition, Error> {
        // The position first: what changes while the rows are read is taken in once more afterwards.
        let position = store::feed_position(&self.database).await?;
        let mut loaded = Index::default();
        let mut after = 0;
        loop {
            let entries = store::entries_after(&self.database, after).await?;
            let Some(last) = entries.last() else { break };
            after = last.id;
            for entry in &entries {
                let client = loaded.client(entry);
                loaded.put(client);
            }
        }
        let index = self.index.clone();
        tokio::task::spawn_blocking(move || {
            loaded.sort();
            *index.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        })
        .await
        .map_err(Error::internal)?;
        Ok(position)
    }
}

/// Clients in slots numbered from 0, a column for everything that can be filtered or sorted.
#[derive(Debug, Default)]
struct Index {
    slots: HashMap<i64, u32>,
    clients: Vec<Client>,
    channels: Words,
    currencies: Words,
    grams: Grams,
    /// For each [`Sort`] the slots in ascending and in descending order.
    orders: [[Ordered; 2]; Sort::ALL.len()],
}

/// What the index keeps of a client: texts folded, words as numbers.
#[derive(Clone, Debug)]
struct Client {
    id: i64,
    text: Text,
    sms_price: Option<i64>,
    balance: i64,
    credit: i64,
    channel: Option<u32>,
    currency: u32,
    property_type: Option<crate::clients::PropertyType>,
    sms_subscription: bool,
    registered_at: Option<i64>,
}

/// ID, login, company and name, folded and joined by a character that nobody can search for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    joined: Box<str>,
    /// Where login, company and name begin.
    starts: [u32; 3],
}

const JOINT: char = '\u{1}';

/// A list of slots, a bit each.
struct Bits(Vec<u64>);

impl Index {
    /// Takes in clients that changed.
    fn apply(&mut self, entries: &[Entry]) {
        // Beyond some thousand changes, sorting everything anew is quicker than moving each.
        if entries.len() > 2_000 + self.clients.len() / 20 {
            for entry in entries {
                let client = self.client(entry);
                self.put(client);
            }
            self.sort();
            return;
        }
        for entry in entries {
            let before = self.slots.get(&entry.id).map(|&slot| (slot, self.clients[slot as usize].clone()));
            let after = self.client(entry);
            // Only the orders whose key changes: a top-up moves the client in one of them.
            let moved: Vec<Sort> = Sort::ALL
                .iter()
                .copied()
                .filter(|&sort| {
                    before
                        .as_ref()
                        .is_none_or(|(_, before)| self.keys(sort, before, &after, Direction::Ascending).is_ne())
                })
                .collect();
            if let Some((slot, _)) = &before {
                self.change_orders(&moved, |order, compare| order.remove(*slot, compare));
            }
            let slot = self.put(after);
            self.change_orders(&moved, |order, compare| order.insert(slot, compare));
        }
    }

    /// Calls `change` for both orders of each sort, with the comparison that they are kept by.
    fn change_orders(&mut self, sorts: &[Sort], change: impl Fn(&mut Ordered, &dyn Fn(u32, u32) -> Ordering)) {
        let mut orders = std::mem::take(&mut self.orders);
        for &sort in sorts {
            for (order, &dir) in orders[sort as usize].iter_mut().zip(Direction::ALL) {
                change(order, &|a, b| self.compare(sort, dir, a, b));
            }
        }
        self.orders = orders;
    }

    /// Writes a client into its slot, the orders aside.
    fn put(&mut self, client: Client) -> u32 {
        if let Some(&slot) = self.slots.get(&client.id) {
            let before = std::mem::replace(&mut self.clients[slot as usize], client);
            self.channels.release(before.channel);
            self.currencies.release(Some(before.currency));
            let after = &self.clients[slot as usize].text;
            if before.text != *after {
                self.grams.remove(slot, &before.text.joined);
                self.grams.insert(slot, &after.joined);
            }
            slot
        } else {
            let slot = u32::try_from(self.clients.len()).unwrap_or(u32::MAX);
            self.grams.insert(slot, &client.text.joined);
            self.slots.insert(client.id, slot);
            self.clients.push(client);
            slot
        }
    }

    fn client(&mut self, entry: &Entry) -> Client {
        Client {
            id: entry.id,
            text: Text::new(entry),
            sms_price: entry.sms_price.map(|price| price.0),
            balance: entry.balance.0,
            credit: entry.credit.0,
            channel: entry.channel.as_deref().map(|channel| self.channels.claim(channel)),
            currency: self.currencies.claim(&entry.currency),
            property_type: entry.property_type,
            sms_subscription: entry.sms_subscription,
            registered_at: entry.registered_at.map(|moment| moment.timestamp_micros()),
        }
    }

    /// Makes all orders anew.
    fn sort(&mut self) {
        let mut orders: [[Ordered; 2]; Sort::ALL.len()] = Default::default();
        for &sort in Sort::ALL {
            for (order, &dir) in orders[sort as usize].iter_mut().zip(Direction::ALL) {
                *order = Ordered::of_sorted(&self.sorted(sort, dir));
            }
        }
        self.orders = orders;
    }

    fn sorted(&self, sort: Sort, dir: Direction) -> Vec<u32> {
        // The first bytes of a key decide most comparisons without a look at the client.
        let mut slots: Vec<(u64, u32)> = (0u32..)
            .zip(&self.clients)
            .map(|(slot, client)| {
                let key = self.key_prefix(sort, client);
                // Blanks last in both directions; `compare` parts the rare key that looks like a blank.
                let key = key.map_or(u64::MAX, |key| match dir {
                    Direction::Ascending => key,
                    Direction::Descending => !key,
                });
                (key, slot)
            })
            .collect();
        slots.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.compare(sort, dir, a.1, b.1)));
        slots.into_iter().map(|(_, slot)| slot).collect()
    }

    /// A number that is in the order of the keys, as far as it tells them apart. `None` for a blank.
    fn key_prefix(&self, sort: Sort, client: &Client) -> Option<u64> {
        let number = |value: i64| value.cast_unsigned() ^ (1 << 63);
        let text = |text: &str| {
            let mut bytes = [0; 8];
            let length = text.len().min(8);
            bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
            (length > 0).then(|| u64::from_be_bytes(bytes))
        };
        match sort {
            Sort::Id => Some(number(client.id)),
            Sort::Login => text(client.text.login()),
            Sort::Company => text(client.text.company()),
            Sort::Name => text(client.text.name()),
            Sort::SmsPrice => client.sms_price.map(number),
            Sort::Balance => Some(number(client.balance)),
            Sort::Credit => Some(number(client.credit)),
            Sort::Channel => client.channel.and_then(|channel| text(self.channels.folded(channel))),
        }
    }

    /// The order of two slots: by key, blanks last in both directions, equal keys by ascending id.
    fn compare(&self, sort: Sort, dir: Direction, a: u32, b: u32) -> Ordering {
        let (a, b) = (&self.clients[a as usize], &self.clients[b as usize]);
        self.keys(sort, a, b, dir).then_with(|| a.id.cmp(&b.id))
    }

    fn keys(&self, sort: Sort, a: &Client, b: &Client, dir: Direction) -> Ordering {
        fn directed<T: Ord>(a: T, b: T, dir: Direction) -> Ordering {
            match dir {
                Direction::Ascending => a.cmp(&b),
                Direction::Descending => b.cmp(&a),
            }
        }
        fn blanks_last<T: Ord>(a: Option<T>, b: Option<T>, dir: Direction) -> Ordering {
            match (a, b) {
                (Some(a), Some(b)) => directed(a, b, dir),
                (a, b) => a.is_none().cmp(&b.is_none()),
            }
        }
        fn text(text: &str) -> Option<&str> {
            (!text.is_empty()).then_some(text)
        }
        match sort {
            Sort::Id => directed(a.id, b.id, dir),
            Sort::Login => blanks_last(text(a.text.login()), text(b.text.login()), dir),
            Sort::Company => blanks_last(text(a.text.company()), text(b.text.company()), dir),
            Sort::Name => blanks_last(text(a.text.name()), text(b.text.name()), dir),
            Sort::SmsPrice => blanks_last(a.sms_price, b.sms_price, dir),
            Sort::Balance => directed(a.balance, b.balance, dir),
            Sort::Credit => directed(a.credit, b.credit, dir),
            Sort::Channel => {
                let word = |channel: Option<u32>| channel.and_then(|channel| text(self.channels.folded(channel)));
                blanks_last(word(a.channel), word(b.channel), dir)
            }
        }
    }

    /// The clients of ranks `first..first + count`, and how many there are.
    fn select(&self, query: &ClientQuery, first: usize, count: usize) -> (Vec<i64>, u64) {
        let order = &self.orders[query.sort as usize][query.dir as usize];
        let id = |slot: u32| self.clients[slot as usize].id;
        let Some(wanted) = self.wanted(query) else {
            return (order.at_rank(first).take(count).map(id).collect(), self.clients.len() as u64);
        };
        let total = wanted.count();
        let ids = if total <= 2_000 {
            let mut slots: Vec<u32> = wanted.iter().collect();
            slots.sort_unstable_by(|&a, &b| self.compare(query.sort, query.dir, a, b));
            slots.into_iter().skip(first).take(count).map(id).collect()
        } else {
            order.at_rank(0).filter(|&slot| wanted.contains(slot)).skip(first).take(count).map(id).collect()
        };
        (ids, total as u64)
    }

    /// The slots that search and filters leave; `None` for all.
    fn wanted(&self, query: &ClientQuery) -> Option<Bits> {
        let needle = query.needle();
        if needle.is_empty() && query.filters.is_empty() {
            return None;
        }
        let passes = self.filter(&query.filters);
        let mut wanted = Bits::none(self.clients.len());
        if needle.is_empty() {
            for (slot, client) in (0u32..).zip(&self.clients) {
                wanted.put(slot, passes(client));
            }
        } else {
            for slot in self.grams.find(&needle, |slot| &*self.clients[slot as usize].text.joined) {
                wanted.put(slot, query.filters.is_empty() || passes(&self.clients[slot as usize]));
            }
        }
        Some(wanted)
    }

    fn filter(&self, filters: &Filters) -> impl Fn(&Client) -> bool {
        let moment = |day: &Option<String>, of: fn(NaiveDate) -> time::Moment| {
            day.as_deref().and_then(|day| day.parse().ok()).map(|day| of(day).timestamp_micros())
        };
        let from = moment(&filters.registered_from, time::start_of_day);
        let until = moment(&filters.registered_to, time::end_of_day);
        let period = from.is_some() || until.is_some();
        let channel = filters.channel.as_deref().map(|channel| self.channels.find(channel));
        let currency = filters.currency.as_deref().map(|currency| self.currencies.find(currency));
        let (property_type, subscription, below_zero) =
            (filters.property_type, filters.sms_subscription, filters.below_zero);
        move |client| {
            (!below_zero || client.balance < 0)
                && subscription.is_none_or(|wanted| client.sms_subscription == wanted)
                && property_type.is_none_or(|wanted| client.property_type == Some(wanted))
                && channel.is_none_or(|wanted| wanted.is_some() && client.channel == wanted)
                && currency.is_none_or(|wanted| Some(client.currency) == wanted)
                && (!period
                    || client
                        .registered_at
                        .is_some_and(|at| from.is_none_or(|from| at >= from) && until.is_none_or(|until| at < until)))
        }
    }

    fn choices(&self) -> Choices {
        Choices { channels: self.channels.used(), currencies: self.currencies.used() }
    }
}

impl Text {
    fn new(entry: &Entry) -> Self {
        let mut joined = entry.id.to_string();
        let parts = [Some(entry.login.as_str()), entry.company.as_deref(), entry.name.as_deref()];
        let starts = parts.map(|part| {
            joined.push(JOINT);
            let start = u32::try_from(joined.len()).unwrap_or(u32::MAX);
            fold::fold_into(part.unwrap_or_default(), &mut joined);
            start
        });
        Self { joined: joined.into_boxed_str(), starts }
    }

    fn part(&self, start: u32, end: usize) -> &str {
        self.joined.get(start as usize..end).unwrap_or_default()
    }

    fn login(&self) -> &str {
        self.part(self.starts[0], self.starts[1] as usize - JOINT.len_utf8())
    }

    fn company(&self) -> &str {
        self.part(self.starts[1], self.starts[2] as usize - JOINT.len_utf8())
    }

    fn name(&self) -> &str {
        self.part(self.starts[2], self.joined.len())
    }
}

impl Bits {
    fn none(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    fn put(&mut self, slot: u32, wanted: bool) {
        self.0[slot as usize / 64] |= u64::from(wanted) << (slot % 64);
    }

    fn contains(&self, slot: u32) -> bool {
        self.0[slot as usize / 64] >> (slot % 64) & 1 == 1
    }

    fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.0).flat_map(|(index, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                (left != 0).then(|| {
                    left &= left - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

/// Words that many clients share, numbered, with how many have each.
#[derive(Debug, Default)]
struct Words {
    numbers: HashMap<String, u32>,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    written: String,
    folded: String,
    uses: u64,
}

impl Words {
    fn claim(&mut self, word: &str) -> u32 {
        let number = self.find(word).unwrap_or_else(|| {
            let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            self.numbers.insert(word.to_owned(), number);
            self.words.push(Word { written: word.to_owned(), folded: fold::fold(word), uses: 0 });
            number
        });
        self.words[number as usize].uses += 1;
        number
    }

    fn release(&mut self, number: Option<u32>) {
        if let Some(number) = number {
            self.words[number as usize].uses -= 1;
        }
    }

    fn find(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    fn folded(&self, number: u32) -> &str {
        &self.words[number as usize].folded
    }

    fn used(&self) -> Vec<String> {
        let mut used: Vec<&Word> = self.words.iter().filter(|word| word.uses > 0).collect();
        used.sort_by(|a, b| a.folded.cmp(&b.folded));
        used.into_iter().map(|word| word.written.clone()).collect()
    }
}
