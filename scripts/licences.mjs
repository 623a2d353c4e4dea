// Fails when a crate that reaches the program, or that builds it, has a licence that isn't a permissive one.

import { execFileSync } from "node:child_process";

const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC0-1.0",
  "CDLA-Permissive-2.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unicode-3.0",
  "Unlicense",
  "Zlib",
]);

/// Whether an SPDX expression leaves us a choice that is allowed: `(MIT OR Apache-2.0) AND Unicode-3.0`.
function isAllowed(expression) {
  // Before SPDX expressions, crates wrote a slash for OR.
  const tokens = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g) ?? [];

  function any() {
    let allowed = all();
    while (tokens[0] === "OR") {
      tokens.shift();
      allowed = all() || allowed;
    }
    return allowed;
  }
  function all() {
    let allowed = one();
    while (tokens[0] === "AND") {
      tokens.shift();
      allowed = one() && allowed;
    }
    return allowed;
  }
  function one() {
    const token = tokens.shift();
    if (token === "(") {
      const allowed = any();
      tokens.shift();
      return allowed;
    }
    // An exception permits more than its licence does, so the licence decides.
    if (tokens[0] === "WITH") tokens.splice(0, 2);
    return ALLOWED.has(token);
  }

  return any() && tokens.length === 0;
}

/// The crates that a member of the workspace needs on a platform, tests left out.
function cratesOf(member, platform) {
  const args = ["metadata", "--format-version", "1", "--locked", "--filter-platform", platform];
  const metadata = JSON.parse(execFileSync("cargo", args, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] }));
  const packages = new Map(metadata.packages.map((one) => [one.id, one]));
  const nodes = new Map(metadata.resolve.nodes.map((one) => [one.id, one]));
  const found = new Set();
  const waiting = [metadata.packages.find((one) => one.name === member && one.source === null).id];
  for (let id = waiting.pop(); id; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    for (const dependency of nodes.get(id).deps) {
      if (dependency.dep_kinds.some(({ kind }) => kind !== "dev")) waiting.push(dependency.pkg);
    }
  }
  return [...found].map((id) => packages.get(id));
}

const host = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.*)$/m)[1];
const crates = new Map(
  [...cratesOf("server", host), ...cratesOf("frontend", "wasm32-unknown-unknown")].map((one) => [one.id, one]),
);
const refused = [...crates.values()].filter((one) => !isAllowed(one.license ?? ""));
for (const one of refused) console.error(`${one.name} ${one.version}: ${one.license ?? "names no licence"}`);
if (refused.length > 0) process.exit(1);
console.log(`   ${crates.size} crates`);
