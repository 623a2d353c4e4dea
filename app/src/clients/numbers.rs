//! Finds the numbers, IDs and logins, that contain a needle, by the places where a few characters stand.

use super::slots::{Bits, Places, Slots};
use std::collections::HashMap;

/// Stands for what would follow after a number's end.
const END: char = '\u{1}';

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
    threes: HashMap<[char; 3], Places>,
}

impl Numbers {
    /// Notes the numbers of a slot, already folded.
    pub fn insert(&mut self, slot: u32, numbers: &[&str; 2]) {
        for (place, three) in threes(numbers) {
            self.characters.entry(three[0]).or_default().insert(slot);
            if three[1] != END {
                self.threes.entry(three).or_default().at(place).insert(slot);
            }
        }
    }

    /// Forgets the numbers of a slot; they must be those that were inserted.
    pub fn remove(&mut self, slot: u32, numbers: &[&str; 2]) {
        for (place, three) in threes(numbers) {
            if let Some(slots) = self.characters.get_mut(&three[0]) {
                slots.remove(slot);
            }
            if let Some(places) = self.threes.get_mut(&three) {
                places.at(place).remove(slot);
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
                begun.flat_map(|(_, places)| places.all()).for_each(|(_, slots)| slots.add_to(found));
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
            lists.push((u32::try_from(at).unwrap_or(u32::MAX), places));
        }
        let mut sets = Vec::with_capacity(lists.len());
        for (start, _) in lists[0].1.all() {
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
        self.threes.values_mut().for_each(Places::settle);
    }
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
