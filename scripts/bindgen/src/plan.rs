//! Who needs what, as the linker's relocations (`--emit-relocs`) tell it: which places of the function table, and which
//! bytes of the memory's first contents.
//!
//! A function `app::parts::PART::...` begins a part. It is only called through its place in the table, so that it need
//! not be there before its part is loaded.

use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};
use wasmparser::{
    DataKind, ElementItems, ElementKind, ExternalKind, KnownCustom, Linking, Name, Operator, Parser, Payload,
    RelocationEntry, RelocationType, SymbolInfo, TypeRef,
};

/// Who needs something: a bit for each part, and one for everybody.
pub type Needs = u32;

/// What is there from the beginning.
pub const EVERYBODY: Needs = 1 << 31;

/// Where parts begin.
const BEGINS: &str = "3app5parts";

/// Who needs what.
#[derive(Debug, Default)]
pub struct Plan {
    /// The parts, in the order of their bits.
    pub parts: Vec<String>,
    /// By place in the function table.
    pub slots: Vec<Needs>,
    /// By address: from, to, who.
    pub data: Vec<(u32, u32, Needs)>,
}

/// What is read of a linked file.
#[derive(Default)]
struct Linked<'a> {
    imported: usize,
    bodies: Vec<Range<usize>>,
    names: HashMap<u32, &'a str>,
    roots: Vec<u32>,
    first_slot: u32,
    slots: Vec<u32>,
    segments: Vec<(u32, Range<usize>)>,
    symbols: Vec<SymbolInfo<'a>>,
    code: Vec<RelocationEntry>,
    data: Vec<RelocationEntry>,
    /// Where the contents of sections begin.
    code_at: usize,
    data_at: usize,
    /// Sections, with their numbers, in the order of the file.
    sections: Vec<(u8, Range<usize>, Option<&'a str>)>,
    /// Calls of functions without relocations, which the linker itself has made.
    made: Vec<(usize, Vec<u32>)>,
}

/// Empties unused functions, sorts the table by the parts that need its functions, and finds which part needs what. The
/// returned module has no relocations.
///
/// # Errors
/// If a name of `unused` matches no function.
pub fn plan(wasm: &[u8], unused: &[&str]) -> Result<(Vec<u8>, Plan)> {
    let mut linked = read(wasm)?;
    let mut bytes = wasm.to_vec();
    let emptied = empty(&mut linked, &mut bytes, unused)?;
    let forgotten = forget_places(&mut linked, &mut bytes)?;
    let (parts, needs_of_functions, needs_of_data) = needs(&linked)?;

    // The places of those who need the same lie side by side.
    let mut order: Vec<usize> = (0..linked.slots.len()).collect();
    order.sort_by_key(|slot| rank(needs_of_functions[linked.slots[*slot] as usize]));
    let place: HashMap<u32, u32> =
        order.iter().zip(linked.first_slot..).map(|(old, new)| (linked.slots[*old], new)).collect();
    renumber(&linked, &mut bytes, &place)?;
    let slots: Vec<u32> = order.iter().map(|old| linked.slots[*old]).collect();

    let mut plan = Plan { parts, ..Plan::default() };
    plan.slots = vec![EVERYBODY; linked.first_slot as usize];
    plan.slots.extend(slots.iter().map(|function| needs_of_functions[*function as usize]));
    plan.data = needs_of_data;
    eprintln!("   emptied {} functions of {} bytes, forgot {forgotten} places", emptied.0, emptied.1);
    Ok((rewritten(&linked, &bytes, &slots), plan))
}

/// What everybody needs comes first, then what one part needs, then what several do.
fn rank(needs: Needs) -> (u32, Needs) {
    if needs & EVERYBODY != 0 {
        (0, 0)
    } else if needs == 0 {
        (3, 0)
    } else {
        (needs.count_ones().min(2), needs)
    }
}

