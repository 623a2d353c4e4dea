//! The index in memory: sets of clients for each value of a filter, sort orders, and the words of their texts.

use super::{
    client_sets::{Bits, Slots},
    numbers::Numbers,
    ordered::Ordered,
    progress::Progress,
    search::{Search, Searched},
    sums::{Balances, Sum},
    words,
};
use crate::clients::{
    Choices, CurrencySum, PropertyType,
    query::{ClientQuery, Filters, Sort},
    store::Entry,
};
use crate::ids::ClientId;
use chrono::NaiveDate;
use std::{
    borrow::Cow,
    cmp::Ordering,
    collections::HashMap,
    sync::{Mutex as BlockingMutex, PoisonError},
    thread,
};
use values::{Direction, fold, money::grouped_sum, needles, time};

/// The bytes of a text in one part of a key.
const PART_BYTES: usize = 7;

/// The most parts of a key, since each takes a recursive call. Longer texts are compared as a whole.
const MAX_PARTS: usize = if cfg!(test) { 1 } else { 32 };

/// Clients in slots numbered from 0, with a set of slots for each value of a filter, and an order for each sort.
#[derive(Debug, Default)]
pub(crate) struct Index {
    clients: Vec<Client>,
    search: Search,
    sets: Sets,
    orders: Orders,
}

/// For each [`Sort`], the slots in ascending and in descending order.
type Orders = [[Ordered; 2]; Sort::ALL.len()];

