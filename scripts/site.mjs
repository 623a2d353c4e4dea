// Builds target/site from the compiled frontend, style/ and public/. Run by scripts/build-site.sh.
//
// Files are only written when their content changes, since each write recompiles the server.
//
// `site.mjs watch` builds target/watch/site for scripts/watch.sh: nothing is made smaller, and a script reloads the page
// once there is a newer one.

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
import { imports } from "./layers.mjs";

const WATCH = process.argv[2] === "watch";
const SITE = WATCH ? "target/watch/site" : "target/site";
const PARTS = WATCH ? "target/watch/parts" : "target/site-parts";
const BUILT = `target/wasm32-unknown-unknown/${WATCH ? "wasm-dev" : "wasm-release"}`;
// The WASM modules, their names in the site, and the scripts that bundle the ones of wasm-bindgen: the application, which
// is split into parts, and the drawing of charts.
const MODULES = [
  { wasm: `${BUILT}/frontend.wasm`, name: "clientele", split: !WATCH, script: "frontend/start.js" },
  { wasm: `${BUILT}/frontend_chart.wasm`, name: "chart", script: "frontend/chart/start.js" },
];
const BINDGEN = "target/tools/bindgen/debug/bindgen";
const WASM_OPT = "scripts/node_modules/.bin/wasm-opt";
// Optimizes the size in brotli, which finds similarities between functions as long as they aren't inlined: "-Oz" alone
// makes the file a tenth smaller and its brotli a tenth larger.
const SIZE_OPTIONS = ["-Os", "--one-caller-inline-max-function-size=0", "--skip-pass=local-cse"];
// For the parts: bindgen has named functions so that similar ones follow each other. wasm-opt would otherwise place the
// most used ones first, which saves bytes and makes the brotli a twentieth larger.
const ORDER_OPTIONS = ["--memory-packing", "--reorder-functions-by-name"];
// scripts/watch.sh writes the time of each build into /made.
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

/// Optimizes a module's WASM and bundles its script. The result is cached, since this is the slow part.
async function moduleFiles({ wasm, name, split, script }) {
  const parts = join(PARTS, name);
  const made = join(parts, "made");
  const stamp = join(parts, "made-from");
  const tools = ["site.mjs", "package-lock.json", "bindgen/Cargo.lock"].map((file) => join("scripts", file));
  const madeFrom = hashOf(wasm, script, ...tools, ...filesIn("scripts/bindgen/src"));
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== madeFrom) {
    rmSync(parts, { recursive: true, force: true });
    mkdirSync(made, { recursive: true });
    const run = (program, ...options) => execFileSync(program, options, { stdio: "inherit" });
    const glue = `${name}-glue`;
    const bound = join(parts, `${glue}_bg.wasm`);
    const whole = join(split ? parts : made, `${name}.wasm`);
    run(BINDGEN, ...(split ? ["plan"] : []), wasm, parts, glue);
    // wasm-opt reads the WASM features from the module itself.
    if (WATCH) renameSync(bound, whole);
    else run(WASM_OPT, ...SIZE_OPTIONS, bound, "-o", whole);
    if (split) {
      run(BINDGEN, "cut", whole, join(parts, `${glue}.plan`), made, name);
      for (const file of filesIn(made).filter((file) => file.endsWith(".wasm"))) run(WASM_OPT, ...ORDER_OPTIONS, file, "-o", file);
    }
    copyFileSync(script, join(parts, "start.js"));
    writeFileSync(join(made, `${name}.js`), await bundled(join(parts, "start.js"), { format: "esm" }));
    writeFileSync(stamp, madeFrom);
  }
  return Object.fromEntries(filesIn(made).map((file) => [`pkg/${relative(made, file)}`, readFileSync(file)]));
}

/// Leaves addresses from the root alone: they are files of public/, which aren't bundled.
const keepAddresses = {
  name: "keep addresses",
  setup({ onResolve }) {
    onResolve({ filter: /^\// }, ({ path, kind }) => (kind === "url-token" ? { path, external: true } : undefined));
  },
};

/// Inlines the sizes of style/tokens.css and drops their tokens: no size changes at run time, and a var() takes more
/// bytes than the number.
const inlineSizes = {
  name: "inline sizes",
  setup({ onLoad }) {
    const SIZE = /^ *(--[\w-]+): ([\d.]+(?:px|em));\n/gm;
    const tokens = readFileSync("style/tokens.css", "utf8").matchAll(SIZE);
    const sizes = new Map([...tokens].map(([, name, size]) => [name, size]));
    onLoad({ filter: /\.css$/ }, ({ path }) => {
      const style = readFileSync(path, "utf8").replace(SIZE, "");
      return { loader: "css", contents: style.replace(/var\((--[\w-]+)\)/g, (use, name) => sizes.get(name) ?? use) };
    });
  },
};

/// Bundles a script or style sheet with its imports, and minifies it.
async function bundled(file, options) {
  const result = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    write: false,
    plugins: [keepAddresses, inlineSizes],
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
  // Pictures and fonts are compressed already. Compressing them once more would only cost time.
  const worthIt = brotli.length < content.length * 0.9;
  return worthIt ? { ".br": brotli, ".gz": gzip } : {};
}

/// Writes a file and its compressed copies, unless they are up to date. The plain file is written last, so that its
/// content proves that the others are complete. Returns the paths of all.
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
// A file, so that `cargo leptos` finds it too.
writeFileSync("target/style.css", imports(".."));
files["pkg/clientele.css"] = await bundled("target/style.css", {});
for (const file of filesIn("public")) files[relative("public", file)] = readFileSync(file);

const current = new Set(WATCH ? [join(SITE, "made")] : []);
mkdirSync(SITE, { recursive: true });
for (const [path, content] of Object.entries(files)) for (const form of put(path, content)) current.add(form);
for (const file of filesIn(SITE)) if (!current.has(file)) rmSync(file);

for (const path of Object.keys(files).filter((path) => !WATCH && path.startsWith("pkg/"))) {
  const target = join(SITE, path);
  console.log(`   ${path}: ${kilobytes(target)}, in brotli ${kilobytes(`${target}.br`)}`);
}
