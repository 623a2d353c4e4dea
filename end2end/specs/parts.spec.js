// The browser's code comes in parts (app/src/parts.rs): each page loads its own, and further ones as they are needed.

import { fact, formOf } from '../support/accounts.js'
import { ClientTable } from '../support/client-table.js'
import { importNames } from '../support/names.js'
import { expect, hydrated, menuLink, test as base, visit } from '../support/test.js'
import { BUSY } from '../support/traffic.js'

const test = base.extend({
  data: 'traffic',
  /** The site, with a name in the queue. */
  site: async ({ sites, data }, use) => {
    const site = await sites(data)
    site.named ??= importNames(site, BUSY, [['Heron']])
    await site.named
    await use(site)
  },
  /** The WASM files that the page has asked for, in order, without the hashes in their names. */
  asked: async ({ page }, use) => {
    const asked = []
    page.on('request', (request) => {
      const file = new URL(request.url()).pathname.match(/^\/pkg\/(.+)\.[0-9a-f]{16}\.wasm$/)
      if (file) asked.push(file[1])
    })
    await use(asked)
  },
})

const CLIENT = `/clients/${BUSY}`
const PERIOD = 'from=2024-03-01&to=2024-03-31'
const PARTS = /\/pkg\/clientele-\w+\.[0-9a-f]{16}\.wasm$/

const menu = (page, name) =>
  page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name, exact: true })
const tab = (page, name) => page.getByRole('tab', { name, exact: true })
const tableOf = (page, name) => page.getByRole('table', { name, exact: true })
const heading = (page, name) => page.getByRole('heading', { level: 1, name })
const theme = (page) => page.getByRole('switch', { name: 'Dark theme', exact: true })
const rowLink = (page) => new ClientTable(page).row(BUSY).getByRole('link')

/** Each page: its address, its parts, what only it shows, and the links from it to other pages. */
const PAGES = {
  'client table': {
    address: '/clients',
    parts: ['clients'],
    shows: (page) => [heading(page, 'Clients'), tableOf(page, 'Clients')],
    links: { 'General info': rowLink, queue: (page) => menu(page, 'Names') },
  },
  'General info': {
    address: `${CLIENT}/general`,
    parts: ['client', 'shared'],
    shows: (page) => [heading(page, `Client ${BUSY} /`), fact(page, 'Company')],
    links: clientLinks('General info'),
  },
  Finance: {
    address: `${CLIENT}/finance`,
    parts: ['client', 'shared'],
    shows: (page) => [heading(page, `Client ${BUSY} /`), page.getByRole('button', { name: 'Top up account', exact: true })],
    links: clientLinks('Finance'),
  },
  Statistics: {
    address: `${CLIENT}/statistics/day?${PERIOD}`,
    parts: ['client', 'shared', 'statistics'],
    shows: (page) => [
      heading(page, `Client ${BUSY} /`),
      page.getByRole('heading', { level: 2, name: 'Grouping by day', exact: true }),
    ],
    links: clientLinks('Statistics'),
  },
  Names: {
    address: `${CLIENT}/names`,
    parts: ['client', 'names', 'shared'],
    shows: (page) => [heading(page, `Client ${BUSY} /`), tableOf(page, 'Names')],
    links: clientLinks('Names'),
  },
  queue: {
    address: '/names',
    parts: ['names', 'shared'],
    shows: (page) => [heading(page, 'Names'), tableOf(page, 'Names')],
    links: {
      'client table': menuLink,
      Names: (page) => page.getByRole('link', { name: `${BUSY} / Company ${BUSY}` }),
    },
  },
  'unknown address': {
    address: '/no/such/page',
    parts: [],
    shows: (page) => [page.getByRole('link', { name: 'Go to the clients', exact: true })],
    links: { 'client table': menuLink, queue: (page) => menu(page, 'Names') },
  },
}

/** The links from a tab of a client's page. */
function clientLinks(from) {
  const tabs = ['General info', 'Finance', 'Statistics', 'Names'].filter((name) => name !== from)
  return {
    ...Object.fromEntries(tabs.map((name) => [name, (page) => tab(page, name)])),
    'client table': (page) => page.getByRole('link', { name: 'Back', exact: true }),
    queue: (page) => menu(page, 'Names'),
  }
}

const files = (...parts) => ['clientele', ...parts.map((part) => `clientele-${part}`)]
const mark = (page) => page.evaluate(() => (window.sameDocument = true))
const marked = (page) => page.evaluate(() => window.sameDocument === true)

async function expectShown(page, { shows }) {
  for (const shown of shows(page)) await expect(shown).toBeVisible()
}

