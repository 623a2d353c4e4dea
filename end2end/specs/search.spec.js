// Search everything: the dialog of Ctrl-K, and the same results as a page.

import fs from 'node:fs'
import { createRequire } from 'node:module'
import { importNames } from '../support/names.js'
import { expect, expectNoSidewaysScrolling, test, visit } from '../support/test.js'

test.use({ data: 'accounts' })

const NAME = 'Search everything'
const dialogOf = (page) => page.getByRole('dialog', { name: NAME, exact: true })
const boxOf = (page) => dialogOf(page).getByRole('combobox', { name: NAME, exact: true })
const optionsOf = (page) => dialogOf(page).getByRole('option')
const selectedOf = (page) => dialogOf(page).getByRole('option', { selected: true })

/** Opens the dialog by the keyboard, and types. */
async function search(page, q) {
  await page.keyboard.press('Control+k')
  await expect(boxOf(page)).toBeFocused()
  await boxOf(page).fill(q)
}

test('Ctrl-K finds a client by ID, login, name and email, and Enter opens it', async ({ page, account }) => {
  await visit(page, '/names')
  const digits = account.login
  const written = `+${digits.slice(0, 3)} ${digits.slice(3, 5)} ${digits.slice(5, 8)}-${digits.slice(8)}`
  const [word] = account.name.split(' ')
  for (const q of [digits, written, account.email, account.email.toUpperCase(), `${account.email} ${word}`]) {
    await search(page, q)
    await expect(selectedOf(page)).toContainText(digits)
    await page.keyboard.press('Escape')
    await expect(dialogOf(page)).toBeHidden()
  }
  await search(page, account.email)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`/clients/${account.id}/general`)
  await expect(dialogOf(page)).toBeHidden()
})

test('Enter that comes before the answer waits for it', async ({ page, account }) => {
  await visit(page, '/clients')
  await search(page, '')
  await expect(optionsOf(page).first()).toBeVisible()
  await page.route('**/rpc/search_everything**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    await route.continue()
  })
  await boxOf(page).fill(account.login)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`/clients/${account.id}/general`)
})

test('what was committed a moment ago is found', async ({ page, site }) => {
  await visit(page, '/clients')
  await search(page, 'justimported')
  await expect(dialogOf(page).getByRole('status')).toContainText('Nothing matches')
  await importNames(site, 149, [['JustImport']])
  await boxOf(page).fill('justimp')
  await expect(selectedOf(page)).toContainText('JustImport')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/clients/149/names?name=JustImport')
  await expect(page.getByLabel('Initiator', { exact: true })).toBeVisible()
})

test('the keyboard alone chooses and opens, also in a new tab', async ({ page, context }) => {
  await visit(page, '/clients')
  await search(page, 'person company')
  await expect(optionsOf(page)).toHaveCount(9)
  await expect(optionsOf(page).last()).toContainText(/Show all \d+ clients/)
  const chosen = async () => (await boxOf(page).getAttribute('aria-activedescendant')) ?? ''
  const first = await chosen()
  await page.keyboard.press('ArrowDown')
  expect(await chosen()).not.toBe(first)
  await expect(selectedOf(page)).toHaveAttribute('id', await chosen())
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(selectedOf(page)).toContainText(/Show all \d+ clients/)
  await expect(selectedOf(page)).toBeInViewport()

  const opened = context.waitForEvent('page')
  await page.keyboard.press('Control+Enter')
  const tab = await opened
  await expect(tab).toHaveURL(/\/clients\?q=person\+company$/)
  await tab.close()
  await expect(dialogOf(page), 'stays for the next one').toBeVisible()

  await page.keyboard.press('Escape')
  await expect(dialogOf(page)).toBeHidden()
  await page.keyboard.press('Control+k')
  await expect(boxOf(page), 'begins empty').toHaveValue('')
  await page.keyboard.press('Control+k')
  await expect(dialogOf(page)).toBeHidden()
})

test('the button opens the dialog, and finds every page of the menu', async ({ page }) => {
  await visit(page, '/clients')
  const links = page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link')
  const labels = await links.allInnerTexts()
  const button = page.getByRole('button', { name: NAME, exact: true })
  for (const label of labels) {
    await button.click()
    await boxOf(page).fill(label)
    await expect(dialogOf(page).getByRole('group', { name: 'Pages' }).getByRole('option', { name: label })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(button, 'gets the focus back').toBeFocused()
  }
})

test('offers the actions of the page, and the theme', async ({ page, account }) => {
  await visit(page, `/clients/${account.id}/finance`)
  await search(page, 'dark')
  await expect(selectedOf(page)).toHaveText('Dark theme')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(dialogOf(page)).toBeHidden()

  await search(page, 'top acc')
  await expect(selectedOf(page)).toHaveText('Top up account')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Top up account', exact: true })).toBeVisible()
  await page.keyboard.press('Escape')

  await search(page, 'statis')
  await expect(selectedOf(page)).toHaveText('Statistics')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`/clients/${account.id}/statistics/day`)

  await visit(page, '/clients')
  const download = page.waitForEvent('download')
  await search(page, 'export')
  await expect(selectedOf(page)).toHaveText('Export')
  await page.keyboard.press('Enter')
  expect((await download).suggestedFilename()).toMatch(/\.xlsx$/)
})

