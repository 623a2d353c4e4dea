//! Names the functions of a file so that those that are alike come one after another when they are sorted by name, which
//! `wasm-opt --reorder-functions-by-name` does. Brotli then makes the file a twentieth smaller.

use anyhow::Result;
use walrus::{FunctionKind, Module};
use wasmparser::{Parser, Payload};

/// The file with names: by what a function takes and gives, and then by how it begins.
pub fn arranged(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm)?;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload? {
            bodies.push(&wasm[body.range()]);
        }
    }
    let own = module.funcs.iter().filter(|function| matches!(function.kind, FunctionKind::Local(_)));
    let mut functions: Vec<_> = own.map(|function| (function.ty().index(), function.id())).zip(bodies).collect();
    functions.sort_by_key(|((kind, _), body)| (*kind, *body));
    for (place, ((_, id), _)) in functions.iter().enumerate() {
        module.funcs.get_mut(*id).name = Some(format!("{place:06}"));
    }
    Ok(module.emit_wasm())
}
