//! Plans the split into parts: which parts need each table slot, and each byte of the data.
//!
//! A function `app::parts::PART::...` begins a part. It is called through its table slot alone, so that its part can be
//! loaded later. The relocations, which the linker keeps with `--emit-relocs`, say what it needs in turn.

use crate::{
    leb,
    linked::{ELEMENT_SECTION, Linked},
    locations::merge_panic_locations,
};
use anyhow::{Context, Result, bail, ensure};
use std::collections::HashMap;
use wasmparser::{RelocationType, SymbolInfo};

/// The parts that need something, as a set of bits: one for each part and one for the main module.
pub type NeededBy = u32;

/// Needed by the main module, which is loaded before any part.
pub const MAIN: NeededBy = 1 << 31;

/// The module of functions that begin a part, as it stands in mangled names.
const PARTS_MODULE: &str = "3app5parts";

/// The split into parts, which `bindgen cut` makes after wasm-opt. Table slots and addresses outlast wasm-opt, while
/// indices and names of functions don't.
#[derive(Debug, Default)]
pub struct Plan {
    /// The names of the parts, in the order of their bits.
    pub parts: Vec<String>,
    /// The parts that need the function of each table slot.
    pub slots: Vec<NeededBy>,
    /// The parts that need the data between two addresses.
    pub data: Vec<(u32, u32, NeededBy)>,
}

/// Plans the split. Returns the module without relocations, and with table slots sorted by who needs them, so that each
/// part fills few ranges of the table. Functions whose names contain a piece of `unused` become empty, and all panic
/// locations become one.
///
/// # Errors
/// If a piece of `unused` matches no function, the module has no relocations, or a part's function is called directly.
pub fn plan(wasm: &[u8], unused: &[&str]) -> Result<(Vec<u8>, Plan)> {
    let mut linked = Linked::read(wasm)?;
    let mut bytes = wasm.to_vec();
    let (emptied, size) = empty_unused(&mut linked, &mut bytes, unused)?;
    let locations = merge_panic_locations(&mut linked, &mut bytes)?;
    eprintln!("   emptied {emptied} functions of {size} bytes, merged {locations} panic locations");

    let starts = PartStarts::find(&linked)?;
    let references = References::read(&linked);
    let needed = references.follow(&linked, &starts)?;

    let mut table = linked.table.clone();
    table.sort_by_key(|function| slot_order(needed[*function as usize]));
    let slot_of: HashMap<u32, u32> = table.iter().copied().zip(linked.first_slot..).collect();
    renumber_slots(&linked, &mut bytes, &slot_of)?;

    let mut slots = vec![MAIN; linked.first_slot as usize];
    slots.extend(table.iter().map(|function| needed[*function as usize]));
    let data = needed_data(&linked, &references, &needed);
    Ok((without_relocations(&linked, &bytes, &table), Plan { parts: starts.parts, slots, data }))
}

/// Replaces the bodies of unused functions by traps and drops their relocations. Returns the number of functions and
/// the size of their bodies.
fn empty_unused(linked: &mut Linked, bytes: &mut [u8], unused: &[&str]) -> Result<(usize, usize)> {
    const UNREACHABLE: u8 = 0x00;
    const NOP: u8 = 0x01;
    const END: u8 = 0x0b;
    let mut emptied = vec![false; linked.bodies.len()];
    let mut matches = vec![0; unused.len()];
    for (index, body) in linked.bodies.iter().enumerate() {
        let name = linked.name(linked.imported + index);
        // wasm-bindgen runs these functions itself. Their names contain those of the types that they describe.
        if body.len() < 3 || name.starts_with("__wbindgen_describe") {
            continue;
        }
        let Some(piece) = unused.iter().position(|piece| name.contains(piece)) else { continue };
        matches[piece] += 1;
        emptied[index] = true;
        // The length stays, so that everything else keeps its position.
        if let [locals, first, rest @ .., end] = &mut bytes[body.clone()] {
            (*locals, *first, *end) = (0, UNREACHABLE, END);
            rest.fill(NOP);
        }
    }
    for (piece, count) in unused.iter().zip(matches) {
        ensure!(count > 0, "no function's name contains {piece}: a new version has renamed it, so change UNUSED");
        eprintln!("   {count} unused functions: {piece}");
    }
    let mut code = std::mem::take(&mut linked.code);
    code.retain(|relocation| emptied.get(linked.body_at(relocation.position)) != Some(&true));
    linked.code = code;
    let bodies = linked.bodies.iter().zip(&emptied).filter(|(_, emptied)| **emptied);
    Ok(bodies.fold((0, 0), |(count, size), (body, _)| (count + 1, size + body.len())))
}

