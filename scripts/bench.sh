#!/usr/bin/env bash
# The measurements: a million clients on both databases, loaded, compared with brute force and timed. Installs what
# that needs. BENCH_CLIENTS sets another number of clients, BENCH_ROWS another number of rows in a ledger, BENCH_MESSAGES
# another number of messages that come in, BENCH_MILLIONS another number of them behind the reports. There are always
# 100,000 names that wait, and 10,000 of one client. Last comes the chart, in Chromium beside uPlot.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_postgres
need_chromium
npm_packages end2end
. scripts/build.sh

# Compiled apart from the measuring, and first: it would take its share of the cores.
step "the bench" "See the compiler's message above." cargo bench --package server --bench '*' --no-run
cargo bench --quiet --package server --bench client_table
cargo bench --quiet --package server --bench finance
cargo bench --quiet --package server --bench intake
cargo bench --quiet --package server --bench reports
cargo bench --quiet --package server --bench names

readonly CHART=$CARGO_TARGET_DIR/bench-parts
step "the chart on a page of its own" "See the compiler's message above." \
  browser_cargo build -p frontend-bench --profile wasm-release
mkdir -p "$CHART"
"$TOOLS/bindgen/debug/bindgen" "$CARGO_TARGET_DIR/$WASM/wasm-release/frontend_bench.wasm" "$CHART" bench
exec node end2end/bench/chart.mjs