/// A part of the index that can be built independently of the others.
enum Part<'a> {
    Numbers(&'a mut Numbers),
    Names(&'a mut words::Words),
    Mails(&'a mut words::Words),
    Order(Sort, &'a mut [Ordered; 2]),
}

/// For each value of a filter, the clients that have it.
#[derive(Debug, Default)]
struct Sets {
    channels: Words,
    currencies: Words,
    property_types: [Slots; PropertyType::ALL.len()],
    subscribed: Slots,
    below_zero: Slots,
    /// The time of registration of each slot, in microseconds. A column instead of sets, since the values are distinct.
    registered_at: Vec<Option<i64>>,
    balances: Balances,
}

/// The indexed fields of a client. Texts are folded, and words that clients share are numbers.
#[derive(Clone, Debug)]
struct Client {
    id: ClientId,
    text: Text,
    sms_price: Option<i64>,
    balance: i64,
    credit: i64,
    channel: Option<u32>,
    currency: u32,
    property_type: Option<PropertyType>,
    sms_subscription: bool,
}

/// Login, company, name and email addresses, folded and joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    joined: Box<str>,
    /// The ends of all but the last.
    ends: [u32; 4],
}

impl Index {
    /// The number of clients.
    pub(crate) fn len(&self) -> usize {
        self.clients.len()
    }

    /// Applies changed clients.
    pub fn apply(&mut self, entries: &[Entry]) {
        // Sorting everything is faster than moving some thousand clients.
        if entries.len() > 2_000 + self.clients.len() / 20 {
            self.put_all(entries);
            self.sort();
            return;
        }
        for entry in entries {
            let before = self.slot(entry.id).map(|slot| (slot, self.clients[slot as usize].clone()));
            let after = self.client(entry, Text::new(entry, &mut String::new()));
            // Changes only the orders whose key changes: a top-up moves the client in one of them.
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
            let slot = self.put(after, registered_at(entry));
            self.change_orders(&moved, |order, compare| order.insert(slot, compare));
        }
    }

    /// Calls `change` for both orders of each sort, with their comparison.
    fn change_orders(&mut self, sorts: &[Sort], change: impl Fn(&mut Ordered, &dyn Fn(u32, u32) -> Ordering)) {
        let mut orders = std::mem::take(&mut self.orders);
        for &sort in sorts {
            for (order, &dir) in orders[sort as usize].iter_mut().zip(Direction::ALL) {
                change(order, &|a, b| self.compare(sort, dir, a, b));
            }
        }
        self.orders = orders;
    }

    /// The slot of a client, by the order of ids.
    fn slot(&self, id: ClientId) -> Option<u32> {
        let order = &self.orders[Sort::Id as usize][Direction::Ascending as usize];
        order.find(|slot| self.clients[slot as usize].id.cmp(&id))
    }

    /// Writes clients into their slots, without the orders.
    fn put_all(&mut self, entries: &[Entry]) {
        for entry in entries {
            let client = self.client(entry, Text::new(entry, &mut String::new()));
            self.put(client, registered_at(entry));
        }
    }

    /// Writes a new client into a new slot. Search and orders lack it until [`Self::build`].
    pub(crate) fn add(&mut self, entry: &Entry, text: Text) {
        let client = self.client(entry, text);
        let slot = u32::try_from(self.clients.len()).unwrap_or(u32::MAX);
        self.sets.registered_at.push(registered_at(entry));
        self.sets.balances.put(slot, client.currency, client.balance);
        self.sets.change(&client, |set| set.insert(slot));
        self.clients.push(client);
    }

    fn put(&mut self, client: Client, registered_at: Option<i64>) -> u32 {
        let slot = if let Some(slot) = self.slot(client.id) {
            let before = std::mem::replace(&mut self.clients[slot as usize], client);
            let after = &self.clients[slot as usize];
            self.sets.change(&before, |set| set.remove(slot));
            if before.text != after.text {
                self.search.remove(slot, &before.searched());
                self.search.insert(slot, &after.searched());
            }
            self.sets.registered_at[slot as usize] = registered_at;
            slot
        } else {
            let slot = u32::try_from(self.clients.len()).unwrap_or(u32::MAX);
            self.search.insert(slot, &client.searched());
            self.sets.registered_at.push(registered_at);
            self.clients.push(client);
            slot
        };
        let client = &self.clients[slot as usize];
        self.sets.balances.put(slot, client.currency, client.balance);
        self.sets.change(client, |set| set.insert(slot));
        slot
    }

    fn client(&mut self, entry: &Entry, text: Text) -> Client {
        Client {
            id: entry.id,
            text,
            sms_price: entry.sms_price.map(|price| price.0),
            balance: entry.balance.0,
            credit: entry.credit.0,
            channel: entry.channel.as_deref().map(|channel| self.sets.channels.number(channel)),
            currency: self.sets.currencies.number(&entry.currency),
            property_type: entry.property_type,
            sms_subscription: entry.sms_subscription,
        }
    }

    /// Builds search and orders of the added clients, on all cores.
    pub(crate) fn build(&mut self, progress: &Progress) {
        self.clients.shrink_to_fit();
        self.sets.registered_at.shrink_to_fit();
        self.sets.balances.settle();
        let (mut search, mut orders) = (Search::default(), Orders::default());
        let (numbers, names, mails) = search.parts();
        let sorts = orders.iter_mut().zip(Sort::ALL).map(|(both, &sort)| Part::Order(sort, both));
        let searched = [Part::Numbers(numbers), Part::Names(names), Part::Mails(mails)];
        let parts: Vec<Part> = searched.into_iter().chain(sorts).collect();
        progress.begin_to_build(parts.len());
        on_all_cores(parts, |part| {
            if !progress.is_abandoned() {
                self.make(part);
                progress.built();
            }
        });
        (self.search, self.orders) = (search, orders);
    }

    fn make(&self, part: Part) {
        let slots = || (0u32..).zip(&self.clients);
        match part {
            Part::Numbers(numbers) => numbers.insert_all(slots().map(|(slot, client)| (slot, client.numbers()))),
            Part::Names(names) => names.insert_all(slots().map(|(slot, client)| (slot, client.names()))),
            Part::Mails(mails) => mails.insert_all(slots().map(|(slot, client)| (slot, client.mails()))),
            Part::Order(sort, both) => *both = self.sorted(sort),
        }
    }

    /// Rebuilds all orders.
    fn sort(&mut self) {
        let mut orders = Orders::default();
        on_all_cores(orders.iter_mut().zip(Sort::ALL).collect(), |(both, &sort)| self.make(Part::Order(sort, both)));
        self.orders = orders;
    }

    /// The slots in both directions. In either, equal keys are in the order of ids, and blanks come last.
    fn sorted(&self, sort: Sort) -> [Ordered; 2] {
        let all = 0..u32::try_from(self.clients.len()).unwrap_or(u32::MAX);
        let is_blank = |slot: &u32| self.key_part(sort, &self.clients[*slot as usize], 0).is_none();
        let (mut blanks, slots): (Vec<u32>, Vec<u32>) = all.partition(is_blank);
        blanks.sort_unstable_by_key(|&slot| self.clients[slot as usize].id);
        let mut keyed: Vec<(u64, u32)> = slots.into_iter().map(|slot| (0, slot)).collect();
        let mut groups = Vec::new();
        self.sort_from(sort, 0, &mut keyed, &mut groups);

        let slots: Vec<u32> = keyed.into_iter().map(|(_, slot)| slot).collect();
        let mut end = slots.len();
        let reversed = groups.iter().rev().flat_map(|&length| {
            let group = &slots[end - length as usize..end];
            end -= length as usize;
            group
        });
        let descending = Ordered::of_sorted(reversed.chain(&blanks).copied());
        [Ordered::of_sorted(slots.iter().chain(&blanks).copied()), descending]
    }

    /// Sorts slots whose keys are equal up to a part, and adds the lengths of the groups of equal keys. Looks up each
    /// part of a key once, where comparisons would look up two clients each time, far apart in memory.
    fn sort_from(&self, sort: Sort, part: usize, slots: &mut [(u64, u32)], groups: &mut Vec<u32>) {
        let client = |slot: u32| &self.clients[slot as usize];
        for (key, slot) in &mut *slots {
            *key = self.key_part(sort, client(*slot), part).unwrap_or_default();
        }
        slots.sort_unstable();
        for alike in slots.chunk_by_mut(|a, b| a.0 == b.0) {
            if alike.len() > 1 && self.has_more(sort, client(alike[0].1), part) {
                if part < MAX_PARTS {
                    self.sort_from(sort, part + 1, alike, groups);
                } else {
                    alike.sort_unstable_by(|a, b| self.compare(sort, Direction::Ascending, a.1, b.1));
                    let same = |a: &(u64, u32), b: &(u64, u32)| {
                        self.keys(sort, client(a.1), client(b.1), Direction::Ascending).is_eq()
                    };
                    groups.extend(alike.chunk_by(same).map(|group| u32::try_from(group.len()).unwrap_or(u32::MAX)));
                }
                continue;
            }
            if alike.len() > 1 {
                for (key, slot) in &mut *alike {
                    *key = in_order(client(*slot).id.0);
                }
                alike.sort_unstable();
            }
            groups.push(u32::try_from(alike.len()).unwrap_or(u32::MAX));
        }
    }

    /// A part of a key as a number in the keys' order: seven bytes of a text, then their count, or 8 when more follow.
    /// `None` for a blank.
    fn key_part(&self, sort: Sort, client: &Client, part: usize) -> Option<u64> {
        let Some(text) = self.text(sort, client) else {
            return match sort {
                Sort::SmsPrice => client.sms_price.map(in_order),
                Sort::Balance => Some(in_order(client.balance)),
                Sort::Credit => Some(in_order(client.credit)),
                _ => Some(in_order(client.id.0)),
            };
        };
        let rest = text.as_bytes().get(part * PART_BYTES..).unwrap_or_default();
        let mut bytes = [0; PART_BYTES + 1];
        let length = rest.len().min(PART_BYTES);
        bytes[..length].copy_from_slice(&rest[..length]);
        bytes[PART_BYTES] = u8::try_from(rest.len().min(PART_BYTES + 1)).unwrap_or_default();
        (!text.is_empty()).then(|| u64::from_be_bytes(bytes))
    }

    /// Whether a key has more parts.
    fn has_more(&self, sort: Sort, client: &Client, part: usize) -> bool {
        self.text(sort, client).is_some_and(|text| text.len() > (part + 1) * PART_BYTES)
    }

    /// The key of a sort by text, empty for a blank. `None` for a sort by number.
    fn text<'a>(&'a self, sort: Sort, client: &'a Client) -> Option<&'a str> {
        match sort {
            Sort::Login => Some(client.text.login()),
            Sort::Company => Some(client.text.company()),
            Sort::Name => Some(client.text.name()),
            Sort::Channel => Some(client.channel.map_or("", |channel| self.sets.channels.folded(channel))),
            Sort::Id | Sort::SmsPrice | Sort::Balance | Sort::Credit => None,
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
                let word = |channel: Option<u32>| channel.and_then(|channel| text(self.sets.channels.folded(channel)));
                blanks_last(word(a.channel), word(b.channel), dir)
            }
        }
    }

    /// The ids of ranks `first..first + count` among the wanted clients of a query, and the number of all of them.
    pub fn select(
        &self,
        query: &ClientQuery,
        wanted: Option<&Bits>,
        first: usize,
        count: usize,
    ) -> (Vec<ClientId>, u64) {
        let order = &self.orders[query.sort as usize][query.dir as usize];
        let id = |slot: u32| self.clients[slot as usize].id;
        let Some(wanted) = wanted else {
            return (order.at_rank(first).take(count).map(id).collect(), self.clients.len() as u64);
        };
        let total = wanted.count();
        let passing = |slot: &u32| wanted.contains(*slot);
        let ids = if total <= 2_000 {
            let mut slots: Vec<u32> = wanted.iter().collect();
            slots.sort_unstable_by(|&a, &b| self.compare(query.sort, query.dir, a, b));
            slots.into_iter().skip(first).take(count).map(id).collect()
        } else if first < total / 2 {
            order.at_rank(0).filter(passing).skip(first).take(count).map(id).collect()
        } else {
            // Walks from the end, which is nearer.
            let behind = total.saturating_sub(first.saturating_add(count));
            let count = total.saturating_sub(first).min(count);
            let mut ids: Vec<ClientId> = order.backwards().filter(passing).skip(behind).take(count).map(id).collect();
            ids.reverse();
            ids
        };
        (ids, total as u64)
    }

    /// The first `most` clients of a search: those whose id or login it is, then those of `recent`, then the query's.
    pub fn find(&self, query: &ClientQuery, recent: &[ClientId], most: usize) -> (Vec<ClientId>, u64) {
        let wanted = self.wanted(query).unwrap_or_default();
        let (first, total) = self.select(query, Some(&wanted), 0, most);
        let is_wanted = |id: &&ClientId| self.slot(**id).is_some_and(|slot| wanted.contains(slot));
        let recent = recent.iter().filter(is_wanted).copied();
        let mut ids: Vec<ClientId> = Vec::with_capacity(most);
        for id in self.exact(&query.q).into_iter().chain(recent).chain(first) {
            if ids.len() < most && !ids.contains(&id) {
                ids.push(id);
            }
        }
        (ids, total)
    }

    /// The slots that match search and filters; `None` for all.
    pub fn wanted(&self, query: &ClientQuery) -> Option<Bits> {
        let needles = query.needles();
        if needles.is_empty() && query.filters.is_empty() {
            return None;
        }
        let mut wanted = if needles.is_empty() { Bits::all(self.clients.len()) } else { self.search.find(&needles) };
        self.sets.filter(&query.filters, &mut wanted);
        Some(wanted)
    }

    /// The clients and balances in each currency among the wanted ones, sorted; `None` wants all.
    pub fn sums(&self, wanted: Option<&Bits>) -> Vec<CurrencySum> {
        let sums = self.sets.balances.sums(wanted);
        let mut sums: Vec<CurrencySum> = (sums.into_iter().zip(&self.sets.currencies.words))
            .filter(|(sum, _)| sum.clients > 0)
            .map(|(Sum { clients, balance }, word)| CurrencySum {
                currency: word.written.clone(),
                clients,
                balance: grouped_sum(balance),
            })
            .collect();
        sums.sort_by(|a, b| a.currency.cmp(&b.currency));
        sums
    }

    /// The clients whose id or login is the search, without regard to how a telephone number is written.
    pub fn exact(&self, q: &str) -> Vec<ClientId> {
        let by_id = q.parse().ok().filter(|id: &ClientId| id.to_string() == q).and_then(|id| self.slot(id));
        let folded = fold::fold(q);
        let digits = needles::digits(q).unwrap_or_default();
        let logins = [format!("+{digits}"), digits, folded];
        let logins = logins.iter().filter(|login| !login.is_empty());
        let mut slots: Vec<u32> = logins.filter_map(|login| self.having_login(login)).chain(by_id).collect();
        slots.sort_unstable();
        slots.dedup();
        slots.into_iter().map(|slot| self.clients[slot as usize].id).collect()
    }

    /// The slot with a login, by the order of logins.
    fn having_login(&self, login: &str) -> Option<u32> {
        let order = &self.orders[Sort::Login as usize][Direction::Ascending as usize];
        order.find(|slot| {
            let own = self.clients[slot as usize].text.login();
            // Blank ones come last.
            own.is_empty().cmp(&login.is_empty()).then_with(|| own.cmp(login))
        })
    }

    pub fn choices(&self) -> Choices {
        Choices { channels: self.sets.channels.used(), currencies: self.sets.currencies.used() }
    }
}

/// Maps a signed number to an unsigned one in the same order.
fn in_order(amount: i64) -> u64 {
    amount.cast_unsigned() ^ (1 << 63)
}

/// Runs `work` for each item, on as many threads as there are cores.
fn on_all_cores<T: Send>(items: Vec<T>, work: impl Fn(T) + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let left = BlockingMutex::new(items.into_iter());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(next) = next else { break };
                    work(next);
                }
            });
        }
    });
}

