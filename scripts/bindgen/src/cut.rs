//! Cuts the finished application into parts: functions, their places in the table, and first contents of memory.
//!
//! All parts share the memory, the table and the globals of the part that is there from the beginning. Each fills its
//! own places in the table, and takes the functions of others out of it (`frontend/start.js`), so calls within a part
//! and calls of others are the same to it.

use crate::{
    arrange::arranged,
    plan::{EVERYBODY, Needs, Plan},
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, GlobalKind, ImportedFunction,
    Module, TableId,
    ir::{Value, Visitor, dfs_in_order},
};

/// What several parts need, though not the first of them, is a part of its own under this name.
const SHARED: &str = "shared";

/// Shorter contents of memory stay with everybody's.
const WORTH_IT: u32 = 24;

/// What the file consists of, by the order of its functions.
struct Whole {
    /// Which functions each calls or names.
    calls: Vec<Vec<usize>>,
    imported: Vec<bool>,
    /// By place in the table.
    slots: Vec<Option<usize>>,
    roots: Vec<usize>,
}

/// Writes a file for everybody, one for each part, and `parts.json`: which files each part has.
pub fn cut(wasm: &[u8], plan: &Plan, folder: &Path, name: &str) -> Result<()> {
    let whole = read(&Module::from_buffer(wasm)?)?;
    let needs = needs(&whole, plan);
    // Files in the order in which they are loaded: everybody's, what is shared, and the parts.
    let mut files = vec![name.to_owned(), SHARED.to_owned()];
    files.extend(plan.parts.iter().cloned());
    let file_of = |needs: Needs| -> Option<usize> {
        match needs {
            0 => None,
            needs if needs & EVERYBODY != 0 => Some(0),
            needs if needs.count_ones() == 1 => Some(2 + needs.trailing_zeros() as usize),
            // The page that is opened first needs as few files as possible.
            needs if needs & first(plan) != 0 => Some(0),
            _ => Some(1),
        }
    };
    // JavaScript's functions are handed to everybody's part alone.
    let placed = |(needs, imported): (&Needs, &bool)| if *imported { Some(0) } else { file_of(*needs) };
    let place: Vec<Option<usize>> = needs.iter().zip(&whole.imported).map(placed).collect();

    // What is called from another file must have a place in the table.
    let mut slots: Vec<Option<usize>> = whole.slots.clone();
    let mut slot_of: HashMap<usize, usize> = HashMap::new();
    for (slot, function) in slots.iter().enumerate() {
        if let Some(function) = function {
            slot_of.entry(*function).or_insert(slot);
        }
    }
    let mut abroad: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (function, calls) in whole.calls.iter().enumerate() {
        let Some(here) = place[function] else { continue };
        for called in calls {
            let there = place[*called].context("a call of what nobody needs")?;
            if there != here {
                ensure!(there < here.min(2), "{} calls {}", files[here], files[there]);
                if !slot_of.contains_key(called) {
                    abroad.insert((there, *called));
                }
            }
        }
    }
    for (_, function) in abroad {
        slot_of.insert(function, slots.len());
        slots.push(Some(function));
    }

    let mut needed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, file_name) in files.iter().enumerate() {
        let Some(module) = emit(wasm, file, &whole, &place, &slots, &slot_of, &plan.data, &file_of)? else {
            continue;
        };
        let path = if file == 0 { file_name.clone() } else { format!("{name}-{file_name}") };
        let bytes = arranged(&{ module }.emit_wasm())?;
        fs::write(folder.join(format!("{path}.wasm")), &bytes)?;
        for (index, part) in plan.parts.iter().enumerate() {
            let shares = |needs: Needs| file_of(needs) == Some(1) && needs & (1 << index) != 0;
            let uses_shared = || needs.iter().copied().any(shares) || plan.data.iter().any(|run| shares(run.2));
            if file == 2 + index || file == 1 && uses_shared() {
                needed.entry(part).or_default().push(path.clone());
            }
        }
    }
    let needed: Vec<_> = needed.iter().map(|(part, files)| format!("{part:?}:{files:?}")).collect();
    fs::write(folder.join("parts.json"), format!("{{{}}}", needed.join(",")))?;
    Ok(())
}

/// The part of the page that is opened first, most of the time.
fn first(plan: &Plan) -> Needs {
    plan.parts.iter().position(|part| part == "clients").map_or(0, |bit| 1 << bit)
}

