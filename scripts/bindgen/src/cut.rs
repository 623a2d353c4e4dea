//! Cuts the optimized module into files by a plan: functions, their table slots, and data.
//!
//! All files share the memory, the table and the globals of the main module. Each fills its own table slots, and
//! imports the functions of other files from theirs (`frontend/start.js`). A call within a file stays a direct one.

use crate::{
    arrange::arranged,
    plan::{MAIN, NeededBy, Plan},
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, GlobalKind, ImportedFunction,
    MemoryId, Module, TableId,
    ir::{Value, Visitor, dfs_in_order},
};

/// The part that is usually opened first. Code that it shares with others goes into the main module, so that it needs
/// few files.
const FIRST_PART: &str = "clients";

/// The name of the file for code that several parts need.
const SHARED: &str = "shared";

/// Shorter ranges of data stay in the main module: a data segment of their own costs more than they save.
const SHORTEST_DATA: u32 = 24;

// Files are numbered in the order in which they are loaded.
const MAIN_FILE: usize = 0;
const SHARED_FILE: usize = 1;
const FIRST_PART_FILE: usize = 2;

/// Writes `NAME.wasm` for the main module, a `NAME-PART.wasm` for each part, and `parts.json`, which lists the files
/// that each part needs.
///
/// # Errors
/// If the module calls a function that nobody needs, or one of a file that may not be loaded yet.
pub fn cut(wasm: &[u8], plan: &Plan, folder: &Path, name: &str) -> Result<()> {
    let layout = Layout::new(Application::read(&Module::from_buffer(wasm)?)?, plan)?;
    let mut files_of_parts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, file_name) in layout.files.iter().enumerate() {
        let Some(mut module) = File::new(wasm, &layout, file)?.cut()? else { continue };
        let path = if file == MAIN_FILE { name.to_owned() } else { format!("{name}-{file_name}") };
        fs::write(folder.join(format!("{path}.wasm")), arranged(&module.emit_wasm())?)?;
        for (part, part_name) in plan.parts.iter().enumerate() {
            if layout.part_needs(part, file) {
                files_of_parts.entry(part_name).or_default().push(path.clone());
            }
        }
    }
    let entries: Vec<_> = files_of_parts.iter().map(|(part, files)| format!("{part:?}:{files:?}")).collect();
    fs::write(folder.join("parts.json"), format!("{{{}}}", entries.join(",")))?;
    Ok(())
}

/// The functions of the optimized module. A function's number is its place in the order of the file.
#[derive(Default)]
struct Application {
    /// The functions that each function refers to.
    calls: Vec<Vec<usize>>,
    /// Whether a function is imported from JavaScript.
    imported: Vec<bool>,
    /// The function of each table slot.
    slots: Vec<Option<usize>>,
    /// Exported functions and the start function.
    roots: Vec<usize>,
}

