//! Finds clients by the words of a search, each in one of their texts. Searches a million in milliseconds.

use super::{client_sets::Bits, numbers::Numbers, words::Words};
use std::borrow::Cow;
use values::needles::Needles;

/// The searchable texts of a client, in plain letters.
#[derive(Clone, Debug)]
pub struct Searched<'a> {
    /// Id and login.
    pub numbers: [Cow<'a, str>; 2],
    /// Company and name.
    pub names: [Cow<'a, str>; 2],
    /// E-mail addresses.
    pub mails: [Cow<'a, str>; 2],
}

/// The searchable texts of all clients. Names share words and numbers only digits, so they have different indexes.
#[derive(Debug, Default)]
pub struct Search {
    numbers: Numbers,
    names: Words,
    mails: Words,
}

impl Search {
    /// Inserts a slot's client.
    pub fn insert(&mut self, slot: u32, searched: &Searched<'_>) {
        self.numbers.insert(slot, &searched.numbers);
        self.names.insert(slot, &searched.names);
        self.mails.insert(slot, &searched.mails);
    }

    /// The indexes of numbers, names and email addresses, to be filled in parallel.
    pub fn parts(&mut self) -> (&mut Numbers, &mut Words, &mut Words) {
        (&mut self.numbers, &mut self.names, &mut self.mails)
    }

    /// Removes a slot's client, whose texts must be those that were inserted.
    pub fn remove(&mut self, slot: u32, searched: &Searched<'_>) {
        self.numbers.remove(slot, &searched.numbers);
        self.names.remove(slot, &searched.names);
        self.mails.remove(slot, &searched.mails);
    }

    /// The slots of clients that have every word, each in any text, or a number with the digits.
    pub fn find(&self, needles: &Needles) -> Bits {
        let mut words = needles.words.iter();
        let mut found = words.next().map(|word| self.find_word(word)).unwrap_or_default();
        for word in words {
            // The first words are the longest, which few clients have.
            if found.is_empty() {
                break;
            }
            found.intersect(&self.find_word(word));
        }
        if let Some(digits) = &needles.digits {
            self.numbers.find(digits, &mut found);
        }
        found
    }

    fn find_word(&self, word: &str) -> Bits {
        let mut found = Bits::default();
        self.numbers.find(word, &mut found);
        self.names.find(word, &mut found);
        self.mails.find(word, &mut found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use values::fold::plain;

    fn searched(texts: &[String; 6]) -> Searched<'_> {
        let [id, login, company, name, email, accounting] = texts.each_ref().map(|text| plain(text));
        Searched { numbers: [id, login], names: [company, name], mails: [email, accounting] }
    }

    /// Short texts over few characters, so that many match: with separators, diacritics and several cases.
    fn texts() -> impl Strategy<Value = [String; 6]> {
        let name = || "[abіїЇñ1. -]{0,9}|[aіßЛ]{1,3} [abї]{1,3}";
        let mail = || "[ab1]{0,2}[.-]?[ab]{0,3}@?[ab@._ -]{0,5}";
        ["[012]{1,5}".boxed(), "[+]?[012]{0,9}".boxed(), name().boxed(), name().boxed(), mail().boxed(), mail().boxed()]
    }

    /// The rule, over the texts themselves.
    fn matches(client: &[String; 6], q: &str) -> bool {
        let has = |text: &String, needle: &str| plain(text).contains(needle);
        let digits: String = q.chars().filter(char::is_ascii_digit).collect();
        let is_a_number = !digits.is_empty() && q.chars().all(|c| c.is_ascii_digit() || "+-(). ".contains(c));
        q.split_whitespace().all(|word| client.iter().any(|text| has(text, &plain(word))))
            || is_a_number && client[..2].iter().any(|text| has(text, &digits))
    }

    proptest! {
        #[test]
        fn it_finds_the_same_as_a_scan_of_every_text(
            mut clients in prop::collection::vec(texts(), 1..60),
            changes in prop::collection::vec((0usize..60, texts()), 0..30),
            needles in prop::collection::vec(
                "[abiіїЇñnßsл1. -]{1,6}|[+]?[012() -]{1,8}|[ab1.@_-]{1,6}|[ab1] [ab] [іi12]", 1..20
            ),
        ) {
            let mut search = Search::default();
            let all: Vec<(u32, Searched)> = (0u32..).zip(clients.iter().map(searched)).collect();
            let (numbers, names, mails) = search.parts();
            numbers.insert_all(all.iter().map(|(slot, client)| (*slot, client.numbers.clone())));
            names.insert_all(all.iter().map(|(slot, client)| (*slot, client.names.clone())));
            mails.insert_all(all.iter().map(|(slot, client)| (*slot, client.mails.clone())));
            drop(all);
            for (at, client) in changes {
                let at = at % clients.len();
                let slot = u32::try_from(at).unwrap();
                search.remove(slot, &searched(&clients[at]));
                search.insert(slot, &searched(&client));
                clients[at] = client;
            }
            for q in needles {
                let needles = Needles::of(&q);
                if needles.is_empty() {
                    continue;
                }
                let found: Vec<u32> = search.find(&needles).iter().collect();
                let expected = (0u32..).zip(&clients).filter(|(_, client)| matches(client, &q));
                prop_assert_eq!(found, expected.map(|(slot, _)| slot).collect::<Vec<_>>(), "{:?}", q);
            }
        }
    }
}
