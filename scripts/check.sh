#!/usr/bin/env bash
# Runs the checks that need no running program: formatting, style, licences, and lints of the server and the browser.
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
step "style" "Move colours and sizes into style/tokens.css." \
  node scripts/style.mjs
step "licences" "Replace the crate, or allow its licence in scripts/licences.mjs if it is a permissive one." \
  node scripts/licences.mjs

step "walls" "Import from below only: see ARCHITECTURE.md, and the order in scripts/walls.mjs." node scripts/walls.mjs

need_wasm_target

# Both use the debug profile, so that macros are compiled once for them and for the tests.
step "lints, server" "See clippy's message above." cargo clippy --all-targets -- -D warnings
step "lints, browser" "See clippy's message above." browser_cargo clippy -p frontend -p frontend-bench -p frontend-chart -- -D warnings

need_site_tools
step "tests of the tool that splits the WASM" "See the failing test above." \
  cargo test --quiet --manifest-path scripts/bindgen/Cargo.toml --target-dir "$TOOLS/bindgen"
. scripts/build-site.sh
step "weights" "Find what grew, or move it into the part of its page: see app/src/parts.rs." node scripts/weights.mjs
