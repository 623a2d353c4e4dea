//! Sets of clients by slot: [`Bits`] for a result, [`Slots`] for the many sets of an index.
//!
//! The crate roaring was measured in their place, with a million clients: the index took 537 MB and not 401, and common
//! needles took three times as long. `grams` uses it for words, where it is smaller.

/// A shorter list stays a list, so that the first clients of a load don't turn every set into bits.
const FEW: usize = 1_024;

/// A set of slots with a bit for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// The empty set with room for slots below `length`.
    pub fn none(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    /// All slots below `length`.
    pub fn all(length: usize) -> Self {
        let mut bits = Self(vec![u64::MAX; length.div_ceil(64)]);
        if let Some(last) = bits.0.last_mut()
            && !length.is_multiple_of(64)
        {
            *last = (1 << (length % 64)) - 1;
        }
        bits
    }

    /// The slots, counted from 0, for which `wanted` is true.
    pub fn of(wanted: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut bits = Self::none(wanted.len());
        for (at, wanted) in wanted.enumerate() {
            bits.0[at / 64] |= u64::from(wanted) << (at % 64);
        }
        bits
    }

    /// Inserts a slot.
    pub fn insert(&mut self, slot: u32) {
        let at = slot as usize / 64;
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (slot % 64);
    }

    /// Inserts a sorted list of slots.
    pub fn insert_all(&mut self, slots: &[u32]) {
        let Some(&last) = slots.last() else { return };
        // Grows once for all.
        self.insert(last);
        for slot in slots {
            self.0[*slot as usize / 64] |= 1 << (slot % 64);
        }
    }

    /// Removes a slot.
    pub fn remove(&mut self, slot: u32) {
        if let Some(word) = self.0.get_mut(slot as usize / 64) {
            *word &= !(1 << (slot % 64));
        }
    }

    /// Whether the set contains a slot.
    pub fn contains(&self, slot: u32) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// The number of slots.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The slots, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.0).flat_map(|(index, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                (left != 0).then(|| {
                    left &= left - 1;
                    index * 64 + bit
                })
            })
        })
    }

    /// Removes slots that aren't in another set.
    pub fn intersect(&mut self, other: &Self) {
        self.0.truncate(other.0.len());
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }

    /// Removes the slots of another set.
    pub fn subtract(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }

    /// Inserts the slots of another set.
    pub fn unite(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<T: IntoIterator<Item = u32>>(slots: T) -> Self {
        let mut bits = Self::default();
        slots.into_iter().for_each(|slot| bits.insert(slot));
        bits
    }
}

/// A compact set of slots: a sorted list, or bits where those are smaller.
#[derive(Clone, Debug)]
pub enum Slots {
    /// Avoids an allocation, since most words of an index belong to one client.
    One(u32),
    /// Sorted.
    List(Vec<u32>),
    /// Used when more than one in 32 slots is in the set.
    Bits(Bits),
}

impl Default for Slots {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Slots {
    /// Inserts a slot. Fastest in ascending order, as during a load.
    pub fn insert(&mut self, slot: u32) {
        match self {
            Self::List(list) if list.is_empty() => *self = Self::One(slot),
            Self::One(one) if *one == slot => {}
            Self::One(one) => *self = Self::List(vec![slot.min(*one), slot.max(*one)]),
            Self::List(list) => {
                if list.last().is_none_or(|&last| last < slot) {
                    list.push(slot);
                } else if let Err(place) = list.binary_search(&slot) {
                    list.insert(place, slot);
                }
                if list.len() >= FEW && prefers_bits(list.len(), list.last().copied()) {
                    *self = Self::Bits(list.iter().copied().collect());
                }
            }
            Self::Bits(bits) => bits.insert(slot),
        }
    }

    /// Removes a slot.
    pub fn remove(&mut self, slot: u32) {
        match self {
            Self::One(one) if *one == slot => *self = Self::default(),
            Self::One(_) => {}
            Self::List(list) => {
                if let Ok(place) = list.binary_search(&slot) {
                    list.remove(place);
                }
            }
            Self::Bits(bits) => bits.remove(slot),
        }
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::One(_) => false,
            Self::List(list) => list.is_empty(),
            Self::Bits(bits) => bits.is_empty(),
        }
    }

    /// Whether the set contains a slot.
    pub fn contains(&self, slot: u32) -> bool {
        match self {
            Self::One(one) => *one == slot,
            Self::List(list) => list.binary_search(&slot).is_ok(),
            Self::Bits(bits) => bits.contains(slot),
        }
    }

    /// Inserts its slots into `bits`.
    pub fn add_to(&self, bits: &mut Bits) {
        match self {
            Self::One(one) => bits.insert(*one),
            Self::List(list) => bits.insert_all(list),
            Self::Bits(own) => bits.unite(own),
        }
    }

    /// Its slots as bits.
    pub fn to_bits(&self) -> Bits {
        let mut bits = Bits::default();
        self.add_to(&mut bits);
        bits
    }

