#!/usr/bin/env bash
# Tests the gateway's API against its OpenAPI description: sends valid and invalid requests and checks the answers. The
# server (target/debug/clientele) has a database and a token of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

need_schemathesis

calls() {
  local folder program=$PWD/target/debug/clientele server token address status=0
  folder=$(mktemp -d)
  export DATABASE_URL="sqlite://$folder/calls.db?mode=rwc" CLIENTELE_ADDR=127.0.0.1:0 RUST_LOG=error
  printf 'id,login,currency,balance\n7,380507,EUR,5\n8,380508,UAH,\n' | "$program" import clients - >/dev/null
  token=$("$program" token create --name calls --scope messages --scope clients --scope clients:money \
    --scope names --scope names:decide)
  "$program" serve >"$folder/server.log" 2>&1 &
  server=$!
  trap 'kill "$server"; wait "$server" || true; rm -rf "$folder"' EXIT
  for _ in $(seq 100); do
    address=$(sed -n 's/^Clientele is at //p' "$folder/server.log")
    [ -n "$address" ] && break
    sleep 0.1
  done
  SCHEMATHESIS_HOOKS=hooks PYTHONPATH=scripts/openapi timeout 300 "$TOOLS/schemathesis/bin/schemathesis" \
    --config-file scripts/openapi/schemathesis.toml run "$address/api/v1/openapi.json" \
    --header "Authorization: Bearer $token" || status=$?
  "$program" check || status=$?
  return "$status"
}

step "tests of the API" "See schemathesis's message above; its \`curl\` line calls the same again." calls
