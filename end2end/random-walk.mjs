// Walks about at random, quicker than the server answers, and tells what breaks:
//
//     node random-walk.mjs [--walks 5] [--steps 300] [--seed 1]
//
// Each walk clicks, types and presses keys as a browser's user could, on a server of its own with demonstration data.
// It looks for errors in the console, uncaught ones and answers from 500 on. A walk makes the same choices for the same
// seed, but not at the same moments. It is no test: it may find something one time and nothing the next.

import { chromium } from '@playwright/test'
import { parseArgs } from 'node:util'
import { launchOptions } from './support/chromium.js'
import * as server from './support/server.js'
import { signIn } from './support/test.js'

const { values: options } = parseArgs({
  options: {
    walks: { type: 'string', default: '5' },
    steps: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
})

/** After so many steps it begins on another page: one of these or a tab of a client. */
const STRETCH = 40
const PAGES = ['/clients', '/names']
const TABS = ['general', 'general?edit=true', 'finance?from=2024-01-01', 'statistics/day', 'names']
const FIELDS = 'main :is(input:not([type=hidden]), textarea, select):visible'
const THINGS = ':is(a, button, [role=slider]):visible'
const KEYS = ['n', 'p', 'c', 'r', 'Escape', 'Tab', 'ArrowRight', 'Enter']
const TYPED = ['5', '-1', '1e9', 'Alert', '<b>bold', 'Їжак', '2026-01-31', '', 'x'.repeat(300)]
/** It stays signed in, and fills no disk. */
const LEFT_ALONE = /Sign out|export/i
/** What can't be clicked, filled or gone back to just then. */
const NO_FAULT = /Timeout|not attached|intercepts|not an? <|outside of the viewport|Cannot type|Malformed|avigat|destroyed/

/** Whole numbers below a bound, the same for the same seed. */
function chance(seed) {
  let state = seed >>> 0
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}

async function walk(browser, url, seed) {
  const below = chance(seed)
  const one = (list) => list[below(list.length)]
  const done = []
  let faults = 0
  const context = await browser.newContext({ baseURL: url })
  const page = await context.newPage()
  page.setDefaultTimeout(2_000)
  const told = (fault) => {
    faults++
    console.error(`Walk ${seed}: ${fault}\n  after ${done.slice(-8).join(' | ')}`)
  }
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) told(message.text())
  })
  page.on('pageerror', (error) => told(error.stack ?? error))
  page.on('response', (answer) => answer.status() >= 500 && told(`${answer.status()} ${answer.url()}`))

  const step = async (number) => {
    if (number % STRETCH === 0) {
      done.push(`open ${one(starts)}`)
      return page.goto(done.at(-1).slice(5), { waitUntil: 'commit', timeout: 15_000 })
    }
    const kind = below(10)
    if (kind === 0) {
      done.push(`press ${one(KEYS)}`)
      return page.keyboard.press(done.at(-1).slice(6))
    }
    if (kind === 1) {
      done.push('go back')
      return page.goBack({ waitUntil: 'commit' })
    }
    const places = page.locator(kind < 4 ? FIELDS : THINGS)
    const count = await places.count()
    if (count === 0) return
    const place = places.nth(below(count))
    const what = await place.evaluate((element) => {
      const words = [element.tagName, element.type, element.name, element.textContent.trim().slice(0, 30)]
      return [...words, element.getAttribute('href')].filter(Boolean).join(' ')
    })
    if (LEFT_ALONE.test(what)) return
    done.push(what)
    if (what.startsWith('SELECT')) return place.selectOption({ index: below(await place.locator('option').count()) })
    if (kind < 4 && !what.startsWith('INPUT checkbox')) {
      await place.fill(one(TYPED))
      return below(3) === 0 && page.keyboard.press('Enter')
    }
    return place.click({ clickCount: below(5) === 0 ? 2 : 1 })
  }

  await page.goto('/login')
  await signIn(page, server.administrators.owner)
  await page.waitForURL('**/clients')
  const client = (await page.locator('a.row-link').first().getAttribute('href')).match(/^\/clients\/\d+/)[0]
  const starts = [...PAGES, ...TABS.map((tab) => `${client}/${tab}`)]
  for (let number = 0; number < Number(options.steps); number++) {
    await step(number).catch((error) => NO_FAULT.test(error) || told(error.message))
    if (below(3) === 0) await page.waitForTimeout(below(150))
  }
  await context.close()
  return faults
}

const site = await server.start({ fill: server.demo })
const browser = await chromium.launch(launchOptions)
try {
  let faults = 0
  const first = Number(options.seed)
  for (let seed = first; seed < first + Number(options.walks); seed++) faults += await walk(browser, site.url, seed)
  console.log(`${options.walks} walks of ${options.steps} steps: ${faults} faults.`)
  process.exitCode = faults ? 1 : 0
} finally {
  await browser.close()
  if (site.faults.length) console.error(`In the server's log:\n${site.faults.join('\n')}`)
  await site.stop()
}
