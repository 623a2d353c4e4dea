#!/usr/bin/env bash
# Builds, makes a database with demo data the first time, and serves until it is stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/build.sh

readonly PROGRAM=target/release/clientele

# Made aside and moved into place, so that a start which is stopped halfway doesn't leave half a database.
make_demo() {
  rm -rf data/unfinished
  mkdir -p data/unfinished
  DATABASE_URL='sqlite://data/unfinished/clientele.db?mode=rwc' "$PROGRAM" demo
  # Its log first: without it the database would lack what was written last.
  find data/unfinished -name 'clientele.db-*' -exec mv {} data/ \;
  mv data/unfinished/clientele.db data/
  rmdir data/unfinished
}

if [ -z "${DATABASE_URL:-}" ] && [ ! -e data/clientele.db ]; then
  step "the demo data" "See the message above." make_demo
fi

# The server takes this script's place, so that Ctrl-C and `kill` reach it.
exec "$PROGRAM" serve