/// The functions that begin a part.
struct PartStarts {
    parts: Vec<String>,
    /// The bit of the part that a function begins.
    bits: HashMap<usize, NeededBy>,
}

impl PartStarts {
    fn find(linked: &Linked) -> Result<Self> {
        let mut starts = Self { parts: Vec::new(), bits: HashMap::new() };
        let mut names: Vec<_> = linked.names.iter().collect();
        names.sort();
        for (function, name) in names {
            let Some(part) = part_begun_by(name) else { continue };
            let bit = starts.parts.iter().position(|other| other == part).unwrap_or_else(|| {
                starts.parts.push(part.to_owned());
                starts.parts.len() - 1
            });
            ensure!(1 << bit < MAIN, "too many parts");
            ensure!(linked.table.contains(function), "{name} isn't called through the table");
            starts.bits.insert(*function as usize, 1 << bit);
            eprintln!("   part {part}: {name}");
        }
        Ok(starts)
    }
}

/// The part that a function with a mangled name begins. Closures within such a function begin none.
pub fn part_begun_by(name: &str) -> Option<&str> {
    let (_, rest) = name.split_once(PARTS_MODULE)?;
    let (part, rest) = identifier(rest)?;
    let (_function, rest) = identifier(rest)?;
    let is_hash = rest.len() == 20 && rest.starts_with("17h") && rest.ends_with('E');
    (rest.is_empty() || is_hash).then_some(part)
}

/// Splits an identifier, which follows its length, from the rest of a mangled name.
fn identifier(text: &str) -> Option<(&str, &str)> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let length: usize = text[..digits].parse().ok()?;
    text[digits..].split_at_checked(length)
}

/// References from functions and data. A node is a function's index or, after all functions, a symbol's index.
struct References {
    from: Vec<Vec<usize>>,
    /// Whether a relocation refers to a node.
    referenced: Vec<bool>,
    /// Callers and callees of calls without the table.
    direct_calls: Vec<(usize, usize)>,
    /// Start and end of each data symbol in the file with its node, by start. Symbols may overlap.
    symbols: Vec<(usize, usize, usize)>,
}

impl References {
    fn read(linked: &Linked) -> Self {
        let nodes = linked.functions() + linked.symbols.len();
        let node = |symbol: usize| linked.functions() + symbol;
        let ranges = (0..linked.symbols.len()).filter_map(|symbol| Some((linked.data_range(symbol)?, symbol)));
        let mut symbols: Vec<_> = ranges.map(|(range, symbol)| (range.start, range.end, node(symbol))).collect();
        symbols.sort_unstable();
        let mut references =
            Self { from: vec![Vec::new(); nodes], referenced: vec![false; nodes], direct_calls: Vec::new(), symbols };
        references.read_code(linked);
        references.read_data(linked);
        references
    }

    /// The node that a relocation of a symbol refers to.
    fn target(linked: &Linked, symbol: usize) -> Option<usize> {
        match linked.symbols.get(symbol)? {
            SymbolInfo::Func { index, .. } => Some(*index as usize),
            SymbolInfo::Data { symbol: Some(_), .. } => Some(linked.functions() + symbol),
            _ => None,
        }
    }

