#!/usr/bin/env bash
# Functions that the other scripts share: messages, steps, and the installation of tools. Source it from the project's
# folder; it isn't run by itself.
set -euo pipefail

# A script may source another one, and both source this file.
if declare -F step >/dev/null; then return 0; fi

# Overrides the user's settings, since other scripts rely on target/release/clientele.
export CARGO_TARGET_DIR=$PWD/target
readonly TOOLS=$CARGO_TARGET_DIR/tools
mkdir -p "$TOOLS"

# `make` from a desktop or CI may not have sourced the profile in which rustup extends the path.
PATH=$PATH:${HOME:-/root}/.cargo/bin

say() {
  printf '%s\n' "$*" >&2
}

fail() {
  say ""
  say "Stopped: $*"
  exit 1
}

# ---- Steps ----------------------------------------------------------------------------------------------------------

running=
clock=
outcome=
summary=

stop() {
  # Ctrl-C signals the whole process group of `make`, so this script may get a signal twice.
  trap '' INT TERM HUP
  stop_group "$clock"
  stop_group "$running"
  exit "$1"
}

# stop_group ID: ends what runs in a process group, if it does.
stop_group() {
  [ -n "$1" ] || return 0
  kill -TERM -- "-$1" 2>/dev/null || true
  # For one that has ended already, bash would wait until any other child ends.
  if kill -0 "$1" 2>/dev/null; then wait "$1" 2>/dev/null || true; fi
}

trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

# step [--about TIME] NAME ADVICE COMMAND...: runs the command and records its time. Exits with the advice if it fails.
# TIME is the duration of a first run, when nothing is compiled yet.
step() {
  local about=
  if [ "$1" = --about ]; then
    about=$2
    shift 2
  fi
  local name=$1 advice=$2
  shift 2
  timed "$name" "$about" "$@"
  [ "$outcome" = 0 ] || fail "\"$name\" failed. $advice"
}

# timed NAME TIME COMMAND...: the same, but leaves the command's status in `outcome`. If it returned that, bash would go
# on after an error within the command.
timed() {
  local name=$1 about=${2:+" (about $2 the first time, on 2 cores)"} began=$SECONDS line
  shift 2
  say "── $name$about"
  # In process groups of their own, so that `stop` also ends the processes that the command has started.
  set -m
  "$@" </dev/null &
  running=$!
  tell_time "$name$about" </dev/null &
  clock=$!
  set +m
  outcome=0
  wait "$running" || outcome=$?
  running=
  stop_group "$clock"
  clock=
  [ "$outcome" = 0 ] || return 0
  line=$(printf '%6d s  %s' $((SECONDS - began)) "$name")
  say "$line"
  summary+=$line$'\n'
}

# Says every minute how long a step has been running, for as long as this script lives.
tell_time() {
  local began=$SECONDS clear=
  # Cargo keeps its progress on the terminal's last line, and draws it again below this one.
  [ ! -t 2 ] || clear=$'\r\e[K'
  while sleep 60 && kill -0 "$$" 2>/dev/null; do
    say "$clear   $(((SECONDS - began) / 60)) min: $1"
  done
}

# ---- Debian's packages ----------------------------------------------------------------------------------------------

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null ||
    fail "this needs $*, and there is no apt-get to install it with: install it by other means and try again."
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    fail "this needs Debian's $*: run \`apt-get install $*\` as root and try again."
}

apt_install() {
  may_install "$@"
  say "Installing Debian's $*"
  local log=$TOOLS/apt.log
  # A failed update doesn't matter: older package lists usually work as well.
  as_root apt-get update >"$log" 2>&1 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    fail "apt-get couldn't install $*: fix the error above and try again."
  }
}

need_c_compiler() {
  # Compiles SQLite, and links the program.
  command -v cc >/dev/null || apt_install build-essential
}

need_chromium() {
  # The headless shell takes two thirds of the time.
  [ -x /usr/bin/chromium-headless-shell ] || [ -x /usr/bin/chromium ] && return
  apt_install chromium-headless-shell fonts-liberation
}

