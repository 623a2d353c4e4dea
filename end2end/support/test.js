// The `test` of all specs: a browser that is signed in to a running Clientele, and fails on every error of a page.
//
//     import { expect, test } from '../support/test.js'
//     test.use({ data: 'known', role: 'viewer' })
//     test('a sentence that says what is so', async ({ page, site }) => { ... })

import { test as base, expect } from '@playwright/test'
import { accounts, nextAccount } from './accounts.js'
import * as known from './known-clients.js'
import { startPostgres } from './postgres.js'
import * as server from './server.js'
import * as traffic from './traffic.js'

const FILLED = {
  /** The 971 clients of the demo data. */
  demo: { fill: server.demo },
  /** Clients with a reference implementation of search, filters and sorting: see known-clients.js. */
  known: { fill: server.clients(known.clients) },
  /** Clients with a little money, one for each test that changes something: see accounts.js. */
  accounts: { fill: server.clients(accounts) },
  /** Clients with messages and the expected reports: see traffic.js. */
  traffic: { fill: traffic.fill },
  /** No client. */
  empty: { fill: server.nothing },
}

export const test = base.extend({
  /** The database behind the site: `sqlite` or `postgres`. Set by the project. */
  database: ['sqlite', { option: true, scope: 'worker' }],

  /** The clients in it: a key of `FILLED`. */
  data: ['demo', { option: true }],

  /** The role that is signed in: `owner`, `manager`, `viewer`, or none. */
  role: ['owner', { option: true }],

  /** Creates PostgreSQL databases, if the project uses them. */
  createDatabase: [
    async ({ database }, use) => {
      if (database !== 'postgres') return use(undefined)
      const postgres = await startPostgres()
      await use(postgres.createDatabase)
      await postgres.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  /** The worker's servers, each started at its first use. */
  sites: [
    async ({ createDatabase, browser }, use) => {
      const sites = new Map()
      await use((data) => {
        if (!sites.has(data)) {
          sites.set(
            data,
            server.start({ ...FILLED[data], createDatabase }).then((site) => withSessions(site, browser)),
          )
        }
        return sites.get(data)
      })
      const complaints = []
      for (const [data, starting] of sites) {
        const site = await starting.catch(() => null)
        if (!site) continue
        const faults = site.faults
        const { code, signal } = await site.stop()
        if (code !== 0) complaints.push(`The server with ${data} data ended with ${code ?? signal} after SIGTERM.`)
        complaints.push(...faults)
      }
      if (complaints.length) throw new Error(complaints.join('\n'))
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  /** The running Clientele of this test. */
  site: async ({ sites, data }, use) => use(await sites(data)),

  /** A client of the data `accounts` that no other test uses. */
  account: async ({}, use) => use(nextAccount()),

  baseURL: async ({ site }, use) => use(site.url),
  storageState: async ({ site, role }, use) => use(role ? await site.session(role) : undefined),

  /**
   * Fails the test for errors in the console, uncaught errors, violations of the content security policy, failed
   * requests and answers from 400 on. A test that expects one of them calls `complaints.expect(/pattern/)` before.
   */
  complaints: [
    async ({ context, javaScriptEnabled }, use, testInfo) => {
      const reported = []
      const expected = []
      // A failed request is also reported in the console, where expected and unexpected ones look alike.
      const echo = /^Failed to load resource/
      context.on('console', (message) => {
        if (message.type() === 'error' && !echo.test(message.text())) reported.push(`console: ${message.text()}`)
      })
      context.on('weberror', (error) => reported.push(`uncaught: ${error.error().stack ?? error.error()}`))
      context.on('requestfailed', (request) => {
        const reason = request.failure()?.errorText
        // Leaving a page and starting a download abort pending requests.
        if (reason === 'net::ERR_ABORTED') return
        // Without JavaScript, Chromium refuses to preload scripts and blames the content security policy.
        if (reason === 'csp' && javaScriptEnabled === false) return
        reported.push(`failed: ${request.method()} ${request.url()} ${reason}`)
      })
      context.on('response', (response) => {
        if (response.status() >= 400) reported.push(`answer: ${response.status()} ${response.url()}`)
      })
      await context.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) =>
          console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
        )
        // Records the targets of event listeners, which show that a page is hydrated. See `hydrated`.
        window.listened = new WeakSet()
        const listen = EventTarget.prototype.addEventListener
        EventTarget.prototype.addEventListener = function (type, ...rest) {
          if (this !== window || type === 'click') window.listened.add(this)
          return listen.call(this, type, ...rest)
        }
      })
      await use({ expect: (pattern) => expected.push(pattern) })
      const unexpected = reported.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))
      expect(unexpected, `errors in the browser during “${testInfo.title}”`).toEqual([])
    },
    { auto: true },
  ],
})

/** Adds `session` to a site, which signs each administrator in once, through the page. */
function withSessions(site, browser) {
  const sessions = new Map()
  site.session = (role) => {
    if (!sessions.has(role)) sessions.set(role, signedIn(site, browser, server.administrators[role]))
    return sessions.get(role)
  }
  return site
}

async function signedIn(site, browser, administrator) {
  // Without the session of the current test, which signing in would end.
  const context = await browser.newContext({ baseURL: site.url, storageState: { cookies: [], origins: [] } })
  const page = await context.newPage()
  await page.goto('/login')
  await signIn(page, administrator)
  await expect(page).toHaveURL(/\/clients$/)
  const state = await context.storageState()
  await context.close()
  return state
}

/** Fills in and submits the sign-in page. */
export async function signIn(page, { login, password }) {
  await page.getByLabel('Login', { exact: true }).fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/**
 * Waits until the page is hydrated: the router listens for clicks on the window, and each form has a listener. (The
 * forms of the catalogue are examples that are rendered on the server only.)
 */
export async function hydrated(page) {
  await page.waitForFunction(() => {
    const forms = location.pathname === '/ui' ? [] : document.querySelectorAll('main form')
    return window.listened.has(window) && [...forms].every((form) => window.listened.has(form))
  })
}

/** Opens an address of the site and waits until the page is hydrated. */
export async function visit(page, address) {
  const response = await page.goto(address)
  await hydrated(page)
  return response
}

/** Calls `use` with a second page, in which another administrator is signed in. */
export async function besides(browser, site, role, use) {
  const context = await browser.newContext({ baseURL: site.url, storageState: await site.session(role) })
  try {
    await use(await context.newPage())
  } finally {
    await context.close()
  }
}

/** The side menu's link to the client table. */
export const menuLink = (page) =>
  page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Clients', exact: true })

/** Expects the document to be no wider than the window. The failure names the elements that are too wide. */
export async function expectNoSidewaysScrolling(page) {
  const tooWide = await page.evaluate(() => {
    const root = document.scrollingElement
    if (root.scrollWidth <= innerWidth) return []
    const within = (element) => {
      // Content of a scrolling element doesn't widen the page.
      for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
        if (getComputedStyle(parent).overflowX !== 'visible') return true
      }
      return false
    }
    const culprits = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > innerWidth + 1 && !within(element),
    )
    return [
      `${root.scrollWidth} > ${innerWidth}`,
      ...culprits.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)),
    ]
  })
  expect(tooWide).toEqual([])
}

export { expect }
