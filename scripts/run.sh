#!/usr/bin/env bash
# Builds the program, fills a database with demo data the first time, and serves until it is stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/build-site.sh

readonly PROGRAM=target/quick/clientele

step --about "8 min" "the server" "See the compiler's message above." \
  cargo build --profile quick --package server --bin clientele
demo_data "$PROGRAM"

# Replaces this script, so that Ctrl-C and `kill` reach the server.
exec "$PROGRAM" serve
