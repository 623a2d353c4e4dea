//! A sorted sequence with access by rank.

use std::cmp::Ordering;

/// A chunk of twice this length is split.
const CHUNK: usize = 512;

/// Numbers, sorted by an order that is passed to each call, always the same one.
///
/// It is a list of short sorted chunks. Access by rank adds up the chunks' lengths, and a change moves the numbers of
/// one chunk. With a million numbers both take microseconds.
#[derive(Debug, Default)]
pub struct Ordered {
    chunks: Vec<Vec<u32>>,
}

impl Ordered {
    /// Makes a sequence of sorted numbers.
    pub fn of_sorted(numbers: impl Iterator<Item = u32>) -> Self {
        let mut numbers = numbers.peekable();
        let mut chunks = Vec::new();
        while numbers.peek().is_some() {
            let mut chunk = Vec::with_capacity(CHUNK);
            chunk.extend(numbers.by_ref().take(CHUNK));
            chunks.push(chunk);
        }
        Self { chunks }
    }

    /// Inserts a number.
    pub fn insert(&mut self, number: u32, order: impl Fn(u32, u32) -> Ordering) {
        let at = self.chunk_of(number, &order);
        let Some(chunk) = self.chunks.get_mut(at) else {
            self.chunks.push(vec![number]);
            return;
        };
        let place = chunk.partition_point(|other| order(*other, number).is_lt());
        chunk.insert(place, number);
        if chunk.len() >= 2 * CHUNK {
            let rest = chunk.split_off(CHUNK);
            self.chunks.insert(at + 1, rest);
        }
    }

    /// Removes a number, whose order must still be that of its insertion.
    pub fn remove(&mut self, number: u32, order: impl Fn(u32, u32) -> Ordering) {
        let at = self.chunk_of(number, &order);
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        if let Ok(place) = chunk.binary_search_by(|other| order(*other, number)) {
            chunk.remove(place);
            if chunk.is_empty() {
                self.chunks.remove(at);
            }
        }
    }

    /// The numbers from a rank on, counted from 0.
    pub fn at_rank(&self, rank: usize) -> impl Iterator<Item = u32> {
        let mut first = 0;
        let mut skipped = 0;
        while let Some(chunk) = self.chunks.get(first)
            && skipped + chunk.len() <= rank
        {
            skipped += chunk.len();
            first += 1;
        }
        self.chunks[first..].iter().flatten().skip(rank - skipped.min(rank)).copied()
    }

    /// The number that is equal by the order.
    pub fn find(&self, order: impl Fn(u32) -> Ordering) -> Option<u32> {
        let at = self.chunks.partition_point(|chunk| order(chunk[0]).is_le()).checked_sub(1)?;
        let chunk = &self.chunks[at];
        chunk.binary_search_by(|&number| order(number)).ok().map(|place| chunk[place])
    }

    /// The numbers in reverse.
    pub fn backwards(&self) -> impl Iterator<Item = u32> {
        self.chunks.iter().rev().flat_map(|chunk| chunk.iter().rev()).copied()
    }

    /// The index of the chunk that has a number or would get it.
    fn chunk_of(&self, number: u32, order: impl Fn(u32, u32) -> Ordering) -> usize {
        self.chunks.partition_point(|chunk| order(chunk[0], number).is_le()).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_equals_a_sorted_list(
            start in prop::collection::btree_set(0u32..100_000, 0..3_000),
            changes in prop::collection::vec(0u32..5_000, 0..3_000),
            rank in 0usize..6_000,
        ) {
            let mut reference: Vec<u32> = start.iter().rev().copied().collect();
            let mut ordered = Ordered::of_sorted(reference.iter().copied());
            let order = |a: u32, b: u32| b.cmp(&a);
            for number in changes {
                if let Ok(place) = reference.binary_search_by(|other| order(*other, number)) {
                    ordered.remove(number, order);
                    reference.remove(place);
                } else {
                    ordered.insert(number, order);
                    reference.insert(reference.partition_point(|other| order(*other, number).is_lt()), number);
                }
            }
            prop_assert_eq!(
                ordered.at_rank(rank).collect::<Vec<_>>(),
                reference.iter().skip(rank).copied().collect::<Vec<_>>()
            );
            prop_assert!(ordered.backwards().eq(reference.iter().rev().copied()));
            let sought = u32::try_from(rank).unwrap();
            prop_assert_eq!(ordered.find(|other| order(other, sought)), reference.contains(&sought).then_some(sought));
        }
    }
}
