//! Keeps the relocations in the linked module, so that `scripts/bindgen` can split it into parts.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-cdylib=--emit-relocs");
}