test.describe('signed in as viewer', () => {
  test.use({ role: 'viewer' })
  test('offers only the actions of the role', async ({ page, account }) => {
    await visit(page, `/clients/${account.id}/finance`)
    await search(page, 'top up')
    await expect(dialogOf(page).getByRole('status')).toContainText('Nothing matches')
    await boxOf(page).fill('dark')
    await expect(selectedOf(page)).toHaveText('Dark theme')
  })
})

test('recently opened clients come first, and only those of one’s own login', async ({ page, site, context }) => {
  for (const id of [101, 103, 102]) {
    await visit(page, `/clients/${id}/general`)
    await expect(page.getByRole('term').first()).toBeVisible()
  }
  await page.keyboard.press('Control+k')
  const recent = dialogOf(page).getByRole('group', { name: 'Recently opened' }).getByRole('option')
  await expect(recent).toHaveCount(3)
  await expect(recent.first()).toContainText('102')
  await expect(recent.nth(1)).toContainText('103')
  await boxOf(page).fill('company')
  await expect(dialogOf(page).getByRole('group', { name: 'Clients' }).getByRole('option').first()).toContainText('102')

  await context.clearCookies()
  await context.addCookies((await site.session('viewer')).cookies)
  await visit(page, '/clients')
  await page.keyboard.press('Control+k')
  await expect(optionsOf(page).first()).toBeVisible()
  await expect(recent).toHaveCount(0)
})

test('the dialog has its own code, which is loaded when it is first opened', async ({ page }) => {
  const loaded = []
  page.on('response', (response) => loaded.push(response.url()))
  await visit(page, '/clients')
  await page.waitForLoadState('networkidle')
  expect(loaded.filter((url) => /search/.test(url))).toEqual([])
  await search(page, 'person')
  await expect(optionsOf(page).first()).toBeVisible()
  expect(loaded.filter((url) => url.includes('/rpc/search_everything')).length).toBeGreaterThan(0)
})

test('a failed search says so and keeps pages and actions', async ({ page, complaints }) => {
  complaints.expect(/search_everything/)
  await visit(page, '/clients')
  await search(page, '')
  await expect(optionsOf(page).first()).toBeVisible()
  await page.route('**/rpc/search_everything**', (route) => route.abort())
  await boxOf(page).fill('names')
  await expect(dialogOf(page).getByRole('option', { name: 'Names' })).toBeVisible()
  await expect(dialogOf(page).getByRole('alert')).toContainText("can't be reached")
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })
  test('the button is a link to a page of the same results', async ({ page, account }) => {
    await page.goto('/clients')
    await page.getByRole('link', { name: NAME, exact: true }).click()
    await expect(page).toHaveURL('/search?q=')
    const main = page.getByRole('main')
    await main.getByRole('searchbox', { name: NAME, exact: true }).fill(account.email)
    await main.getByRole('button', { name: 'Search', exact: true }).click()
    await expect(page).toHaveURL(/\/search\?q=person-/)
    await main.getByRole('link', { name: account.company }).click()
    await expect(page).toHaveURL(`/clients/${account.id}/general`)
  })
})

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const findings = async (page) => {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document))
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target}`))
}

for (const theme of ['light', 'dark']) {
  for (const width of [1280, 360]) {
    test(`axe finds nothing, ${theme}, ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await visit(page, '/search?q=person')
      await expect(page.getByRole('main').getByRole('link').first()).toBeVisible()
      expect(await findings(page)).toEqual([])
      await expectNoSidewaysScrolling(page)
      for (const q of ['', 'person', 'nobody-is-called-so']) {
        await search(page, q)
        await expect(dialogOf(page).getByRole('status')).toContainText(q.startsWith('nobody') ? 'Nothing' : 'result')
        expect(await findings(page), q).toEqual([])
        const box = await dialogOf(page).boundingBox()
        expect(box.x).toBeGreaterThanOrEqual(0)
        expect(box.x + box.width).toBeLessThanOrEqual(width)
        await page.keyboard.press('Escape')
      }
    })
  }
}
