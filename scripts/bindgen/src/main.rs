//! `bindgen WASM FOLDER` writes `clientele.js` and `clientele_bg.wasm` for the browser into `FOLDER`.
//!
//! It does what the `wasm-bindgen` command does, through the same library. That command also holds a test
//! runner with a web server, which takes three times as long to compile.

use std::{env, process::ExitCode};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [wasm, folder] = arguments.as_slice() else {
        eprintln!("usage: bindgen WASM FOLDER");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    let written = bindgen
        .input_path(wasm)
        .out_name("clientele")
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page passes the hashed address of the WASM, so the script needs no idea of its own.
        .omit_default_module_path(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
