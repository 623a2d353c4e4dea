//! Generates messages: mailings with a daily and a weekly rhythm, most of them by a few clients.

use super::{
    latin::slug,
    networks::{NETWORKS, Network},
    plan::DemoPlan,
};
use chrono::{Datelike as _, Days, Duration, NaiveDate};
use domain::{
    clients::{BillingMode, store::client},
    ids::ClientId,
    messages::{
        MessageStatus,
        message::{Facts, MessageLine, Receipt},
    },
};
use fastrand::Rng;
use values::{
    Money,
    messaging::MessagingChannel,
    time::{self, Moment},
};

/// A client that sends messages.
struct Sender {
    client_id: ClientId,
    /// First day on which it sends.
    begins: NaiveDate,
    /// Its share of the traffic.
    weight: f64,
    /// Interval of its mailings in days, and the offset of the first. Small senders don't send every day.
    every: u64,
    offset: u64,
    /// Price of a message part by SMS, in ten-thousandths.
    price: i64,
    /// Networks of most of its messages, and of the others.
    home: &'static Network,
    abroad: Vec<&'static Network>,
    /// Its sender IDs, the usual one first.
    names: Vec<String>,
    /// Share of its messages by Viber, in per cent.
    viber: u32,
    /// Share of its numbers that are out of date, in per mille. It lowers the share of delivered messages.
    stale: u32,
    /// Estimate of its remaining money, and whether it tops up.
    balance: i64,
    pays: bool,
    per_delivered: bool,
    /// The number of its last message.
    messages: u64,
}

/// Messages that a client sends at once.
pub struct Mailing {
    sender: usize,
    name: String,
    begins: Moment,
    seconds: i64,
    messages: u64,
    channel: MessagingChannel,
    sender_id: String,
    parts: u32,
}

/// A day of traffic.
pub struct Day {
    /// Time of the payments, before all mailings.
    pub morning: Moment,
    /// Client and amount of each payment.
    pub payments: Vec<(ClientId, Money)>,
    /// Mailings by their time.
    pub mailings: Vec<Mailing>,
}

/// The traffic of a plan, day by day. It ends with yesterday, so that every preset period shows some.
pub struct Traffic {
    random: Rng,
    senders: Vec<Sender>,
    day: NaiveDate,
    last: NaiveDate,
    /// Messages that are still to be generated, and the weight of the days that are left.
    messages: u64,
    weight: f64,
}

/// Occasions of mailings, with the parts per message and the hours between which they start.
const OCCASIONS: &[(&str, u32, u32, u32)] = &[
    ("Reminders", 1, 8, 12),
    ("Codes", 1, 7, 23),
    ("Order updates", 1, 9, 19),
    ("News", 2, 10, 17),
    ("Weekend offers", 2, 11, 18),
    ("Invoices", 3, 9, 15),
    ("Invitations", 2, 10, 16),
    ("Survey", 1, 12, 19),
];

