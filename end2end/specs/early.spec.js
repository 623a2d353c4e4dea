// Input before a page is hydrated, which takes seconds on a slow connection, is kept: hydration doesn't reload the data
// that came with the page.

import { addressOf, ClientTable } from '../support/client-table.js'
import { fact, field, formOf } from '../support/accounts.js'
import { clients, select } from '../support/known-clients.js'
import { importNames, Names } from '../support/names.js'
import { expect, hydrated, test, visit } from '../support/test.js'

/** Opens a page and holds its hydration back until `early` has returned. */
async function beforeHydration(page, open, early) {
  let release
  const released = new Promise((resolve) => (release = resolve))
  await page.route('**/*.wasm', (route) => released.then(() => route.continue()))
  try {
    await (typeof open === 'string' ? page.goto(open, { waitUntil: 'domcontentloaded' }) : open())
    await early()
    expect(await page.evaluate(() => window.listened.has(window)), 'the page was hydrated too early').toBe(false)
  } finally {
    release()
  }
  await hydrated(page)
}

test.describe('on the page of a client', () => {
  test.use({ data: 'accounts', role: 'manager' })

  test('what was typed, chosen and ticked stays, and is saved', async ({ page, account }) => {
    const profile = formOf(page, 'Profile')
    await beforeHydration(page, `/clients/${account.id}/general?edit=true`, async () => {
      await field(profile, 'Company').fill('Typed early')
      await field(profile, 'Property Type').selectOption('Entrepreneur')
      await page.getByRole('checkbox', { name: 'SMS subscription', exact: true }).check()
    })
    await expect(field(profile, 'Company')).toHaveValue('Typed early')
    await expect(page.getByRole('checkbox', { name: 'SMS subscription', exact: true })).toBeChecked()
    await page.getByRole('button', { name: 'Save profile', exact: true }).click()
    await expect(fact(page, 'Company')).toHaveText('Typed early')
    await expect(fact(page, 'Property Type')).toHaveText('Entrepreneur')
  })

  const tabs = ['general', 'general?edit=true', 'finance', 'finance?form=credit', 'statistics/day', 'names', 'names?add=true']
  for (const address of tabs) {
    test(`${address} doesn't ask once more for what it came with`, async ({ page, account }) => {
      const asked = []
      page.on('request', (request) => request.url().includes('/rpc/') && asked.push(request.url()))
      await visit(page, `/clients/${account.id}/${address}`)
      await page.evaluate(() => new Promise((idle) => requestIdleCallback(() => requestIdleCallback(idle, { timeout: 1_000 }), { timeout: 1_000 })))
      expect(asked).toEqual([])
    })
  }

  test('what was typed into the dialog of a form stays, with the focus', async ({ page, account }) => {
    const form = formOf(page, 'Top up account')
    await beforeHydration(page, `/clients/${account.id}/finance?form=top-up`, async () => {
      await field(form, 'Amount').fill('12')
      await field(form, 'Comment').fill('Typed early')
    })
    await expect.poll(() => page.getByRole('dialog').evaluate((dialog) => dialog.matches(':modal'))).toBe(true)
    await expect(field(form, 'Comment')).toBeFocused()
    await expect(field(form, 'Amount')).toHaveValue('12')
    await expect(field(form, 'Comment')).toHaveValue('Typed early')
  })

  test('several lines of text stay', async ({ page, account, site }) => {
    await importNames(site, account.id, [['Pintail']])
    const form = formOf(page, 'Questionnaire')
    await beforeHydration(page, `/clients/${account.id}/names?name=Pintail`, () =>
      field(form, 'Subject').fill('Typed\nearly'),
    )
    await expect(field(form, 'Subject')).toHaveValue('Typed\nearly')
  })

  test('names that were ticked are decided', async ({ page, account, site }) => {
    await importNames(site, account.id, [['Knot'], ['Dunlin'], ['Sanderling']])
    const names = new Names(page)
    await beforeHydration(page, `/clients/${account.id}/names`, async () => {
      await names.tick('Knot').check()
      await names.tick('Sanderling').check()
    })
    await names.ticked.getByRole('button', { name: 'Check', exact: true }).click()
    await expect(names.toast).toContainText('2 names are Checked now.')
    await expect(names.row('Dunlin')).toContainText('New')
  })
})

test('who goes back once more meanwhile gets the page of the address', async ({ page }) => {
  await visit(page, '/clients')
  await page.getByRole('link', { name: 'Names', exact: true }).click()
  await expect(page).toHaveURL('/names')
  await visit(page, '/clients?page=2')
  await beforeHydration(
    page,
    () => page.goBack({ waitUntil: 'domcontentloaded' }),
    async () => {
      await expect(page).toHaveURL('/names')
      await page.evaluate(() => history.back())
      await expect(page).toHaveURL('/clients')
    },
  )
  await new ClientTable(page).expectRange('1-10 of 971')
})

test.describe('in the client table', () => {
  test.use({ data: 'known' })

  test('a filter that was chosen is used as soon as the application is there', async ({ page }) => {
    const table = new ClientTable(page)
    await beforeHydration(page, addressOf({ page: 2 }), async () => {
      await table.openFilters()
      await table.filter('Property type').selectOption({ label: 'Individual' })
    })
    const expected = select(clients, { property_type: 'individual' }).length
    await table.expectRange(`1-${Math.min(10, expected)} of ${expected}`)
    await expect(table.filter('Property type')).toHaveValue('individual')
  })

  test('a search that was typed stays', async ({ page }) => {
    await beforeHydration(page, addressOf({}), () => page.getByRole('searchbox').fill('early'))
    await expect(page.getByRole('searchbox')).toHaveValue('early')
  })
})
