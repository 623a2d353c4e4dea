#!/usr/bin/env bash
# Runs each fuzz target for a minute, or for the seconds in $1: no input makes a parser panic. Crashing inputs are kept
# in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

readonly EACH=${1:-60}

need_rust
need_c_compiler
need_cargo_fuzz

# Enables the two unstable features that cargo-fuzz otherwise needs a nightly compiler for.
fuzz() {
  RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$CARGO_TARGET_DIR/fuzz "$TOOLS/fuzz/bin/cargo-fuzz" fuzz "$@"
}

# fuzz_target NAME: starts from the seeds and the corpus of earlier runs.
fuzz_target() {
  mkdir -p "fuzz/corpus/$1"
  fuzz run --sanitizer none "$1" "fuzz/corpus/$1" "fuzz/seeds/$1" -- -max_total_time="$EACH" -max_len=4096 -timeout=10 \
    -verbosity=0 -print_final_stats=1
}

step "fuzz targets" "See the compiler's message above." fuzz build --sanitizer none
for target in ndjson csv kannel_log; do
  step "fuzz: $target" "Write a test with the input that is named above, and fix the bug." fuzz_target "$target"
done