impl Traffic {
    /// Prepares the traffic of clients, which must be there already.
    pub fn generate(plan: DemoPlan, clients: impl Iterator<Item = client::Model>) -> Self {
        let mut random = Rng::with_seed(plan.seed.wrapping_add(0x7261_6666_6963));
        let last = time::today() - Days::new(1);
        let day = last - Days::new(u64::from(plan.days.max(1)) - 1);
        let mut senders: Vec<Sender> = clients.filter_map(|client| Sender::generate(&mut random, &client)).collect();
        let total: f64 = senders.iter().map(|sender| sender.weight).sum();
        for sender in &mut senders {
            sender.weight /= total.max(f64::MIN_POSITIVE);
        }
        let mut traffic = Self { random, senders, day, last, messages: plan.messages, weight: 0.0 };
        traffic.weight = day.iter_days().take_while(|day| *day <= last).map(|day| traffic.weight_of(day)).sum();
        let days = (last - day).num_days() + 1;
        for sender in &mut traffic.senders {
            // Chosen so that a mailing has about 20 messages or more.
            #[allow(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a number of days"
            )]
            let every = (20.0 * days as f64 / (plan.messages as f64 * sender.weight).max(1.0)).ceil() as u64;
            sender.every = every.clamp(1, 30);
            sender.offset = traffic.random.u64(0..sender.every);
        }
        traffic
    }

    /// Weight of a day: a weekly rhythm, holidays, and growth over the year.
    #[allow(clippy::cast_precision_loss, reason = "a number of days")]
    fn weight_of(&self, day: NaiveDate) -> f64 {
        let week = match day.weekday().num_days_from_monday() {
            5 => 0.55,
            6 => 0.25,
            4 => 1.15,
            _ => 1.0,
        };
        let ago = (self.last - day).num_days() as f64;
        let holidays = if day.month() == 1 && day.day() < 8 { 0.4 } else { 1.0 };
        week * holidays * (1.0 - 0.3 * (ago / 365.0).min(1.0))
    }

    /// Generates the mailings of a sender on a day, with this number of messages in total.
    fn mailings(&mut self, sender: usize, day: NaiveDate, mut messages: u64, to: &mut Vec<Mailing>) {
        let midnight = time::start_of_day(day);
        while messages > 0 {
            let random = &mut self.random;
            let size = if messages < 60 { messages } else { random.u64(messages / 3..=messages) };
            messages -= size;
            let (occasion, parts, from, until) = OCCASIONS[random.usize(0..OCCASIONS.len())];
            let begins = midnight + Duration::minutes(i64::from(random.u32(from * 60..until * 60)));
            let client = &self.senders[sender];
            let viber = random.u32(0..100) < client.viber;
            let name = if random.u32(0..100) < 65 { 0 } else { random.usize(0..client.names.len()) };
            to.push(Mailing {
                sender,
                name: format!("{occasion} {day}"),
                begins,
                // About 20 a second, and finished before the day ends.
                seconds: (i64::try_from(size).unwrap_or(3_000) / 20).clamp(1, 3_000),
                messages: size,
                channel: if viber { MessagingChannel::Viber } else { MessagingChannel::Sms },
                sender_id: client.names[name].clone(),
                parts: if viber { 1 } else { parts },
            });
        }
    }

    /// Sender IDs of each client that sends.
    pub fn names(&self) -> impl Iterator<Item = (ClientId, &[String])> {
        self.senders.iter().map(|sender| (sender.client_id, sender.names.as_slice()))
    }

    /// The lines of a mailing.
    pub fn lines(&mut self, mailing: &Mailing) -> Vec<MessageLine> {
        let random = &mut self.random;
        let sender = &mut self.senders[mailing.sender];
        let mut lines = Vec::with_capacity(usize::try_from(mailing.messages).unwrap_or_default());
        let yesterday = self.last;
        for number in 0..mailing.messages {
            let network = match random.usize(0..100) {
                0..90 => sender.home,
                _ => sender.abroad.get(random.usize(0..3)).copied().unwrap_or(sender.home),
            };
            let (operator, delivered) = network.operator(random.u32(0..100));
            let parts = mailing.parts + u32::from(random.u32(0..10) == 0);
            let viber = mailing.channel == MessagingChannel::Viber;
            let price = if viber { sender.price * 7 / 10 } else { sender.price };
            let step = i64::try_from(number).unwrap_or_default() * mailing.seconds * 1_000
                / i64::try_from(mailing.messages).unwrap_or(1);
            let sent_at = mailing.begins + Duration::milliseconds(step);
            // Some messages of the last day have no final status yet.
            let pending = time::day_of(sent_at) == yesterday && random.u32(0..100) < 4;
            let arrived = random.u32(0..1_000) + sender.stale < delivered;
            let status = match (pending, arrived) {
                (true, _) => MessageStatus::Sent,
                (false, true) => MessageStatus::Delivered,
                (false, false) => MessageStatus::Failed,
            };
            let at = if pending { sent_at } else { sent_at + Duration::milliseconds(random.i64(800..90_000)) };
            let cost = price * i64::from(parts);
            sender.messages += 1;
            if !sender.per_delivered || status == MessageStatus::Delivered {
                sender.balance -= cost;
            }
            lines.push(MessageLine {
                line: sender.messages,
                client_id: sender.client_id,
                id: format!("{:010}", sender.messages),
                facts: Some(Facts {
                    mailing: mailing.name.clone(),
                    channel: mailing.channel,
                    sender_id: mailing.sender_id.clone(),
                    country: network.country.to_owned(),
                    operator: operator.to_owned(),
                    parts: i16::try_from(parts).unwrap_or(1),
                    cost: Money(cost),
                    sent_at,
                }),
                receipt: Receipt { status, at },
            });
        }
        lines
    }
}

