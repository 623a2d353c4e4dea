// Starts the application, and loads the parts that a page needs (app/src/parts.rs). The build bundles it with the script
// that wasm-bindgen makes of src/lib.rs. The page's own script calls `begin` and `hydrate`.
import start, { hydrate } from './clientele-glue.js'

export { hydrate }

/** The files of each part, in the order in which they are instantiated. */
let addresses
/** The main module's exports. */
let main
const files = {}
const loaded = new Set()

/** Fetches and compiles a file at once, and instantiates it after the files that it needs. */
function file(address, before) {
  return (files[address] ??= (async () => {
    const compiled = WebAssembly.compileStreaming(fetch(address))
    compiled.catch(() => {})
    await before
    const exports = await main
    // A number stands for a function of another file, at that place of the table.
    const get = (_, name) => (isNaN(name) ? exports[name] : exports.t.get(+name))
    await WebAssembly.instantiate(await compiled, { '': new Proxy({}, { get }) })
  })().catch((error) => {
    // A later attempt fetches it again.
    delete files[address]
    throw error
  }))
}

/** Loads the files of a part that aren't there. */
function load(part) {
  const last = (addresses[part] ?? []).reduce((before, address) => file(address, before), main)
  return last.then(() => loaded.add(part))
}

/** Loads a part for a page. Returns nothing if it is there. */
function open(part) {
  if (!loaded.has(part)) return load(part)
}

/** Loads a part that may be needed soon. */
function prefetch(part) {
  if (!loaded.has(part)) load(part).catch(() => {})
}

/** Loads the main module and the parts of the current page, all at the same time. */
export async function begin(wasm, addressesOfParts, needed) {
  globalThis.clientelePart = open
  globalThis.clientelePrefetch = prefetch
  addresses = addressesOfParts
  main = start({ module_or_path: wasm })
  await Promise.all([main, ...needed.map(load)])
}
