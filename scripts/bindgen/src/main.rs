//! `bindgen WASM FOLDER NAME` writes `NAME.js` and `NAME_bg.wasm` for the browser into `FOLDER`.
//!
//! Does the same as the `wasm-bindgen` command, through the same library. That command also contains a test runner with
//! a web server, and takes three times as long to compile.

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
    strip_lazy_hydration(&mut module);
    Bindgen::new()
        .input_bytes(name, module.emit_wasm())
        .out_name(name)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page passes the hashed address of the WASM, so the script needs no default.
        .omit_default_module_path(true)
        .web(true)?
        .generate(folder)
}

/// Empties the functions that only `hydrate_lazy` needs. Every `AnyView` of Leptos keeps a pointer to them, so the
/// compiler can't tell that they are never called. They are a tenth of the code.
fn strip_lazy_hydration(module: &mut Module) {
    let is_lazy = |name: &String| name.contains("into_any13hydrate_async");
    let lazy = module.funcs.iter_local().map(|(id, _)| id);
    let lazy: Vec<_> = lazy.filter(|id| module.funcs.get(*id).name.as_ref().is_some_and(is_lazy)).collect();
    for id in lazy {
        let (parameters, results) = module.types.params_results(module.funcs.get(id).ty());
        let (parameters, results) = (parameters.to_vec(), results.to_vec());
        let mut body = FunctionBuilder::new(&mut module.types, &parameters, &results);
        body.func_body().unreachable();
        let arguments = parameters.iter().map(|kind| module.locals.add(*kind)).collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(arguments));
    }
}
