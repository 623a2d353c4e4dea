// Measures the first visit to each page, with nothing cached: its bytes on the wire, and, with a CPU that is four times
// slower and a line of 10 Mbit/s, when it is drawn and hydrated, and how far its layout shifts.
//
//     node bench/first-load.mjs
//
// CLIENTELE_BIN names the program. scripts/weights.json has the pages' targets.

import { chromium } from '@playwright/test'
import fs from 'node:fs'
import { launchOptions } from '../support/chromium.js'
import * as server from '../support/server.js'
import { signIn } from '../support/test.js'

const ROUNDS = 7
/** The client table's target from the start of the navigation to the end of hydration, in milliseconds. */
const USABLE = 1_000
const LINE = { offline: false, latency: 20, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 }

const { pages } = JSON.parse(fs.readFileSync(new URL('../../scripts/weights.json', import.meta.url)))

/** Runs in the page before its scripts: notes when the router begins to listen for clicks, which ends hydration. */
function watch() {
  const { addEventListener } = EventTarget.prototype
  const seen = (globalThis.seen = { shift: 0 })
  EventTarget.prototype.addEventListener = function (kind, ...rest) {
    if (this === globalThis && kind === 'click') seen.hydrated ??= performance.now()
    return addEventListener.call(this, kind, ...rest)
  }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.drawn = entry.startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
}

/** Opens a page in a new context. */
async function visit(browser, storageState, address, slow) {
  const context = await browser.newContext({ baseURL: running.url, storageState })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  if (slow) {
    await session.send('Network.emulateNetworkConditions', LINE)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  }
  let bytes = 0
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
  await page.addInitScript(watch)
  await page.goto(address)
  await page.waitForFunction(() => globalThis.seen.hydrated)
  // A client's page keeps a stream of events open, so the network is never idle. The chart comes last.
  await page.waitForTimeout(1_500)
  const seen = await page.evaluate(() => globalThis.seen)
  await context.close()
  return { ...seen, bytes }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

const running = await server.start({ fill: server.demo })
const browser = await chromium.launch(launchOptions)
let missed = false
try {
  const context = await browser.newContext({ baseURL: running.url })
  const page = await context.newPage()
  await page.goto('/login')
  await signIn(page, server.administrators.owner)
  await page.waitForURL(/clients/)
  const client = await page.locator('.row-link').first().getAttribute('href')
  const tab = client.replace(/general$/, '')
  const addresses = {
    'client table': '/clients',
    'General info': client,
    Finance: `${tab}finance`,
    Statistics: `${tab}statistics/day`,
    Names: `${tab}names`,
    queue: '/names',
  }
  const state = await context.storageState()
  for (const { name, target } of pages) {
    const { bytes } = await visit(browser, state, addresses[name], false)
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) rounds.push(await visit(browser, state, addresses[name], true))
    const [drawn, hydrated] = ['drawn', 'hydrated'].map((key) => median(rounds.map((round) => round[key])))
    const shift = Math.max(...rounds.map((round) => round.shift))
    const late = name === 'client table' && hydrated > USABLE
    missed ||= bytes > target || late || shift > 0
    console.log(
      `${name.padEnd(12)} ${(bytes / 1000).toFixed(1)} kB of ${target / 1000}, drawn after ${drawn.toFixed(0)} ms, ` +
        `usable after ${hydrated.toFixed(0)} ms${late ? ` (target ${USABLE})` : ''}, layout shift ${shift.toFixed(3)}`,
    )
  }
} finally {
  await browser.close()
  await running.stop()
}
if (missed) console.log('first load: a target is missed')
