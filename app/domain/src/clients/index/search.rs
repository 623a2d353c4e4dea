//! Finds the clients whose ID, login, company or name contains a needle, among a million in milliseconds.

use super::{client_sets::Bits, numbers::Numbers, words::Words};

/// What of a client is searched, already folded.
#[derive(Clone, Copy, Debug)]
pub struct Searched<'a> {
    /// ID and login.
    pub numbers: [&'a str; 2],
    /// Company and name.
    pub names: [&'a str; 2],
}

/// What is searched of all clients. Numbers and names differ in what they have in common with each other: names
/// share words, numbers only digits.
#[derive(Debug, Default)]
pub struct Search {
    numbers: Numbers,
    words: Words,
}

impl Search {
    /// Notes a slot's client.
    pub fn insert(&mut self, slot: u32, searched: Searched<'_>) {
        self.numbers.insert(slot, &searched.numbers);
        self.words.insert(slot, &searched.names);
    }

    /// Numbers and words, to be filled side by side.
    pub fn parts(&mut self) -> (&mut Numbers, &mut Words) {
        (&mut self.numbers, &mut self.words)
    }

    /// Forgets a slot's client, who must be as it was inserted.
    pub fn remove(&mut self, slot: u32, searched: Searched<'_>) {
        self.numbers.remove(slot, &searched.numbers);
        self.words.remove(slot, &searched.names);
    }

    /// The slots whose client has the needle (folded, not empty) in one of its texts.
    pub fn find(&self, needle: &str) -> Bits {
        let mut found = Bits::default();
        self.numbers.find(needle, &mut found);
        self.words.find(needle, &mut found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn searched(texts: &[String; 4]) -> Searched<'_> {
        let [id, login, company, name] = texts.each_ref().map(String::as_str);
        Searched { numbers: [id, login], names: [company, name] }
    }

    fn texts() -> impl Strategy<Value = [String; 4]> {
        ["[012]{1,5}", "[012x]{0,9}", "[abії1 ]{0,9}", "[abії1 ]{0,9}"]
    }

    proptest! {
        #[test]
        fn it_finds_what_looking_into_every_text_finds(
            mut clients in prop::collection::vec(texts(), 1..60),
            changes in prop::collection::vec((0usize..60, texts()), 0..30),
            needles in prop::collection::vec("[abії ]{1,6}|[012x]{1,8}", 1..20),
        ) {
            let mut search = Search::default();
            let (numbers, words) = search.parts();
            let slots = || (0u32..).zip(&clients);
            numbers.insert_all(slots().map(|(slot, [id, login, ..])| (slot, [id.into(), login.into()])));
            slots().for_each(|(slot, [_, _, company, name])| words.insert(slot, &[company, name]));
            for (at, client) in changes {
                let at = at % clients.len();
                let slot = u32::try_from(at).unwrap();
                search.remove(slot, searched(&clients[at]));
                search.insert(slot, searched(&client));
                clients[at] = client;
            }
            let (numbers, words) = search.parts();
            numbers.settle();
            words.settle();
            for needle in needles {
                let found: Vec<u32> = search.find(&needle).iter().collect();
                let expected = (0u32..).zip(&clients).filter(|(_, client)| client.iter().any(|text| text.contains(&needle)));
                prop_assert_eq!(found, expected.map(|(slot, _)| slot).collect::<Vec<_>>(), "{:?}", needle);
            }
        }
    }
}