    /// Inserts the slots that all of these sets have into `bits`.
    pub fn add_common_to(sets: &[&Self], bits: &mut Bits) {
        let shortest = sets.iter().filter_map(|set| match set {
            Self::One(one) => Some(std::slice::from_ref(one)),
            Self::List(list) => Some(list.as_slice()),
            Self::Bits(_) => None,
        });
        if let Some(shortest) = shortest.min_by_key(|list| list.len()) {
            shortest
                .iter()
                .filter(|&&slot| sets.iter().all(|set| set.contains(slot)))
                .for_each(|&slot| bits.insert(slot));
        } else if let Some((first, others)) = sets.split_first() {
            let mut common = first.to_bits();
            for other in others {
                if let Self::Bits(other) = other {
                    common.intersect(other);
                }
            }
            bits.unite(&common);
        }
    }

    /// Converts to the smaller form and frees spare memory, after a load.
    pub fn settle(&mut self) {
        if let Self::Bits(bits) = self
            && !prefers_bits(bits.count(), bits.iter().last())
        {
            *self = Self::List(bits.iter().collect());
        }
        match self {
            Self::One(_) => {}
            Self::List(list) => list.shrink_to_fit(),
            Self::Bits(bits) => bits.0.shrink_to_fit(),
        }
    }
}

/// Sets of slots by the place of a word.
#[derive(Clone, Debug)]
pub enum Places {
    /// Avoids an allocation, since most words stand in one place only.
    One((u32, Slots)),
    /// In no order.
    Several(Vec<(u32, Slots)>),
}

impl Default for Places {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Places {
    /// All places with their slots.
    pub fn all(&self) -> &[(u32, Slots)] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    /// The slots of a place. Adds an empty set for a new place.
    pub fn at(&mut self, place: u32) -> &mut Slots {
        let at = self.all().iter().position(|(other, _)| *other == place).unwrap_or_else(|| {
            let mut places = match std::mem::take(self) {
                Self::One(one) => vec![one],
                Self::Several(several) => several,
            };
            let new = (place, Slots::default());
            let at = places.len();
            *self = if at == 0 {
                Self::One(new)
            } else {
                places.push(new);
                Self::Several(places)
            };
            at
        });
        &mut self.all_mut()[at].1
    }

    /// Whether all sets are empty.
    pub fn is_empty(&self) -> bool {
        self.all().iter().all(|(_, slots)| slots.is_empty())
    }

    /// Frees spare memory, after a load.
    pub fn settle(&mut self) {
        if let Self::Several(several) = self {
            several.shrink_to_fit();
        }
        self.all_mut().iter_mut().for_each(|(_, slots)| slots.settle());
    }

    fn all_mut(&mut self) -> &mut [(u32, Slots)] {
        match self {
            Self::One(one) => std::slice::from_mut(one),
            Self::Several(several) => several,
        }
    }
}

/// A list takes 32 bits for each of its slots, bits take one for every possible slot.
fn prefers_bits(length: usize, last: Option<u32>) -> bool {
    length >= FEW && last.is_some_and(|last| length * 32 > last as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Runs of neighbours become bits, distant single slots become lists.
    fn any_slots() -> impl Strategy<Value = Vec<u32>> {
        let run = (0u32..3_000, 0u32..2_000).prop_map(|(start, length)| (start..start + length).collect());
        let single = (0u32..200_000).prop_map(|slot| vec![slot]);
        prop::collection::vec(prop_oneof![run, single], 0..5).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn it_equals_a_set(
            changes in prop::collection::vec((any_slots(), any::<bool>(), any::<bool>()), 1..6),
        ) {
            let (mut slots, mut reference) = (Slots::default(), BTreeSet::new());
            for (changed, insert, settle) in changes {
                for slot in changed {
                    if insert {
                        slots.insert(slot);
                        reference.insert(slot);
                    } else {
                        slots.remove(slot);
                        reference.remove(&slot);
                    }
                }
                if settle {
                    slots.settle();
                }
                prop_assert_eq!(slots.is_empty(), reference.is_empty());
                let has_same = |slot| slots.contains(slot) == reference.contains(&slot);
                prop_assert!([0, 1, 2_500, 199_999].into_iter().all(has_same));
                prop_assert!(slots.to_bits().iter().eq(reference.iter().copied()));
            }
        }

        #[test]
        fn the_slots_in_common_are_those_in_each_set(sets in prop::collection::vec(any_slots(), 1..4)) {
            let slots: Vec<Slots> = sets
                .iter()
                .map(|set| {
                    let mut slots = Slots::default();
                    for &slot in set {
                        slots.insert(slot);
                    }
                    slots
                })
                .collect();
            let mut common = Bits::none(10);
            Slots::add_common_to(&slots.iter().collect::<Vec<_>>(), &mut common);
            let sets: Vec<BTreeSet<u32>> = sets.into_iter().map(BTreeSet::from_iter).collect();
            let expected = sets[0].iter().copied().filter(|slot| sets.iter().all(|set| set.contains(slot)));
            prop_assert!(common.iter().eq(expected));
        }
    }
}