fn read(wasm: &[u8]) -> Result<Linked<'_>> {
    let mut linked = Linked::default();
    let (mut relocations, mut index, mut code_index, mut data_index) = (Vec::new(), 0_u32, None, None);
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Some((id, range)) = payload.as_section() {
            let name = if let Payload::CustomSection(custom) = &payload { Some(custom.name()) } else { None };
            match id {
                10 => (code_index, linked.code_at) = (Some(index), range.start),
                11 => (data_index, linked.data_at) = (Some(index), range.start),
                _ => {}
            }
            linked.sections.push((id, range, name));
            index += 1;
        }
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    linked.imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        linked.roots.push(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => linked.roots.push(func),
            Payload::ElementSection(elements) => {
                for element in elements {
                    let element = element?;
                    let ElementKind::Active { offset_expr, .. } = element.kind else { bail!("an unused table") };
                    let ElementItems::Functions(functions) = element.items else { bail!("a table of something else") };
                    ensure!(linked.slots.is_empty(), "more than one table of functions");
                    linked.first_slot = constant(&offset_expr)?;
                    linked.slots = functions.into_iter().collect::<Result<_, _>>()?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                linked.bodies.push(body.range());
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    let segment = segment?;
                    let DataKind::Active { offset_expr, .. } = segment.kind else { bail!("data for later") };
                    let end = segment.range.end;
                    linked.segments.push((constant(&offset_expr)?, end - segment.data.len()..end));
                }
            }
            Payload::CustomSection(custom) => match custom.as_known() {
                KnownCustom::Name(names) => {
                    for name in names {
                        if let Name::Function(functions) = name? {
                            for function in functions {
                                let function = function?;
                                linked.names.insert(function.index, function.name);
                            }
                        }
                    }
                }
                KnownCustom::Linking(linking) => {
                    for part in linking.subsections() {
                        if let Linking::SymbolTable(symbols) = part? {
                            linked.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                        }
                    }
                }
                KnownCustom::Reloc(section) => {
                    relocations
                        .push((section.section_index(), section.entries().into_iter().collect::<Result<Vec<_>, _>>()?));
                }
                _ => {}
            },
            _ => {}
        }
    }
    ensure!(!linked.symbols.is_empty(), "no relocations: the file has to be linked with --emit-relocs");
    for (section, mut entries) in relocations {
        entries.sort_by_key(|entry| entry.offset);
        if Some(section) == code_index {
            linked.code = entries;
        } else if Some(section) == data_index {
            linked.data = entries;
        }
    }
    made_by_the_linker(&mut linked, wasm)?;
    Ok(linked)
}

fn constant(expression: &wasmparser::ConstExpr) -> Result<u32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        other => bail!("an address that isn't constant: {other:?}"),
    }
}

/// What the linker has made itself has no relocations; its calls are read instead.
fn made_by_the_linker(linked: &mut Linked, wasm: &[u8]) -> Result<()> {
    let mut has = vec![false; linked.bodies.len()];
    for entry in &linked.code {
        let at = linked.code_at + entry.offset as usize;
        let body = linked.bodies.partition_point(|body| body.end <= at);
        if let Some(has) = has.get_mut(body) {
            *has = true;
        }
    }
    for (index, body) in linked.bodies.iter().enumerate().filter(|(index, _)| !has[*index]) {
        let body = wasmparser::FunctionBody::new(wasmparser::BinaryReader::new(&wasm[body.clone()], body.start));
        let mut calls = Vec::new();
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    calls.push(function_index)
                }
                Operator::CallIndirect { .. } | Operator::RefFunc { .. } => {
                    bail!("a function that says nothing of what it calls")
                }
                _ => {}
            }
        }
        if !calls.is_empty() {
            linked.made.push((index + linked.imported, calls));
        }
    }
    Ok(())
}

/// Replaces the bodies of unused functions by a trap, and drops their relocations. Returns their number and size.
fn empty(linked: &mut Linked, bytes: &mut [u8], unused: &[&str]) -> Result<(usize, usize)> {
    let mut emptied = Vec::new();
    let mut matches = vec![0; unused.len()];
    for (index, body) in linked.bodies.iter().enumerate() {
        let name = linked.names.get(&((index + linked.imported) as u32)).copied().unwrap_or_default();
        // wasm-bindgen runs functions of this name itself. They contain the name of what they describe.
        if body.len() < 3 || name.starts_with("__wbindgen_describe") {
            continue;
        }
        let Some(pattern) = unused.iter().position(|piece| name.contains(piece)) else { continue };
        matches[pattern] += 1;
        // No locals, unreachable, any number of nop, end.
        if let [locals, first, rest @ .., end] = &mut bytes[body.clone()] {
            (*locals, *first, *end) = (0, 0, 0x0b);
            rest.fill(1);
        }
        emptied.push(body.clone());
    }
    for (piece, count) in unused.iter().zip(matches) {
        ensure!(count > 0, "no function's name contains {piece}: a new version has renamed it, so change UNUSED");
        eprintln!("   {count} unused functions: {piece}");
    }
    let code_at = linked.code_at;
    linked.code.retain(|entry| {
        let at = code_at + entry.offset as usize;
        let next = emptied.partition_point(|body| body.end <= at);
        !emptied.get(next).is_some_and(|body| body.contains(&at))
    });
    Ok((emptied.len(), emptied.iter().map(ExactSizeIterator::len).sum()))
}

