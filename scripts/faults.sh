#!/usr/bin/env bash
# Runs the fault tests many times: kills the server 200 times on each database, under a load of forms and of messages,
# and compares the ledger with a reference over a million operations. `make test` runs a few rounds of each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_rust
need_c_compiler
need_postgres

export CLIENTELE_FAULT_ROUNDS=${CLIENTELE_FAULT_ROUNDS:-200}
export CLIENTELE_LEDGER_OPERATIONS=${CLIENTELE_LEDGER_OPERATIONS:-1000000}
step "faults" "See the failing test above." cargo test --package server --test it -- faults ledger killed --nocapture
