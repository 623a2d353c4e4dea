//! Finds the names that contain a needle, by the words of which they are made.

use super::{
    client_sets::{Bits, Places},
    grams::Grams,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// For every distinct word and each place where it stands, the slots whose names have it there.
///
/// A needle without a blank lies within a word, one with blanks in words side by side. Either way the words
/// decide: they are far fewer than the names, and no name has to be looked into.
#[derive(Debug, Default)]
pub struct Words {
    numbers: HashMap<Arc<str>, u32>,
    known: Vec<Word>,
    /// Numbers of words that nobody has any more.
    free: Vec<u32>,
    /// Which words contain a needle.
    grams: Grams,
}

#[derive(Debug)]
struct Word {
    /// With a blank on either side, so that "ends with" is "contains" for what ends with a blank.
    text: Arc<str>,
    places: Places,
}

impl Words {
    /// Notes the names of a slot, already folded.
    pub fn insert(&mut self, slot: u32, names: &[&str; 2]) {
        for (field, name) in (0u32..).zip(names) {
            for (place, word) in words(&spaced(name), field) {
                let number = self.number(word);
                self.known[number as usize].places.at(place).insert(slot);
            }
        }
    }

    /// Forgets the names of a slot; they must be those that were inserted.
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

    /// Adds the slots in one of whose names the needle (not empty) stands.
    pub fn find(&self, needle: &str, found: &mut Bits) {
        let Some((first, _)) = needle.split_once(' ') else {
            for word in self.containing(needle) {
                word.places.all().iter().for_each(|(_, slots)| slots.add_to(found));
            }
            return;
        };
        // For each place, the slots whose words up to there are those of the needle.
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
                slots.keep(&reached[&(place - 2)]);
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

    /// Gives back spare room: after a load.
    pub fn settle(&mut self) {
        self.known.iter_mut().for_each(|word| word.places.settle());
    }
}

/// The words of a name with their places: even ones in the first name, odd in the second.
fn words(spaced: &str, field: u32) -> impl Iterator<Item = (u32, &str)> {
    let words = pieces(spaced).filter(|piece| piece.len() > 1);
    (0u32..).zip(words).map(move |(place, word)| (2 * place + field, word))
}

/// A name with a blank on either side; an empty one has no words.
fn spaced(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" {name} ") }
}

/// From each blank to the next, both included, or to the end.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(' ').map(|(start, _)| {
        let end = text[start + 1..].find(' ').map_or(text.len(), |length| start + length + 2);
        &text[start..end]
    })
}
