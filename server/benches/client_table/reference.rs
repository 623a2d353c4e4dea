//! A brute-force implementation of queries, which scans every client, sorts every list, and shares no code with the
//! program.

use crate::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use domain::clients::query::{ClientQuery, Sort};
use sea_orm::{ConnectionTrait, Database, QueryResult, Statement};
use std::{cell::OnceCell, cmp::Ordering};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use values::Direction;

/// Rows per read.
const AT_ONCE: i64 = 20_000;

/// All clients of the database.
pub struct Reference {
    /// By ascending id.
    pub clients: Vec<Client>,
    /// Indices of the clients for each sort and direction, sorted on first use.
    orders: Vec<OnceCell<Vec<u32>>>,
}

/// The searched, filtered and sorted fields of a client. Texts are in lower case.
pub struct Client {
    /// The client's id.
    pub id: i64,
    /// ID, login, company, name and e-mail addresses without diacritics, one per line.
    pub text: String,
    /// The channel as it is written.
    pub channel: Option<String>,
    /// The account's currency.
    pub currency: String,
    login: String,
    company: String,
    name: String,
    sms_price: Option<i64>,
    balance: i64,
    credit: i64,
    property_type: Option<String>,
    sms_subscription: bool,
    registered_on: Option<NaiveDate>,
}

/// A page of clients.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Ids of its clients in order.
    pub ids: Vec<i64>,
    /// Number of clients on all pages.
    pub total: usize,
}

impl Reference {
    /// Reads all clients.
    pub async fn fetch(url: &str) -> Result<Self, Failure> {
        let connection = Database::connect(url).await?;
        let mut clients: Vec<Client> = Vec::new();
        loop {
            let last = clients.last().map_or(0, |client| client.id);
            let statement = Statement::from_sql_and_values(
                connection.get_database_backend(),
                "SELECT id, login, company, name, email, email_accounting, sms_price, balance, credit, channel,
                        currency, property_type, sms_subscription, registered_at
                 FROM clients WHERE id > $1 ORDER BY id LIMIT $2",
                [last.into(), AT_ONCE.into()],
            );
            let page = connection.query_all_raw(statement).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                clients.push(Client::read(&row)?);
            }
        }
        connection.close().await?;
        let orders = (0..Sort::ALL.len() * 2).map(|_| OnceCell::new()).collect();
        Ok(Self { clients, orders })
    }

    /// The page that a query selects, and the number of clients that match it.
    pub fn answer(&self, query: &ClientQuery) -> Answer {
        let search = Searching::new(&query.q);
        let first = usize::try_from(query.paging.skip()).unwrap_or(usize::MAX);
        let last = first + usize::try_from(query.paging.per_page).unwrap_or(usize::MAX);
        let mut answer = Answer { ids: Vec::new(), total: 0 };
        for &place in self.order(query.sort, query.dir) {
            let client = &self.clients[place as usize];
            if search.matches(client) && client.passes(query) {
                if (first..last).contains(&answer.total) {
                    answer.ids.push(client.id);
                }
                answer.total += 1;
            }
        }
        answer
    }

    /// Number of clients that a search finds.
    pub fn count(&self, q: &str) -> usize {
        let search = Searching::new(q);
        self.clients.iter().filter(|client| search.matches(client)).count()
    }

    fn order(&self, sort: Sort, dir: Direction) -> &[u32] {
        self.orders[sort as usize * 2 + dir as usize].get_or_init(|| {
            let mut places: Vec<u32> = (0u32..).take(self.clients.len()).collect();
            // A stable sort of clients by ascending id leaves ties in that order.
            places.sort_by(|&a, &b| self.clients[a as usize].compare(&self.clients[b as usize], sort, dir));
            places
        })
    }
}

/// A search: every word is in a text, or the digits of a telephone number are in ID or login.
struct Searching {
    words: Vec<String>,
    digits: Option<String>,
}

impl Searching {
    fn new(q: &str) -> Self {
        let is_number = q.contains(|c: char| c.is_ascii_digit()) && q.chars().all(|c| "0123456789+-(). ".contains(c));
        Self {
            words: plain(&lower(q)).split_whitespace().map(str::to_owned).collect(),
            digits: is_number.then(|| q.chars().filter(char::is_ascii_digit).collect()),
        }
    }