impl Application {
    fn read(module: &Module) -> Result<Self> {
        struct Calls<'a>(&'a HashMap<FunctionId, usize>, BTreeSet<usize>);
        impl Visitor<'_> for Calls<'_> {
            fn visit_function_id(&mut self, function: &FunctionId) {
                self.1.insert(self.0[function]);
            }
        }
        let numbers: HashMap<FunctionId, usize> =
            module.funcs.iter().enumerate().map(|(number, function)| (function.id(), number)).collect();
        let mut application = Self::default();
        for function in module.funcs.iter() {
            let mut calls = Calls(&numbers, BTreeSet::new());
            if let FunctionKind::Local(local) = &function.kind {
                dfs_in_order(&mut calls, local, local.entry_block());
            }
            application.calls.push(calls.1.into_iter().collect());
            application.imported.push(matches!(function.kind, FunctionKind::Import(_)));
        }
        for export in module.exports.iter() {
            if let ExportItem::Function(function) = export.item {
                application.roots.push(numbers[&function]);
            }
        }
        application.roots.extend(module.start.iter().map(|function| numbers[function]));
        application.read_table(module, &numbers)?;
        Ok(application)
    }

    fn read_table(&mut self, module: &Module, numbers: &HashMap<FunctionId, usize>) -> Result<()> {
        let function_table = function_table(module)?;
        for element in module.elements.iter() {
            let ElementKind::Active { table, offset } = &element.kind else { continue };
            if *table != function_table {
                continue;
            }
            let ConstExpr::Value(Value::I32(offset)) = offset else { bail!("an element segment at a variable offset") };
            let functions: Vec<Option<usize>> = match &element.items {
                ElementItems::Functions(functions) => functions.iter().map(|id| Some(numbers[id])).collect(),
                ElementItems::Expressions(_, items) => items
                    .iter()
                    .map(|item| if let ConstExpr::RefFunc(id) = item { Some(numbers[id]) } else { None })
                    .collect(),
            };
            let start = *offset as usize;
            let end = start + functions.len();
            self.slots.resize(self.slots.len().max(end), None);
            self.slots[start..end].copy_from_slice(&functions);
        }
        Ok(())
    }

    /// Follows calls from exports and table slots. Returns who needs each function.
    fn needed(&self, plan: &Plan) -> Vec<NeededBy> {
        let mut needed = vec![0; self.calls.len()];
        let mut open: Vec<(usize, NeededBy)> = self.roots.iter().map(|root| (*root, MAIN)).collect();
        for (slot, function) in self.slots.iter().enumerate() {
            // wasm-bindgen adds slots after the plan. JavaScript knows them.
            open.extend(function.map(|function| (function, plan.slots.get(slot).copied().unwrap_or(MAIN))));
        }
        while let Some((function, bits)) = open.pop() {
            if needed[function] & bits != bits {
                needed[function] |= bits;
                open.extend(self.calls[function].iter().map(|called| (*called, bits)));
            }
        }
        needed
    }
}

/// Which file everything goes into.
struct Layout<'a> {
    application: Application,
    plan: &'a Plan,
    /// The bit of the part that is opened first.
    first_part: NeededBy,
    /// The names of files, by number.
    files: Vec<&'a str>,
    /// The parts that need each function.
    needed: Vec<NeededBy>,
    /// The file of each function. Functions that nobody needs have none.
    file_of: Vec<Option<usize>>,
    /// The function of each table slot: those of the application, and those for calls between files.
    slots: Vec<Option<usize>>,
    /// The first table slot of each function that has one.
    slot_of: HashMap<usize, usize>,
}

impl<'a> Layout<'a> {
    fn new(application: Application, plan: &'a Plan) -> Result<Self> {
        let mut files = vec!["main", SHARED];
        files.extend(plan.parts.iter().map(String::as_str));
        let first_part = plan.parts.iter().position(|part| part == FIRST_PART).map_or(0, |bit| 1 << bit);
        let needed = application.needed(plan);
        let slots = application.slots.clone();
        let (file_of, slot_of) = (Vec::new(), HashMap::new());
        let mut layout = Self { application, plan, first_part, files, needed, file_of, slots, slot_of };
        let functions = layout.needed.iter().zip(&layout.application.imported);
        // Only the main module imports functions from JavaScript.
        layout.file_of = functions
            .map(|(needed, imported)| if *imported { Some(MAIN_FILE) } else { layout.file_needed_by(*needed) })
            .collect();
        layout.add_slots()?;
        Ok(layout)
    }

    fn file_needed_by(&self, needed: NeededBy) -> Option<usize> {
        match needed.count_ones() {
            0 => None,
            _ if needed & MAIN != 0 => Some(MAIN_FILE),
            1 => Some(FIRST_PART_FILE + needed.trailing_zeros() as usize),
            _ if needed & self.first_part != 0 => Some(MAIN_FILE),
            _ => Some(SHARED_FILE),
        }
    }

    /// Gives a table slot to each function that another file calls.
    fn add_slots(&mut self) -> Result<()> {
        for (slot, function) in self.slots.iter().enumerate() {
            if let Some(function) = function {
                self.slot_of.entry(*function).or_insert(slot);
            }
        }
        let mut without_slot: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (caller, calls) in self.application.calls.iter().enumerate() {
            let Some(calling_file) = self.file_of[caller] else { continue };
            for callee in calls {
                let called_file = self.file_of[*callee].context("a call of a function that nobody needs")?;
                if called_file == calling_file {
                    continue;
                }
                // A part can't rely on another part.
                let loaded_before = called_file < calling_file && called_file < FIRST_PART_FILE;
                ensure!(loaded_before, "{} calls {}", self.files[calling_file], self.files[called_file]);
                if !self.slot_of.contains_key(callee) {
                    without_slot.insert((called_file, *callee));
                }
            }
        }
        // Those of one file lie side by side.
        for (_, function) in without_slot {
            self.slot_of.insert(function, self.slots.len());
            self.slots.push(Some(function));
        }
        Ok(())
    }

