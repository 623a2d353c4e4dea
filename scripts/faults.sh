#!/usr/bin/env bash
# The tests of what breaks, turned many times: 200 kills of the server under load, of forms and of messages, on each
# database, and a million operations on the ledger against its reference. `make test` turns them a few times.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_rust
need_c_compiler
need_postgres

export CLIENTELE_FAULT_ROUNDS=${CLIENTELE_FAULT_ROUNDS:-200}
export CLIENTELE_LEDGER_OPERATIONS=${CLIENTELE_LEDGER_OPERATIONS:-1000000}
step "faults" "See the failing test above." cargo test --package server --test it -- faults ledger killed --nocapture
