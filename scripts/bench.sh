#!/usr/bin/env bash
# Runs the benchmarks: a million clients on both databases, loaded, compared with brute force and timed, the first load
# of each page, and last the chart, in Chromium beside uPlot. Installs the tools that they need.
#
# BENCH_CLIENTS sets the number of clients, BENCH_ROWS of rows in a ledger, BENCH_MESSAGES of messages that are taken
# in, and BENCH_MILLIONS the millions of messages behind the reports. 100,000 names wait, and one client has 10,000.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_postgres
need_chromium
npm_packages end2end
. scripts/build.sh

# Compiled before any measurement, since compiling would compete for the cores.
step "the bench" "See the compiler's message above." cargo bench --package server --bench '*' --no-run
cargo bench --quiet --package server --bench client_table
cargo bench --quiet --package server --bench finance
cargo bench --quiet --package server --bench intake
cargo bench --quiet --package server --bench reports
cargo bench --quiet --package server --bench names

CLIENTELE_BIN=$CARGO_TARGET_DIR/release/clientele node end2end/bench/first-load.mjs

readonly CHART=$CARGO_TARGET_DIR/bench-parts
step "the chart on a page of its own" "See the compiler's message above." \
  browser_cargo build -p frontend-bench --profile wasm-release
mkdir -p "$CHART"
"$TOOLS/bindgen/debug/bindgen" "$CARGO_TARGET_DIR/$WASM/wasm-release/frontend_bench.wasm" "$CHART" bench
exec node end2end/bench/chart.mjs