    fn read_code(&mut self, linked: &Linked) {
        // The index of such a relocation isn't that of a symbol.
        for relocation in linked.code.iter().filter(|relocation| relocation.ty != RelocationType::TypeIndexLeb) {
            let Some(target) = Self::target(linked, relocation.symbol) else { continue };
            let function = linked.imported + linked.body_at(relocation.position);
            self.from[function].push(target);
            self.referenced[target] = true;
            if relocation.ty == RelocationType::FunctionIndexLeb {
                self.direct_calls.push((function, target));
            }
        }
        for (caller, callee) in &linked.linker_made_calls {
            self.from[*caller].push(*callee);
            self.direct_calls.push((*caller, *callee));
        }
    }

    fn read_data(&mut self, linked: &Linked) {
        // The furthest end of a symbol and all before it tells when to stop looking for one that contains a position.
        let mut furthest = 0;
        let furthest_ends: Vec<usize> = self
            .symbols
            .iter()
            .map(|(_, end, _)| {
                furthest = furthest.max(*end);
                furthest
            })
            .collect();
        for relocation in &linked.data {
            let Some(target) = Self::target(linked, relocation.symbol) else { continue };
            self.referenced[target] = true;
            let mut next = self.symbols.partition_point(|(start, ..)| *start <= relocation.position);
            while next > 0 && furthest_ends[next - 1] > relocation.position {
                next -= 1;
                let (_, end, node) = self.symbols[next];
                if end > relocation.position {
                    self.from[node].push(target);
                }
            }
        }
    }

    /// Follows references from the main module and from the beginnings of parts. Returns who needs each node.
    fn follow(&self, linked: &Linked, starts: &PartStarts) -> Result<Vec<NeededBy>> {
        // The main module needs a function of the table that nothing refers to: its slot may be known in other ways.
        let unreferenced = linked.table.iter().filter(|function| !self.referenced[**function as usize]);
        let main = linked.roots.iter().chain(unreferenced).map(|function| (*function as usize, MAIN));
        let mut open: Vec<(usize, NeededBy)> = main.collect();
        open.extend(starts.bits.iter().map(|(function, bit)| (*function, *bit)));
        let mut needed = vec![0; self.from.len()];
        while let Some((node, bits)) = open.pop() {
            // A reference to a function that begins a part doesn't need the part.
            let bits = starts.bits.get(&node).map_or(bits, |bit| bits & bit);
            if needed[node] & bits != bits {
                needed[node] |= bits;
                open.extend(self.from[node].iter().map(|target| (*target, bits)));
            }
        }
        for (caller, callee) in &self.direct_calls {
            // The callee would move to the main module, but its data would not.
            if starts.bits.get(callee).is_some_and(|bit| needed[*caller] & !bit != 0) {
                let (caller, callee) = (linked.name(*caller), linked.name(*callee));
                bail!("{caller} calls {callee} directly, so that part could not be loaded later");
            }
        }
        Ok(needed)
    }
}

/// The parts that need each range of addresses.
fn needed_data(linked: &Linked, references: &References, needed: &[NeededBy]) -> Vec<(u32, u32, NeededBy)> {
    let mut data = Vec::new();
    for segment in &linked.segments {
        let mut bytes: Vec<Option<NeededBy>> = vec![None; segment.range.len()];
        for (start, end, node) in references.symbols.iter().filter(|symbol| segment.range.contains(&symbol.0)) {
            let bits = if references.referenced[*node] { needed[*node] } else { MAIN };
            for byte in &mut bytes[start - segment.range.start..end - segment.range.start] {
                *byte = Some(byte.unwrap_or(0) | bits);
            }
        }
        // Padding goes with the symbol before it.
        let mut before = None;
        for byte in &mut bytes {
            before = byte.or(before);
            *byte = before;
        }
        let mut address = segment.address;
        for run in bytes.chunk_by(|one, other| one == other) {
            let end = address + run.len() as u32;
            data.push((address, end, run[0].unwrap_or(MAIN)));
            address = end;
        }
    }
    data
}

