//! Merges panic locations, to make the data and the code smaller.
//!
//! Each panic has a location: its file, line and column. They are two tenths of the data, and their addresses stand all
//! over the code. `-Zlocation-detail=none` would remove them as well, but needs a nightly compiler.

use crate::{
    leb,
    linked::{Linked, Relocation},
};
use anyhow::{Context, Result};
use std::collections::{HashMap, HashSet};
use wasmparser::RelocationType;

/// The size of `core::panic::Location`: address and length of the file's name, line, and column.
const SIZE: usize = 16;

/// A location of an empty file's name, and the first line and column.
const EMPTY: [u8; SIZE] = [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];

/// Makes every reference to a panic location one to the first location, and empties that one. Returns the number of
/// locations.
pub fn merge_panic_locations(linked: &mut Linked, bytes: &mut [u8]) -> Result<usize> {
    let locations = panic_locations(linked, bytes);
    let Some((start, first)) = locations.first().copied() else { return Ok(0) };
    let symbols: HashSet<usize> = locations.iter().map(|location| location.1).collect();
    let address = linked.data_address(first).context("a panic location without an address")?;
    for relocation in linked.code.iter_mut().chain(&mut linked.data) {
        if !symbols.contains(&relocation.symbol) || relocation.addend != 0 {
            continue;
        }
        let bytes = &mut bytes[relocation.position..];
        match relocation.ty {
            RelocationType::MemoryAddrSleb | RelocationType::MemoryAddrLeb => leb::overwrite(bytes, address),
            RelocationType::MemoryAddrI32 => bytes[..4].copy_from_slice(&address.to_le_bytes()),
            _ => continue,
        }
        relocation.symbol = first;
    }
    let range = start..start + SIZE;
    bytes[range.clone()].copy_from_slice(&EMPTY);
    linked.data.retain(|relocation| !range.contains(&relocation.position));
    Ok(locations.len())
}

/// Finds panic locations: their positions in the file and their symbols, in the order of the file.
fn panic_locations(linked: &Linked, bytes: &[u8]) -> Vec<(usize, usize)> {
    let ranges = (0..linked.symbols.len()).filter_map(|symbol| Some((linked.data_range(symbol)?, symbol)));
    let mut candidates: Vec<(usize, usize)> =
        ranges.filter(|(range, _)| range.len() == SIZE).map(|(range, symbol)| (range.start, symbol)).collect();
    candidates.sort_unstable();
    let mut references: HashMap<usize, Vec<&Relocation>> = HashMap::new();
    for relocation in &linked.data {
        let next = candidates.partition_point(|(start, _)| *start <= relocation.position);
        if let Some((start, symbol)) = next.checked_sub(1).map(|before| candidates[before])
            && relocation.position < start + SIZE
        {
            references.entry(symbol).or_default().push(relocation);
        }
    }
    candidates.retain(|(start, symbol)| {
        references.get(symbol).is_some_and(|references| is_panic_location(linked, bytes, *start, references))
    });
    candidates
}

/// Whether the only reference of some data is one at its start, to a text that ends like a file of Rust.
fn is_panic_location(linked: &Linked, bytes: &[u8], start: usize, references: &[&Relocation]) -> bool {
    let [reference] = references else { return false };
    let Some(text) = linked.data_range(reference.symbol).filter(|_| reference.position == start) else { return false };
    let length = u32::from_le_bytes([bytes[start + 4], bytes[start + 5], bytes[start + 6], bytes[start + 7]]);
    let text = text.start + reference.addend as usize;
    bytes.get(text..text + length as usize).is_some_and(|text| text.ends_with(b".rs"))
}
