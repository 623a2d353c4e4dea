//! Generates clients.

use super::{
    countries::{ACTIVITIES, COUNTRIES, Country},
    latin::slug,
    plan::DemoPlan,
};
use chrono::DateTime;
use domain::{
    clients::{Activation, BillingMode, PropertyType, store::client},
    ids::ClientId,
};
use fastrand::Rng;
use std::collections::HashSet;
use values::{Money, time::Moment};

/// Time of the last registration (2026-11-01). Fixed, so that a seed generates the same clients on any day.
const LAST_REGISTRATION: i64 = 1_793_491_200;

/// Seconds from the first registration to the last: about eight years.
const REGISTRATION_PERIOD: i64 = 8 * 365 * 24 * 3600;

/// Ten-thousandths in one unit of a currency.
const UNIT: i64 = 10_000;

/// The clients of a plan, in the order of their ids and their registration.
pub struct Clients {
    plan: DemoPlan,
    random: Rng,
    generated: u32,
    last_id: i64,
    logins: HashSet<String>,
}

/// Names of a client, and the addresses made of them.
struct Identity {
    property_type: PropertyType,
    company: Option<String>,
    person: String,
    activity: Option<usize>,
    site: Option<String>,
    email: String,
    email_accounting: Option<String>,
}

impl Clients {
    /// Starts with the first client.
    pub fn generate(plan: DemoPlan) -> Self {
        Self { plan, random: Rng::with_seed(plan.seed), generated: 0, last_id: 100_000, logins: HashSet::new() }
    }

