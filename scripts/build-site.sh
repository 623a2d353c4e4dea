#!/usr/bin/env bash
# Builds the browser's files into target/site: WASM, its script, the style sheet and the files of public/, each with
# compressed copies. Does nothing when nothing has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_site_tools
step --about "3 min" "the frontend" "See the compiler's message above." \
  browser_cargo build -p frontend -p frontend-chart --profile wasm-release
step --about "20 s" "the site" "See the message above." node scripts/site.mjs
