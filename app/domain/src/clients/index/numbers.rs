//! Finds the numbers, which are ids and logins, that contain a needle, by an index of trigrams and their positions.

use super::client_sets::{Bits, Slots};
use std::{borrow::Cow, collections::HashMap};

/// Pads a number's end.
const END: char = '\u{1}';

/// Slots that are loaded together: enough for several insertions per list, few enough for the CPU's cache.
const BATCH: usize = if cfg!(test) { 7 } else { 16_384 };

/// For every trigram and each of its positions, the slots whose numbers have it there.
///
/// A number contains a longer needle if it has the needle's trigrams side by side. This is exact, so no number has to
/// be searched, although most numbers share the same few digits. It suits short texts, which have few positions.
#[derive(Debug, Default)]
pub struct Numbers {
    /// By single character, since the union of all trigrams that begin with one would take too long.
    characters: HashMap<char, Slots>,
    /// By trigram and position.
    trigrams: HashMap<[char; 3], Vec<Slots>>,
}

impl Numbers {
    /// Inserts the numbers of a slot, in plain letters.
    pub fn insert(&mut self, slot: u32, numbers: &[impl AsRef<str>; 2]) {
        for (position, trigram) in trigrams(numbers) {
            self.insert_trigram(slot, position, trigram);
        }
    }

    /// Inserts the numbers of many slots, one position after the other, since the lists of all positions exceed the
    /// CPU's cache.
    pub fn insert_all<'a>(&mut self, slots: impl Iterator<Item = (u32, [Cow<'a, str>; 2])>) {
        let mut slots = slots.peekable();
        let mut positions: Vec<Vec<(u32, [char; 3])>> = Vec::new();
        while slots.peek().is_some() {
            for (slot, numbers) in slots.by_ref().take(BATCH) {
                for (position, trigram) in trigrams(&numbers) {
                    at(&mut positions, position).push((slot, trigram));
                }
            }
            for (position, trigrams) in (0u32..).zip(&mut positions) {
                for (slot, trigram) in trigrams.drain(..) {
                    self.insert_trigram(slot, position, trigram);
                }
            }
        }
        self.characters.values_mut().for_each(Slots::settle);
        self.trigrams.values_mut().flatten().for_each(Slots::settle);
    }

    fn insert_trigram(&mut self, slot: u32, position: u32, trigram: [char; 3]) {
        self.characters.entry(trigram[0]).or_default().insert(slot);
        if trigram[1] != END {
            at(self.trigrams.entry(trigram).or_default(), position).insert(slot);
        }
    }

    /// Removes the numbers of a slot, which must be those that were inserted.
    pub fn remove(&mut self, slot: u32, numbers: &[impl AsRef<str>; 2]) {
        for (position, trigram) in trigrams(numbers) {
            if let Some(slots) = self.characters.get_mut(&trigram[0]) {
                slots.remove(slot);
            }
            if let Some(positions) = self.trigrams.get_mut(&trigram) {
                at(positions, position).remove(slot);
            }
        }
    }

    /// Adds the slots whose numbers contain the needle, which isn't empty.
    pub fn find(&self, needle: &str, found: &mut Bits) {
        let characters: Vec<char> = needle.chars().collect();
        match *characters {
            [] => {}
            [character] => {
                if let Some(slots) = self.characters.get(&character) {
                    slots.add_to(found);
                }
            }
            [first, second] => {
                let begun = self.trigrams.iter().filter(|(trigram, _)| trigram[..2] == [first, second]);
                begun.flat_map(|(_, positions)| positions).for_each(|slots| slots.add_to(found));
            }
            _ => self.find_trigrams(&characters, found),
        }
    }

    fn find_trigrams(&self, needle: &[char], found: &mut Bits) {
        // Trigrams side by side, and one at the end that may overlap.
        let last = needle.len() - 3;
        let mut lists = Vec::new();
        for at in (0..last).step_by(3).chain([last]) {
            let Some(positions) = self.trigrams.get(&needle[at..at + 3]) else { return };
            lists.push((at, positions));
        }
        let mut sets = Vec::with_capacity(lists.len());
        for start in 0..lists[0].1.len() {
            sets.clear();
            sets.extend(lists.iter().filter_map(|(at, positions)| positions.get(start + 2 * at)));
            if sets.len() == lists.len() {
                Slots::add_common_to(&sets, found);
            }
        }
    }
}

/// The entry at a position. Creates a missing one.
fn at<T: Default>(positions: &mut Vec<T>, position: u32) -> &mut T {
    let position = position as usize;
    if positions.len() <= position {
        positions.resize_with(position + 1, T::default);
    }
    &mut positions[position]
}

/// The trigrams at each character with their positions: even ones in the first number, odd ones in the second.
fn trigrams(numbers: &[impl AsRef<str>; 2]) -> impl Iterator<Item = (u32, [char; 3])> {
    (0u32..).zip(numbers).flat_map(|(field, number)| {
        let mut characters = number.as_ref().chars();
        let mut next = move || characters.next();
        let mut trigram = [next(), next(), next()];
        (0u32..).map_while(move |position| {
            let begun = trigram;
            trigram = [trigram[1], trigram[2], next()];
            begun[0].map(|_| (2 * position + field, begun.map(|character| character.unwrap_or(END))))
        })
    })
}