    /// Returns true with this probability in per cent.
    fn chance(&mut self, percent: u32) -> bool {
        self.random.u32(0..100) < percent
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.random.usize(0..choices.len())]
    }

    fn country(&mut self) -> &'static Country {
        let mut at = self.random.u32(0..100);
        COUNTRIES
            .iter()
            .find(|country| {
                let found = at < country.share;
                at = at.saturating_sub(country.share);
                found
            })
            .unwrap_or(&COUNTRIES[0])
    }

    fn login(&mut self, country: &Country) -> String {
        loop {
            let prefix = self.pick(country.dialling);
            let number = self.random.u32(0..10_u32.pow(country.digits));
            let login = format!("{prefix}{number:0width$}", width = country.digits as usize);
            if self.logins.insert(login.clone()) {
                return login;
            }
        }
    }

    fn identity(&mut self, country: &Country) -> Identity {
        let (given, family) = if self.random.bool() { country.women } else { country.men };
        let (given, family) = (self.pick(given), self.pick(family));
        let person = format!("{given} {family}");
        let kind = self.random.u32(0..100);
        if kind < 25 {
            let number = self.random.u32(1..1000);
            let host = self.pick(&["example.com", "example.net", "example.org"]);
            return Identity {
                property_type: PropertyType::Individual,
                company: None,
                email: format!("{}.{}{number}@{host}", slug(given), slug(family)),
                person,
                activity: None,
                site: None,
                email_accounting: None,
            };
        }

        let activity = self.random.usize(0..ACTIVITIES.len());
        let [beginnings, middles, endings] = country.syllables;
        let word = format!("{}{}{}", self.pick(beginnings), self.pick(middles), self.pick(endings));
        let trade = country.trades[activity];
        let (property_type, company, host) = if kind < 45 {
            let company = country.entrepreneur.replace("{}", &format!("{family} {}.", first_letter(given)));
            (PropertyType::Entrepreneur, company, format!("{}-{}.example", slug(family), slug(trade)))
        } else {
            let brand = if self.chance(75) { format!("{word} {trade}") } else { word };
            let company = self.pick(country.companies).replace("{}", &brand);
            (PropertyType::LegalEntity, company, format!("{}.example", slug(&brand)))
        };
        let site = match self.random.u32(0..100) {
            0..50 => Some(format!("https://{host}")),
            50..65 => Some(host.clone()),
            65..78 => Some(format!("{} / {host}", self.random.u32(1..100))),
            _ => None,
        };
        let mailbox = self.pick(&["info", "office", "sales", "hello", "contact"]);
        Identity {
            property_type,
            company: (!self.chance(4)).then_some(company),
            person,
            activity: Some(activity),
            site,
            email: format!("{mailbox}@{host}"),
            email_accounting: self.chance(40).then(|| format!("accounting@{host}")),
        }
    }

    fn address(&mut self, country: &Country, city: &str) -> String {
        let (street, house) = (self.pick(country.streets), self.random.u32(1..180));
        let postcode = self.random.u32(10_000..99_999);
        format!("{street} {house}, {postcode} {city}")
    }

    /// The rate of registrations grows over the years.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a fraction of eight years in seconds, far from where floats end"
    )]
    fn registered_at(&mut self) -> i64 {
        let fraction = (f64::from(self.generated) + self.random.f64()) / f64::from(self.plan.clients);
        LAST_REGISTRATION - REGISTRATION_PERIOD + (REGISTRATION_PERIOD as f64 * fraction.sqrt()) as i64
    }

    fn last_login_at(&mut self, registered_at: i64) -> Option<Moment> {
        let ago = LAST_REGISTRATION - registered_at;
        // Half of the clients signed in within the last month.
        let longest = if self.random.bool() { ago.min(30 * 24 * 3600) } else { ago };
        let at = LAST_REGISTRATION - self.random.i64(0..=longest);
        if self.chance(88) { moment(at) } else { None }
    }

    fn channel(&mut self) -> (Option<String>, Option<String>) {
        let (channel, sources): (_, &[&str]) = match self.random.u32(0..100) {
            0..34 => ("Organic", &["google", "google", "google", "bing", "duckduckgo"]),
            34..58 => ("Direct", &[]),
            58..74 => ("Paid", &["google", "google", "facebook", "linkedin"]),
            74..84 => ("Referral", &["partner.example", "catalogue.example", "blog.example"]),
            84..90 => ("Email", &["newsletter", "invitation"]),
            90..96 => ("Social", &["facebook", "instagram", "telegram", "linkedin"]),
            _ => return (None, None),
        };
        let source = (!sources.is_empty()).then(|| self.pick(sources).to_owned());
        (Some(channel.to_owned()), source)
    }

    fn referer(&mut self, source: Option<&str>) -> Option<String> {
        match source {
            Some(site) if site.contains('.') => Some(format!("https://{site}/sms")),
            Some(engine @ ("google" | "bing" | "duckduckgo")) if self.chance(60) => {
                Some(format!("https://{engine}.example/search?q=sms"))
            }
            Some(network @ ("facebook" | "instagram" | "telegram" | "linkedin")) => {
                Some(format!("https://{network}.example/clientele"))
            }
            _ if self.chance(5) => None,
            _ => Some("Direct".to_owned()),
        }
    }

    /// The price of a message part, the balance and the credit, in a currency.
    fn money(&mut self, currency: &str) -> (Option<Money>, Money, Money) {
        let (prices, unit) = match currency {
            "UAH" => (6_500..19_000, 40 * UNIT),
            "EUR" => (350..950, UNIT),
            _ => (200..800, UNIT),
        };
        let price = self.random.i64(prices);
        let credit = if self.chance(16) { self.pick(&[50, 100, 200, 500, 1_000, 2_500]) * unit } else { 0 };
        let balance = match self.random.u32(0..100) {
            0..45 if credit > 0 => -self.random.i64(1..=credit),
            0..7 => 0,
            7..60 => self.random.i64(1..100 * unit),
            60..92 => self.random.i64(1..1_500 * unit),
            _ => self.random.i64(1..25_000 * unit),
        };
        ((!self.chance(3)).then_some(Money(price)), Money(balance), Money(credit))
    }
}

impl Iterator for Clients {
    type Item = client::Model;

