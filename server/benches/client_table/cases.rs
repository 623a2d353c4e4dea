//! The queries: cases that are timed, and random ones that are only compared.

use crate::{
    Failure, PER_PAGE, http,
    reference::{Answer, Client, Reference},
};
use domain::{
    clients::{
        PropertyType,
        query::{ClientQuery, Filters, Sort},
    },
    search::MOST_CLIENTS,
};
use fastrand::Rng;
use std::collections::{HashMap, HashSet};
use values::{Direction, Paging, paging::ListQuery as _};

/// Needles in each class of search, so that no single one decides.
const NEEDLES: usize = 20;
/// Number of clients that a rare search finds, at most.
const RARE: usize = 50;
/// Number of random queries that are compared.
const RANDOM: usize = 30;

/// All queries of the benchmark.
pub struct Cases {
    /// Cases that are compared and timed.
    pub measured: Vec<Case>,
    /// Queries that are compared only.
    pub random: Vec<ClientQuery>,
}

/// Queries of one class.
pub struct Case {
    /// Name in the table of results.
    pub name: String,
    /// Queries, which are sent in turn.
    pub queries: Vec<ClientQuery>,
    /// Number of clients that the queries find, at least and at most.
    pub found: (usize, usize),
    /// The case whose time a jump to a late page may exceed by half.
    pub near: Option<usize>,
    asked: Asked,
}

/// What is asked for the answer to a query.
#[derive(Clone, Copy)]
enum Asked {
    /// The page.
    Page,
    /// Its server function.
    Json,
    /// The search of everything.
    Everything,
}

impl Case {
    /// The class of the random queries.
    pub fn random() -> Self {
        Self { name: String::new(), queries: Vec::new(), found: (0, 0), near: None, asked: Asked::Page }
    }

    /// The address of a query of this case.
    pub fn address(&self, query: &ClientQuery) -> String {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        match self.asked {
            Asked::Page => query.address("/clients"),
            Asked::Json => {
                format!("/rpc/list_clients?address={}", encoded(query.address("").trim_start_matches('?')))
            }
            Asked::Everything => format!("/rpc/search_everything?q={}&recent=", encoded(&query.q)),
        }
    }

    /// The clients in an answer.
    pub fn read(&self, answer: &http::Answer) -> Result<Answer, Failure> {
        match self.asked {
            Asked::Page => read_page(answer.text()?),
            Asked::Json => read_json(answer.text()?, "/content/rows", "/content/total"),
            Asked::Everything => read_json(answer.text()?, "/clients", "/total"),
        }
    }
}

impl Cases {
    /// Chooses the queries from the existing clients, always the same ones.
    pub fn choose(reference: &Reference) -> Self {
        let random = &mut Rng::with_seed(7);
        let pages = (reference.clients.len() as u64).div_ceil(PER_PAGE);
        let far = (pages / 2).max(1);
        let sorted = |sort, dir, page| vec![ClientQuery { sort, dir, ..ClientQuery::default() }.on_page(page)];
        let searches = |needles: Vec<String>| -> Vec<ClientQuery> {
            needles.into_iter().map(|q| ClientQuery { q, ..ClientQuery::default() }).collect()
        };
        let currency = reference.clients.first().map(|client| client.currency.clone());
        let filters = Filters { currency, ..Filters::default() };
        let filtered =
            ClientQuery { filters, sort: Sort::Company, dir: Direction::Ascending, ..ClientQuery::default() };
        let last = (reference.answer(&filtered).total as u64).div_ceil(PER_PAGE);
        let filtered = filtered.on_page(1_000.min(last.max(1)));

        let (id, company) = (Sort::Id, Sort::Company);
        let (up, down) = (Direction::Ascending, Direction::Descending);
        let mut measured = Vec::new();
        let mut add = |name: &str, queries: Vec<ClientQuery>, near, asked| {
            let totals: Vec<_> = queries.iter().map(|query| reference.answer(query).total).collect();
            let found = (totals.iter().min().copied().unwrap_or(0), totals.iter().max().copied().unwrap_or(0));
            measured.push(Case { name: name.to_owned(), queries, found, near, asked });
        };
        add("page 1", sorted(id, down, 1), None, Asked::Page);
        add(&format!("page {far} by ID"), sorted(id, up, far), Some(0), Asked::Page);
        add(&format!("page {far} by company"), sorted(company, up, far), Some(0), Asked::Page);
        add("page 1 by company, down", sorted(company, down, 1), None, Asked::Page);
        add(&format!("page {far} by company, down"), sorted(company, down, far), Some(3), Asked::Page);
        add("search, rare", searches(rare(reference, random)), None, Asked::Page);
        add("search, common, 5 characters", searches(common(reference, random, 5)), None, Asked::Page);
        add("search, common, 2 characters", searches(common(reference, random, 2)), None, Asked::Page);
        add("search, common, 1 character", searches(common(reference, random, 1)), None, Asked::Page);
        add("search, no match", searches(absent(reference, random)), None, Asked::Page);
        add("search, two words", searches(two_words(reference, random)), None, Asked::Page);
        add("search, telephone number", searches(telephone_numbers(reference, random)), None, Asked::Page);
        add(&format!("currency, page {} by company", filtered.paging.page), vec![filtered], None, Asked::Page);
        add("page 1 as JSON", sorted(id, down, 1), None, Asked::Json);
        for (name, needles) in [
            ("everything, rare", rare(reference, random)),
            ("everything, common, 5 characters", common(reference, random, 5)),
            ("everything, common, 2 characters", common(reference, random, 2)),
            ("everything, two words", two_words(reference, random)),
        ] {
            // Numbers may be an ID, which comes first there.
            let needles = needles.into_iter().filter(|needle| needle.contains(char::is_alphabetic)).collect();
            let mut queries = searches(needles);
            for query in &mut queries {
                query.paging.per_page = MOST_CLIENTS as u64;
            }
            add(name, queries, None, Asked::Everything);
        }

        let random = (0..RANDOM).map(|_| any(reference, random)).collect();
        Self { measured, random }
    }
}