fn read(module: &Module) -> Result<Whole> {
    struct Calls<'a>(&'a HashMap<FunctionId, usize>, BTreeSet<usize>);
    impl Visitor<'_> for Calls<'_> {
        fn visit_function_id(&mut self, function: &FunctionId) {
            self.1.insert(self.0[function]);
        }
    }
    let index: HashMap<FunctionId, usize> = module.funcs.iter().enumerate().map(|(index, f)| (f.id(), index)).collect();
    let mut whole = Whole { calls: Vec::new(), imported: Vec::new(), slots: Vec::new(), roots: Vec::new() };
    for function in module.funcs.iter() {
        let mut calls = Calls(&index, BTreeSet::new());
        if let FunctionKind::Local(local) = &function.kind {
            dfs_in_order(&mut calls, local, local.entry_block());
        }
        whole.calls.push(calls.1.into_iter().collect());
        whole.imported.push(matches!(function.kind, FunctionKind::Import(_)));
    }
    for export in module.exports.iter() {
        if let ExportItem::Function(function) = export.item {
            whole.roots.push(index[&function]);
        }
    }
    whole.roots.extend(module.start.iter().map(|function| index[function]));
    let table = function_table(module)?;
    for element in module.elements.iter() {
        let ElementKind::Active { table: of, offset } = &element.kind else { continue };
        if *of != table {
            continue;
        }
        let ConstExpr::Value(Value::I32(offset)) = offset else { bail!("a place that isn't constant") };
        let functions: Vec<Option<usize>> = match &element.items {
            ElementItems::Functions(functions) => functions.iter().map(|function| Some(index[function])).collect(),
            ElementItems::Expressions(_, items) => items
                .iter()
                .map(|item| if let ConstExpr::RefFunc(function) = item { Some(index[function]) } else { None })
                .collect(),
        };
        let end = *offset as usize + functions.len();
        whole.slots.resize(whole.slots.len().max(end), None);
        whole.slots[*offset as usize..end].copy_from_slice(&functions);
    }
    Ok(whole)
}

fn function_table(module: &Module) -> Result<TableId> {
    module.tables.main_function_table()?.context("no table of functions")
}

/// Who needs each function.
fn needs(whole: &Whole, plan: &Plan) -> Vec<Needs> {
    let mut needs = vec![0; whole.calls.len()];
    let mut open: Vec<(usize, Needs)> = whole.roots.iter().map(|root| (*root, EVERYBODY)).collect();
    for (slot, function) in whole.slots.iter().enumerate() {
        if let Some(function) = function {
            open.push((*function, plan.slots.get(slot).copied().unwrap_or(EVERYBODY)));
        }
    }
    while let Some((function, bits)) = open.pop() {
        if needs[function] & bits != bits {
            needs[function] |= bits;
            open.extend(whole.calls[function].iter().map(|called| (*called, bits)));
        }
    }
    needs
}

