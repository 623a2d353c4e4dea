// Benchmarks the chart against uPlot, which is known for its speed: the time to draw 166,650 points, and ten seconds of
// a pointer that moves over them. Both run in the same Chromium, by turns, on a fresh page each round.
//
//     node bench/chart.mjs
//
// Needs target/site and target/bench-parts, which scripts/bench.sh compiles.

import { chromium } from '@playwright/test'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchOptions } from '../support/chromium.js'

const ROUNDS = 9
const SECONDS = 10
const MOVES_PER_SECOND = 60
const MAX_DRAW_RATIO = 1.5
const MAX_SCRIPT_RATIO = 2

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file) => fs.readFileSync(path.join(root, file))
const uplot = 'end2end/node_modules/uplot/dist/uPlot'

const files = {
  '/clientele.css': ['text/css', read('target/site/pkg/clientele.css')],
  '/chart.js': ['text/javascript', read('target/site/pkg/chart.js')],
  '/chart.wasm': ['application/wasm', read('target/site/pkg/chart.wasm')],
  '/bench.js': ['text/javascript', read('target/bench-parts/bench.js')],
  '/bench.wasm': ['application/wasm', read('target/bench-parts/bench_bg.wasm')],
  '/uplot.js': ['text/javascript', read(`${uplot}.iife.min.js`)],
  '/uplot.css': ['text/css', read(`${uplot}.min.css`)],
  '/': [
    'text/html',
    '<!doctype html><html lang="en"><title>Bench</title><link rel="stylesheet" href="/clientele.css">' +
      '<link rel="stylesheet" href="/uplot.css"><div id="warm"></div><div id="place"></div>',
  ],
}

/** Runs in the page. Generates the same data each time, in the shape of uPlot's benchmark: 3 lines of 55,550 values. */
function makeData() {
  let state = 20240105
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const days = Array.from({ length: 55_550 }, (_, day) => day)
  const line = (level, wave) =>
    days.map((day) => Math.round(level * (2 + Math.sin(day / wave) + random())))
  return {
    seconds: days.map((day) => day * 86_400),
    labels: days.map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
    lines: [line(1000, 3000), line(700, 4100), line(300, 1700)],
  }
}

/** Set-up of each chart, which runs in the page. `window.show` draws the data and resolves when it is drawn. */
const CHARTS = {
  uPlot: {
    prepare: async () => {
      const script = document.createElement('script')
      script.src = '/uplot.js'
      document.head.append(script)
      await new Promise((resolve) => (script.onload = resolve))
      window.show = ({ seconds, lines }, place, { width, height }) => {
        const [blue, purple, green] = ['#1d6fd6', '#7c3aed', '#0f766e']
        const series = [{}, ...[blue, purple, green].map((stroke, index) => ({ stroke, label: `Line ${index}` }))]
        return new Promise((resolve) => {
          new window.uPlot({ width, height, series, hooks: { ready: [() => resolve()] } }, [seconds, ...lines], place)
        })
      }
      window.ready = (data) => data
      window.over = '.u-over'
      // The text of the legend for the point under the pointer.
      window.tip = () => document.querySelector('#place .u-series:nth-child(2) .u-value').textContent
    },
  },
  Clientele: {
    prepare: async () => {
      const { default: start, Ready } = await import('/bench.js')
      await start({ module_or_path: '/bench.wasm' })
      const drawing = await import('/chart.js')
      window.clienteleChart = (...plot) => drawing.show('/chart.wasm', ...plot)
      // Converts the data in advance, as a page deserializes the server's answer before the component renders.
      window.ready = ({ labels, lines }) => new Ready(labels, Float64Array.from(lines.flat()))
      window.show = (ready, place) =>
        new Promise((resolve) => {
          new MutationObserver(() => place.querySelector('canvas[data-drawn]') && resolve()).observe(place, {
            subtree: true,
            attributeFilter: ['data-drawn'],
          })
          ready.show(place)
        })
      window.over = '.chart-over'
      window.tip = () => document.querySelector('#place .chart-tip')?.textContent
    },
  },
}