fn registered_at(entry: &Entry) -> Option<i64> {
    entry.registered_at.map(|moment| moment.timestamp_micros())
}

impl Sets {
    /// Calls `change` for each set that a client belongs to.
    fn change(&mut self, client: &Client, change: impl Fn(&mut Slots)) {
        change(self.currencies.clients(client.currency));
        if let Some(channel) = client.channel {
            change(self.channels.clients(channel));
        }
        if let Some(property_type) = client.property_type {
            change(&mut self.property_types[property_type as usize]);
        }
        if client.sms_subscription {
            change(&mut self.subscribed);
        }
        if client.balance < 0 {
            change(&mut self.below_zero);
        }
    }

    /// Removes from `wanted` the clients that the filters exclude.
    fn filter(&self, filters: &Filters, wanted: &mut Bits) {
        let none = Slots::default();
        if let Some(channel) = &filters.channel {
            wanted.intersect(&self.channels.having(channel).unwrap_or(&none).to_bits());
        }
        if let Some(currency) = &filters.currency {
            wanted.intersect(&self.currencies.having(currency).unwrap_or(&none).to_bits());
        }
        if let Some(property_type) = filters.property_type {
            wanted.intersect(&self.property_types[property_type as usize].to_bits());
        }
        match filters.sms_subscription {
            Some(true) => wanted.intersect(&self.subscribed.to_bits()),
            Some(false) => wanted.subtract(&self.subscribed.to_bits()),
            None => {}
        }
        if filters.below_zero {
            wanted.intersect(&self.below_zero.to_bits());
        }
        let moment = |day: &Option<String>, of: fn(NaiveDate) -> time::Moment| {
            day.as_deref().and_then(|day| day.parse().ok()).map(|day| of(day).timestamp_micros())
        };
        let from = moment(&filters.registered_from, time::start_of_day);
        let until = moment(&filters.registered_to, time::end_of_day);
        if from.is_some() || until.is_some() {
            let period = from.unwrap_or(i64::MIN)..until.unwrap_or(i64::MAX);
            wanted.intersect(&Bits::of(self.registered_at.iter().map(|at| at.is_some_and(|at| period.contains(&at)))));
        }
    }
}

