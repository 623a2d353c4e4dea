// Checks that every crate in the program or in its build has a permissive licence.

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

/// Whether an SPDX expression, such as `(MIT OR Apache-2.0) AND Unicode-3.0`, can be satisfied with allowed licences.
function isAllowed(expression) {
  // Old crates write a slash for OR.
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
    let allowed = operand();
    while (tokens[0] === "AND") {
      tokens.shift();
      allowed = operand() && allowed;
    }
    return allowed;
  }
  function operand() {
    const token = tokens.shift();
    if (token === "(") {
      const allowed = any();
      tokens.shift();
      return allowed;
    }
    // An exception only adds permissions, so the licence decides.
    if (tokens[0] === "WITH") tokens.splice(0, 2);
    return ALLOWED.has(token);
  }

  return any() && tokens.length === 0;
}

/// Crates that a member of the workspace depends on for a platform, without dev-dependencies.
function cratesOf(member, platform) {
  const args = ["metadata", "--format-version", "1", "--locked", "--filter-platform", platform];
  const metadata = JSON.parse(execFileSync("cargo", args, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] }));
  const packages = new Map(metadata.packages.map((crate) => [crate.id, crate]));
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const found = new Set();
  const waiting = [metadata.packages.find(({ name, source }) => name === member && source === null).id];
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
  [...cratesOf("server", host), ...cratesOf("frontend", "wasm32-unknown-unknown")].map((crate) => [crate.id, crate]),
);
const refused = [...crates.values()].filter(({ license }) => !isAllowed(license ?? ""));
for (const { name, version, license } of refused) console.error(`${name} ${version}: ${license ?? "no licence"}`);
if (refused.length > 0) process.exit(1);
console.log(`   ${crates.size} crates`);
