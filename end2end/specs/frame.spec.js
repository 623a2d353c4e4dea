// The frame around every page: menu, signed-in administrator, theme, and navigation without reloads.

import { ClientTable } from '../support/client-table.js'
import { administrators } from '../support/server.js'
import { expect, expectNoSidewaysScrolling, hydrated, menuLink, test, visit } from '../support/test.js'

const themeSwitch = (page) => page.getByRole('switch', { name: 'Dark theme', exact: true })
const theme = (page) => page.locator('html').getAttribute('data-theme')

/** Intercepts the requests for data of a hydrated page. */
const onData = (page, handle) =>
  page.route('**/*', (route) => (route.request().resourceType() === 'fetch' ? handle(route) : route.continue()))

/** Whether the page looks dark, by its colours. */
const looksDark = (page) =>
  page.evaluate(() => {
    const colour = [document.body, document.documentElement]
      .map((element) => getComputedStyle(element).backgroundColor)
      .find((colour) => !/rgba\(.*, 0\)|transparent/.test(colour))
    const canvas = document.createElement('canvas').getContext('2d')
    canvas.fillStyle = colour ?? 'white'
    canvas.fillRect(0, 0, 1, 1)
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data
    return (red * 299 + green * 587 + blue * 114) / 1000 < 128
  })

test('the side menu leads to the clients and says where one is', async ({ page }) => {
  await visit(page, '/ui')
  const link = menuLink(page)
  await expect(link).not.toHaveAttribute('aria-current', 'page')
  await link.click()
  await expect(page).toHaveURL(/\/clients$/)
  await expect(page.getByRole('heading', { level: 1, name: 'Clients', exact: true })).toBeVisible()
  await expect(link).toHaveAttribute('aria-current', 'page')
})

for (const role of ['owner', 'viewer']) {
  test.describe(`signed in as ${role}`, () => {
    test.use({ role })
    test('the frame shows who it is', async ({ page }) => {
      await visit(page, '/clients')
      await expect(page.getByText(administrators[role].login, { exact: true })).toBeVisible()
      await expect(page.getByRole('button', { name: 'Sign out', exact: true })).toBeVisible()
    })
  })
}

test('the first Tab reaches a link that skips to the content', async ({ page }) => {
  await visit(page, '/clients')
  await page.keyboard.press('Tab')
  const skip = page.locator(':focus')
  await expect(skip).toHaveText(/^\s*Skip to/)
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.querySelector('main').contains(document.activeElement))).toBe(true)
})

test.describe('the theme', () => {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`of a system that is ${colorScheme}`, () => {
      test.use({ colorScheme })

      test('is followed until something else is chosen', async ({ page }) => {
        await visit(page, '/clients')
        expect(await theme(page)).toBeNull()
        expect(await looksDark(page)).toBe(colorScheme === 'dark')
        await expect(themeSwitch(page)).toHaveAttribute('aria-checked', String(colorScheme === 'dark'))
      })

      test('can be switched, at once, and stays so from the first byte of later pages', async ({ page, context }) => {
        const other = colorScheme === 'dark' ? 'light' : 'dark'
        await visit(page, '/clients')
        await themeSwitch(page).click()
        await expect(page.locator('html')).toHaveAttribute('data-theme', other)
        await expect(themeSwitch(page)).toHaveAttribute('aria-checked', String(other === 'dark'))
        expect(await looksDark(page)).toBe(other === 'dark')

        const response = await visit(page, '/clients?page=2')
        expect(await response.text(), 'no flash of the other theme').toMatch(
          new RegExp(`<html[^>]* data-theme="?${other}`),
        )
        await expect(themeSwitch(page)).toHaveAttribute('aria-checked', String(other === 'dark'))
        expect(await looksDark(page)).toBe(other === 'dark')

        await themeSwitch(page).click()
        await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
        const another = await context.newPage()
        await visit(another, '/clients')
        expect(await theme(another)).toBe(colorScheme)
      })
    })
  }

  test('follows the system while the page is open', async ({ page }) => {
    await visit(page, '/clients')
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(() => looksDark(page)).toBe(true)
  })

  test('can be switched with the keyboard', async ({ page }) => {
    await visit(page, '/clients')
    await themeSwitch(page).focus()
    await page.keyboard.press('Space')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  })
})

test('an address that leads nowhere is answered with 404, inside the frame', async ({ page, complaints }) => {
  complaints.expect(/answer: 404 /)
  const response = await page.goto('/no/such/page')
  expect(response.status()).toBe(404)
  await hydrated(page)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await menuLink(page).click()
  await new ClientTable(page).expectRange('1-10 of 971')
})

