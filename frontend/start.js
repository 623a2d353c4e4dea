// Starts the application in the browser, and loads the parts that a page needs (app/src/parts.rs). Bundled with what
// wasm-bindgen makes of src/lib.rs; the page's own script calls `begin` and `hydrate`.
import start, { hydrate } from './clientele-glue.js'

export { hydrate }

let addresses
let everybody
let leaving
const files = {}
const there = new Set()

/** Fetches and compiles a file at once, and begins it when what it needs is there. */
function file(address, before) {
  return (files[address] ??= (async () => {
    const compiled = WebAssembly.compileStreaming(fetch(address))
    compiled.catch(() => {})
    await before
    const exports = await everybody
    // Functions of other files are taken out of the table.
    const get = (_, name) => (isNaN(name) ? exports[name] : exports.t.get(+name))
    await WebAssembly.instantiate(await compiled, { '': new Proxy({}, { get }) })
  })().catch((error) => {
    delete files[address]
    throw error
  }))
}

/** Loads the files of a part that aren't there, in their order. */
function load(name) {
  const last = (addresses[name] ?? []).reduce((before, address) => file(address, before), everybody)
  return last.then(() => there.add(name))
}

/**
 * Loads a part for the page at an address; answers nothing when it is there already. If that fails, perhaps because the
 * server has another version by now, the browser opens the address anew.
 */
function part(name, address) {
  if (there.has(name)) return
  return load(name).catch(() => {
    leaving ??= location.assign(address) ?? true
    return new Promise(() => {})
  })
}

/** Loads everybody's part and those of the page at hand, all at the same time. */
export async function begin(wasm, allAddresses, needed) {
  globalThis.clientelePart = part
  addresses = allAddresses
  everybody = start({ module_or_path: wasm })
  await Promise.all([everybody, ...needed.map(load)])
}
