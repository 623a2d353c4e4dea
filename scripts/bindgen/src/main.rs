//! `bindgen WASM FOLDER NAME` writes `NAME.js` and `NAME_bg.wasm` for the browser into `FOLDER`.
//!
//! It does what the `wasm-bindgen` command does, through the same library. That command also holds a test
//! runner with a web server, which takes three times as long to compile.

use std::{env, process::ExitCode};
use walrus::{FunctionBuilder, FunctionKind, Module};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [wasm, folder, name] = arguments.as_slice() else {
        eprintln!("usage: bindgen WASM FOLDER NAME");
        return ExitCode::from(2);
    };
    match write(wasm, folder, name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write(wasm: &str, folder: &str, name: &str) -> anyhow::Result<()> {
    let mut module = Module::from_file(wasm)?;
    leave_out_waiting(&mut module);
    Bindgen::new()
        .input_bytes(name, module.emit_wasm())
        .out_name(name)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page passes the hashed address of the WASM, so the script needs no idea of its own.
        .omit_default_module_path(true)
        .web(true)?
        .generate(folder)
}

/// Leptos can take over the server's page at once or, for `hydrate_lazy`, waiting for parts of it, and keeps a pointer
/// to both with every kind of view. Nobody calls the second, which no compiler can know: a tenth of the code.
fn leave_out_waiting(module: &mut Module) {
    let is_waiting = |name: &String| name.contains("into_any13hydrate_async");
    let waiting = module.funcs.iter_local().map(|(id, _)| id);
    let waiting: Vec<_> = waiting.filter(|id| module.funcs.get(*id).name.as_ref().is_some_and(is_waiting)).collect();
    for id in waiting {
        let (parameters, results) = module.types.params_results(module.funcs.get(id).ty());
        let (parameters, results) = (parameters.to_vec(), results.to_vec());
        let mut body = FunctionBuilder::new(&mut module.types, &parameters, &results);
        body.func_body().unreachable();
        let arguments = parameters.iter().map(|kind| module.locals.add(*kind)).collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(arguments));
    }
}