    fn matches(&self, client: &Client) -> bool {
        // No word has a line break.
        self.words.iter().all(|word| client.text.contains(word))
            || self
                .digits
                .as_ref()
                .is_some_and(|digits| client.text.lines().take(2).any(|number| number.contains(digits)))
    }
}

impl Client {
    fn read(row: &QueryResult) -> Result<Self, Failure> {
        let text = |name| -> Result<Option<String>, Failure> { Ok(row.try_get("", name)?) };
        let lowered = |name| Ok::<_, Failure>(lower(&text(name)?.unwrap_or_default()));
        let (id, login, company, name): (i64, _, _, _) =
            (row.try_get("", "id")?, lowered("login")?, lowered("company")?, lowered("name")?);
        let registered_at: Option<DateTime<Utc>> = row.try_get("", "registered_at")?;
        Ok(Self {
            id,
            text: plain(&format!(
                "{id}\n{login}\n{company}\n{name}\n{}\n{}",
                lowered("email")?,
                lowered("email_accounting")?
            )),
            channel: text("channel")?,
            currency: row.try_get("", "currency")?,
            login,
            company,
            name,
            sms_price: row.try_get("", "sms_price")?,
            balance: row.try_get("", "balance")?,
            credit: row.try_get("", "credit")?,
            property_type: text("property_type")?,
            sms_subscription: row.try_get("", "sms_subscription")?,
            registered_on: registered_at.map(|moment| moment.date_naive()),
        })
    }

    fn passes(&self, query: &ClientQuery) -> bool {
        let filters = &query.filters;
        let day = |day: &Option<String>| day.as_ref().and_then(|day| day.parse::<NaiveDate>().ok());
        let wanted =
            |wanted: &Option<String>, has: Option<&str>| wanted.as_deref().is_none_or(|word| has == Some(word));
        let kind = filters.property_type.map(|kind| kind.word().to_owned());
        wanted(&kind, self.property_type.as_deref())
            && wanted(&filters.channel, self.channel.as_deref())
            && wanted(&filters.currency, Some(&self.currency))
            && filters.sms_subscription.is_none_or(|on| on == self.sms_subscription)
            && (!filters.below_zero || self.balance < 0)
            && day(&filters.registered_from).is_none_or(|from| self.registered_on.is_some_and(|on| on >= from))
            && day(&filters.registered_to).is_none_or(|to| self.registered_on.is_some_and(|on| on <= to))
    }

    fn compare(&self, other: &Self, sort: Sort, dir: Direction) -> Ordering {
        fn blanks_last<T: Ord>(blank: bool, a: &T, other_blank: bool, b: &T, dir: Direction) -> Ordering {
            blank.cmp(&other_blank).then_with(|| if dir == Direction::Ascending { a.cmp(b) } else { b.cmp(a) })
        }
        let text = |a: &String, b: &String| blanks_last(a.is_empty(), a, b.is_empty(), b, dir);
        let number = |a: i64, b: i64| blanks_last(false, &a, false, &b, dir);
        match sort {
            Sort::Id => number(self.id, other.id),
            Sort::Login => text(&self.login, &other.login),
            Sort::Company => text(&self.company, &other.company),
            Sort::Name => text(&self.name, &other.name),
            Sort::SmsPrice => {
                let (a, b) = (self.sms_price, other.sms_price);
                blanks_last(a.is_none(), &a, b.is_none(), &b, dir)
            }
            Sort::Balance => number(self.balance, other.balance),
            Sort::Credit => number(self.credit, other.credit),
            Sort::Channel => {
                let word = |client: &Self| lower(client.channel.as_deref().unwrap_or_default());
                text(&word(self), &word(other))
            }
        }
    }
}

/// Lower case, character by character; the small sigma has one form.
pub fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|character| if character == 'ς' { 'σ' } else { character }).collect()
}

/// Lower case without diacritics, for the letters of the demo data.
fn plain(lower: &str) -> String {
    let mut plain = String::new();
    for character in lower.nfd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'ł' => plain.push('l'),
            'ø' => plain.push('o'),
            'đ' => plain.push('d'),
            'ı' => plain.push('i'),
            'ґ' => plain.push('г'),
            other => plain.push(other),
        }
    }
    plain
}