    fn next(&mut self) -> Option<client::Model> {
        if self.generated == self.plan.clients {
            return None;
        }
        self.last_id += if self.chance(80) { 1 } else { self.random.i64(2..6) };
        let country = self.country();
        let identity = self.identity(country);
        let (city, local_city) = self.pick(country.cities);
        let registered_at = self.registered_at();
        let (channel, channel_source) = self.channel();
        let currency = self.pick(country.currencies);
        let (sms_price, balance, credit) = self.money(currency);
        let new = client::Model::new(ClientId(self.last_id), self.login(country), currency.to_owned());
        let client = client::Model {
            company: identity.company,
            name: (!self.chance(6)).then_some(identity.person),
            site: identity.site,
            email: (!self.chance(2)).then_some(identity.email),
            email_accounting: identity.email_accounting,
            region: (!self.chance(3)).then(|| format!("{}, {city}", country.name)),
            language: if self.chance(80) { country.language } else { "en" }.to_owned(),
            activity_type: identity.activity.map(|activity| ACTIVITIES[activity].to_owned()),
            property_type: (!self.chance(2)).then_some(identity.property_type),
            postal_address: self.chance(70).then_some(()).map(|()| self.address(country, local_city)),
            registered_at: moment(registered_at),
            last_login_at: self.last_login_at(registered_at),
            login_attempts: if self.chance(88) { 0 } else { self.random.i32(1..=5) },
            activation: Some(match self.random.u32(0..100) {
                0..80 => Activation::Done,
                80..92 => Activation::Required,
                _ => Activation::NotRequired,
            }),
            referer: self.referer(channel_source.as_deref()),
            channel,
            channel_source,
            sms_price,
            billing_mode: if self.chance(70) { BillingMode::Sent } else { BillingMode::Delivered },
            balance,
            credit,
            sms_subscription: self.chance(40),
            ..new
        };
        self.generated += 1;
        Some(client)
    }
}

fn first_letter(name: &str) -> char {
    name.chars().next().unwrap_or(' ')
}

fn moment(seconds: i64) -> Option<Moment> {
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients(clients: u32, seed: u64) -> Vec<client::Model> {
        Clients::generate(DemoPlan { clients, messages: 0, days: 1, seed }).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_clients_and_another_gives_others() {
        assert_eq!(clients(200, 1), clients(200, 1));
        assert_ne!(clients(200, 1), clients(200, 2));
    }

    #[test]
    fn the_shares_of_the_countries_add_up_to_a_hundred() {
        assert_eq!(COUNTRIES.iter().map(|country| country.share).sum::<u32>(), 100);
    }

    #[test]
    fn ids_and_registrations_ascend_and_logins_are_unique() {
        let clients = clients(5_000, 1);
        assert_eq!(clients.len(), 5_000);
        assert!(clients.is_sorted_by(|a, b| a.id < b.id && a.registered_at <= b.registered_at));
        assert_eq!(clients.iter().map(|client| &client.login).collect::<HashSet<_>>().len(), clients.len());
    }

    #[test]
    fn they_look_like_a_resellers_clients() {
        let clients = clients(971, 1);
        let count = |holds: fn(&client::Model) -> bool| clients.iter().filter(|client| holds(client)).count();
        let cyrillic = |text: &Option<String>| {
            text.as_ref().is_some_and(|text| text.chars().any(|c| ('\u{400}'..'\u{500}').contains(&c)))
        };
        assert!(clients.iter().filter(|client| cyrillic(&client.name)).count() > 300);
        assert!(count(|client| client.company.is_none()) > 100);
        assert!(count(|client| client.name.is_none()) > 20);
        assert!(count(|client| client.balance < Money(0)) > 20);
        assert!(count(|client| client.balance == Money(0)) > 20);
        for currency in ["EUR", "UAH", "USD"] {
            assert!(clients.iter().any(|client| client.currency == currency), "{currency}");
        }
        assert!(clients.iter().all(|client| client.balance.0 >= -client.credit.0), "a balance is below its credit");
        assert!(count(|client| client.site.as_ref().is_some_and(|site| site.contains(" / "))) > 20);
    }

    #[test]
    fn addresses_are_under_domains_reserved_for_examples() {
        for client in clients(5_000, 3) {
            for address in [client.email, client.email_accounting, client.site, client.referer].into_iter().flatten() {
                let site = address.rsplit('@').next().unwrap_or_default();
                let host = site.split(['/', ' ']).find(|part| part.contains('.'));
                let reserved = |host: &str| host.ends_with(".example") || host.starts_with("example.");
                assert!(address == "Direct" || host.is_some_and(reserved), "{address}");
                assert!(address.is_ascii(), "{address}");
            }
        }
    }
}