/// Every panic says where in the source it is. All of them say the same here, which is what `-Zlocation-detail=none` does:
/// file, line and column of each are two tenths of the memory's first contents, and their addresses are all over the code.
fn forget_places(linked: &mut Linked, bytes: &mut [u8]) -> Result<usize> {
    const SIZE: u32 = 16;
    let data = |index: usize| match linked.symbols.get(index) {
        Some(SymbolInfo::Data { symbol: Some(data), .. }) => Some(*data),
        _ => None,
    };
    let at = |data: wasmparser::DefinedDataSymbol| {
        linked.segments.get(data.index as usize).map(|(_, segment)| segment.start + data.offset as usize)
    };
    // What names a text at its beginning, and nothing else, is a place if the text ends like the name of a file.
    let mut names: HashMap<usize, Vec<&RelocationEntry>> = HashMap::new();
    let mut begins: Vec<(usize, usize)> = Vec::new();
    for index in 0..linked.symbols.len() {
        if let Some(begin) = data(index).filter(|data| data.size == SIZE).and_then(at) {
            begins.push((begin, index));
        }
    }
    begins.sort_unstable();
    for entry in &linked.data {
        let place = linked.data_at + entry.offset as usize;
        let next = begins.partition_point(|(begin, _)| *begin <= place);
        if let Some((begin, index)) = next.checked_sub(1).map(|before| begins[before])
            && place < begin + SIZE as usize
        {
            names.entry(index).or_default().push(entry);
        }
    }
    let is_place = |begin: usize, entries: &[&RelocationEntry]| {
        let [entry] = entries else { return false };
        let text = data(entry.index as usize).and_then(at);
        let Some(text) = text.filter(|_| linked.data_at + entry.offset as usize == begin) else { return false };
        let length = u32::from_le_bytes([bytes[begin + 4], bytes[begin + 5], bytes[begin + 6], bytes[begin + 7]]);
        let text = text + entry.addend as usize;
        bytes.get(text..text + length as usize).is_some_and(|text| text.ends_with(b".rs"))
    };
    let places: Vec<(usize, usize)> = begins
        .iter()
        .copied()
        .filter(|(begin, index)| names.get(index).is_some_and(|names| is_place(*begin, names)))
        .collect();
    let Some((first, one)) = places.first().copied() else { return Ok(0) };
    let indices: HashSet<usize> = places.iter().map(|place| place.1).collect();

    // Everything that names one of them names the first.
    for (section, entries) in [(linked.code_at, &mut linked.code), (linked.data_at, &mut linked.data)] {
        for entry in entries.iter_mut().filter(|entry| indices.contains(&(entry.index as usize)) && entry.addend == 0) {
            let at = section + entry.offset as usize;
            let mut value = match linked.symbols.get(one) {
                Some(SymbolInfo::Data { symbol: Some(data), .. }) => {
                    linked.segments[data.index as usize].0 + data.offset
                }
                _ => bail!("a place that isn't there"),
            };
            match entry.ty {
                RelocationType::MemoryAddrSleb | RelocationType::MemoryAddrLeb => {
                    for byte in &mut bytes[at..at + 4] {
                        *byte = (value & 0x7f) as u8 | 0x80;
                        value >>= 7;
                    }
                    bytes[at + 4] = (value & 0x7f) as u8;
                }
                RelocationType::MemoryAddrI32 => bytes[at..at + 4].copy_from_slice(&value.to_le_bytes()),
                _ => continue,
            }
            entry.index = one as u32;
        }
    }
    // It says nothing: an empty text, of the first line.
    bytes[first..first + 16].copy_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    let data_at = linked.data_at;
    linked.data.retain(|entry| {
        let at = data_at + entry.offset as usize;
        !(first..first + 16).contains(&at)
    });
    Ok(places.len())
}

/// The part that a function begins.
pub fn begins(name: &str) -> Option<&str> {
    let rest = name.split_once(BEGINS)?.1;
    let (part, rest) = identifier(rest)?;
    let (_, rest) = identifier(rest)?;
    // Not what is within the function, such as a closure.
    (rest.is_empty() || rest.starts_with("17h") && rest.ends_with('E') && rest.len() == 20).then_some(part)
}