impl Iterator for Traffic {
    type Item = Day;

    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shares of a number of messages, far from where floats end"
    )]
    fn next(&mut self) -> Option<Day> {
        if self.day > self.last || self.senders.is_empty() || self.messages == 0 {
            return None;
        }
        let (day, today) = (self.day, self.weight_of(self.day));
        self.day = day + Days::new(1);
        // The last day takes the rest, so that the total is exact.
        let of_day = if day == self.last {
            self.messages
        } else {
            ((self.messages as f64 * today / self.weight) as u64).min(self.messages)
        };
        self.weight -= today;
        self.messages -= of_day;

        let number = u64::from(day.num_days_from_ce().unsigned_abs());
        let sends = |sender: &Sender| sender.begins <= day && (number + sender.offset).is_multiple_of(sender.every);
        let weight = |sender: &Sender| if sends(sender) { sender.weight * sender.every as f64 } else { 0.0 };
        let weights: Vec<f64> = self.senders.iter().map(weight).collect();
        let total: f64 = weights.iter().sum();
        let (mut mailings, mut payments) = (Vec::new(), Vec::new());
        let (mut sum, mut given) = (0.0, 0);
        let most = weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(sender, _)| sender);
        for (index, weight) in weights.iter().enumerate() {
            sum += weight;
            let target = if total > 0.0 { (of_day as f64 * (sum / total).min(1.0)) as u64 } else { 0 };
            let mut messages = target.saturating_sub(given);
            given += messages;
            if total == 0.0 && index == most {
                messages = of_day;
            }
            if messages == 0 {
                continue;
            }
            let sender = &mut self.senders[index];
            let expected = sender.price * 2 * i64::try_from(messages).unwrap_or_default();
            if sender.pays && sender.balance < expected {
                let amount = round_up(expected * 15);
                sender.balance += amount;
                payments.push((sender.client_id, Money(amount)));
            }
            self.mailings(index, day, messages, &mut mailings);
        }
        let short = of_day.saturating_sub(given);
        if short > 0 && total > 0.0 {
            self.mailings(most, day, short, &mut mailings);
        }
        mailings.sort_by_key(|mailing| mailing.begins);
        Some(Day { morning: time::start_of_day(day) + Duration::hours(6), payments, mailings })
    }
}

impl Sender {
    /// Generates the sending habits of a client. `None` for a client that sends nothing.
    fn generate(random: &mut Rng, client: &client::Model) -> Option<Self> {
        if random.u32(0..100) < 25 {
            return None;
        }
        let home = NETWORKS.iter().find(|network| client.login.starts_with(network.dialling)).unwrap_or(&NETWORKS[0]);
        let abroad = (0..3).map(|_| &NETWORKS[random.usize(0..NETWORKS.len())]).collect();
        // A heavy-tailed distribution: a few clients send most of the traffic.
        let weight = 1.0 / (0.01 + random.f64()).powf(1.3);
        Some(Self {
            client_id: client.id,
            begins: time::day_of(client.registered_at?) + Days::new(1),
            weight,
            every: 1,
            offset: 0,
            price: client.sms_price.map_or(400, |price| price.0),
            home,
            abroad,
            names: names(random, client),
            viber: if random.u32(0..100) < 40 { random.u32(10..60) } else { 0 },
            stale: random.u32(0..60),
            balance: client.balance.0 + client.credit.0 / 2,
            pays: random.u32(0..100) < 95,
            per_delivered: client.billing_mode == BillingMode::Delivered,
            messages: 0,
        })
    }
}