need_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null && return
  may_install postgresql
  # The tests start their own servers. Debian's package would start a system-wide one.
  local settings=/etc/postgresql-common/createcluster.d
  as_root mkdir -p "$settings"
  echo 'create_main_cluster = false' | as_root tee "$settings/clientele.conf" >/dev/null
  apt_install postgresql
  as_root rm -f "$settings/clientele.conf"
}

need_kannel() {
  [ -x /usr/sbin/bearerbox ] && [ -x /usr/lib/kannel/test/fakesmsc ] && return
  may_install kannel kannel-extras
  # The tests start their own gateways. Debian's package would start a system-wide one, unless a policy prevents it. An
  # existing policy stays.
  local policy=/usr/sbin/policy-rc.d status=0
  if [ -e "$policy" ]; then
    apt_install kannel kannel-extras
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  (apt_install kannel kannel-extras) || status=$?
  as_root rm -f "$policy"
  # Keeps it from being started at the next boot.
  as_root update-rc.d kannel disable >/dev/null 2>&1 || true
  [ "$status" = 0 ] || exit "$status"
}

need_pdftotext() {
  command -v pdftotext >/dev/null || apt_install poppler-utils
}

# ---- Python's packages ----------------------------------------------------------------------------------------------

need_schemathesis() {
  local wanted=4.32.5 folder=$TOOLS/schemathesis
  [ "$("$folder/bin/schemathesis" --version 2>/dev/null)" = "schemathesis, version $wanted" ] && return
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
  say "Installing schemathesis"
  rm -rf "$folder"
  python3 -m venv "$folder" && "$folder/bin/pip" install --quiet "schemathesis==$wanted" ||
    fail "pip couldn't install schemathesis: see above, check the connection and try again."
}

# ---- Node and its packages ------------------------------------------------------------------------------------------

need_node() {
  command -v node >/dev/null || apt_install nodejs npm
  command -v npm >/dev/null || apt_install npm
  node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' ||
    fail "Node.js $(node --version) is too old: install version 18 or newer and try again."
}

# npm_packages FOLDER: installs the packages of its lock file.
npm_packages() {
  local installed=$1/node_modules/.installed-lock
  cmp -s "$1/package-lock.json" "$installed" && return
  say "Installing the npm packages of $1/"
  (cd "$1" && npm ci --loglevel=error >&2) ||
    fail "npm couldn't install the packages of $1/: see above, check the connection and try again."
  cp "$1/package-lock.json" "$installed"
}

# ---- Rust -----------------------------------------------------------------------------------------------------------

need_rust() {
  local wanted have
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  command -v rustc >/dev/null ||
    fail "Rust isn't installed: install Rust $wanted or newer with rustup and try again."
  have=$(rustc --version | cut -d ' ' -f 2)
  [ "$(printf '%s\n' "$wanted" "$have" | sort --version-sort | head -n 1)" = "$wanted" ] ||
    fail "Rust $have is too old: install $wanted or newer with \`rustup update stable\` and try again."
}

# need_rust_command NAME: fmt or clippy.
need_rust_command() {
  cargo "$1" --version >/dev/null 2>&1 && return
  local component=${1/fmt/rustfmt}
  command -v rustup >/dev/null && rustup component add "$component" && return
  fail "cargo $1 is missing: install $component beside your Rust and try again."
}

readonly WASM=wasm32-unknown-unknown
readonly WASM_SYSROOT=$TOOLS/wasm-sysroot

# compiles_wasm RUSTC FLAGS...: whether this rustc has the standard library for WASM.
compiles_wasm() {
  local libraries
  libraries=$("$@" --print target-libdir --target "$WASM" 2>/dev/null) && compgen -G "$libraries/libcore*.rlib" >/dev/null
}

need_wasm_target() {
  compiles_wasm rustc && return
  compiles_wasm /usr/bin/rustc --sysroot "$WASM_SYSROOT" && return
  if command -v rustup >/dev/null; then
    say "Installing Rust's standard library for WASM"
    timeout 300 rustup target add "$WASM" && compiles_wasm rustc && return
    say "rustup couldn't fetch it."
  fi
  build_wasm_target
}

