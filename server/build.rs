//! Embeds the browser's files in the program: generates the list that `src/assets.rs` includes.
//!
//! They come from `target/site`, which `make site` fills, or from the folder in `CLIENTELE_SITE`. Without them the list
//! is empty and the program still compiles, so tests and lints need no site.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CLIENTELE_SITE");
    println!("cargo:rerun-if-env-changed=LEPTOS_OUTPUT_NAME");

    // Set by `cargo leptos`, whose program reads the files from disk and needn't be rebuilt for each change of theirs.
    let mut list = String::from("&[\n");
    if env::var_os("LEPTOS_OUTPUT_NAME").is_none() {
        let site = site_folder();
        // Created, since cargo reruns this script on every build while a watched path is missing.
        fs::create_dir_all(&site)?;
        println!("cargo:rerun-if-changed={}", site.display());
        for path in plain_files(&site)? {
            list.push_str(&entry(&site, &path)?);
        }
    }
    list.push_str("]\n");
    fs::write(variable("OUT_DIR").join("assets.rs"), list)
}

fn variable(name: &str) -> PathBuf {
    env::var_os(name).map_or_else(PathBuf::new, PathBuf::from)
}

fn site_folder() -> PathBuf {
    let workspace = variable("CARGO_MANIFEST_DIR").join("..");
    workspace.join(env::var_os("CLIENTELE_SITE").unwrap_or_else(|| "target/site".into()))
}

/// Files below a folder without the compressed ones, sorted so that builds are reproducible.
fn plain_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(plain_files(&path)?);
        } else if !path.extension().is_some_and(|extension| extension == "br" || extension == "gz") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// An element of the list, as Rust source.
fn entry(site: &Path, file: &Path) -> io::Result<String> {
    let path = file.strip_prefix(site).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
    let hash = format!("{:016x}", fingerprint(&fs::read(file)?));
    let file = file.canonicalize()?.to_string_lossy().into_owned();
    Ok(format!(
        "File {{ path: {path:?}, address: {:?}, etag: {:?}, plain: include_bytes!({file:?}), brotli: {}, gzip: {} }},\n",
        hashed_address(&path, &hash),
        format!("W/\"{hash}\""),
        include_if_present(&file, "br"),
        include_if_present(&file, "gz"),
    ))
}

/// `/pkg/clientele.0123456789abcdef.js` for `pkg/clientele.js`.
fn hashed_address(path: &str, hash: &str) -> String {
    let path = Path::new(path);
    let ending = match path.extension() {
        Some(extension) => format!("{hash}.{}", extension.to_string_lossy()),
        None => hash.to_owned(),
    };
    format!("/{}", path.with_extension(ending).display())
}

fn include_if_present(file: &str, extension: &str) -> String {
    let compressed = format!("{file}.{extension}");
    if Path::new(&compressed).is_file() { format!("Some(include_bytes!({compressed:?}))") } else { "None".into() }
}

/// FNV-1a with 64 bits, which is stable across machines. A collision gains an attacker nothing, so the hash needn't be
/// cryptographic.
fn fingerprint(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
