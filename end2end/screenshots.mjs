// Takes a screenshot of every page in both themes, wide and narrow:
//
//     node screenshots.mjs FOLDER [--only WORD] [--url http://127.0.0.1:3000 --login LOGIN --password PASSWORD]
//
// Without --url it starts a server of its own with demo data. --only takes the pages whose name contains the word. A
// page that fails is reported, and the others are still taken.

import { chromium } from '@playwright/test'
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { launchOptions } from './support/chromium.js'
import * as server from './support/server.js'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    url: { type: 'string' },
    login: { type: 'string', default: server.administrators.owner.login },
    password: { type: 'string', default: server.administrators.owner.password },
  },
})
const folder = positionals[0]
if (!folder) {
  console.error('Name the folder that the pictures go to.')
  process.exit(2)
}

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } }
const THEMES = ['light', 'dark']

/** Name and address of each page, and the steps before its screenshot. */
const PAGES = [
  ['login', '/login', { visitor: true }],
  ['login-refused', '/login', { visitor: true, prepare: refusedSignIn }],
  ['setup', null, { visitor: true }],
  ['clients', '/clients'],
  ['clients-20', '/clients?per_page=20&page=3'],
  ['clients-searched', '/clients?q=an'],
  ['clients-cyrillic', '/clients?q=%D0%BA%D0%B8'],
  ['clients-sorted', '/clients?sort=company&dir=asc'],
  ['clients-filtered', '/clients?below_zero=true&property_type=legal_entity&sort=balance&dir=asc'],
  ['clients-empty', '/clients?q=nobody-is-called-so'],
  ['clients-columns', '/clients', { prepare: (page) => button(page, 'Columns').click() }],
  ['clients-focus', '/clients', { prepare: focusRow }],
  ['clients-hover', '/clients', { prepare: (page) => rows(page).nth(3).hover() }],
  ['clients-bad-address', '/clients?sort=nonsense'],
  ['clients-beyond-last', '/clients?page=5000'],
  ['clients-failed', '/clients', { prepare: failedLoad }],
  ['client', '/clients', { prepare: openClient }],
  ['client-edit', '/clients', { prepare: (page) => openTab(page, 'general?edit=true') }],
  ['client-finance', '/clients', { prepare: (page) => openTab(page, 'finance?from=2020-01-01') }],
  ['client-finance-empty', '/clients', { prepare: (page) => openTab(page, 'finance?from=2000-01-01&to=2000-01-02') }],
  ['client-finance-bad-period', '/clients', { prepare: (page) => openTab(page, 'finance?from=2024-02-31') }],
  ['client-finance-booked', '/clients', { prepare: bookRows }],
  ['client-statistics', '/clients', { prepare: (page) => openTab(page, 'statistics') }],
  ['client-statistics-operator', '/clients', { prepare: (page) => openTab(page, 'statistics/operator?compare=true&channel=sms') }],
  ['client-statistics-sender', '/clients', { prepare: (page) => openTab(page, 'statistics/sender?country=UA&sort=efficiency') }],
  ['client-statistics-weeks', '/clients', { prepare: (page) => openTab(page, 'statistics/day?by=week') }],
  ['client-statistics-empty', '/clients', { prepare: (page) => openTab(page, 'statistics/country?from=2000-01-01&to=2000-01-02') }],
  ['client-statistics-bad-period', '/clients', { prepare: (page) => openTab(page, 'statistics/day?from=2024-02-31') }],
  ['client-statistics-none', '/clients', { prepare: (page) => openTab(page, 'statistics/hour') }],
  ['client-statistics-export', '/clients', { prepare: openExport }],
  ['client-names', '/clients', { prepare: (page) => openTab(page, 'names') }],
  ['client-names-open', '/names', { prepare: openName }],
  ['client-names-add', '/clients', { prepare: (page) => openTab(page, 'names?add=true') }],
  ['names', '/names'],
  ['names-rejected', '/names?status=Rejected&older_than=30'],
  ['names-empty', '/names?status=Retired'],
  ['client-missing', '/clients/999999999'],
  ['catalogue', '/ui'],
  ['not-found', '/there/is/no/such/page'],
]

const button = (page, name) => page.getByRole('button', { name, exact: true })
const rows = (page) => page.getByRole('table', { name: 'Clients' }).locator('tbody tr')

async function signIn(page, password = options.password) {
  await page.getByLabel('Login', { exact: true }).fill(options.login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await button(page, 'Sign in').click()
}

async function refusedSignIn(page) {
  await signIn(page, 'not the password')
  await page.waitForLoadState('networkidle')
}

async function focusRow(page) {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(() => document.activeElement?.closest('tbody tr') != null)) return
  }
}

/** Opens a tab of the first client by its address. */
async function openTab(page, tab) {
  const link = await rows(page).first().getByRole('link').first().getAttribute('href')
  await page.goto(link.replace(/general$/, tab))
  await page.waitForLoadState('load')
}

