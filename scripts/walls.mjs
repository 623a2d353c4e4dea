// Checks the walls of the house: no files import each other in a circle, and no folder imports one above it.
//
// Cargo keeps the walls between crates. Within a crate a folder may import those before it in ORDER, and nothing else.
// Also checks that the business has neither Leptos nor axum, and that shared components name no feature.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const CRATES = {
  values: 'app/values/src',
  drawing: 'app/drawing/src',
  ui: 'app/ui/src',
  domain: 'app/domain/src',
  app: 'app/src',
  server: 'server/src',
}

/** The folders and files of a crate's first level, from the bottom up. Those of other crates only must not form a circle. */
const ORDER = {
  domain:
    'ids actor policy database batch_queue audit form_answers intake clients administrators operators mail ledger names messages imports ' +
    'kannel reports services search views',
  app: 'cookies response_status failure access frame export posted gateway sign_in views client_table client_page name_queue search parts',
}

const crates = new Set(Object.keys(CRATES))

/** Each module's path, such as `domain::names::query`, with its file. */
const files = new Map()
for (const [crate, root] of Object.entries(CRATES)) {
  for (const name of fs.readdirSync(root, { recursive: true })) {
    if (!name.endsWith('.rs') || /(^|\/)tests(\.rs|\/)/.test(name)) continue
    const parts = name.slice(0, -'.rs'.length).split(path.sep)
    if (['mod', 'lib'].includes(parts.at(-1))) parts.pop()
    files.set([crate, ...parts].join('::'), path.join(root, name))
  }
}

/** The paths of a `use` tree: `a::{b, c::d}` is `a::b` and `a::c::d`. */
function leaves(tree, before = '') {
  const at = tree.indexOf('{')
  if (at < 0) return [before + tree.trim().split(/\s+as\s+/)[0]]
  const prefix = before + tree.slice(0, at).trim()
  const parts = []
  let depth = 0
  let begin = at + 1
  for (let index = begin; index < tree.length; index++) {
    if (tree[index] === '{') depth++
    const ends = depth === 0 && (tree[index] === ',' || tree[index] === '}')
    if (ends && tree.slice(begin, index).trim() !== '') parts.push(tree.slice(begin, index))
    if (ends) begin = index + 1
    if (tree[index] === '}') depth--
  }
  return parts.flatMap((part) => leaves(part, prefix))
}

/** The file that a path leads to, seen from a module. */
function target(used, module) {
  let parts = used.split('::').filter((part) => part !== 'self')
  let base = module.split('::')
  if (parts[0] === 'crate') [base, parts] = [base.slice(0, 1), parts.slice(1)]
  else if (parts[0] === 'super') for (; parts[0] === 'super'; parts = parts.slice(1)) base = base.slice(0, -1)
  else if (crates.has(parts[0]) && parts[0] !== base[0]) [base, parts] = [[], parts]
  else if (!files.has([...base, parts[0]].join('::'))) return undefined
  const whole = [...base, ...parts]
  for (let length = whole.length; length > 0; length--) {
    const found = files.get(whole.slice(0, length).join('::'))
    if (found !== undefined) return found
  }
  return undefined
}

/** The files that a file imports. */
function imports(module, file) {
  const source = fs
    .readFileSync(file, 'utf8')
    .split(/^#\[cfg\(test\)\]\nmod \w+ \{/m)[0]
    .replace(/\/\/.*/g, '')
  // Inside of an inline module `super` is the file itself.
  const outside = source.replace(/^(?:pub(?:\([^)]*\))? )?mod \w+ \{$[^]*?^\}$/gm, (inner) => inner.replace(/\bsuper\b/g, 'self'))
  const used = [...outside.matchAll(/^ *(?:pub(?:\([^)]*\))? )?use ([^;]+);/gm)].flatMap(([, tree]) => leaves(tree))
  const inline = [...outside.matchAll(/(?<![\w:])((?:crate|super)(?:::\w+)+)/g)].map(([found]) => found)
  const found = [...used, ...inline].map((name) => target(name, module))
  return new Set(found.filter((other) => other !== undefined && other !== file))
}

const arrows = new Map([...files].map(([module, file]) => [file, imports(module, file)]))
const moduleOf = new Map([...files].map(([module, file]) => [file, module]))
const problems = []

/** The circles of a graph, each once: a walk that meets a node of its own way has found one. */
function circles(graph) {
  const done = new Set()
  const found = []
  const walk = (node, way) => {
    if (way.includes(node)) return found.push([...way.slice(way.indexOf(node)), node])
    if (done.has(node)) return undefined
    for (const next of graph.get(node) ?? []) walk(next, [...way, node])
    return done.add(node)
  }
  for (const node of graph.keys()) walk(node, [])
  return found
}

for (const circle of circles(arrows)) problems.push(`files import each other in a circle: ${circle.join(' -> ')}`)

const folders = new Map()
for (const [file, others] of arrows) {
  const [crate, folder] = moduleOf.get(file).split('::')
  for (const other of others) {
    const [there, above] = moduleOf.get(other).split('::')
    if (there !== crate || folder === undefined || above === undefined || above === folder) continue
    const name = `${crate}::${folder}`
    folders.set(name, (folders.get(name) ?? new Set()).add(`${crate}::${above}`))
    const order = ORDER[crate]?.split(' ')
    if (order === undefined) continue
    for (const one of [folder, above])
      if (!order.includes(one)) problems.push(`${crate}::${one} has no place in the order of scripts/walls.mjs`)
    if (order.indexOf(above) > order.indexOf(folder)) problems.push(`${file} imports ${other}, which is above it`)
  }
}
for (const circle of circles(folders)) problems.push(`folders import each other in a circle: ${circle.join(' -> ')}`)

// Shared components know no feature. The product's own words would be a sign of one.
const FEATURES = /\b(clients?|ledger|mailings?|operators?|statistics|questionnaires?|top-ups?|sender|viber|sms)\b/i
for (const [module, file] of files)
  if (module.startsWith('ui::') || module === 'ui')
    for (const [index, line] of fs.readFileSync(file, 'utf8').split('\n').entries())
      if (FEATURES.test(line)) problems.push(`${file}:${index + 1} names a feature: ${line.trim()}`)

// The business has neither Leptos nor axum among its dependencies, whatever the features.
const tree = execFileSync('cargo', ['tree', '--package', 'domain', '--edges', 'normal', '--prefix', 'none'], { encoding: 'utf8' })
for (const [name] of tree.matchAll(/^(leptos|axum)\w* /gm)) problems.push(`domain depends on ${name.trim()}`)

for (const problem of new Set(problems)) console.error(problem)
if (problems.length > 0) process.exit(1)