fn identifier(text: &str) -> Option<(&str, &str)> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let length: usize = text[..digits].parse().ok()?;
    text[digits..].split_at_checked(length)
}

type NeedsOfAll = (Vec<String>, Vec<Needs>, Vec<(u32, u32, Needs)>);

/// Who needs each function and each byte of data.
fn needs(linked: &Linked) -> Result<NeedsOfAll> {
    let functions = linked.imported + linked.bodies.len();
    let symbol = |index: u32| match linked.symbols.get(index as usize) {
        Some(SymbolInfo::Func { index, .. }) => Some(*index as usize),
        Some(SymbolInfo::Data { symbol: Some(_), .. }) => Some(functions + index as usize),
        _ => None,
    };
    let mut edges: Vec<Vec<usize>> = vec![Vec::new(); functions + linked.symbols.len()];
    let mut named = vec![false; edges.len()];
    let mut direct_calls = Vec::new();
    for entry in &linked.code {
        let at = linked.code_at + entry.offset as usize;
        let body = linked.bodies.partition_point(|body| body.end <= at);
        if let Some(to) = symbol(entry.index).filter(|_| entry.ty != RelocationType::TypeIndexLeb) {
            edges[linked.imported + body].push(to);
            if entry.ty == RelocationType::FunctionIndexLeb {
                direct_calls.push((linked.imported + body, to));
            }
            named[to] = true;
        }
    }
    for (from, calls) in &linked.made {
        edges[*from].extend(calls.iter().map(|to| *to as usize));
    }
    // Where each symbol lies in the file. They may overlap.
    let mut places: Vec<(usize, usize, usize)> = Vec::new();
    for (index, symbol) in linked.symbols.iter().enumerate() {
        if let SymbolInfo::Data { symbol: Some(data), .. } = symbol {
            let (_, segment) = linked.segments.get(data.index as usize).context("data of no segment")?;
            let begin = segment.start + data.offset as usize;
            places.push((begin, begin + data.size as usize, functions + index));
        }
    }
    places.sort_unstable();
    let mut furthest = 0;
    let reaches: Vec<usize> = places
        .iter()
        .map(|place| {
            furthest = furthest.max(place.1);
            furthest
        })
        .collect();
    for entry in &linked.data {
        let Some(to) = symbol(entry.index) else { continue };
        named[to] = true;
        let at = linked.data_at + entry.offset as usize;
        let mut next = places.partition_point(|place| place.0 <= at);
        while next > 0 && reaches[next - 1] > at {
            next -= 1;
            if places[next].1 > at {
                edges[places[next].2].push(to);
            }
        }
    }

    let mut parts: Vec<String> = Vec::new();
    let mut begin: HashMap<usize, Needs> = HashMap::new();
    let mut sorted: Vec<_> = linked.names.iter().collect();
    sorted.sort();
    for (index, name) in sorted {
        let Some(part) = begins(name) else { continue };
        let bit = parts.iter().position(|other| other == part).unwrap_or_else(|| {
            parts.push(part.to_owned());
            parts.len() - 1
        });
        ensure!(bit < 31, "too many parts");
        ensure!(linked.slots.contains(index), "{name} isn't called through the table");
        begin.insert(*index as usize, 1 << bit);
        eprintln!("   part {part}: {name}");
    }
    let everybody = linked.roots.iter().map(|root| *root as usize);
    // What nobody names by a relocation is needed for reasons of its own.
    let unnamed = linked.slots.iter().map(|slot| *slot as usize).filter(|slot| !named[*slot]);
    let mut needs = vec![0; edges.len()];
    let mut open: Vec<(usize, Needs)> = everybody.chain(unnamed).map(|root| (root, EVERYBODY)).collect();
    open.extend(begin.iter().map(|(function, bit)| (*function, *bit)));
    while let Some((node, bits)) = open.pop() {
        // A function that begins a part is needed by that part alone.
        let bits = begin.get(&node).map_or(bits, |bit| bits & bit);
        if needs[node] & bits == bits {
            continue;
        }
        needs[node] |= bits;
        open.extend(edges[node].iter().map(|to| (*to, bits)));
    }

    for (caller, called) in direct_calls {
        if begin.get(&called).is_some_and(|part| needs[caller] & !part != 0) {
            let name = |function: usize| linked.names.get(&(function as u32)).copied().unwrap_or("a function");
            bail!("{} calls {} directly, so its part would have to be loaded before", name(caller), name(called));
        }
    }

    let mut data = Vec::new();
    for (address, segment) in &linked.segments {
        let mut bytes: Vec<Option<Needs>> = vec![None; segment.len()];
        for (begin, end, node) in places.iter().filter(|place| segment.contains(&place.0)) {
            let needs = if named[*node] { needs[*node] } else { EVERYBODY };
            for byte in &mut bytes[begin - segment.start..end - segment.start] {
                *byte = Some(byte.unwrap_or(0) | needs);
            }
        }
        // What lies between two for the sake of alignment goes with the first.
        let mut before = None;
        for byte in &mut bytes {
            before = byte.or(before);
            *byte = before;
        }
        let mut at = 0;
        for run in bytes.chunk_by(|one, other| one == other) {
            let end = at + run.len() as u32;
            data.push((address + at, address + end, run[0].unwrap_or(EVERYBODY)));
            at = end;
        }
    }
    needs.truncate(functions);
    Ok((parts, needs, data))
}

