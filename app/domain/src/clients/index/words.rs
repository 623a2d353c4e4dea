//! Finds the texts that contain a needle, by an index of their words.

use super::{
    client_sets::{Bits, Places, Slots},
    grams::Grams,
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// The characters between words. All are a byte long.
const SEPARATORS: [char; 5] = [' ', '.', '-', '_', '@'];

/// For every distinct word and each of its places, the slots whose texts have it there.
///
/// A needle without a separator is part of a word, one with separators of several words side by side. So it is enough
/// to search the words, which are far fewer than the texts: people share names, and email addresses mailboxes and
/// hosts.
#[derive(Debug, Default)]
pub struct Words {
    numbers: HashMap<Arc<str>, u32>,
    known: Vec<Word>,
    /// Numbers of unused words.
    free: Vec<u32>,
    /// Finds the words that contain a needle.
    grams: Grams,
    /// By single character, since the union of all words that contain one would take too long.
    characters: HashMap<char, Slots>,
}

#[derive(Debug)]
struct Word {
    /// With the separators on either side, so that a needle with one at its end matches only the end of a word.
    text: Arc<str>,
    places: Places,
}

impl Words {
    /// Inserts the texts of a slot, in plain letters.
    pub fn insert(&mut self, slot: u32, texts: &[impl AsRef<str>; 2]) {
        self.insert_words(slot, texts);
        for character in texts.iter().flat_map(|text| text.as_ref().chars()) {
            self.characters.entry(character).or_default().insert(slot);
        }
    }

    /// Inserts the texts of all slots, and finds their characters by word, since there are far fewer words.
    pub fn insert_all<'a>(&mut self, slots: impl Iterator<Item = (u32, [Cow<'a, str>; 2])>) {
        slots.for_each(|(slot, texts)| self.insert_words(slot, &texts));
        let mut characters: HashMap<char, Bits> = HashMap::new();
        for word in &self.known {
            for character in word.text.chars() {
                let bits = characters.entry(character).or_default();
                word.places.all().iter().for_each(|(_, slots)| slots.add_to(bits));
            }
        }
        self.characters = characters.into_iter().map(|(character, bits)| (character, Slots::Bits(bits))).collect();
        self.known.iter_mut().for_each(|word| word.places.settle());
        self.characters.values_mut().for_each(Slots::settle);
    }

    fn insert_words(&mut self, slot: u32, texts: &[impl AsRef<str>; 2]) {
        for (field, text) in (0u32..).zip(texts) {
            for (place, word) in words(&spaced(text.as_ref()), field) {
                let number = self.number(word);
                self.known[number as usize].places.at(place).insert(slot);
            }
        }
    }

    /// Removes the texts of a slot, which must be those that were inserted.
    pub fn remove(&mut self, slot: u32, texts: &[impl AsRef<str>; 2]) {
        for (field, text) in (0u32..).zip(texts) {
            for character in text.as_ref().chars() {
                if let Some(slots) = self.characters.get_mut(&character) {
                    slots.remove(slot);
                }
            }
            for (place, word) in words(&spaced(text.as_ref()), field) {
                let Some(&number) = self.numbers.get(word) else { continue };
                let places = &mut self.known[number as usize].places;
                places.at(place).remove(slot);
                if places.is_empty() {
                    *places = Places::default();
                    self.grams.remove(number, word);
                    self.numbers.remove(word);
                    self.free.push(number);
                }
            }
        }
    }

    /// Adds the slots whose texts contain the needle, which isn't empty.
    pub fn find(&self, needle: &str, found: &mut Bits) {
        let mut characters = needle.chars();
        if let (Some(only), None) = (characters.next(), characters.next()) {
            if let Some(slots) = self.characters.get(&only) {
                slots.add_to(found);
            }
            return;
        }
        let pieces = needle_pieces(needle);
        let Some((first, others)) = pieces.split_first() else { return };
        if others.is_empty() {
            for word in self.containing(first) {
                word.places.all().iter().for_each(|(_, slots)| slots.add_to(found));
            }
            return;
        }
        // For each place, the slots whose words match the needle up to there.
        let mut reached: BTreeMap<u32, Bits> = BTreeMap::new();
        for word in self.containing(first) {
            for (place, slots) in word.places.all() {
                slots.add_to(reached.entry(*place).or_default());
            }
        }
        for piece in others {
            let mut next: BTreeMap<u32, Bits> = BTreeMap::new();
            for word in self.containing(piece) {
                for (place, slots) in word.places.all() {
                    if place.checked_sub(2).is_some_and(|before| reached.contains_key(&before)) {
                        slots.add_to(next.entry(*place).or_default());
                    }
                }
            }
            for (place, slots) in &mut next {
                slots.intersect(&reached[&(place - 2)]);
            }
            reached = next;
        }
        for slots in reached.values() {
            found.unite(slots);
        }
    }

    fn containing(&self, piece: &str) -> impl Iterator<Item = &Word> {
        let numbers = self.grams.find(piece, |number| &self.known[number as usize].text);
        numbers.into_iter().map(|number| &self.known[number as usize])
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let text: Arc<str> = word.into();
        let new = Word { text: text.clone(), places: Places::default() };
        let number = if let Some(number) = self.free.pop() {
            self.known[number as usize] = new;
            number
        } else {
            self.known.push(new);
            u32::try_from(self.known.len() - 1).unwrap_or(u32::MAX)
        };
        self.grams.insert(number, word);
        self.numbers.insert(text, number);
        number
    }
}

/// The words of a text with their places: even ones in the first text, odd ones in the second.
fn words(spaced: &str, field: u32) -> impl Iterator<Item = (u32, &str)> {
    (0u32..).zip(pieces(spaced)).map(move |(place, word)| (2 * place + field, word))
}

/// A text with a space on either side. An empty text has no words and stays empty.
fn spaced(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" {text} ") }
}

/// The pieces of a needle of several characters: up to the first separator, then those of [`pieces`].
fn needle_pieces(needle: &str) -> Vec<&str> {
    match needle.find(SEPARATORS) {
        None => vec![needle],
        Some(0) => pieces(needle).collect(),
        Some(at) => std::iter::once(&needle[..=at]).chain(pieces(&needle[at..])).collect(),
    }
}

/// The pieces from each separator to the next, both included, or to the end. A separator at the end is no piece of its
/// own.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let piece = |(start, _): (usize, &str)| {
        let end = text[start + 1..].find(SEPARATORS).map_or(text.len(), |length| start + length + 2);
        &text[start..end]
    };
    text.match_indices(SEPARATORS).map(piece).filter(|piece| piece.len() > 1)
}
