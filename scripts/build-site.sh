#!/usr/bin/env bash
# Builds the browser's half into target/site: WASM, its script, the style sheet and what stands in public/, each
# compressed beside it. Does nothing when nothing changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_rust
need_c_compiler
need_node
need_wasm_target
npm_packages scripts

step "the tool that joins WASM and JavaScript" "See the compiler's message above." need_bindgen
step "the browser's half" "See the compiler's message above." browser_cargo build -p frontend -p frontend-chart --profile wasm-release
step "the site" "See the message above." node scripts/site.mjs
