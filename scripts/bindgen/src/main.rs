//! Writes the files of the browser's half.
//!
//! - `bindgen WASM FOLDER NAME`: `NAME.js` and `NAME_bg.wasm`, for a module that stays whole
//! - `bindgen plan WASM FOLDER NAME`: the same and `NAME.plan`, for a module that is split into parts
//! - `bindgen cut WASM PLAN FOLDER NAME`: splits that module, once wasm-opt has optimized it, into `NAME.wasm`,
//!   `NAME-PART.wasm` for each part, and `parts.json`
//!
//! Does the same as the `wasm-bindgen` command, through the same library. That command also contains a test runner with
//! a web server, and takes three times as long to compile.

mod arrange;
mod cut;
mod leb;
mod linked;
mod locations;
mod plan;
#[cfg(test)]
mod tests;

use plan::Plan;
use std::{env, fs, path::Path, process::ExitCode};
use wasm_bindgen_cli_support::Bindgen;

/// Functions that the browser never calls, by a piece of their mangled names. Every view of Leptos keeps a pointer to
/// them, so the compiler can't tell. They are more than a tenth of the code. One that is called after all traps, and
/// the browser tests fail.
///
/// A function belongs here only if its code differs from that of all used ones: LLVM merges equal functions, and a used
/// one may then have the name of an unused one. This happens to `hydrate_from_template`.
const UNUSED: [&str; 5] = [
    // Exported for streams of server functions. There are none.
    "intounderlying",
    // For `hydrate_lazy`. The application uses `hydrate_body`.
    "into_any13hydrate_async",
    // The server lists the routes.
    "15generate_routes",
    // Pages change without animation.
    "15view_transition",
    // Titles and links reach the head of the server's page through this channel.
    "4sync4mpmc",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["plan", wasm, folder, name] => plan(wasm, Path::new(folder), name),
        ["cut", wasm, plan, folder, name] => cut(wasm, plan, Path::new(folder), name),
        [wasm, folder, name] => fs::read(wasm).map_err(Into::into).and_then(|wasm| bind(wasm, folder, name)),
        _ => {
            eprintln!("usage: bindgen [plan] WASM FOLDER NAME, or bindgen cut WASM PLAN FOLDER NAME");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn plan(wasm: &str, folder: &Path, name: &str) -> anyhow::Result<()> {
    let (wasm, plan) = plan::plan(&fs::read(wasm)?, &UNUSED)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join(format!("{name}.plan")), plan.write())?;
    bind(wasm, folder, name)
}

fn cut(wasm: &str, plan: &str, folder: &Path, name: &str) -> anyhow::Result<()> {
    cut::cut(&fs::read(wasm)?, &Plan::read(&fs::read_to_string(plan)?)?, folder, name)
}

fn bind(wasm: Vec<u8>, folder: impl AsRef<Path>, name: &str) -> anyhow::Result<()> {
    Bindgen::new()
        .input_bytes(name, wasm)
        .out_name(name)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page passes the hashed address of the WASM, so the script needs no default.
        .omit_default_module_path(true)
        .web(true)?
        .generate(folder)
}
