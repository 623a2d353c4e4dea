#!/usr/bin/env bash
# Builds the program with the site embedded: target/release/clientele. Installs the tools that this needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/build-site.sh

step --about "19 min" "the server" "See the compiler's message above." \
  cargo build --release --package server --bin clientele
