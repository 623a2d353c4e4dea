#!/usr/bin/env bash
# The fuzz targets, each for some seconds: what comes in from outside never makes the program fall over. What makes it
# fall over is kept in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib.sh

readonly EACH=${1:-60}

need_rust
need_c_compiler
need_cargo_fuzz

# Two features of the compiler that aren't stable yet are all that a nightly one would be needed for.
fuzz() {
  RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$CARGO_TARGET_DIR/fuzz "$TOOLS/fuzz/bin/cargo-fuzz" fuzz "$@"
}

# seeds first, then what earlier runs found
fuzz_target() {
  mkdir -p "fuzz/corpus/$1"
  fuzz run --sanitizer none "$1" "fuzz/corpus/$1" "fuzz/seeds/$1" -- -max_total_time="$EACH" -max_len=4096 -timeout=10 \
    -verbosity=0 -print_final_stats=1
}

step "fuzz targets" "See the compiler's message above." fuzz build --sanitizer none
for target in ndjson csv kannel_log; do
  step "fuzz: $target" "Write a test with the input that is named above, and mend what it shows." fuzz_target "$target"
done
