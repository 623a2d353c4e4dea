// The `test` of all specs: a browser signed in to a running Clientele, with every complaint noted.
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
  /** The demonstration's 971 clients. */
  demo: { fill: server.demo },
  /** Clients of which the tests know everything: see known-clients.js. */
  known: { fill: server.clients(known.clients) },
  /** Clients with a little money, one for each test that changes something: see accounts.js. */
  accounts: { fill: server.clients(accounts) },
  /** Clients with messages of which the tests know everything: see traffic.js. */
  traffic: { fill: traffic.fill },
  /** No client. */
  empty: { fill: server.nothing },
}

export const test = base.extend({
  /** The database behind the site: `sqlite` or `postgres`. Set by the project. */
  database: ['sqlite', { option: true, scope: 'worker' }],

  /** The clients in it: a key of `FILLED`. */
  data: ['demo', { option: true }],

  /** Who is signed in: `owner`, `manager`, `viewer`, or nobody. */
  role: ['owner', { option: true }],

  /** Makes PostgreSQL databases, if the project wants any. */
  createDatabase: [
    async ({ database }, use) => {
      if (database !== 'postgres') return use(undefined)
      const postgres = await startPostgres()
      await use(postgres.createDatabase)
      await postgres.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  /** The worker's servers, started when they are first asked for. */
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

  /** The running Clientele that this test's pages come from. */
  site: async ({ sites, data }, use) => use(await sites(data)),

  /** A client of the data `accounts` that is this test's alone. */
  account: async ({}, use) => use(nextAccount()),

  baseURL: async ({ site }, use) => use(site.url),
  storageState: async ({ site, role }, use) => use(role ? await site.session(role) : undefined),

  /**
   * Notes what must not happen in any page: errors in the console, uncaught ones, violations of the content
   * security policy, requests that fail and answers from 400 on. A test that expects one says so beforehand, with
   * `complaints.expect(/pattern/)`; the others fail it at its end.
   */
  complaints: [
    async ({ context, javaScriptEnabled }, use, testInfo) => {
      const noted = []
      const expected = []
      // A request that fails is told twice: by itself and in the console, where it can't be told from others.
      const echo = /^Failed to load resource/
      context.on('console', (message) => {
        if (message.type() === 'error' && !echo.test(message.text())) noted.push(`console: ${message.text()}`)
      })
      context.on('weberror', (error) => noted.push(`uncaught: ${error.error().stack ?? error.error()}`))
      context.on('requestfailed', (request) => {
        const reason = request.failure()?.errorText
        // Whoever leaves a page, or starts a download, ends what is under way.
        if (reason === 'net::ERR_ABORTED') return
        // Without JavaScript Chromium refuses to load scripts ahead, and blames the policy for it.
        if (reason === 'csp' && javaScriptEnabled === false) return
        noted.push(`failed: ${request.method()} ${request.url()} ${reason}`)
      })
      context.on('response', (response) => {
        if (response.status() >= 400) noted.push(`answer: ${response.status()} ${response.url()}`)
      })
      await context.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) =>
          console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
        )
        // Notes what the application listens to, which tells how far it has taken over. See `alive`.
        window.listened = new WeakSet()
        const listen = EventTarget.prototype.addEventListener
        EventTarget.prototype.addEventListener = function (type, ...rest) {
          if (this !== window || type === 'click') window.listened.add(this)
          return listen.call(this, type, ...rest)
        }
      })
      await use({ expect: (pattern) => expected.push(pattern) })
      const unexpected = noted.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))
      expect(unexpected, `what ${testInfo.title} let happen in the browser`).toEqual([])
    },
    { auto: true },
  ],
})

/** A site that signs each administrator in once, through the page, and remembers the session. */
function withSessions(site, browser) {
  const sessions = new Map()
  site.session = (role) => {
    if (!sessions.has(role)) sessions.set(role, signedIn(site, browser, server.administrators[role]))
    return sessions.get(role)
  }
  return site
}

async function signedIn(site, browser, administrator) {
  // Not with the session of the test that asks first: signing in would end that one.
  const context = await browser.newContext({ baseURL: site.url, storageState: { cookies: [], origins: [] } })
  const page = await context.newPage()
  await page.goto('/login')
  await signIn(page, administrator)
  await expect(page).toHaveURL(/\/clients$/)
  const state = await context.storageState()
  await context.close()
  return state
}

/** Fills in the sign-in page and sends it. */
export async function signIn(page, { login, password }) {
  await page.getByLabel('Login', { exact: true }).fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/**
 * Waits until the application has taken over the page that the server sent: its router listens for clicks on the
 * window, and each form in the page is listened to. (The catalogue's are examples, drawn by the server alone.)
 */
export async function alive(page) {
  await page.waitForFunction(() => {
    const forms = location.pathname === '/ui' ? [] : document.querySelectorAll('main form')
    return window.listened.has(window) && [...forms].every((form) => window.listened.has(form))
  })
}

/** Goes to an address of the site and waits until the application lives there. */
export async function visit(page, address) {
  const response = await page.goto(address)
  await alive(page)
  return response
}

/** Gives `use` a page of somebody else who is signed in, beside the test's own. */
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

/** Whether the document is no wider than the window, with what is too wide if it isn't. */
export async function expectNoSidewaysScrolling(page) {
  const tooWide = await page.evaluate(() => {
    const root = document.scrollingElement
    if (root.scrollWidth <= innerWidth) return []
    const within = (element) => {
      // What a scrolling frame holds doesn't widen the page.
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
