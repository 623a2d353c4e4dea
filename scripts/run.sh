#!/usr/bin/env bash
# Builds, makes a database with demo data the first time, and serves until it is stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/build-site.sh

readonly PROGRAM=target/quick/clientele

step --about "7 min" "the server" "See the compiler's message above." \
  cargo build --profile quick --package server --bin clientele
demo_data "$PROGRAM"

# The server takes this script's place, so that Ctrl-C and `kill` reach it.
exec "$PROGRAM" serve