/** Opens the first waiting name on its client's page, and ticks others. */
async function openName(page) {
  await page.locator('section.opened').getByRole('link').filter({ hasText: ' / ' }).click()
  await page.getByRole('group', { name: 'Questionnaire', exact: true }).waitFor()
  await page.getByRole('checkbox', { name: /^Select / }).first().check()
}

/** Books some rows, starts a large one that needs a confirmation, and opens the reversal of another. */
async function bookRows(page) {
  await openTab(page, 'finance')
  const form = (name) => page.getByRole('group', { name, exact: true })
  const save = async (name, fields) => {
    await button(page, name).click()
    for (const [label, value] of Object.entries(fields)) await form(name).getByLabel(label, { exact: true }).fill(value)
    await form(name).getByRole('button', { name: 'Save', exact: true }).click()
  }
  await save('Top up account', { Amount: '250,5', Comment: 'Invoice 2026-117' })
  await page.getByText('Booked: ').waitFor()
  await save('Top up account', { Amount: '5000' })
  await form('Top up account').getByRole('alert').waitFor()
  await page.keyboard.press('Escape')
  await button(page, 'Reverse').first().click()
  await page.getByRole('group', { name: /^Reverse transaction/ }).waitFor()
}

/** Opens the column choice of a report's export. */
async function openExport(page) {
  await openTab(page, 'statistics/operator')
  await button(page, 'Export').click()
}

async function openClient(page) {
  await rows(page).first().click()
  await page.waitForURL(/\/clients\/\d+\/general/)
}

/** Aborts the next request for data of the hydrated page. */
async function failedLoad(page) {
  await page.route('**/*', (route) => (route.request().resourceType() === 'fetch' ? route.abort() : route.continue()))
  await page.getByRole('link', { name: 'Next page' }).click()
}

async function main() {
  fs.mkdirSync(folder, { recursive: true })
  const started = []
  try {
    let url = options.url
    let setUpLink
    if (!url) {
      console.log('Filling a database and starting the server ...')
      const site = await server.start({ fill: server.demo })
      started.push(site)
      url = site.url
      const fresh = await server.prepare()
      started.push(fresh)
      await fresh.serve().catch((error) => console.error(`No server to set up: ${error.message}`))
      setUpLink = fresh.setUpLink
    }
    const failures = await take(url, setUpLink)
    console.log(failures ? `${failures} of the pictures failed.` : 'All taken.')
    process.exitCode = failures ? 1 : 0
  } finally {
    for (const each of started) {
      if (each.faults.length) console.error(`In the server's log:\n${each.faults.join('\n')}`)
      await each.stop()
    }
  }
}

async function take(url, setUpLink) {
  const browser = await chromium.launch(launchOptions)
  let failures = 0
  try {
    let storageState
    const context = await browser.newContext({ baseURL: url })
    try {
      const page = await context.newPage()
      await page.goto('/login')
      await signIn(page)
      await page.waitForURL((address) => address.pathname !== '/login', { timeout: 10_000 })
      storageState = await context.storageState()
    } catch (error) {
      failures++
      console.error(`Signing in failed: ${firstLine(error)}`)
    }
    await context.close()

    for (const [name, address, { visitor = false, prepare } = {}] of PAGES) {
      if (!name.includes(options.only)) continue
      const complaints = new Set()
      const looks = THEMES.flatMap((theme) => Object.keys(SIZES).map((size) => [theme, size]))
      const takeOne = async ([colorScheme, size]) => {
        const context = await browser.newContext({
          baseURL: url,
          viewport: SIZES[size],
          colorScheme,
          storageState: visitor ? undefined : storageState,
        })
        const file = path.join(folder, `${name}-${colorScheme}-${size}.png`)
        try {
          const target = address ?? setUpLink
          if (!target) throw new Error('no set-up link')
          const page = await context.newPage()
          page.on('pageerror', (error) => complaints.add(firstLine(error)))
          page.on('console', (message) => message.type() === 'error' && complaints.add(firstLine(message.text())))
          page.setDefaultTimeout(8_000)
          await page.goto(target)
          await page.waitForLoadState('networkidle')
          let problem
          // Takes the screenshot all the same, to show how far the page got.
          await prepare?.(page).catch((error) => (problem = error))
          await page.waitForTimeout(250)
          await page.screenshot({ path: file, fullPage: true, animations: 'disabled' })
          if (problem) throw problem
        } catch (error) {
          failures++
          console.error(`${path.basename(file)}: ${firstLine(error)}`)
        } finally {
          await context.close()
        }
      }
      await Promise.all(looks.map(takeOne))
      for (const complaint of complaints) console.error(`${name}: ${complaint.slice(0, 200)}`)
      console.log(name)
    }
  } finally {
    await browser.close()
  }
  return failures
}

const firstLine = (error) => String(error.message ?? error).split('\n')[0]

await main()
