//! A WASM module in a form that can be compared with others.

use std::collections::{BTreeMap, HashMap};
use wasmparser::{
    DataKind, ElementItems, ElementKind, ExternalKind, FuncType, FunctionBody, KnownCustom, Name, Operator, Parser,
    Payload, TypeRef, Validator,
};

#[derive(Debug, PartialEq)]
pub enum Function {
    Imported {
        module: String,
        name: String,
    },
    /// The type, the locals and the operators, without the functions that they name: those are in `calls`.
    Defined {
        code: Vec<String>,
        calls: Vec<u32>,
    },
}

#[derive(Default)]
pub struct Module {
    pub functions: Vec<Function>,
    pub exports: BTreeMap<String, u32>,
    /// The functions of the table by their slots.
    pub slots: BTreeMap<u32, u32>,
    pub table_size: u64,
    /// The contents of the memory by their addresses.
    pub memory: Vec<(u32, Vec<u8>)>,
    names: HashMap<u32, String>,
    types: Vec<FuncType>,
    /// The types of the functions that are defined here.
    defined: Vec<u32>,
    /// The names under which the main module hands out its globals, which have other indices elsewhere.
    globals: Vec<String>,
}

pub fn validate(wasm: &[u8]) {
    Validator::new().validate_all(wasm).unwrap();
}

impl Module {
    pub fn read(wasm: &[u8]) -> Self {
        let mut module = Self::default();
        let mut bodies = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::TypeSection(types) => {
                    module.types = types.into_iter_err_on_gc_types().map(Result::unwrap).collect();
                }
                Payload::FunctionSection(functions) => {
                    module.defined = functions.into_iter().map(Result::unwrap).collect();
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                other => module.add(other),
            }
        }
        for (index, body) in bodies.iter().enumerate() {
            let (code, calls) = module.code(module.defined[index], body);
            module.functions.push(Function::Defined { code, calls });
        }
        module
    }

    pub fn name(&self, index: u32) -> &str {
        match &self.functions[index as usize] {
            Function::Imported { name, .. } => name,
            Function::Defined { .. } => self.names.get(&index).map_or("", String::as_str),
        }
    }

    fn add(&mut self, payload: Payload) {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports().map(Result::unwrap) {
                    let (module, name) = (import.module.to_owned(), import.name.to_owned());
                    match import.ty {
                        TypeRef::Func(_) => self.functions.push(Function::Imported { module, name }),
                        TypeRef::Global(_) => self.globals.push(name),
                        TypeRef::Table(table) if name == "t" => self.table_size = table.initial,
                        _ => {}
                    }
                }
            }
            Payload::TableSection(tables) => {
                self.table_size = tables.into_iter().next().unwrap().unwrap().ty.initial;
            }
            Payload::GlobalSection(globals) => {
                self.globals.extend((0..globals.count()).map(|index| format!("g{index}")));
            }
            Payload::ExportSection(exports) => {
                for export in exports.into_iter().map(Result::unwrap) {
                    match export.kind {
                        ExternalKind::Func => drop(self.exports.insert(export.name.to_owned(), export.index)),
                        ExternalKind::Global if export.name.starts_with('g') => {
                            self.globals[export.index as usize] = export.name.to_owned();
                        }
                        _ => {}
                    }
                }
            }
            Payload::ElementSection(elements) => {
                for element in elements.into_iter().map(Result::unwrap) {
                    let ElementKind::Active { offset_expr, .. } = element.kind else { panic!("not active") };
                    let ElementItems::Functions(functions) = element.items else { panic!("not functions") };
                    let functions = functions.into_iter().map(Result::unwrap);
                    for (slot, function) in (constant(&offset_expr)..).zip(functions) {
                        assert!(self.slots.insert(slot, function).is_none(), "slot {slot} is filled twice");
                    }
                }
            }
            Payload::DataSection(segments) => {
                for segment in segments.into_iter().map(Result::unwrap) {
                    let DataKind::Active { offset_expr, .. } = segment.kind else { panic!("not active") };
                    self.memory.push((constant(&offset_expr), segment.data.to_vec()));
                }
            }
            Payload::CustomSection(custom) => {
                let KnownCustom::Name(names) = custom.as_known() else { return };
                for name in names {
                    let Name::Function(functions) = name.unwrap() else { continue };
                    let functions = functions.into_iter().map(Result::unwrap);
                    self.names.extend(functions.map(|function| (function.index, function.name.to_owned())));
                }
            }
            _ => {}
        }
    }

    fn code(&self, ty: u32, body: &FunctionBody) -> (Vec<String>, Vec<u32>) {
        let mut code = vec![format!("{:?}", self.types[ty as usize])];
        let mut calls = Vec::new();
        code.extend(body.get_locals_reader().unwrap().into_iter().map(|locals| format!("{:?}", locals.unwrap())));
        for operator in body.get_operators_reader().unwrap() {
            code.push(match operator.unwrap() {
                Operator::Call { function_index } => {
                    calls.push(function_index);
                    "call".to_owned()
                }
                Operator::CallIndirect { type_index, table_index: 0 } => {
                    format!("call indirect {:?}", self.types[type_index as usize])
                }
                Operator::GlobalGet { global_index } => format!("get {}", self.globals[global_index as usize]),
                Operator::GlobalSet { global_index } => format!("set {}", self.globals[global_index as usize]),
                other => format!("{other:?}"),
            });
        }
        (code, calls)
    }
}

fn constant(expression: &wasmparser::ConstExpr) -> u32 {
    let Operator::I32Const { value } = expression.get_operators_reader().read().unwrap() else { panic!("no constant") };
    value as u32
}
