// Makes target/site from the compiled frontend, style/ and public/: see scripts/build-site.sh, which runs it.
//
// A file is written only when its content changes, since the server is compiled anew when one does.
//
// `site.mjs watch` makes target/watch/site for scripts/watch.sh: as quickly as it goes, so nothing is made smaller, and
// with a script that loads the page again once there is a newer one.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const WATCH = process.argv[2] === "watch";
const SITE = WATCH ? "target/watch/site" : "target/site";
const PARTS = WATCH ? "target/watch/parts" : "target/site-parts";
const BUILT = `target/wasm32-unknown-unknown/${WATCH ? "wasm-dev" : "wasm-release"}`;
// What Rust makes for the browser, and what the site calls it: the application, and the drawing of charts, which comes
// with a script of ours that wasm-bindgen's is bundled into.
const MODULES = [
  { wasm: `${BUILT}/frontend.wasm`, name: "clientele", glue: "clientele" },
  {
    wasm: `${BUILT}/frontend_chart.wasm`,
    name: "chart",
    glue: "chart-glue",
    script: "frontend/chart/start.js",
  },
];
const BINDGEN = "target/tools/bindgen/debug/bindgen";
const WASM_OPT = "scripts/node_modules/.bin/wasm-opt";
// What counts is the size in brotli, which finds what functions have in common as long as they aren't merged into
// their callers: "-Oz" alone makes the file a tenth smaller and its brotli a tenth larger.
const SMALLER = ["-Os", "--one-caller-inline-max-function-size=0", "--skip-pass=local-cse"];
// scripts/watch.sh writes another time into /made with each build.
const RELOAD = `
(async () => {
  const made = () => fetch("/made").then((answer) => (answer.ok ? answer.text() : ""), () => "");
  const shown = await made();
  setInterval(async () => {
    const newest = await made();
    if (newest && newest !== shown && (await fetch("/readyz")).ok) location.reload();
  }, 500);
})();
`;

function hashOf(...files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/// A module as WASM and script, made smaller: the slow part, so it is kept for the next time.
async function moduleFiles({ wasm, name, glue, script }) {
  const parts = join(PARTS, name);
  const stamp = join(parts, "made-from");
  const tools = ["site.mjs", "package-lock.json", "bindgen/Cargo.lock", "bindgen/src/main.rs"];
  const madeFrom = hashOf(wasm, ...tools.map((file) => join("scripts", file)), ...(script ? [script] : []));
  const smaller = join(parts, `${name}.wasm`);
  const js = join(parts, `${name}.min.js`);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== madeFrom) {
    rmSync(parts, { recursive: true, force: true });
    mkdirSync(parts, { recursive: true });
    execFileSync(BINDGEN, [wasm, parts, glue], { stdio: "inherit" });
    // The module says itself which of WASM's features it uses.
    const whole = join(parts, `${glue}_bg.wasm`);
    if (WATCH) renameSync(whole, smaller);
    else execFileSync(WASM_OPT, [...SMALLER, whole, "-o", smaller], { stdio: "inherit" });
    if (script) copyFileSync(script, join(parts, "start.js"));
    writeFileSync(js, await bundled(join(parts, script ? "start.js" : `${glue}.js`), { format: "esm" }));
    writeFileSync(stamp, madeFrom);
  }
  return { [`pkg/${name}.wasm`]: readFileSync(smaller), [`pkg/${name}.js`]: readFileSync(js) };
}

/// An address from the root is that of a file in public/, which isn't taken in.
const addressesStay = {
  name: "addresses stay",
  setup({ onResolve }) {
    onResolve({ filter: /^\// }, ({ path, kind }) => (kind === "url-token" ? { path, external: true } : undefined));
  },
};

/// A script or style sheet with all that it imports, without what only people need.
async function bundled(file, options) {
  const result = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    write: false,
    plugins: [addressesStay],
    logLevel: "warning",
    ...options,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

function compressed(content) {
  const brotli = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  const gzip = gzipSync(content, { level: 9 });
  // Pictures and fonts are compressed already: to unpack them once more would only cost time.
  const worthIt = brotli.length < content.length * 0.9;
  return worthIt ? { ".br": brotli, ".gz": gzip } : {};
}

/// Writes a file and its compressed forms, unless they are there. The plain file comes last, so that it vouches for
/// the others. Returns the names of all.
function put(path, content) {
  const target = join(SITE, path);
  const forms = [target, `${target}.br`, `${target}.gz`];
  if (existsSync(target) && readFileSync(target).equals(content)) return forms;
  mkdirSync(dirname(target), { recursive: true });
  for (const form of forms) rmSync(form, { force: true });
  for (const [ending, bytes] of WATCH ? [] : Object.entries(compressed(content))) writeFileSync(target + ending, bytes);
  writeFileSync(target, content);
  return forms;
}

function kilobytes(path) {
  return existsSync(path) ? `${(statSync(path).size / 1000).toFixed(1)} kB` : "-";
}

const files = {};
for (const module of MODULES) Object.assign(files, await moduleFiles(module));
if (WATCH) files["pkg/clientele.js"] = Buffer.concat([files["pkg/clientele.js"], Buffer.from(RELOAD)]);
files["pkg/clientele.css"] = await bundled("style/main.css", {});
for (const file of filesIn("public")) files[relative("public", file)] = readFileSync(file);

const wanted = new Set(WATCH ? [join(SITE, "made")] : []);
mkdirSync(SITE, { recursive: true });
for (const [path, content] of Object.entries(files)) for (const form of put(path, content)) wanted.add(form);
for (const file of filesIn(SITE)) if (!wanted.has(file)) rmSync(file);

for (const path of Object.keys(files).filter((path) => !WATCH && path.startsWith("pkg/"))) {
  const target = join(SITE, path);
  console.log(`   ${path}: ${kilobytes(target)}, in brotli ${kilobytes(`${target}.br`)}`);
}
