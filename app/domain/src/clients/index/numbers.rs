//! Finds the numbers, IDs and logins, that contain a needle, by the places where a few characters stand.

use super::client_sets::{Bits, Slots};
use std::{borrow::Cow, collections::HashMap};

/// Stands for what would follow after a number's end.
const END: char = '\u{1}';

/// Slots that are loaded at once: enough that each list gets several, few enough that they stay in the cache.
const BATCH: usize = if cfg!(test) { 7 } else { 16_384 };

/// For every three neighbouring characters and each place where they stand, the slots whose numbers have them
/// there.
///
/// A longer needle is in a number if its threes stand there side by side. That is exact, so no number has to be
/// looked into, and digits, of which any few are in most numbers, need no long lists of candidates. It is meant
/// for texts with few places.
#[derive(Debug, Default)]
pub struct Numbers {
    /// A single character is in most numbers: uniting all threes that begin with it would take too long.
    characters: HashMap<char, Slots>,
    /// By place.
    threes: HashMap<[char; 3], Vec<Slots>>,
}

impl Numbers {
    /// Notes the numbers of a slot, already folded.
    pub fn insert(&mut self, slot: u32, numbers: &[&str; 2]) {
        for (place, three) in threes(numbers) {
            self.insert_three(slot, place, three);
        }
    }

    /// Notes the numbers of many slots. A place at a time: the lists of all places are too many for the cache.
    pub fn insert_all<'a>(&mut self, slots: impl Iterator<Item = (u32, [Cow<'a, str>; 2])>) {
        let mut slots = slots.peekable();
        let mut places: Vec<Vec<(u32, [char; 3])>> = Vec::new();
        while slots.peek().is_some() {
            for (slot, numbers) in slots.by_ref().take(BATCH) {
                for (place, three) in threes(&numbers.each_ref().map(AsRef::as_ref)) {
                    at(&mut places, place).push((slot, three));
                }
            }
            for (place, threes) in (0u32..).zip(&mut places) {
                for (slot, three) in threes.drain(..) {
                    self.insert_three(slot, place, three);
                }
            }
        }
    }

    fn insert_three(&mut self, slot: u32, place: u32, three: [char; 3]) {
        self.characters.entry(three[0]).or_default().insert(slot);
        if three[1] != END {
            at(self.threes.entry(three).or_default(), place).insert(slot);
        }
    }

    /// Forgets the numbers of a slot; they must be those that were inserted.
    pub fn remove(&mut self, slot: u32, numbers: &[&str; 2]) {
        for (place, three) in threes(numbers) {
            if let Some(slots) = self.characters.get_mut(&three[0]) {
                slots.remove(slot);
            }
            if let Some(places) = self.threes.get_mut(&three) {
                at(places, place).remove(slot);
            }
        }
    }

    /// Adds the slots in one of whose numbers the needle (not empty) stands.
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
                let begun = self.threes.iter().filter(|(three, _)| three[..2] == [first, second]);
                begun.flat_map(|(_, places)| places).for_each(|slots| slots.add_to(found));
            }
            _ => self.find_threes(&characters, found),
        }
    }

    fn find_threes(&self, needle: &[char], found: &mut Bits) {
        // Threes side by side, and one at the end that may overlap.
        let last = needle.len() - 3;
        let mut lists = Vec::new();
        for at in (0..last).step_by(3).chain([last]) {
            let Some(places) = self.threes.get(&needle[at..at + 3]) else { return };
            lists.push((at, places));
        }
        let mut sets = Vec::with_capacity(lists.len());
        for start in 0..lists[0].1.len() {
            sets.clear();
            sets.extend(lists.iter().filter_map(|(at, places)| places.get(start + 2 * at)));
            if sets.len() == lists.len() {
                Slots::add_common_to(&sets, found);
            }
        }
    }

    /// Gives back spare room: after a load.
    pub fn settle(&mut self) {
        self.characters.values_mut().for_each(Slots::settle);
        self.threes.values_mut().flatten().for_each(Slots::settle);
    }
}

/// The entry at a place, created when it is missing.
fn at<T: Default>(places: &mut Vec<T>, place: u32) -> &mut T {
    let place = place as usize;
    if places.len() <= place {
        places.resize_with(place + 1, T::default);
    }
    &mut places[place]
}

/// The threes that begin at each character, and their places: even ones in the first number, odd in the second.
fn threes(numbers: &[&str; 2]) -> impl Iterator<Item = (u32, [char; 3])> {
    (0u32..).zip(numbers).flat_map(|(field, number)| {
        let mut characters = number.chars();
        let mut next = move || characters.next();
        let mut three = [next(), next(), next()];
        (0u32..).map_while(move |place| {
            let begun = three;
            three = [three[1], three[2], next()];
            begun[0].map(|_| (2 * place + field, begun.map(|character| character.unwrap_or(END))))
        })
    })
}
