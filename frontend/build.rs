//! What refers to what stays in the linked file, so that `scripts/bindgen` can cut it into parts.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-cdylib=--emit-relocs");
}