/** The application runs: the switch works at once. Without it the switch would open a new document. */
async function expectLive(page) {
  await hydrated(page)
  await page.evaluate(() => (window.live = true))
  const before = await theme(page).getAttribute('aria-checked')
  await theme(page).click()
  await expect(theme(page)).toHaveAttribute('aria-checked', before === 'true' ? 'false' : 'true')
  expect(await page.evaluate(() => window.live === true), 'the switch works without a new document').toBe(true)
}

/** Clicks without the pointer, which would have reached the link before. */
const clickAtOnce = (link) => link.evaluate((link) => link.click())

test.describe('on a first visit', () => {
  for (const [name, { address, parts, shows }] of Object.entries(PAGES)) {
    test(`the page “${name}” asks for its own parts at once, for no others, and is live`, async ({
      page,
      asked,
      complaints,
    }) => {
      complaints.expect(/answer: 404 .*\/no\/such\/page/)
      const own = files(...parts).sort()
      let release
      const all = new Promise((resolve) => (release = resolve))
      await page.route('**/*.wasm', async (route) => {
        // No file arrives before all are asked for.
        if (asked.length >= own.length) release()
        await all
        await route.continue()
      })
      const response = await page.goto(address, { waitUntil: 'commit' })
      const preloads = [...(await response.text()).matchAll(/<link rel="preload" href="\/pkg\/([\w-]+)\.\w+\.wasm"/g)]
      expect(preloads.map(([, file]) => file).sort(), 'the document names them').toEqual(own)
      await expect.poll(() => [...asked].sort(), 'asked for before any has arrived').toEqual(own)
      await hydrated(page)
      await expectShown(page, { shows })
      await expectLive(page)
      const chart = name === 'Statistics' ? ['chart'] : []
      await expect(page.locator('.chart canvas[data-drawn]')).toHaveCount(chart.length)
      expect([...asked].sort(), 'asked for once').toEqual([...chart, ...own])
    })
  }
})

for (const [name, from] of Object.entries(PAGES)) {
  test(`from the page “${name}” every link and Back stay in the document and fetch each part once`, async ({
    page,
    asked,
    complaints,
  }) => {
    complaints.expect(/answer: 404 .*\/no\/such\/page/)
    for (const [target, link] of Object.entries(from.links)) {
      await test.step(target, async () => {
        asked.length = 0
        await visit(page, from.address)
        await expectShown(page, from)
        await mark(page)
        await link(page).click()
        await expectShown(page, PAGES[target])
        await page.goBack()
        await expectShown(page, from)
        expect(new URL(page.url()).pathname).toBe(new URL(from.address, page.url()).pathname)
        expect(await marked(page), 'the document is the same').toBe(true)
        expect(asked).toEqual([...new Set(asked)])
        expect(asked).toEqual(expect.arrayContaining(files(...from.parts, ...PAGES[target].parts)))
      })
    }
  })
}

/** Lets parts arrive only when the returned function is called. */
async function holdParts(page) {
  let release
  const released = new Promise((resolve) => (release = resolve))
  await page.route(PARTS, async (route) => {
    await released
    await route.continue()
  })
  return release
}

/** Links that are clicked one after the other. The parts of the last two are held back. */
const IMPATIENT = [
  ['unknown address', 'client table', 'General info', 'queue'],
  ['client table', 'General info', 'Statistics', 'queue'],
]
const back = (page) => page.evaluate(() => history.back())

test.describe('before the parts arrive', () => {
  for (const [before, here, first, second] of IMPATIENT) {
    for (const [name, expected, leave] of [
      [`a click on “${second}” leads there`, [second], (page, next) => clickAtOnce(next)],
      [`Back leads to “${before}”`, [before], (page) => back(page)],
      [
        `a click on “${second}” and Back lead back`,
        // Depends on whether the address has changed with the click.
        [before, here],
        async (page, next) => {
          await clickAtOnce(next)
          await back(page)
        },
      ],
    ]) {
      test(`of “${first}”, ${name}`, async ({ page, asked, complaints }) => {
        complaints.expect(/answer: 404 .*\/no\/such\/page/)
        await visit(page, PAGES[before].address)
        await mark(page)
        await PAGES[before].links[here](page).click()
        await expectShown(page, PAGES[here])
        const release = await holdParts(page)
        const wanted = files(...PAGES[first].parts).filter((file) => !asked.includes(file))
        await clickAtOnce(PAGES[here].links[first](page))
        await expect.poll(() => asked).toEqual(expect.arrayContaining(wanted))
        await leave(page, PAGES[here].links[second](page))
        await page.waitForTimeout(100) // Going back takes a moment.
        release()
        await page.waitForTimeout(500) // A page that arrives late would replace the right one.
        const reached = expected.find((name) => new URL(page.url()).pathname === PAGES[name].address)
        expect(reached, page.url()).toBeDefined()
        await expectShown(page, PAGES[reached])
        await expectLive(page)
        expect(await marked(page), 'the document is the same').toBe(true)
        expect(asked).toEqual([...new Set(asked)])
      })
    }
  }
})

