#!/usr/bin/env bash
# Builds and serves, and does so once more whenever a file is saved; pages that are open then load again. Both halves
# are built for a quick build, at the same time: a page is slower than that of `make run`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_site_tools

readonly PROGRAM=target/debug/clientele
readonly WATCHED=$CARGO_TARGET_DIR/watch
# The server reads the site from this folder and carries none, so that a change of the site alone doesn't compile it.
export LEPTOS_SITE_ROOT=$WATCHED/site CLIENTELE_SITE=$WATCHED/nothing
mkdir -p "$LEPTOS_SITE_ROOT" "$CLIENTELE_SITE"

# both_halves [--quiet]
both_halves() {
  local browser status=0
  # A profile of its own has a folder of its own, so neither waits for the other's lock.
  (browser_cargo build "$@" -p frontend -p frontend-chart --profile wasm-dev && node scripts/site.mjs watch) &
  browser=$!
  cargo build "$@" --package server --bin clientele || status=$?
  wait "$browser" || status=$?
  return "$status"
}

is_server() {
  [ -n "$server" ] && kill -0 "$server" 2>/dev/null
}

stop_server() {
  is_server || return 0
  kill -TERM "$server"
  wait "$server" || true
}

server=
trap stop_server EXIT

# Serves what was built, unless it is what is being served.
serve() {
  if ! is_server || [ "$PROGRAM" -nt "$WATCHED/served" ]; then
    stop_server
    touch "$WATCHED/served"
    "$PROGRAM" serve </dev/null &
    server=$!
  fi
  date +%s.%N >"$LEPTOS_SITE_ROOT/made"
}

# Whether something was saved, added or removed since the last build began.
has_changed() {
  [ -n "$(find app frontend migration public server style Cargo.toml Cargo.lock -newer "$WATCHED/begun" -print -quit)" ]
}

touch "$WATCHED/begun"
step --about "6 min" "both halves" "See the compiler's message above." both_halves
demo_data "$PROGRAM"
serve

while true; do
  until has_changed; do sleep 0.2; done
  touch "$WATCHED/begun"
  timed "both halves" "" both_halves --quiet
  if [ "$outcome" = 0 ]; then serve; else say "── Not built: see the compiler's message above"; fi
done