fn pick<'a>(reference: &'a Reference, random: &mut Rng) -> &'a Client {
    &reference.clients[random.usize(0..reference.clients.len())]
}

/// A part of one of a client's texts that survives trimming.
fn part(client: &Client, characters: usize, random: &mut Rng) -> Option<String> {
    let lines: Vec<Vec<char>> = client.text.lines().map(|line| line.chars().collect()).collect();
    let line = &lines[random.usize(0..lines.len())];
    let start = random.usize(0..=line.len().checked_sub(characters)?);
    trimmed(&line[start..start + characters])
}

fn trimmed(characters: &[char]) -> Option<String> {
    let text: String = characters.iter().collect();
    (!text.is_empty() && text.trim() == text && !text.contains(char::is_control)).then_some(text)
}

/// Collects needles until there are enough, or no more are found.
fn gather(mut next: impl FnMut() -> Option<String>) -> Vec<String> {
    let mut needles: Vec<String> = Vec::new();
    for needle in (0..50 * NEEDLES).filter_map(|_| next()) {
        if !needles.contains(&needle) {
            needles.push(needle);
        }
        if needles.len() == NEEDLES {
            break;
        }
    }
    needles
}

/// Parts of 5 to 9 characters that few clients have.
fn rare(reference: &Reference, random: &mut Rng) -> Vec<String> {
    gather(|| {
        let characters = random.usize(5..=9);
        part(pick(reference, random), characters, random).filter(|part| (1..=RARE).contains(&reference.count(part)))
    })
}

/// The most frequent parts of this length: those of a tenth of the clients, or else the most frequent one.
fn common(reference: &Reference, random: &mut Rng, characters: usize) -> Vec<String> {
    const SAMPLE: usize = 2_000;
    let mut counts: HashMap<String, usize> = HashMap::new();
    for _ in 0..SAMPLE {
        let text: Vec<char> = pick(reference, random).text.chars().collect();
        let parts: HashSet<String> = text.windows(characters).filter_map(trimmed).collect();
        for part in parts {
            *counts.entry(part).or_default() += 1;
        }
    }
    let mut parts: Vec<(usize, String)> = counts.into_iter().map(|(part, count)| (count, part)).collect();
    parts.sort_unstable_by(|a, b| b.cmp(a));
    let mut needles: Vec<String> = parts.into_iter().take(2 * NEEDLES).map(|(_, part)| part).collect();
    let most = needles.first().cloned();
    needles.retain(|part| reference.count(part) > reference.clients.len() / 10);
    needles.truncate(NEEDLES);
    if needles.is_empty() { most.into_iter().collect() } else { needles }
}

/// Needles without a match, though all of their characters occur: numbers, and shuffled names.
fn absent(reference: &Reference, random: &mut Rng) -> Vec<String> {
    gather(|| {
        let mut characters: Vec<char> = part(pick(reference, random), 9, random)?.chars().collect();
        random.shuffle(&mut characters);
        trimmed(&characters).filter(|needle| reference.count(needle) == 0)
    })
}

