#!/usr/bin/env bash
# Runs all checks and tests: of the crates, of the API and in a browser. Installs the tools that they need.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/check.sh

need_chromium
need_postgres
need_kannel
need_pdftotext
need_schemathesis
npm_packages end2end

step "tests of the crates" "See the failing test above; \`cargo test NAME\` runs it alone." cargo test
# `cargo test` needn't leave behind the program that the browser tests start.
step "the server, for the browser" "See the compiler's message above." cargo build
. scripts/openapi.sh
step "tests in the browser" "See the failing test above." npm --prefix end2end test

say ""
say "Everything passed, in $((SECONDS / 60)) min $((SECONDS % 60)) s:"
printf '%s' "$summary" >&2
