// Runs a test module in parts: `node run.mjs FOLDER NAME CALLS`, where CALLS is JSON such as
// [["load", "names"], ["open", 2, 5]]. Prints what each call returned, as JSON; null for a trap.
//
// Joins the parts as frontend/start.js does, from files.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, name, calls] = process.argv.slice(2);
const read = (file) => readFileSync(join(folder, file));
const start = (file, imports) =>
  new WebAssembly.Instance(new WebAssembly.Module(read(`${file}.wasm`)), imports).exports;

const list = join(folder, "parts.json");
const parts = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : {};
const main = start(name, { env: { twice: (number) => number * 2 } });
const get = (_, key) => (isNaN(key) ? main[key] : main.t.get(+key));
const loaded = new Set();

const functions = {
  ...main,
  load(part) {
    for (const file of parts[part] ?? []) {
      if (!loaded.has(file)) start(file, { "": new Proxy({}, { get }) });
      loaded.add(file);
    }
    return 0;
  },
};

const results = JSON.parse(calls).map(([called, ...rest]) => {
  try {
    return functions[called](...rest);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return null;
  }
});
console.log(JSON.stringify(results));
