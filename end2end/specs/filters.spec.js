// The filters of the client table, each compared with the reference implementation.

import { addressOf, ClientTable, idsIn } from '../support/client-table.js'
import { clients, ids, select } from '../support/known-clients.js'
import { expect, test, visit } from '../support/test.js'

test.use({ data: 'known' })

const registered = clients.find((client) => client.registered_at?.endsWith('23:59:59Z')).registered_at.slice(0, 10)
const begins = clients.find((client) => client.registered_at?.endsWith('00:00:00Z')).registered_at.slice(0, 10)

/** Label, how it is set, and the resulting address. */
const choose = (text) => (field) => field.selectOption({ label: text })
const type = (text) => async (field) => {
  await field.fill(text)
  await field.blur()
}
const tick = (field) => field.check()

const filters = [
  ['Property type', 'Legal entity', choose('Legal entity'), { property_type: 'legal_entity' }],
  ['Property type', 'Individual', choose('Individual'), { property_type: 'individual' }],
  ['Property type', 'Entrepreneur', choose('Entrepreneur'), { property_type: 'entrepreneur' }],
  ['Channel', 'Organic', choose('Organic'), { channel: 'Organic' }],
  ['Channel', 'Реклама', choose('Реклама'), { channel: 'Реклама' }],
  ['Currency', 'EUR', choose('EUR'), { currency: 'EUR' }],
  ['Currency', 'UAH', choose('UAH'), { currency: 'UAH' }],
  ['SMS subscription', 'Yes', choose('Yes'), { sms_subscription: 'true' }],
  ['SMS subscription', 'No', choose('No'), { sms_subscription: 'false' }],
  ['Balance below zero', 'ticked', tick, { below_zero: 'true' }],
  ['Registered from', begins, type(begins), { registered_from: begins }],
  ['Registered to', registered, type(registered), { registered_to: registered }],
]

for (const [label, value, set, query] of filters) {
  test(`${label}: ${value} leaves exactly the clients that it should`, async ({ page }) => {
    await visit(page, '/clients?page=2')
    const table = new ClientTable(page)
    const expected = ids(select(clients, query))
    expect(expected.length).toBeGreaterThan(0)
    expect(expected.length).toBeLessThan(clients.length)
    await table.openFilters()
    await set(table.filter(label))
    await table.expectRange(`1-${Math.min(10, expected.length)} of ${expected.length}`)
    await table.expectIds(expected.slice(0, 10))
    const address = new URL(page.url()).searchParams
    for (const [name, word] of Object.entries(query)) expect(address.get(name)).toBe(word)

    // The same on a first load, with all rows.
    const seen = []
    for (let number = 1; number <= Math.ceil(expected.length / 100); number++) {
      await visit(page, addressOf({ ...query, per_page: 100, page: number }))
      seen.push(...(await table.ids()))
    }
    expect(seen).toEqual(expected)
  })
}

test('a day of registration includes its first and its last second', async ({ page }) => {
  const table = new ClientTable(page)
  for (const day of [registered, begins]) {
    const query = { registered_from: day, registered_to: day }
    await visit(page, addressOf(query))
    await table.expectIds(ids(select(clients, query)).slice(0, 10))
    await expect(table.filter('Registered from')).toHaveValue(day)
    await expect(table.filter('Registered to')).toHaveValue(day)
  }
})

test('all of them hold together, with the search and the order', async ({ page }) => {
  const query = {
    q: 'а',
    property_type: 'individual',
    currency: 'UAH',
    sms_subscription: 'true',
    registered_from: '2021-02-01',
    registered_to: '2023-05-01',
    sort: 'balance',
    dir: 'desc',
  }
  const expected = ids(select(clients, query))
  expect(expected.length).toBeGreaterThan(1)

  await visit(page, '/clients')
  const table = new ClientTable(page)
  let soFar = {}
  const narrowed = async (query) => {
    soFar = { ...soFar, ...query }
    const left = ids(select(clients, soFar))
    await table.expectRange(`1-${Math.min(10, left.length)} of ${left.length}`)
  }
  await table.search.fill('а')
  await table.search.press('Enter')
  await narrowed({ q: 'а' })
  for (const [label, set, query] of [
    ['Property type', choose('Individual'), { property_type: 'individual' }],
    ['Currency', choose('UAH'), { currency: 'UAH' }],
    ['SMS subscription', choose('Yes'), { sms_subscription: 'true' }],
    ['Registered from', type('2021-02-01'), { registered_from: '2021-02-01' }],
    ['Registered to', type('2023-05-01'), { registered_to: '2023-05-01' }],
  ]) {
    const loading = page.waitForResponse((response) => response.request().resourceType() === 'fetch')
    await table.openFilters()
    await set(table.filter(label))
    await loading
    await narrowed(query)
    await expect(table.filter(label)).toHaveValue(Object.values(query)[0])
  }
  await table.sortBy('Balance')
  await table.expectSorted('Balance', 'ascending')
  await table.sortBy('Balance')
  await table.expectSorted('Balance', 'descending')
  await table.expectIds(expected.slice(0, 10))

  await visit(page, addressOf(query))
  await table.expectIds(expected.slice(0, 10))
  await expect(table.search).toHaveValue('а')
  await expect(table.filter('Property type')).toHaveValue('individual')
  await expect(table.filter('SMS subscription')).toHaveValue('true')
})