/// Plausible sender IDs of a client, from its company's name and for occasions.
fn names(random: &mut Rng, client: &client::Model) -> Vec<String> {
    let title = client.company.as_deref().or(client.name.as_deref()).unwrap_or_default();
    let words: Vec<String> = slug(title).split('-').filter(|word| word.len() > 3).map(capital).collect();
    let mut names: Vec<String> = words.iter().take(1).map(|word| cut(word)).collect();
    if let [first, second, ..] = &words[..] {
        names.push(cut(&format!("{first}{second}")));
    }
    for (name, share) in [("INFO", 35), ("Shop", 20), ("Alert", 15), ("", 12)] {
        if random.u32(0..100) < share {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() {
        names.push("INFO".to_owned());
    }
    names
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A sender ID has at most eleven characters.
fn cut(name: &str) -> String {
    name.chars().take(11).collect()
}

/// Rounds up to an amount that people pay: two digits, then zeros.
fn round_up(amount: i64) -> i64 {
    let mut step = 10_000;
    while amount / step >= 100 {
        step *= 10;
    }
    (amount / step + 1) * step
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::clients::Clients;
    use std::collections::HashSet;

    fn generated(messages: u64, seed: u64) -> (Vec<MessageLine>, Vec<(ClientId, Money)>) {
        let plan = DemoPlan { clients: 60, messages, days: 45, seed };
        let mut traffic = Traffic::generate(plan, Clients::generate(plan));
        let (mut lines, mut payments) = (Vec::new(), Vec::new());
        while let Some(day) = traffic.next() {
            payments.extend(day.payments);
            lines.extend(day.mailings.iter().flat_map(|mailing| traffic.lines(mailing)));
        }
        (lines, payments)
    }

    #[test]
    fn there_are_as_many_messages_as_were_asked_for_and_each_is_its_own() {
        let (lines, payments) = generated(20_000, 1);
        assert_eq!(lines.len(), 20_000);
        assert_eq!(lines.iter().map(MessageLine::key).collect::<HashSet<_>>().len(), lines.len());
        assert!(!payments.is_empty());
    }

    #[test]
    fn the_same_seed_gives_the_same_messages_and_another_gives_others() {
        assert!(generated(2_000, 1) == generated(2_000, 1));
        assert!(generated(2_000, 1) != generated(2_000, 2));
    }

    #[test]
    fn there_is_something_to_see_in_every_report() {
        let (lines, _) = generated(20_000, 1);
        let facts: Vec<_> = lines.iter().filter_map(|line| line.facts.as_ref()).collect();
        let distinct = |of: fn(&Facts) -> String| facts.iter().map(|facts| of(facts)).collect::<HashSet<_>>().len();
        assert!(distinct(|facts| facts.country.clone()) > 3);
        assert!(distinct(|facts| facts.operator.clone()) > 8);
        assert!(distinct(|facts| facts.sender_id.clone()) > 20);
        assert_eq!(distinct(|facts| facts.channel.word().to_owned()), 2);
        assert!(distinct(|facts| time::day_of(facts.sent_at).to_string()) > 40);
        assert!(facts.iter().all(|facts| facts.sender_id.len() <= 11 && facts.sent_at < time::now()));
        for status in MessageStatus::ALL {
            assert!(lines.iter().any(|line| line.receipt.status == *status), "{status:?}");
        }
    }
}