impl Text {
    /// Folds the texts of a client, with one allocation. `buffer` can be reused.
    pub(crate) fn new(entry: &Entry, buffer: &mut String) -> Self {
        buffer.clear();
        let mut end = |part: Option<&str>| {
            fold::fold_into(part.unwrap_or_default(), buffer);
            u32::try_from(buffer.len()).unwrap_or(u32::MAX)
        };
        let names = [&entry.company, &entry.name, &entry.email].map(Option::as_deref);
        let ends = [end(Some(&entry.login)), end(names[0]), end(names[1]), end(names[2])];
        end(entry.email_accounting.as_deref());
        Self { joined: buffer.as_str().into(), ends }
    }

    fn part(&self, part: usize) -> &str {
        let end = |part: usize| self.ends.get(part).map_or(self.joined.len(), |end| *end as usize);
        &self.joined[part.checked_sub(1).map_or(0, end)..end(part)]
    }

    fn login(&self) -> &str {
        self.part(0)
    }

    fn company(&self) -> &str {
        self.part(1)
    }

    fn name(&self) -> &str {
        self.part(2)
    }
}

impl Client {
    fn searched(&self) -> Searched<'_> {
        Searched { numbers: self.numbers(), names: self.names(), mails: self.mails() }
    }

    fn numbers(&self) -> [Cow<'_, str>; 2] {
        [self.id.to_string().into(), fold::plain(self.text.login())]
    }

    fn names(&self) -> [Cow<'_, str>; 2] {
        [self.text.company(), self.text.name()].map(fold::plain)
    }

    fn mails(&self) -> [Cow<'_, str>; 2] {
        [self.text.part(3), self.text.part(4)].map(fold::plain)
    }
}