    /// Whether a part needs a file besides the main module.
    fn part_needs(&self, part: usize, file: usize) -> bool {
        let is_shared =
            |needed: NeededBy| needed & (1 << part) != 0 && self.file_needed_by(needed) == Some(SHARED_FILE);
        let needs_shared =
            || self.needed.iter().copied().any(is_shared) || self.plan.data.iter().any(|range| is_shared(range.2));
        file == FIRST_PART_FILE + part || file == SHARED_FILE && needs_shared()
    }
}

/// A file in the making: first the whole module, then what the file keeps of it.
struct File<'a> {
    layout: &'a Layout<'a>,
    number: usize,
    module: Module,
    /// The functions of the module by their numbers.
    functions: Vec<FunctionId>,
    table: TableId,
    memory: MemoryId,
}

impl<'a> File<'a> {
    fn new(wasm: &[u8], layout: &'a Layout, number: usize) -> Result<Self> {
        let module = Module::from_buffer(wasm)?;
        let functions = module.funcs.iter().map(|function| function.id()).collect();
        let (table, memory) = (function_table(&module)?, module.get_memory_id()?);
        Ok(Self { layout, number, module, functions, table, memory })
    }

    /// The file's module, unless it is an empty part.
    fn cut(mut self) -> Result<Option<Module>> {
        self.cut_table();
        let data = joined(self.take_data()?);
        let functions = self.own_functions().count();
        if self.number != MAIN_FILE && functions == 0 && data.is_empty() {
            return Ok(None);
        }
        let size: usize = data.iter().map(|(_, bytes)| bytes.len()).sum();
        let name = self.layout.files[self.number];
        eprintln!("   {name}: {functions} functions, {} data segments with {size} bytes", data.len());
        self.add_data(data);
        if self.number == MAIN_FILE {
            self.export_what_is_shared();
        } else {
            self.import_what_is_shared();
            self.import_functions();
        }
        walrus::passes::gc::run(&mut self.module);
        Ok(Some(self.module))
    }

    fn is_own(&self, function: usize) -> bool {
        self.layout.file_of[function] == Some(self.number)
    }

    fn own_functions(&self) -> impl Iterator<Item = usize> {
        (0..self.functions.len()).filter(|function| self.is_own(*function))
    }

    /// Fills the slots of the file's own functions only.
    fn cut_table(&mut self) {
        let whole: Vec<_> = self.module.tables.get(self.table).elem_segments.iter().copied().collect();
        for segment in whole {
            self.module.tables.get_mut(self.table).elem_segments.remove(&segment);
            self.module.elements.delete(segment);
        }
        let slots: Vec<Option<usize>> =
            self.layout.slots.iter().map(|function| function.filter(|function| self.is_own(*function))).collect();
        let mut slot = 0;
        for run in slots.chunk_by(|one, other| one.is_some() == other.is_some()) {
            let functions: Vec<FunctionId> = run.iter().flatten().map(|function| self.functions[*function]).collect();
            if !functions.is_empty() {
                let kind = ElementKind::Active { table: self.table, offset: ConstExpr::Value(Value::I32(slot)) };
                let segment = self.module.elements.add(kind, ElementItems::Functions(functions));
                self.module.tables.get_mut(self.table).elem_segments.insert(segment);
            }
            slot += run.len() as i32;
        }
        let size = slots.len() as u64;
        let table = self.module.tables.get_mut(self.table);
        table.initial = table.initial.max(size);
        table.maximum = table.maximum.map(|maximum| maximum.max(size));
    }

