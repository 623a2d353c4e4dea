#!/usr/bin/env bash
# The checks that need no running program: formatting, style, licences, lints for the server's and the browser's half.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_rust
need_rust_command fmt
need_rust_command clippy
need_c_compiler
need_node

format_check() {
  cargo fmt --all --check && cargo fmt --manifest-path scripts/bindgen/Cargo.toml --check &&
    cargo fmt --manifest-path fuzz/Cargo.toml --check
}

step "formatting" "Run \`cargo fmt --all\`." format_check
npm_packages scripts
step "style" "Give colours and sizes their place in style/tokens.css, and each file its line in style/main.css." \
  node scripts/style.mjs
step "licences" "Replace the crate, or allow its licence in scripts/licences.mjs if it is a permissive one." \
  node scripts/licences.mjs

need_wasm_target

# The debug profile for both, since the macros are then compiled once for them and for the tests.
step "lints, server" "See clippy's message above." cargo clippy --all-targets -- -D warnings
step "lints, browser" "See clippy's message above." browser_cargo clippy -p frontend -p frontend-bench -p frontend-chart -- -D warnings
