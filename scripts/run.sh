#!/usr/bin/env bash
# Builds the program, fills a database with demo data the first time, and serves until it is stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/build.sh

readonly PROGRAM=target/release/clientele

# Filled in a folder aside and moved into place, so that an interrupted start leaves no half database.
make_demo() {
  rm -rf data/unfinished
  mkdir -p data/unfinished
  DATABASE_URL='sqlite://data/unfinished/clientele.db?mode=rwc' "$PROGRAM" demo
  # Moves the write-ahead log first: without it the database would lack the last writes.
  find data/unfinished -name 'clientele.db-*' -exec mv {} data/ \;
  mv data/unfinished/clientele.db data/
  rmdir data/unfinished
}

if [ -z "${DATABASE_URL:-}" ] && [ ! -e data/clientele.db ]; then
  step "the demo data" "See the message above." make_demo
fi

# Replaces this script, so that Ctrl-C and `kill` reach the server.
exec "$PROGRAM" serve