test('every pair of filters is the calculated one', async ({ request }) => {
  const singles = filters.map(([, , , query]) => query)
  for (const [index, one] of singles.entries()) {
    for (const other of singles.slice(index + 1)) {
      if (Object.keys(one)[0] === Object.keys(other)[0]) continue
      const query = { ...one, ...other, sort: 'login', dir: 'asc', per_page: '100' }
      if (query.registered_from > query.registered_to) continue
      const html = await (await request.get(addressOf(query))).text()
      const shown = idsIn(html)
      expect.soft(shown, addressOf(query)).toEqual(ids(select(clients, query)).slice(0, 100))
    }
  }
})

test('each filter that is set is a chip, which removes it alone', async ({ page }) => {
  const query = { q: 'а', currency: 'UAH', sms_subscription: 'true', registered_from: '2021-02-01', sort: 'name' }
  await visit(page, addressOf({ ...query, per_page: '20' }))
  const table = new ClientTable(page)
  const chips = page.getByRole('group', { name: 'Filters that are set', exact: true }).getByRole('link')
  await expect(chips).toHaveText([
    /Currency: UAH/,
    /SMS subscription: Yes/,
    /Registered from: 2021-02-01/,
    'Clear all',
  ])
  await table.chip('Currency: UAH').click()
  await table.expectIds(ids(select(clients, { ...query, currency: '' })).slice(0, 20))
  await expect(chips).toHaveText([/SMS subscription: Yes/, /Registered from: 2021-02-01/, 'Clear all'])
  await expect(table.filter('Currency')).toHaveValue('')
  await expect(table.search, 'the search stays').toHaveValue('а')
  await table.chip('Registered from: 2021-02-01').click()
  await table.chip('SMS subscription: Yes').click()
  await table.expectIds(ids(select(clients, { q: 'а', sort: 'name' })).slice(0, 20))
  await expect(chips).toHaveCount(0)
  await table.expectSorted('Name', 'ascending')
})

test('the filters stay open while several are set', async ({ page }) => {
  await visit(page, '/clients')
  const table = new ClientTable(page)
  await table.openFilters()
  await table.filter('Currency').focus()
  await table.filter('Currency').selectOption('EUR')
  await expect(table.chip('Currency: EUR')).toBeVisible()
  await expect(table.filter('Currency'), 'with the focus where it was').toBeFocused()
  await table.filter('Balance below zero').check()
  await table.expectIds(ids(select(clients, { currency: 'EUR', below_zero: 'true' })).slice(0, 10))
})

/** The sums that the page shows, by currency. */
const sums = async (page) => {
  const texts = await page.getByRole('group', { name: 'Balances', exact: true }).locator('dl > div').allInnerTexts()
  return Object.fromEntries(
    texts.map((text) => {
      const [, currency, count, sum] = text.match(/^(\w+), ([\d,]+) clients?\s+(\S+)$/)
      return [currency, [Number(count.replaceAll(',', '')), sum.replaceAll(',', '').replace(/\.(\d\d)$/, '.$100')]]
    }),
  )
}

/** The same by adding up each client, in ten-thousandths. */
const expectedSums = (found) => {
  const sums = {}
  for (const { currency, balance } of found) {
    const [whole, decimals = ''] = balance.replace('-', '').split('.')
    const exact = BigInt(whole + decimals.padEnd(4, '0')) * (balance.startsWith('-') ? -1n : 1n)
    const [count, sum] = sums[currency] ?? [0, 0n]
    sums[currency] = [count + 1, sum + exact]
  }
  const written = (sum) => {
    const digits = String(sum < 0n ? -sum : sum).padStart(5, '0')
    return `${sum < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`
  }
  return Object.fromEntries(Object.entries(sums).map(([currency, [count, sum]]) => [currency, [count, written(sum)]]))
}

test('the balances of what the filters leave are summed up by currency, on all pages', async ({ page }) => {
  for (const query of [{}, { q: 'а' }, { below_zero: 'true' }, { currency: 'UAH', page: '2' }, { q: '100% off' }]) {
    await visit(page, addressOf(query))
    expect(await sums(page), addressOf(query)).toEqual(expectedSums(select(clients, query)))
  }
  await visit(page, addressOf({ registered_from: '2000-01-01', registered_to: '2000-01-02' }))
  expect(await sums(page)).toEqual({})
})

test('clearing leads back to all clients, in their order', async ({ page }) => {
  await visit(page, '/clients?q=alpha&currency=EUR&below_zero=true&sort=name&dir=asc')
  const table = new ClientTable(page)
  await page.getByRole('search').getByRole('link', { name: 'Clear all', exact: true }).click()
  await table.expectRange(`1-10 of ${clients.length}`)
  await table.expectSorted('Name', 'ascending')
  await expect(table.search).toHaveValue('')
  await expect(table.filter('Currency')).toHaveValue('')
  await expect(table.filter('Balance below zero')).not.toBeChecked()
})

test('what the filters leave out, and nothing matches, is said', async ({ page }) => {
  await visit(page, '/clients?registered_from=2000-01-01&registered_to=2000-01-02')
  await expect(
    page
      .getByRole('main')
      .getByRole('status')
      .filter({ hasText: /no client/i }),
  ).toBeVisible()
})
