//! Finds the words of an index that contain a needle.

use roaring::RoaringBitmap;
use std::collections::HashMap;

/// For every bigram, the texts that contain it.
///
/// This answers needles of two characters. For longer ones it leaves few texts to search.
#[derive(Debug, Default)]
pub struct Grams {
    texts: HashMap<(char, char), RoaringBitmap>,
}

impl Grams {
    /// Inserts the text of a number, in plain letters.
    pub fn insert(&mut self, number: u32, text: &str) {
        for gram in grams(text) {
            self.texts.entry(gram).or_default().insert(number);
        }
    }

    /// Removes the text of a number, which must be the one that was inserted.
    pub fn remove(&mut self, number: u32, text: &str) {
        for gram in grams(text) {
            if let Some(texts) = self.texts.get_mut(&gram) {
                texts.remove(number);
            }
        }
    }

    /// The numbers whose text contains the needle, which has at least two characters. `text` returns a number's text.
    pub fn find<'a>(&self, needle: &str, text: impl Fn(u32) -> &'a str) -> RoaringBitmap {
        let mut lists = Vec::new();
        for gram in grams(needle) {
            match self.texts.get(&gram) {
                Some(texts) => lists.push(texts),
                None => return RoaringBitmap::new(),
            }
        }
        // Begins with the shortest, so that each step has less to do.
        lists.sort_by_key(|texts| texts.len());
        let Some((shortest, others)) = lists.split_first() else { return RoaringBitmap::new() };
        let mut candidates = (*shortest).clone();
        for texts in others {
            candidates &= *texts;
        }
        if others.is_empty() {
            return candidates;
        }
        let finder = memchr::memmem::Finder::new(needle);
        RoaringBitmap::from_sorted_iter(
            candidates.iter().filter(|number| finder.find(text(*number).as_bytes()).is_some()),
        )
        .unwrap_or_default()
    }
}

/// The bigrams of a text, with duplicates.
fn grams(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().zip(text.chars().skip(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_finds_the_same_as_a_scan_of_every_text(
            mut texts in prop::collection::vec("[abіїx ]{0,9}", 1..60),
            changes in prop::collection::vec((0usize..60, "[abіїx ]{0,9}"), 0..30),
            needle in "[abіїx ]{2,4}",
        ) {
            let mut grams = Grams::default();
            for (number, text) in (0u32..).zip(&texts) {
                grams.insert(number, text);
            }
            for (at, text) in changes {
                let at = at % texts.len();
                let number = u32::try_from(at).unwrap();
                grams.remove(number, &texts[at]);
                grams.insert(number, &text);
                texts[at] = text;
            }
            let found: Vec<u32> = grams.find(&needle, |number| &texts[number as usize]).iter().collect();
            let expected: Vec<u32> =
                (0u32..).zip(&texts).filter(|(_, text)| text.contains(&needle)).map(|(number, _)| number).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