#[allow(clippy::too_many_arguments)]
fn emit(
    wasm: &[u8],
    file: usize,
    whole: &Whole,
    place: &[Option<usize>],
    slots: &[Option<usize>],
    slot_of: &HashMap<usize, usize>,
    data: &[(u32, u32, Needs)],
    file_of: &impl Fn(Needs) -> Option<usize>,
) -> Result<Option<Module>> {
    let mut module = Module::from_buffer(wasm)?;
    let ids: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).collect();
    let table = function_table(&module)?;
    let mine = |function: usize| place[function] == Some(file);

    // The table.
    let old: Vec<_> = module.tables.get(table).elem_segments.iter().copied().collect();
    for segment in old {
        module.tables.get_mut(table).elem_segments.remove(&segment);
        module.elements.delete(segment);
    }
    let places: Vec<Option<usize>> = slots.iter().map(|function| function.filter(|function| mine(*function))).collect();
    let mut at = 0;
    for run in places.chunk_by(|one, other| one.is_some() == other.is_some()) {
        let functions: Vec<FunctionId> = run.iter().flatten().map(|function| ids[*function]).collect();
        if !functions.is_empty() {
            let offset = ConstExpr::Value(Value::I32(at));
            let kind = ElementKind::Active { table, offset };
            let segment = module.elements.add(kind, ElementItems::Functions(functions));
            module.tables.get_mut(table).elem_segments.insert(segment);
        }
        at += run.len() as i32;
    }
    let size = slots.len() as u64;
    let shape = module.tables.get_mut(table);
    shape.initial = shape.initial.max(size);
    shape.maximum = shape.maximum.map(|most| most.max(size));

    // The memory's first contents.
    let memory = module.get_memory_id()?;
    let segments: Vec<_> = module.data.iter().map(|segment| segment.id()).collect();
    let mut added = Vec::new();
    for segment in segments {
        let content = module.data.get_mut(segment);
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(begin)), .. } = content.kind else {
            bail!("contents of memory at a place that isn't constant");
        };
        let (begin, end) = (begin as u32, begin as u32 + content.value.len() as u32);
        for (from, to, needs) in data {
            let (from, to) = ((*from).max(begin), (*to).min(end));
            let Some(length) = to.checked_sub(from).filter(|length| *length > 0) else { continue };
            let there = file_of(*needs);
            if there == Some(0) || there.is_some() && length < WORTH_IT {
                continue;
            }
            let bytes = &mut content.value[(from - begin) as usize..(to - begin) as usize];
            if there == Some(file) && bytes.iter().any(|byte| *byte != 0) {
                added.push((from, bytes.to_vec()));
            }
            bytes.fill(0);
        }
        if file != 0 {
            module.memories.get_mut(memory).data_segments.remove(&segment);
            module.data.delete(segment);
        }
    }
    // What lies side by side is one.
    let mut joined: Vec<(u32, Vec<u8>)> = Vec::new();
    for (from, bytes) in added {
        match joined.last_mut() {
            Some((begin, before)) if *begin + before.len() as u32 == from => before.extend(bytes),
            _ => joined.push((from, bytes)),
        }
    }
    if file != 0 && joined.is_empty() && !(0..ids.len()).any(mine) {
        return Ok(None);
    }
    eprintln!(
        "   {file}: {} functions, {} pieces of memory with {} bytes",
        (0..ids.len()).filter(|f| mine(*f)).count(),
        joined.len(),
        joined.iter().map(|(_, bytes)| bytes.len()).sum::<usize>()
    );
    for (from, bytes) in joined {
        let offset = ConstExpr::Value(Value::I32(from as i32));
        let segment = module.data.add(DataKind::Active { memory, offset }, bytes);
        module.memories.get_mut(memory).data_segments.insert(segment);
    }

    // What is shared by all is everybody's, and has a name there.
    let tables: Vec<_> = module.tables.iter().map(|table| table.id()).collect();
    let globals: Vec<_> = module.globals.iter().map(|global| global.id()).collect();
    if file == 0 {
        module.exports.add("m", memory);
        for (index, other) in tables.into_iter().enumerate() {
            module.exports.add(&table_name(other == table, index), other);
        }
        for (index, global) in globals.into_iter().enumerate() {
            module.exports.add(&format!("g{index}"), global);
        }
    } else {
        let exports: Vec<_> = module.exports.iter().map(|export| export.id()).collect();
        for export in exports {
            module.exports.delete(export);
        }
        module.start = None;
        let import = module.imports.add("", "m", memory);
        module.memories.get_mut(memory).import = Some(import);
        for (index, other) in tables.into_iter().enumerate() {
            let import = module.imports.add("", &table_name(other == table, index), other);
            module.tables.get_mut(other).import = Some(import);
        }
        for (index, global) in globals.into_iter().enumerate() {
            let import = module.imports.add("", &format!("g{index}"), global);
            module.globals.get_mut(global).kind = GlobalKind::Import(import);
        }
        let called: BTreeSet<usize> = (0..ids.len()).filter(|f| mine(*f)).flatten_called(whole);
        let mut called: Vec<usize> = called.into_iter().filter(|function| !mine(*function)).collect();
        called.sort_by_key(|function| slot_of[function]);
        for function in called {
            let ty = module.funcs.get(ids[function]).ty();
            if let FunctionKind::Import(imported) = &module.funcs.get(ids[function]).kind {
                let old = imported.import;
                module.imports.delete(old);
            }
            let import = module.imports.add("", &slot_of[&function].to_string(), ids[function]);
            module.funcs.get_mut(ids[function]).kind = FunctionKind::Import(ImportedFunction { import, ty });
        }
    }
    walrus::passes::gc::run(&mut module);
    Ok(Some(module))
}

/// That of functions is the one that files take functions out of.
fn table_name(of_functions: bool, index: usize) -> String {
    if of_functions { "t".to_owned() } else { format!("t{index}") }
}

trait FlattenCalled {
    fn flatten_called(self, whole: &Whole) -> BTreeSet<usize>;
}

impl<I: Iterator<Item = usize>> FlattenCalled for I {
    fn flatten_called(self, whole: &Whole) -> BTreeSet<usize> {
        self.flat_map(|function| whole.calls[function].iter().copied()).collect()
    }
}