/// Numbered words that many clients share, with the clients of each.
#[derive(Debug, Default)]
struct Words {
    numbers: HashMap<String, u32>,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    written: String,
    folded: String,
    clients: Slots,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        self.numbers.get(word).copied().unwrap_or_else(|| {
            let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            self.numbers.insert(word.to_owned(), number);
            self.words.push(Word { written: word.to_owned(), folded: fold::fold(word), clients: Slots::default() });
            number
        })
    }

    fn clients(&mut self, number: u32) -> &mut Slots {
        &mut self.words[number as usize].clients
    }

    /// The clients with a word. `None` for an unknown word.
    fn having(&self, word: &str) -> Option<&Slots> {
        self.numbers.get(word).map(|&number| &self.words[number as usize].clients)
    }

    fn folded(&self, number: u32) -> &str {
        &self.words[number as usize].folded
    }

    fn used(&self) -> Vec<String> {
        let mut used: Vec<&Word> = self.words.iter().filter(|word| !word.clients.is_empty()).collect();
        used.sort_by(|a, b| a.folded.cmp(&b.folded));
        used.into_iter().map(|word| word.written.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use values::Money;

    /// Enough that a page isn't sorted on its own, so that orders are walked from either end.
    const CLIENTS: i64 = 5_000;

    fn entry() -> Entry {
        Entry {
            id: ClientId(0),
            login: String::new(),
            company: None,
            name: None,
            email: None,
            email_accounting: None,
            channel: None,
            sms_price: None,
            currency: String::new(),
            balance: Money(0),
            credit: Money(0),
            property_type: None,
            sms_subscription: false,
            registered_at: None,
        }
    }

    fn any_entry() -> impl Strategy<Value = Entry> {
        // Some are so long that their order depends on more than the first part.
        let text = || prop::option::weighted(0.8, "[aAБb ]{1,3}|aaaaaaaa[ab]{0,8}|aaaaaaaaaaaaaaaaa[aБ]{0,3}");
        let property_type = prop::option::of(prop::sample::select(PropertyType::ALL));
        let registered = prop::option::of(1_704_326_400i64..1_704_585_600);
        let few = (prop::option::of("[aBc]"), prop::option::of(-1i64..2), -1i64..2, any::<bool>());
        let mail = || prop::option::of("[ab]{1,2}@[ab]{1,2}");
        (text(), text(), (mail(), mail()), few, property_type, registered).prop_map(
            |(company, name, mails, (channel, price, balance, sms_subscription), property_type, registered)| Entry {
                company,
                name,
                email: mails.0,
                email_accounting: mails.1,
                channel,
                sms_price: price.map(Money),
                currency: if balance > 0 { "EUR" } else { "USD" }.to_owned(),
                balance: Money(balance),
                credit: Money(balance.abs()),
                property_type,
                sms_subscription,
                registered_at: registered.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0)),
                ..entry()
            },
        )
    }

    /// A change: every so many clients from an id on become like an entry.
    fn any_change() -> impl Strategy<Value = (Entry, i64, usize)> {
        (any_entry(), 0..CLIENTS, prop::sample::select(vec![1, 2, 37, 1_000]))
    }

    fn any_query() -> impl Strategy<Value = (ClientQuery, usize)> {
        let filters = (
            prop::option::weighted(0.2, "[aBcd]"),
            prop::option::weighted(0.2, "EUR|USD|UAH"),
            prop::option::weighted(0.2, any::<bool>()),
            prop::option::weighted(0.2, prop::sample::select(PropertyType::ALL)),
            prop::option::weighted(0.2, "2024-01-0[4-5]"),
            prop::option::weighted(0.2, "2024-01-0[5-6]"),
        );
        let filters = (filters, prop::bool::weighted(0.2)).prop_map(
            |((channel, currency, sms_subscription, property_type, registered_from, registered_to), below_zero)| {
                Filters {
                    property_type,
                    channel,
                    currency,
                    sms_subscription,
                    below_zero,
                    registered_from,
                    registered_to,
                }
            },
        );
        let words = prop_oneof!["[ab]{1,2}", "[aБ][b ][a]", "[aб]@?[ab] [1-9]"];
        let q = prop_oneof![Just(String::new()), words, "[0-9]{1,3}", "3-8 ?[0-9]"];
        let sort = (prop::sample::select(Sort::ALL), prop::sample::select(Direction::ALL));
        (q, filters, sort, 0..usize::try_from(CLIENTS).unwrap()).prop_map(|(q, filters, (sort, dir), first)| {
            (ClientQuery { q, filters, sort, dir, ..ClientQuery::default() }, first)
        })
    }

    fn expected(entries: &[Entry], query: &ClientQuery) -> Vec<ClientId> {
        let filters = &query.filters;
        let blank = |text: &Option<String>| text.as_deref().map(fold::fold).filter(|text| !text.is_empty());
        let wanted = |entry: &&Entry| {
            let numbers = [entry.id.to_string(), entry.login.clone()];
            let texts = [&entry.company, &entry.name, &entry.email, &entry.email_accounting].map(Option::as_deref);
            let texts: Vec<_> = numbers.iter().map(String::as_str).chain(texts.into_iter().flatten()).collect();
            let has = |word: &str| texts.iter().any(|text| fold::plain(text).contains(&*fold::plain(word)));
            let digits = needles::digits(&query.q).unwrap_or_default();
            let found = query.q.split_whitespace().all(has)
                || !digits.is_empty() && numbers.iter().any(|number| number.contains(&digits));
            let day = entry.registered_at.map(|at| at.format("%F %T").to_string());
            let from = |day: &String| filters.registered_from.as_ref().is_none_or(|from| day >= &moment(from, false));
            let to = |day: &String| filters.registered_to.as_ref().is_none_or(|to| day < &moment(to, true));
            found
                && filters.property_type.is_none_or(|wanted| entry.property_type == Some(wanted))
                && filters.channel.as_ref().is_none_or(|wanted| entry.channel.as_ref() == Some(wanted))
                && filters.currency.as_ref().is_none_or(|wanted| entry.currency == *wanted)
                && filters.sms_subscription.is_none_or(|wanted| entry.sms_subscription == wanted)
                && (!filters.below_zero || entry.balance.0 < 0)
                && (filters.registered_from.is_none() && filters.registered_to.is_none()
                    || day.as_ref().is_some_and(|day| from(day) && to(day)))
        };
        // Texts and numbers separately, since a key has one type.
        let key = |entry: &Entry| match query.sort {
            Sort::Id => (None, Some(entry.id.0)),
            Sort::Login => (blank(&Some(entry.login.clone())), None),
            Sort::Company => (blank(&entry.company), None),
            Sort::Name => (blank(&entry.name), None),
            Sort::SmsPrice => (None, entry.sms_price.map(|price| price.0)),
            Sort::Balance => (None, Some(entry.balance.0)),
            Sort::Credit => (None, Some(entry.credit.0)),
            Sort::Channel => (blank(&entry.channel), None),
        };
        let mut found: Vec<_> = entries.iter().filter(wanted).map(|entry| (key(entry), entry.id)).collect();
        found.sort_by(|(a, a_id), (b, b_id)| {
            let blanks = (*a == (None, None)).cmp(&(*b == (None, None)));
            let keys = if query.dir == Direction::Ascending { a.cmp(b) } else { b.cmp(a) };
            blanks.then(keys).then(a_id.cmp(b_id))
        });
        found.into_iter().map(|(_, id)| id).collect()
    }

    fn expected_sums(entries: &[Entry], found: &[ClientId]) -> Vec<CurrencySum> {
        let mut sums = std::collections::BTreeMap::<&str, (u64, i64)>::new();
        for id in found {
            let entry = &entries[usize::try_from(id.0 - 1).unwrap()];
            let (clients, balance) = sums.entry(entry.currency.as_str()).or_default();
            *clients += 1;
            *balance += entry.balance.0;
        }
        let sum = |(currency, (clients, balance)): (&str, (u64, i64))| CurrencySum {
            currency: currency.to_owned(),
            clients,
            balance: Money(balance).grouped(),
        };
        sums.into_iter().map(sum).collect()
    }

    fn moment(day: &str, end: bool) -> String {
        let day = day.parse().unwrap();
        let moment = if end { time::end_of_day(day) } else { time::start_of_day(day) };
        moment.format("%F %T").to_string()
    }

    #[test]
    fn a_search_that_is_an_id_or_a_login_names_its_client() {
        let mut index = Index::default();
        for (id, login) in (1..).zip(["380683900150", "+380683900151", "4", ""]) {
            let entry = Entry { id: ClientId(id), login: login.to_owned(), ..entry() };
            index.add(&entry, Text::new(&entry, &mut String::new()));
        }
        index.build(&Progress::default());
        let exact = |q: &str| index.exact(q).into_iter().map(|id| id.0).collect::<Vec<_>>();
        for number in ["380683900150", "+380 68 390-01-50", "(380) 683.900.150"] {
            assert_eq!(exact(number), [1], "{number}");
        }
        assert_eq!((exact("+380683900151"), exact("380683900151")), (vec![2], vec![2]));
        // One client's login is another's id.
        assert_eq!((exact("4"), exact("+4")), (vec![3, 4], vec![3]));
        for other in ["", "5", "04", "38068390015", "-", "x"] {
            assert_eq!(exact(other), Vec::<i64>::new(), "{other:?}");
        }
        let find = |q: &str, recent: &[i64]| {
            let recent: Vec<ClientId> = recent.iter().copied().map(ClientId).collect();
            let (ids, total) = index.find(&ClientQuery { q: q.to_owned(), ..ClientQuery::default() }, &recent, 2);
            (ids.into_iter().map(|id| id.0).collect::<Vec<_>>(), total)
        };
        assert_eq!(find("380", &[]), (vec![2, 1], 2));
        assert_eq!(find("380", &[4, 1, 9]), (vec![1, 2], 2));
        assert_eq!(find("4", &[]), (vec![3, 4], 2));
        assert_eq!(find("nobody", &[1]), (vec![], 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn any_query_after_any_changes_finds_the_same_as_a_scan_of_every_client(
            first in prop::collection::vec(any_entry(), 1..40),
            changes in prop::collection::vec(any_change(), 0..4),
            queries in prop::collection::vec(any_query(), 1..12),
        ) {
            let client = |id: i64, like: &Entry| Entry {
                id: ClientId(id),
                login: format!("380{}", id * 7 % 1_000),
                ..like.clone()
            };
            let mut entries: Vec<Entry> =
                (1..=CLIENTS).zip(first.iter().cycle()).map(|(id, like)| client(id, like)).collect();
            let mut index = Index::default();
            // In any order, like rows of a database.
            let (lower, upper) = entries.split_at(entries.len() / 3);
            let mut buffer = String::new();
            upper.iter().rev().chain(lower).for_each(|entry| index.add(entry, Text::new(entry, &mut buffer)));
            index.build(&Progress::default());
            for (like, from, every) in &changes {
                let start = usize::try_from(*from).unwrap();
                let changed: Vec<Entry> =
                    entries[start..].iter().step_by(*every).map(|entry| client(entry.id.0, like)).collect();
                index.apply(&changed);
                for entry in changed {
                    let at = usize::try_from(entry.id.0 - 1).unwrap();
                    entries[at] = entry;
                }
                let new = client(entries.last().unwrap().id.0 + 1, like);
                index.apply(std::slice::from_ref(&new));
                entries.push(new);
            }
            for (query, first) in &queries {
                let expected = expected(&entries, query);
                let page: Vec<ClientId> = expected.iter().copied().skip(*first).take(10).collect();
                let wanted = index.wanted(query);
                let select = |first, count| index.select(query, wanted.as_ref(), first, count);
                prop_assert_eq!(select(*first, 10), (page, expected.len() as u64), "{:?}", query);
                prop_assert_eq!(index.sums(wanted.as_ref()), expected_sums(&entries, &expected), "{:?}", query);
                prop_assert_eq!(select(0, usize::MAX).0, expected, "{:?}", query);
            }
        }
    }
}
