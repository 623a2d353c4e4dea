// Checks how many bytes the first load of each page takes, compressed: its files in target/site, and its HTML.
//
// scripts/weights.json has the pages with their targets, and the recorded size of each file. A page that misses its
// target has the size that was reached as well. One that is more than 2 kB above fails, and the files that have grown are
// named. `weights.mjs record` records the sizes.
// `make bench` measures the same in a browser.

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SITE = 'target/site/pkg'
const RECORD = 'scripts/weights.json'
/** The bytes above the target, or above the size that was reached, that are tolerated. */
const TOLERANCE = 2_000
/** The headers of a response, on average. */
const HEADERS = 550

const { pages, files: recorded } = JSON.parse(readFileSync(RECORD, 'utf8'))
const parts = JSON.parse(readFileSync(join(SITE, 'parts.json'), 'utf8'))

/** The files of a page. */
function filesOf(page) {
  const chart = page.chart ? ['chart.js', 'chart.wasm'] : []
  const ofParts = page.parts.flatMap((part) => parts[part].map((file) => `${file}.wasm`))
  return [...new Set(['clientele.css', 'clientele.js', 'clientele.wasm', ...ofParts, ...chart])]
}

const record = process.argv[2] === 'record'
const size = (file) => statSync(join(SITE, `${file}.br`)).size
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

const sizes = {}
let failed = false
for (const page of pages) {
  for (const file of filesOf(page)) sizes[file] = size(file)
  const total = filesOf(page).reduce((sum, file) => sum + sizes[file] + HEADERS, page.html + HEADERS)
  console.log(`   ${page.name}: ${kilobytes(total)} of ${kilobytes(page.target)}`)
  const limit = Math.max(page.target, page.reached ?? 0)
  if (record && total > page.target) page.reached = total
  else if (record) delete page.reached
  if (total <= limit + TOLERANCE) continue
  failed = true
  console.error(`weights: ${page.name} takes ${kilobytes(total)}, ${kilobytes(total - limit)} more than allowed:`)
  for (const file of filesOf(page)) {
    const grown = sizes[file] - (recorded[file] ?? 0)
    if (grown > 0) console.error(`weights:   ${file} has grown by ${kilobytes(grown)} to ${kilobytes(sizes[file])}`)
  }
}
if (record) writeFileSync(RECORD, `${JSON.stringify({ pages, files: sizes }, null, 2)}\n`)
else if (failed) process.exit(1)