const FAILURES = {
  'can’t be fetched': (route) => route.abort('connectionrefused'),
  'is gone, as after a new version': (route) => route.fulfill({ status: 404, body: '' }),
}

for (const [how, fail] of Object.entries(FAILURES)) {
  test.describe(`a part that ${how}`, () => {
    test('makes a link open a new document, which works', async ({ page, complaints }) => {
      complaints.expect(/^(failed|answer: 404).*clientele-/)
      await visit(page, '/clients')
      await mark(page)
      let anew = false
      page.on('request', (request) => (anew ||= request.isNavigationRequest()))
      await page.route(PARTS, (route) => (anew ? route.continue() : fail(route)))
      await rowLink(page).click()
      await expect(page).toHaveURL(PAGES['General info'].address)
      await expectShown(page, PAGES['General info'])
      await expectLive(page)
      expect(await marked(page), 'the document is another').toBe(false)
      await page.goBack()
      await expectShown(page, PAGES['client table'])
      await expectLive(page)
    })

    test('leaves those alone who have gone elsewhere meanwhile', async ({ page, asked, complaints }) => {
      complaints.expect(/^(failed|answer: 404).*clientele-/)
      await visit(page, '/clients')
      await mark(page)
      let release
      const released = new Promise((resolve) => (release = resolve))
      await page.route(/clientele-client\./, async (route) => {
        await released
        await fail(route)
      })
      await clickAtOnce(rowLink(page))
      await expect.poll(() => asked).toContain('clientele-client')
      await clickAtOnce(menu(page, 'Names'))
      await expectShown(page, PAGES.queue)
      release()
      // The queue keeps a connection open, so the network is never idle.
      await page.waitForTimeout(1_000)
      await expectShown(page, PAGES.queue)
      expect(await marked(page), 'the document is the same').toBe(true)
      await expectLive(page)
    })

    for (const file of files('clients')) {
      test(`leaves a first page that works as without JavaScript: ${file}`, async ({ page, complaints }) => {
        complaints.expect(/^(failed|answer: 404).*clientele/)
        complaints.expect(/^uncaught: (TypeError: Failed to fetch|Error: failed to fetch Wasm|$)/)
        const documents = []
        page.on('request', (request) => request.isNavigationRequest() && documents.push(request.url()))
        await page.route(new RegExp(`/${file}\\.[0-9a-f]{16}\\.wasm$`), fail)
        await page.goto('/clients')
        await page.waitForLoadState('networkidle')
        expect(documents.length, 'no endless reload').toBeLessThanOrEqual(2)
        const table = new ClientTable(page)
        await table.search.fill('Company 7')
        await table.searchButton.click()
        await expect(page).toHaveURL(/[?&]q=Company\+7(&|$)/)
        await table.expectIds(['7'])
      })
    }
  })
}

test.describe('pointing at a link', () => {
  for (const [how, point] of [
    ['with the pointer', (link) => link.hover()],
    ['with the keyboard', (link) => link.focus()],
  ]) {
    test(`${how} fetches its page’s parts before a click`, async ({ page, asked }) => {
      await visit(page, '/clients')
      await mark(page)
      asked.length = 0
      await point(rowLink(page))
      await expect.poll(() => [...asked].sort()).toEqual(files('client', 'shared').slice(1))
      await expect(page).toHaveURL('/clients')
      await point(menu(page, 'Names'))
      await expect.poll(() => [...asked].sort()).toEqual(files('client', 'names', 'shared').slice(1))
      await page.waitForLoadState('networkidle')
      await page.route(PARTS, (route) => route.abort())
      await menu(page, 'Names').click()
      await expectShown(page, PAGES.queue)
      expect(await marked(page), 'the document is the same').toBe(true)
    })
  }

  test('changes nothing when that fails, and a click fetches them once more', async ({ page, asked, complaints }) => {
    complaints.expect(/^failed.*clientele-/)
    await visit(page, '/clients')
    await mark(page)
    await page.route(PARTS, FAILURES['can’t be fetched'])
    await rowLink(page).hover()
    await expect.poll(() => asked).toContain('clientele-client')
    await page.waitForLoadState('networkidle')
    await expect(page).toHaveURL('/clients')
    await expectLive(page)
    await page.unrouteAll()
    await clickAtOnce(rowLink(page))
    await expectShown(page, PAGES['General info'])
    expect(await marked(page), 'the document is the same').toBe(true)
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the queue and the name that is open in it are complete', async ({ page }) => {
    await page.goto('/names')
    await expectShown(page, PAGES.queue)
    await tableOf(page, 'Names').getByRole('link', { name: 'Heron', exact: true }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Heron', exact: true })).toBeVisible()
    await expect(formOf(page, 'Decision').getByRole('button', { name: 'Check', exact: true })).toBeVisible()
  })
})
