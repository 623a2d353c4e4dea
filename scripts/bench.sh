#!/usr/bin/env bash
# The measurements: a million clients on both databases, loaded, compared with brute force and timed. Installs what
# that needs. BENCH_CLIENTS sets another number of clients, BENCH_ROWS another number of rows in a ledger, BENCH_MESSAGES
# another number of messages that come in, BENCH_MILLIONS another number of them behind the reports.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_postgres
. scripts/build.sh

# Compiled apart from the measuring, and first: it would take its share of the cores.
step "the bench" "See the compiler's message above." cargo bench --package server --bench '*' --no-run
cargo bench --quiet --package server --bench client_table
cargo bench --quiet --package server --bench finance
cargo bench --quiet --package server --bench intake
exec cargo bench --quiet --package server --bench reports
