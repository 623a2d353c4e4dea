#!/usr/bin/env bash
# Builds the browser's half into target/site: WASM, its script, the style sheet and what stands in public/, each
# compressed beside it. Does nothing when nothing changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_site_tools
step --about "3 min" "the browser's half" "See the compiler's message above." \
  browser_cargo build -p frontend -p frontend-chart --profile wasm-release
step --about "20 s" "the site" "See the message above." node scripts/site.mjs
