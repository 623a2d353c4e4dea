//! Names the functions of a module so that similar ones follow each other in the order of their names, in which
//! `wasm-opt --reorder-functions-by-name` puts them. Brotli then makes the file a twentieth smaller.

use anyhow::Result;
use walrus::{FunctionKind, Module};
use wasmparser::{Parser, Payload};

/// The module with functions named by the order of their types, and then of their code.
pub fn arranged(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm)?;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload? {
            bodies.push(&wasm[body.range()]);
        }
    }
    let defined = module.funcs.iter().filter(|function| matches!(function.kind, FunctionKind::Local(_)));
    let mut functions: Vec<_> = defined.map(|function| (function.ty().index(), function.id())).zip(bodies).collect();
    functions.sort_by_key(|((ty, _), body)| (*ty, *body));
    for (order, ((_, id), _)) in functions.iter().enumerate() {
        module.funcs.get_mut(*id).name = Some(format!("{order:06}"));
    }
    Ok(module.emit_wasm())
}