/** A page with the chart, and the time in ms to draw the data on the canvas. */
async function shown(browser, address, name) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' })
  page.on('pageerror', (error) => console.error(`${name}: ${error}`))
  await page.goto(address)
  await page.evaluate(CHARTS[name].prepare)
  const took = await page.evaluate(
    async ([makeData, size]) => {
      const all = new Function(`return (${makeData})()`)()
      const few = { seconds: [0, 86_400], labels: ['a', 'b'], lines: [[1, 2], [2, 3], [3, 4]] }
      const settled = () => new Promise((resolve) => setTimeout(resolve, 300))
      // Draws a small chart first, so that the time to load isn't measured.
      await window.show(window.ready(few), document.querySelector('#warm'), size)
      document.querySelector('#warm').hidden = true
      const data = window.ready(all)
      await settled()
      const place = document.querySelector('#place')
      const began = performance.now()
      await window.show(data, place, size)
      // Chromium records drawing commands and runs them later. Reading a pixel forces it to run them.
      place.querySelector('canvas').getContext('2d').getImageData(0, 0, 1, 1)
      const took = performance.now() - began
      await settled()
      const { width, height } = place.querySelector('canvas')
      if (width < 1200 || height !== size.height) throw new Error(`The canvas has only ${width} by ${height} pixels.`)
      return took
    },
    [makeData.toString(), { width: 1264, height: 260 }],
  )
  return { page, took }
}

/** Time in ms of scripts and of all tasks during ten seconds of a moving pointer. */
async function moved(page) {
  const over = await page.locator(`#place ${await page.evaluate('window.over')}`).boundingBox()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const measure = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    const of = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000
    return { script: of('ScriptDuration'), all: of('TaskDuration') }
  }
  const before = await measure()
  const began = performance.now()
  const moves = SECONDS * MOVES_PER_SECOND
  const tips = new Set()
  for (let move = 0; move < moves; move++) {
    const x = over.x + over.width * (0.5 + 0.38 * Math.sin((move / MOVES_PER_SECOND) * 1.7))
    const y = over.y + over.height * (0.5 + 0.4 * Math.sin((move / MOVES_PER_SECOND) * 2.3))
    await devtools.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y })
    if (move % MOVES_PER_SECOND === 0) tips.add(await page.evaluate('window.tip()'))
    const rest = began + ((move + 1) * 1000) / MOVES_PER_SECOND - performance.now()
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
  }
  const after = await measure()
  if (tips.size < SECONDS / 2) throw new Error(`What follows the pointer said only ${[...tips]}.`)
  return { script: after.script - before.script, all: after.all - before.all, within: performance.now() - began }
}

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
const ms = (number) => number.toFixed(1)

function verdict(name, ours, theirs, most) {
  const times = ours / theirs
  const reached = times <= most ? 'reached' : `missed by ${ms(ours - most * theirs)} ms`
  console.log(`${name.padEnd(48)} ${times.toFixed(2)} times uPlot's, at most ${most}: ${reached}`)
}

const server = http.createServer((request, response) => {
  const [type, content] = files[request.url] ?? ['text/plain', '']
  response.writeHead(type === 'text/plain' ? 404 : 200, { 'content-type': type }).end(content)
})
await once(server.listen(0, '127.0.0.1'), 'listening')
const browser = await chromium.launch(launchOptions)
try {
  const address = `http://127.0.0.1:${server.address().port}/`
  const drawn = { Clientele: [], uPlot: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of round % 2 ? ['Clientele', 'uPlot'] : ['uPlot', 'Clientele']) {
      const { page, took } = await shown(browser, address, name)
      drawn[name].push(took)
      await page.close()
    }
  }
  console.log(`\nA chart of 166,650 points, Chromium ${browser.version()}; ${ROUNDS} fresh pages each, in ms`)
  for (const [name, took] of Object.entries(drawn)) {
    console.log(`  ${name.padEnd(10)} first drawn: middle ${ms(middle(took))}, from ${ms(Math.min(...took))} to ${ms(Math.max(...took))}`)
  }
  const pointer = {}
  for (const name of Object.keys(drawn)) {
    const { page } = await shown(browser, address, name)
    pointer[name] = await moved(page)
    const { script, all, within } = pointer[name]
    console.log(`  ${name.padEnd(10)} ${SECONDS} s of pointer: script ${ms(script)}, all tasks ${ms(all)}, within ${ms(within / 1000)} s`)
    await page.close()
  }
  verdict('First drawn', middle(drawn.Clientele), middle(drawn.uPlot), MAX_DRAW_RATIO)
  verdict('Script while the pointer moves', pointer.Clientele.script, pointer.uPlot.script, MAX_SCRIPT_RATIO)
} finally {
  await browser.close()
  server.close()
}