# Fallback without access to rustup's server: Debian's Rust with the source of its standard library.
build_wasm_target() {
  local library log=$TOOLS/wasm-sysroot.log built=$TOOLS/wasm-build
  say "Compiling Rust's standard library for WASM from Debian's source, which takes a minute"
  apt_install rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy
  apt_install "$(basename "$(readlink /usr/bin/rust-lld)")"

  library=$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library
  RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Cembed-bitcode=yes -Zforce-unstable-if-unmarked' \
    CARGO_TARGET_DIR=$built /usr/bin/cargo build --release --locked \
    --manifest-path "$library/sysroot/Cargo.toml" --target "$WASM" >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    fail "Rust's standard library couldn't be compiled for WASM: run \`rustup target add $WASM\` with a connection to rustup's server and try again."
  }
  mkdir -p "$WASM_SYSROOT/lib/rustlib/$WASM/lib"
  find "$built/$WASM/release/deps" -name '*.rlib' ! -name 'libsysroot-*' \
    -exec cp {} "$WASM_SYSROOT/lib/rustlib/$WASM/lib/" \;
}

# Runs cargo for the WASM target, with the installed Rust or with Debian's.
browser_cargo() {
  local command=$1
  shift
  if compiles_wasm rustc; then
    cargo "$command" --target "$WASM" "$@"
    return
  fi
  export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=--sysroot=$WASM_SYSROOT
  if [ "$command" = clippy ]; then
    # Called directly, since `cargo clippy` would find the clippy of another Rust on the path.
    /usr/bin/cargo-clippy clippy --target "$WASM" "$@"
  else
    /usr/bin/cargo "$command" --target "$WASM" "$@"
  fi
}

# locked_version NAME LOCKFILE: prints the version of a package.
locked_version() {
  grep -A 1 "^name = \"$1\"$" "$2" | sed -n 's/^version = "\(.*\)"/\1/p'
}

need_bindgen() {
  local wanted has
  wanted=$(locked_version wasm-bindgen Cargo.lock)
  has=$(locked_version wasm-bindgen-cli-support scripts/bindgen/Cargo.lock)
  [ "$wanted" = "$has" ] ||
    fail "scripts/bindgen/Cargo.toml asks for wasm-bindgen $has and the program uses $wanted: write \"=$wanted\" there, run \`cargo update --manifest-path scripts/bindgen/Cargo.toml\` and try again."
  CARGO_TARGET_DIR=$TOOLS/bindgen cargo build --quiet --locked --manifest-path scripts/bindgen/Cargo.toml
}

# All that both halves are built with.
need_site_tools() {
  need_rust
  need_c_compiler
  need_node
  need_wasm_target
  npm_packages scripts
  step --about "40 s" "the tool that joins WASM and JavaScript" "See the compiler's message above." need_bindgen
}

need_cargo_fuzz() {
  [ -x "$TOOLS/fuzz/bin/cargo-fuzz" ] && return
  say "Compiling cargo-fuzz"
  cargo install --quiet --locked --version 0.13.2 --root "$TOOLS/fuzz" cargo-fuzz
}

# ---- The demo data --------------------------------------------------------------------------------------------------

# demo_data PROGRAM: a database with demo data, unless there is one or the settings name another.
demo_data() {
  [ -z "${DATABASE_URL:-}" ] && [ ! -e data/clientele.db ] || return 0
  step --about "30 s" "the demo data" "See the message above." make_demo "$1"
}

# Made aside and moved into place, so that a start which is stopped halfway doesn't leave half a database.
make_demo() {
  rm -rf data/unfinished
  mkdir -p data/unfinished
  DATABASE_URL='sqlite://data/unfinished/clientele.db?mode=rwc' "$1" demo
  # Its log first: without it the database would lack what was written last.
  find data/unfinished -name 'clientele.db-*' -exec mv {} data/ \;
  mv data/unfinished/clientele.db data/
  rmdir data/unfinished
}
