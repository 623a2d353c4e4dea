// Monkey test: acts at random, faster than the server answers, and reports errors:
//
//     node random-walk.mjs [--walks 5] [--steps 300] [--seed 1]
//
// Each walk clicks, types and presses keys as a user could, on a server of its own with demo data. It reports errors in
// the console, uncaught errors and answers from 500 on. The same seed makes the same choices, but not at the same
// moments, so a walk isn't reproducible and isn't part of the tests.

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

/** Number of steps until it opens another page: one of these, or a tab of a client. */
const STRETCH = 40
const PAGES = ['/clients', '/names']
const TABS = ['general', 'general?edit=true', 'finance?from=2024-01-01', 'statistics/day', 'names']
const FIELDS = 'main :is(input:not([type=hidden]), textarea, select):visible'
const CONTROLS = ':is(a, button, [role=slider]):visible'
const KEYS = ['n', 'p', 'c', 'r', 'Escape', 'Tab', 'ArrowRight', 'Enter']
const TYPED = ['5', '-1', '1e9', 'Alert', '<b>bold', 'Їжак', '2026-01-31', '', 'x'.repeat(300)]
/** Elements that it avoids: it stays signed in, and downloads nothing. */
const AVOIDED = /Sign out|export/i
/** Errors of Playwright where an element can't be clicked or filled at the moment. */
const EXPECTED_ERRORS = /Timeout|not attached|intercepts|not an? <|outside of the viewport|Cannot type|Malformed|avigat|destroyed/

/** A seeded generator of integers below a bound. */
function generator(seed) {
  let state = seed >>> 0
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}

async function walk(browser, url, seed) {
  const below = generator(seed)
  const pick = (list) => list[below(list.length)]
  const done = []
  let faults = 0
  const context = await browser.newContext({ baseURL: url })
  const page = await context.newPage()
  page.setDefaultTimeout(2_000)
  const report = (fault) => {
    faults++
    console.error(`Walk ${seed}: ${fault}\n  after ${done.slice(-8).join(' | ')}`)
  }
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) report(message.text())
  })
  page.on('pageerror', (error) => report(error.stack ?? error))
  page.on('response', (answer) => answer.status() >= 500 && report(`${answer.status()} ${answer.url()}`))

  const step = async (number) => {
    if (number % STRETCH === 0) {
      done.push(`open ${pick(starts)}`)
      return page.goto(done.at(-1).slice(5), { waitUntil: 'commit', timeout: 15_000 })
    }
    const kind = below(10)
    if (kind === 0) {
      done.push(`press ${pick(KEYS)}`)
      return page.keyboard.press(done.at(-1).slice(6))
    }
    if (kind === 1) {
      done.push('go back')
      return page.goBack({ waitUntil: 'commit' })
    }
    const elements = page.locator(kind < 4 ? FIELDS : CONTROLS)
    const count = await elements.count()
    if (count === 0) return
    const element = elements.nth(below(count))
    const label = await element.evaluate((element) => {
      const words = [element.tagName, element.type, element.name, element.textContent.trim().slice(0, 30)]
      return [...words, element.getAttribute('href')].filter(Boolean).join(' ')
    })
    if (AVOIDED.test(label)) return
    done.push(label)
    if (label.startsWith('SELECT')) return element.selectOption({ index: below(await element.locator('option').count()) })
    if (kind < 4 && !label.startsWith('INPUT checkbox')) {
      await element.fill(pick(TYPED))
      return below(3) === 0 && page.keyboard.press('Enter')
    }
    return element.click({ clickCount: below(5) === 0 ? 2 : 1 })
  }

  await page.goto('/login')
  await signIn(page, server.administrators.owner)
  await page.waitForURL('**/clients')
  const client = (await page.locator('a.row-link').first().getAttribute('href')).match(/^\/clients\/\d+/)[0]
  const starts = [...PAGES, ...TABS.map((tab) => `${client}/${tab}`)]
  for (let number = 0; number < Number(options.steps); number++) {
    await step(number).catch((error) => EXPECTED_ERRORS.test(error) || report(error.message))
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
