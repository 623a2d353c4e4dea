//! Finds clients whose id, login, company or name contains a needle. Searches a million in milliseconds.

use super::{client_sets::Bits, numbers::Numbers, words::Words};

/// The searchable texts of a client, already folded.
#[derive(Clone, Copy, Debug)]
pub struct Searched<'a> {
    /// Id and login.
    pub numbers: [&'a str; 2],
    /// Company and name.
    pub names: [&'a str; 2],
}

/// The searchable texts of all clients. Names share words and numbers only digits, so they have different indexes.
#[derive(Debug, Default)]
pub struct Search {
    numbers: Numbers,
    words: Words,
}

impl Search {
    /// Inserts a slot's client.
    pub fn insert(&mut self, slot: u32, searched: Searched<'_>) {
        self.numbers.insert(slot, &searched.numbers);
        self.words.insert(slot, &searched.names);
    }

    /// Both indexes, to be filled in parallel.
    pub fn parts(&mut self) -> (&mut Numbers, &mut Words) {
        (&mut self.numbers, &mut self.words)
    }

    /// Removes a slot's client, whose texts must be those that were inserted.
    pub fn remove(&mut self, slot: u32, searched: Searched<'_>) {
        self.numbers.remove(slot, &searched.numbers);
        self.words.remove(slot, &searched.names);
    }

    /// The slots whose client has a text with the needle, which is folded and not empty.
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
        fn it_finds_the_same_as_a_scan_of_every_text(
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
                let contains = |client: &[String; 4]| client.iter().any(|text| text.contains(&needle));
                let expected = (0u32..).zip(&clients).filter(|(_, client)| contains(client));
                prop_assert_eq!(found, expected.map(|(slot, _)| slot).collect::<Vec<_>>(), "{:?}", needle);
            }
        }
    }
}