/// Writes the new places in the table wherever one is named.
fn renumber(linked: &Linked, bytes: &mut [u8], place: &HashMap<u32, u32>) -> Result<()> {
    for (at, entries) in [(linked.code_at, &linked.code), (linked.data_at, &linked.data)] {
        for entry in entries {
            let at = at + entry.offset as usize;
            let place = || match linked.symbols.get(entry.index as usize) {
                Some(SymbolInfo::Func { index, .. }) => place.get(index).copied().context("a function without a place"),
                _ => bail!("a place in the table for what isn't a function"),
            };
            match entry.ty {
                RelocationType::TableIndexSleb => {
                    let mut value = place()?;
                    for byte in &mut bytes[at..at + 4] {
                        *byte = (value & 0x7f) as u8 | 0x80;
                        value >>= 7;
                    }
                    bytes[at + 4] = (value & 0x7f) as u8;
                }
                RelocationType::TableIndexI32 => {
                    bytes[at..at + 4].copy_from_slice(&place()?.to_le_bytes());
                }
                RelocationType::FunctionIndexLeb
                | RelocationType::TypeIndexLeb
                | RelocationType::GlobalIndexLeb
                | RelocationType::MemoryAddrLeb
                | RelocationType::MemoryAddrSleb
                | RelocationType::MemoryAddrI32
                | RelocationType::TableNumberLeb => {}
                other => bail!("a relocation that nobody knows: {other:?}"),
            }
        }
    }
    Ok(())
}

/// The file with another order of its table, and without what only a linker reads.
fn rewritten(linked: &Linked, bytes: &[u8], slots: &[u32]) -> Vec<u8> {
    let mut file = bytes[..8].to_vec();
    for (id, range, name) in &linked.sections {
        let left_out = name.is_some_and(|name| name == "linking" || name.starts_with("reloc."));
        if left_out {
            continue;
        }
        let content = if *id == 9 {
            let mut content = Vec::new();
            // One segment, of the first table, from a constant place on.
            content.extend([1, 0, 0x41]);
            signed(&mut content, linked.first_slot);
            content.push(0x0b);
            write(&mut content, slots.len() as u32);
            for slot in slots {
                write(&mut content, *slot);
            }
            content
        } else {
            bytes[range.clone()].to_vec()
        };
        file.push(*id);
        write(&mut file, content.len() as u32);
        file.extend(content);
    }
    file
}

fn write(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn signed(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x40 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

impl Plan {
    /// As a text for the second step, after the file was made smaller.
    pub fn write(&self) -> String {
        let slots: Vec<String> = self.slots.iter().map(ToString::to_string).collect();
        let data: Vec<String> = self.data.iter().map(|(from, to, needs)| format!("{from} {to} {needs}")).collect();
        format!("{}\n{}\n{}\n", self.parts.join(" "), slots.join(" "), data.join(" "))
    }

    /// Reads it again.
    pub fn read(text: &str) -> Result<Self> {
        let mut lines = text.lines();
        let parts = lines.next().context("no parts")?.split_whitespace().map(str::to_owned).collect();
        let mut numbers = |what| -> Result<Vec<u32>> {
            lines.next().context(what)?.split_whitespace().map(|word| Ok(word.parse()?)).collect()
        };
        let slots = numbers("no slots")?;
        let data = numbers("no data")?;
        ensure!(data.len() % 3 == 0, "data that has no end");
        let data = data.chunks_exact(3).map(|run| (run[0], run[1], run[2])).collect();
        Ok(Self { parts, slots, data })
    }
}