test('moving about loads data only, never the document', async ({ page }) => {
  await visit(page, '/clients')
  const documents = []
  page.on('request', (request) => request.resourceType() === 'document' && documents.push(request.url()))
  await page.evaluate(() => (window.sameDocument = true))
  const table = new ClientTable(page)

  await table.step('Next page').click()
  await table.expectRange('11-20 of 971')
  await table.sortBy('Company')
  await table.expectSorted('Company', 'ascending')
  await table.entriesPerPage.selectOption('20')
  await table.expectRange('1-20 of 971')
  await table.pageNumber.fill('3')
  await table.pageNumber.press('Enter')
  await table.expectRange('41-60 of 971')
  await table.search.fill('a')
  await table.searchButton.click()
  await expect(table.marks.first()).toBeVisible()
  const [first] = await table.ids()
  await table.rows.first().click()
  await expect(page).toHaveURL(/\/clients\/\d+\/general$/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Client ')
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await expect(page).toHaveURL(/[?&]q=a(&|$)/)
  await expect.poll(async () => (await table.ids())[0]).toBe(first)
  await page.goBack()
  await page.goBack()

  expect(documents).toEqual([])
  expect(await page.evaluate(() => window.sameDocument)).toBe(true)
})

test('old rows stay until the new ones are there, and a bar says that something is under way', async ({ page }) => {
  await visit(page, '/clients')
  const table = new ClientTable(page)
  const before = await table.ids()
  let answer
  const held = new Promise((resolve) => (answer = resolve))
  await onData(page, async (route) => {
    await held
    await route.continue()
  })
  await page.evaluate(() => {
    // Observes every change of the page, and not just samples of it.
    window.fewestRows = Infinity
    const count = () => (window.fewestRows = Math.min(window.fewestRows, document.querySelectorAll('tbody tr').length))
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true })
  })
  await table.step('Next page').click()
  await expect(page.locator('.loading-bar.active').first()).toBeVisible()
  await page.waitForTimeout(300)
  expect(await table.ids()).toEqual(before)
  answer()
  await table.expectRange('11-20 of 971')
  await expect(page.locator('.loading-bar.active')).toHaveCount(0)
  expect(await page.evaluate(() => window.fewestRows)).toBe(10)
})

test('a load that fails says so, keeps the old rows, and can be tried again', async ({ page, complaints }) => {
  complaints.expect(/^failed: .*ERR_CONNECTION_REFUSED/)
  await visit(page, '/clients')
  const table = new ClientTable(page)
  const before = await table.ids()
  await onData(page, (route) => route.abort('connectionrefused'))
  await table.step('Next page').click()
  const bar = page.getByRole('main').getByRole('alert')
  await expect(bar).toContainText("The server can't be reached.")
  expect(await table.ids()).toEqual(before)
  const again = bar.getByRole('button', { name: 'Try again', exact: true })
  await again.click()
  await expect(bar).toBeVisible()
  expect(await table.ids()).toEqual(before)
  await page.unrouteAll()
  await again.click()
  await table.expectRange('11-20 of 971')
  await expect(bar).toHaveCount(0)
  await expect(page.locator(':focus'), 'the focus went on').toHaveCount(1)
})

test('a server that fails keeps the old rows too', async ({ page, complaints }) => {
  complaints.expect(/answer: 503 /)
  await visit(page, '/clients')
  const table = new ClientTable(page)
  await onData(page, (route) => route.fulfill({ status: 503, body: '"Unavailable"' }))
  await table.sortBy('Company')
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
  await expect(table.rows).toHaveCount(10)
  await page.unrouteAll()
  await menuLink(page).click()
  await table.expectRange('1-10 of 971')
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0)
})

test.describe('on a screen of 360 px', () => {
  test.use({ viewport: { width: 360, height: 740 } })

  for (const address of [
    '/clients',
    '/clients?per_page=100&sort=company',
    '/clients?q=no-such-client',
    '/clients?sort=nonsense',
    '/clients?currency=EUR&sms_subscription=true&registered_from=2021-01-01&registered_to=2030-01-01',
    '/names',
    '/names?status=Rejected',
    '/ui',
    '/no/such/page',
  ]) {
    test(`nothing makes ${address} scroll sideways`, async ({ page, complaints }) => {
      complaints.expect(/answer: 40[04] /)
      await visit(page, address)
      await expectNoSidewaysScrolling(page)
    })
  }

  test('nothing makes a page of a client scroll sideways', async ({ page }) => {
    await visit(page, '/clients?sort=balance&dir=desc')
    const [first] = await new ClientTable(page).ids()
    for (const tab of ['general', 'general?edit=true', 'finance?from=2020-01-01', 'names', 'names?add=true']) {
      await visit(page, `/clients/${first}/${tab}`)
      await expectNoSidewaysScrolling(page)
    }
    for (const report of ['day', 'operator', 'sender', 'viber-sender', 'country']) {
      await visit(page, `/clients/${first}/statistics/${report}?compare=true`)
      await expectNoSidewaysScrolling(page)
    }
  })

  test('a client can be found and opened', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const [, second] = await table.ids()
    await table.search.fill(second)
    await table.search.press('Enter')
    await table.expectIds([second])
    await table.row(second).click()
    await expect(page).toHaveURL(`/clients/${second}/general`)
    await expectNoSidewaysScrolling(page)
  })
})

test.describe('for a visitor on a screen of 360 px', () => {
  test.use({ role: '', viewport: { width: 360, height: 740 } })
  test('nothing makes the sign-in scroll sideways', async ({ page }) => {
    await page.goto('/login')
    await expectNoSidewaysScrolling(page)
  })
})

test('every answer carries the headers that keep a page safe', async ({ request }) => {
  for (const address of ['/clients', '/clients?sort=nonsense', '/no/such/page', '/clients/export.csv']) {
    const headers = (await request.get(address)).headers()
    expect.soft(headers['x-content-type-options'], address).toBe('nosniff')
    expect.soft(headers['referrer-policy'], address).toBeTruthy()
    expect.soft(headers['cache-control'], `${address} holds clients' data`).toMatch(/no-store|no-cache|private/)
    if (address.endsWith('.csv')) continue
    const policy = headers['content-security-policy']
    expect.soft(policy, address).toMatch(/script-src [^;]*'nonce-/)
    expect.soft(policy, address).toMatch(/frame-ancestors 'none'/)
    expect.soft(policy, address).not.toMatch(/unsafe-inline|'unsafe-eval'/)
  }
  const nonces = await Promise.all(
    [1, 2].map(
      async () => (await request.get('/clients')).headers()['content-security-policy']?.match(/'nonce-([^']+)'/)?.[1],
    ),
  )
  expect(nonces[0]).toBeTruthy()
  expect(nonces[0], 'a nonce is used once').not.toBe(nonces[1])
})