/// Names and companies with their first two words in the other order.
fn two_words(reference: &Reference, random: &mut Rng) -> Vec<String> {
    gather(|| {
        let line = pick(reference, random).text.lines().nth(random.usize(2..4))?;
        let (first, second) = line.split_once(' ')?;
        trimmed(&format!("{second} {first}").chars().collect::<Vec<_>>())
    })
}

/// Logins as people write telephone numbers.
fn telephone_numbers(reference: &Reference, random: &mut Rng) -> Vec<String> {
    gather(|| {
        let login = pick(reference, random).text.lines().nth(1)?;
        let (country, number) = login.split_at_checked(login.len().checked_sub(9)?)?;
        Some(format!("+{country} {} {}-{}-{}", &number[..2], &number[2..5], &number[5..7], &number[7..]))
    })
}

/// A random query: sort, direction, filters, search in any case, page, page size.
fn any(reference: &Reference, random: &mut Rng) -> ClientQuery {
    let sometimes = |random: &mut Rng| random.u32(0..5) == 0;
    let day = |random: &mut Rng| format!("20{}-0{}-1{}", random.u32(19..26), random.u32(1..10), random.u32(0..10));
    let mut filters = Filters::default();
    if sometimes(random) {
        filters.property_type = Some(PropertyType::ALL[random.usize(0..PropertyType::ALL.len())]);
    }
    if sometimes(random) {
        filters.channel.clone_from(&pick(reference, random).channel);
    }
    if sometimes(random) {
        filters.currency = Some(pick(reference, random).currency.clone());
    }
    if sometimes(random) {
        filters.sms_subscription = Some(random.bool());
    }
    filters.below_zero = sometimes(random);
    if sometimes(random) {
        filters.registered_from = Some(day(random));
    }
    if sometimes(random) {
        filters.registered_to = Some(day(random)).filter(|to| Some(to) >= filters.registered_from.as_ref());
    }
    let characters = random.usize(1..7);
    let q = match random.u32(0..4) {
        0..2 => String::new(),
        2 => part(pick(reference, random), characters, random).unwrap_or_default(),
        _ => part(pick(reference, random), characters, random).unwrap_or_default().to_uppercase(),
    };
    let sizes = ClientQuery::SIZES.offered;
    let query = ClientQuery {
        q,
        filters,
        sort: Sort::ALL[random.usize(0..Sort::ALL.len())],
        dir: Direction::ALL[random.usize(0..2)],
        paging: Paging { per_page: sizes[random.usize(0..sizes.len())], ..ClientQuery::default().paging },
    };
    let last = query.paging.last(reference.answer(&query).total as u64);
    query.on_page(random.u64(1..=last))
}

/// Parses a page: the ids are in the links of the rows, and the total is in the text beside them.
fn read_page(page: &str) -> Result<Answer, Failure> {
    let id = |link: &str| link.split_once("/general\"")?.0.parse::<i64>().ok();
    // The link to the client whose ID it is stands above the table.
    let rows = page.split_once("<table").map_or("", |(_, rows)| rows);
    let ids: Vec<i64> = rows.split("href=\"/clients/").skip(1).filter_map(id).collect();
    let Some((_, range)) = page.split_once("class=\"pager-range\">") else {
        return if ids.is_empty() && page.contains("No client") {
            Ok(Answer { ids, total: 0 })
        } else {
            Err("the page says nowhere which rows it shows".into())
        };
    };
    let range = range.split('<').next().unwrap_or_default();
    let total = range.rsplit(" of ").next().unwrap_or_default().replace(',', "").parse();
    Ok(Answer { ids, total: total.map_err(|_| format!("the page says “{range}”"))? })
}

/// Parses an answer of a server function, with the pointers to its rows and the total.
fn read_json(text: &str, rows: &str, total: &str) -> Result<Answer, Failure> {
    let answer: serde_json::Value = serde_json::from_str(text)?;
    let rows = answer.pointer(rows).and_then(serde_json::Value::as_array).ok_or("no rows")?;
    let ids = rows.iter().filter_map(|row| row["id"].as_i64()).collect();
    let total = answer.pointer(total).and_then(serde_json::Value::as_u64).ok_or("no total")?;
    Ok(Answer { ids, total: usize::try_from(total)? })
}
