//! Finds the names that contain a needle, by an index of their words.

use super::{
    client_sets::{Bits, Places},
    grams::Grams,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// For every distinct word and each of its places, the slots whose names have it there.
///
/// A needle without a space is part of a word, one with spaces of several words side by side. So it is enough to search
/// the words, which are far fewer than the names.
#[derive(Debug, Default)]
pub struct Words {
    numbers: HashMap<Arc<str>, u32>,
    known: Vec<Word>,
    /// Numbers of unused words.
    free: Vec<u32>,
    /// Finds the words that contain a needle.
    grams: Grams,
}

#[derive(Debug)]
struct Word {
    /// With a space on either side, so that a needle with a space at its end matches only the end of a word.
    text: Arc<str>,
    places: Places,
}

impl Words {
    /// Inserts the names of a slot, already folded.
    pub fn insert(&mut self, slot: u32, names: &[&str; 2]) {
        for (field, name) in (0u32..).zip(names) {
            for (place, word) in words(&spaced(name), field) {
                let number = self.number(word);
                self.known[number as usize].places.at(place).insert(slot);
            }
        }
    }

    /// Removes the names of a slot, which must be those that were inserted.
    pub fn remove(&mut self, slot: u32, names: &[&str; 2]) {
        for (field, name) in (0u32..).zip(names) {
            for (place, word) in words(&spaced(name), field) {
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

    /// Adds the slots whose names contain the needle, which isn't empty.
    pub fn find(&self, needle: &str, found: &mut Bits) {
        let Some((first, _)) = needle.split_once(' ') else {
            for word in self.containing(needle) {
                word.places.all().iter().for_each(|(_, slots)| slots.add_to(found));
            }
            return;
        };
        // For each place, the slots whose words match the needle up to there.
        let mut reached: BTreeMap<u32, Bits> = BTreeMap::new();
        for word in self.containing(&needle[..=first.len()]) {
            for (place, slots) in word.places.all() {
                slots.add_to(reached.entry(*place).or_default());
            }
        }
        for piece in pieces(&needle[first.len()..]) {
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

    /// Frees spare memory, after a load.
    pub fn settle(&mut self) {
        self.known.iter_mut().for_each(|word| word.places.settle());
    }
}

/// The words of a name with their places: even ones in the first name, odd ones in the second.
fn words(spaced: &str, field: u32) -> impl Iterator<Item = (u32, &str)> {
    let words = pieces(spaced).filter(|piece| piece.len() > 1);
    (0u32..).zip(words).map(move |(place, word)| (2 * place + field, word))
}

/// A name with a space on either side. An empty name has no words and stays empty.
fn spaced(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" {name} ") }
}

/// The pieces from each space to the next, both included, or to the end.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(' ').map(|(start, _)| {
        let end = text[start + 1..].find(' ').map_or(text.len(), |length| start + length + 2);
        &text[start..end]
    })
}