    /// Takes the data of parts out of the whole module's segments. Returns this file's, by address. The segments
    /// themselves stay in the main module.
    fn take_data(&mut self) -> Result<Vec<(u32, Vec<u8>)>> {
        let segments: Vec<_> = self.module.data.iter().map(|segment| segment.id()).collect();
        let mut taken = Vec::new();
        for segment in segments {
            let data = self.module.data.get_mut(segment);
            let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind else {
                bail!("a data segment at a variable offset");
            };
            let (start, end) = (start as u32, start as u32 + data.value.len() as u32);
            for (from, to, needed) in &self.layout.plan.data {
                let (from, to) = ((*from).max(start), (*to).min(end));
                let Some(length) = to.checked_sub(from).filter(|length| *length > 0) else { continue };
                let file = self.layout.file_needed_by(*needed);
                if file == Some(MAIN_FILE) || file.is_some() && length < SHORTEST_DATA {
                    continue;
                }
                let bytes = &mut data.value[(from - start) as usize..(to - start) as usize];
                // The memory is 0 already.
                if file == Some(self.number) && bytes.iter().any(|byte| *byte != 0) {
                    taken.push((from, bytes.to_vec()));
                }
                bytes.fill(0);
            }
            if self.number != MAIN_FILE {
                self.module.memories.get_mut(self.memory).data_segments.remove(&segment);
                self.module.data.delete(segment);
            }
        }
        Ok(taken)
    }

    fn add_data(&mut self, data: Vec<(u32, Vec<u8>)>) {
        let memory = self.memory;
        for (address, bytes) in data {
            let offset = ConstExpr::Value(Value::I32(address as i32));
            let segment = self.module.data.add(DataKind::Active { memory, offset }, bytes);
            self.module.memories.get_mut(memory).data_segments.insert(segment);
        }
    }

    /// Exports the memory, the tables and the globals.
    fn export_what_is_shared(&mut self) {
        let module = &mut self.module;
        module.exports.add("m", self.memory);
        for (index, table) in module.tables.iter().enumerate() {
            module.exports.add(&table_name(table.id() == self.table, index), table.id());
        }
        for (index, global) in module.globals.iter().enumerate() {
            module.exports.add(&format!("g{index}"), global.id());
        }
    }

    /// Replaces the exports, and the definitions of the memory, the tables and the globals, by imports from the main
    /// module.
    fn import_what_is_shared(&mut self) {
        let module = &mut self.module;
        let exports: Vec<_> = module.exports.iter().map(|export| export.id()).collect();
        for export in exports {
            module.exports.delete(export);
        }
        module.start = None;
        module.memories.get_mut(self.memory).import = Some(module.imports.add("", "m", self.memory));
        for (index, table) in module.tables.iter_mut().enumerate() {
            let id = table.id();
            table.import = Some(module.imports.add("", &table_name(id == self.table, index), id));
        }
        let globals: Vec<_> = module.globals.iter().map(|global| global.id()).collect();
        for (index, global) in globals.into_iter().enumerate() {
            let import = module.imports.add("", &format!("g{index}"), global);
            module.globals.get_mut(global).kind = GlobalKind::Import(import);
        }
    }

    /// Imports the functions of other files that this one calls, by their table slots.
    fn import_functions(&mut self) {
        let calls = &self.layout.application.calls;
        let called: BTreeSet<usize> =
            self.own_functions().flat_map(|function| calls[function].iter().copied()).collect();
        let mut called: Vec<usize> = called.into_iter().filter(|function| !self.is_own(*function)).collect();
        called.sort_by_key(|function| self.layout.slot_of[function]);
        for function in called {
            let slot = self.layout.slot_of[&function];
            let id = self.functions[function];
            let ty = self.module.funcs.get(id).ty();
            if let FunctionKind::Import(from_javascript) = &self.module.funcs.get(id).kind {
                self.module.imports.delete(from_javascript.import);
            }
            let import = self.module.imports.add("", &slot.to_string(), id);
            self.module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
        }
    }
}

/// Joins ranges of data that lie side by side.
fn joined(data: Vec<(u32, Vec<u8>)>) -> Vec<(u32, Vec<u8>)> {
    let mut joined: Vec<(u32, Vec<u8>)> = Vec::new();
    for (address, bytes) in data {
        match joined.last_mut() {
            Some((start, before)) if *start + before.len() as u32 == address => before.extend(bytes),
            _ => joined.push((address, bytes)),
        }
    }
    joined
}

fn function_table(module: &Module) -> Result<TableId> {
    module.tables.main_function_table()?.context("no table of functions")
}

/// The name under which the main module exports a table. `frontend/start.js` takes functions out of `t`.
fn table_name(is_function_table: bool, index: usize) -> String {
    if is_function_table { "t".to_owned() } else { format!("t{index}") }
}