/// The order of table slots: those that the main module needs, one part, several parts, and nobody.
fn slot_order(needed_by: NeededBy) -> (u32, NeededBy) {
    match needed_by.count_ones() {
        _ if needed_by & MAIN != 0 => (0, 0),
        0 => (3, 0),
        parts => (parts.min(2), needed_by),
    }
}

/// Writes the new slots of functions wherever the code or data contains one.
fn renumber_slots(linked: &Linked, bytes: &mut [u8], slot_of: &HashMap<u32, u32>) -> Result<()> {
    for relocation in linked.code.iter().chain(&linked.data) {
        let slot = || match linked.symbols.get(relocation.symbol) {
            Some(SymbolInfo::Func { index, .. }) => slot_of.get(index).copied().context("a function without a slot"),
            _ => bail!("a table slot of a symbol that isn't a function"),
        };
        let bytes = &mut bytes[relocation.position..];
        match relocation.ty {
            RelocationType::TableIndexSleb => leb::overwrite(bytes, slot()?),
            RelocationType::TableIndexI32 => bytes[..4].copy_from_slice(&slot()?.to_le_bytes()),
            RelocationType::FunctionIndexLeb
            | RelocationType::TypeIndexLeb
            | RelocationType::GlobalIndexLeb
            | RelocationType::MemoryAddrLeb
            | RelocationType::MemoryAddrSleb
            | RelocationType::MemoryAddrI32
            | RelocationType::TableNumberLeb => {}
            other => bail!("a relocation of an unknown type: {other:?}"),
        }
    }
    Ok(())
}

/// The module with another table, and without the sections that only a linker reads.
fn without_relocations(linked: &Linked, bytes: &[u8], table: &[u32]) -> Vec<u8> {
    let mut module = bytes[..8].to_vec();
    for section in &linked.sections {
        if section.name.is_some_and(|name| name == "linking" || name.starts_with("reloc.")) {
            continue;
        }
        let content = match section.id {
            ELEMENT_SECTION => element_section(linked.first_slot, table),
            _ => bytes[section.range.clone()].to_vec(),
        };
        module.push(section.id);
        leb::write_unsigned(&mut module, content.len() as u32);
        module.extend(content);
    }
    module
}

/// An element section of one segment, which fills the first table from a slot on.
fn element_section(first_slot: u32, table: &[u32]) -> Vec<u8> {
    const I32_CONST: u8 = 0x41;
    const END: u8 = 0x0b;
    let mut content = vec![1, 0, I32_CONST];
    leb::write_signed(&mut content, first_slot);
    content.push(END);
    leb::write_unsigned(&mut content, table.len() as u32);
    for function in table {
        leb::write_unsigned(&mut content, *function);
    }
    content
}

impl Plan {
    /// The plan as text: a line each for parts, slots and data.
    pub fn write(&self) -> String {
        let slots: Vec<String> = self.slots.iter().map(ToString::to_string).collect();
        let data: Vec<String> = self.data.iter().map(|(from, to, needed)| format!("{from} {to} {needed}")).collect();
        format!("{}\n{}\n{}\n", self.parts.join(" "), slots.join(" "), data.join(" "))
    }

    /// Reads what `write` has written.
    pub fn read(text: &str) -> Result<Self> {
        let mut lines = text.lines();
        let parts = lines.next().context("a plan without parts")?.split_whitespace().map(str::to_owned).collect();
        let mut numbers = |missing| -> Result<Vec<u32>> {
            lines.next().context(missing)?.split_whitespace().map(|word| Ok(word.parse()?)).collect()
        };
        let slots = numbers("a plan without slots")?;
        let data = numbers("a plan without data")?;
        ensure!(data.len().is_multiple_of(3), "a plan whose data ends early");
        let data = data.chunks_exact(3).map(|range| (range[0], range[1], range[2])).collect();
        Ok(Self { parts, slots, data })
    }
}
