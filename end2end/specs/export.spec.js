// The exports of the client table: exactly the rows that match search and filters, as a workbook and as CSV.

import fs from 'node:fs/promises'
import { addressOf, ClientTable, COLUMNS } from '../support/client-table.js'
import * as csv from '../support/csv.js'
import { clients, ids, select } from '../support/known-clients.js'
import { expect, test, visit } from '../support/test.js'
import * as xlsx from '../support/xlsx.js'

test.use({ data: 'known' })

const queries = [
  {},
  { q: 'їжак' },
  { currency: 'UAH', below_zero: 'true' },
  { sms_subscription: 'true', property_type: 'individual', sort: 'company', dir: 'desc' },
  { channel: 'Organic', registered_from: '2021-06-01', sort: 'balance', dir: 'asc', per_page: '20', page: '2' },
]

async function workbook(request, query) {
  const answer = await request.get(addressOf(query, '/clients/export.xlsx'))
  expect(answer.status()).toBe(200)
  expect(answer.headers()['content-type']).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  expect(answer.headers()['content-disposition']).toMatch(/^attachment;.*\.xlsx/)
  return xlsx.read(await answer.body())
}

async function commaSeparated(request, query) {
  const answer = await request.get(addressOf(query, '/clients/export.csv'))
  expect(answer.status()).toBe(200)
  expect(answer.headers()['content-type']).toMatch(/^text\/csv; ?charset=utf-8/i)
  expect(answer.headers()['content-disposition']).toMatch(/^attachment;.*\.csv/)
  return answer.text()
}

for (const query of queries) {
  test(`${addressOf(query)} exports the rows of all its pages, in their order`, async ({ request }) => {
    const expected = ids(select(clients, query))
    expect(csv.records(await commaSeparated(request, query)).map((record) => record.ID)).toEqual(expected)

    const [sheet] = await workbook(request, query)
    const [header, ...rows] = sheet.rows
    const id = header.findIndex((cell) => cell.value === 'ID')
    expect(rows.map((row) => row[id].value)).toEqual(expected)
  })
}

test('a search that finds nothing exports the header alone', async ({ request }) => {
  const query = { q: 'nobody is called so' }
  const [sheet] = await workbook(request, query)
  expect(sheet.rows).toHaveLength(1)
  expect(csv.rows(await commaSeparated(request, query))).toHaveLength(1)
})

test('the workbook has human column names, in a row that stays while one scrolls', async ({ request }) => {
  const [sheet] = await workbook(request, {})
  const names = sheet.rows[0].map((cell) => cell.value)
  expect(names.filter((name) => name in COLUMNS)).toEqual(Object.keys(COLUMNS))
  for (const name of names) expect(name).not.toMatch(/_|^$/)
  expect(sheet.frozenRows).toBe(1)
})

test('cells are typed: IDs and money are numbers, logins and names are text', async ({ request }) => {
  const [sheet] = await workbook(request, { sort: 'id', dir: 'asc' })
  const [header, ...rows] = sheet.rows
  const cell = (row, name) => row[header.findIndex((cell) => cell.value === name)] ?? { kind: 'blank', value: '' }
  for (const [index, client] of select(clients, { sort: 'id', dir: 'asc' }).entries()) {
    const row = rows[index]
    expect.soft(cell(row, 'ID')).toMatchObject({ kind: 'number', value: String(client.id) })
    expect.soft(cell(row, 'Login'), 'never 3.8E+11').toMatchObject({ kind: 'text', value: client.login })
    for (const [name, field] of [
      ['Company', 'company'],
      ['Name', 'name'],
      ['Channel', 'channel'],
    ]) {
      if (client[field]) expect.soft(cell(row, name)).toMatchObject({ kind: 'text', value: client[field] })
      else expect.soft(cell(row, name).value).toBe('')
    }
    for (const [name, field] of [
      ['SMS Price', 'sms_price'],
      ['Balance', 'balance'],
      ['Credit', 'credit'],
    ]) {
      const { kind, value } = cell(row, name)
      if (client[field] == null) expect.soft(value).toBe('')
      else expect.soft([kind, Number(value)]).toEqual(['number', Number(client[field])])
    }
  }
  expect(cell(rows[0], 'Balance').format, 'four decimals').toMatch(/0\.0000/)
  // Amounts are meaningless without their currency.
  expect(header.map((cell) => cell.value)).toContain('Currency')
})

test('cells that begin like a formula stay text', async ({ request }) => {
  const sheets = await workbook(request, {})
  for (const sheet of sheets) expect(sheet.hasFormulas).toBe(false)
  const values = new Set(
    sheets[0].rows
      .flat()
      .filter((cell) => cell.kind === 'text')
      .map((cell) => cell.value),
  )
  for (const text of ['=SUM(A1:A9)', '@name', '+1+1', '-2+3']) expect(values).toContain(text)
})

test('a further sheet says what was exported, when, by whom and in which time zone', async ({ request }) => {
  const sheets = await workbook(request, { q: 'їжак', currency: 'UAH' })
  expect(sheets.length).toBeGreaterThan(1)
  const text = sheets
    .slice(1)
    .flatMap((sheet) => sheet.rows.flat())
    .map((cell) => cell.value)
    .join('\n')
  for (const said of ['olena', 'їжак', 'UAH', 'UTC', /20\d\d-\d\d-\d\d|\n4\d{4}/]) expect(text).toMatch(said)
})

test('CSV carries every character, and opens rightly in a spreadsheet', async ({ request }) => {
  const text = await commaSeparated(request, { sort: 'id', dir: 'asc' })
  // Spreadsheets evaluate texts that begin like a formula. An apostrophe in front prevents it.
  const plain = (value) => value.replace(/^'(?=[=+\-@])/, '')
  const records = csv.records(text)
  for (const [index, client] of select(clients, { sort: 'id', dir: 'asc' }).entries()) {
    expect.soft(plain(records[index].Login)).toBe(client.login)
    expect.soft(plain(records[index].Company)).toBe(client.company ?? '')
    expect.soft(plain(records[index].Name)).toBe(client.name ?? '')
    expect.soft(Number(records[index].Balance.replaceAll(',', ''))).toBe(Number(client.balance))
  }
})

for (const [name, extension] of [
  ['Export', 'xlsx'],
  ['Export as CSV', 'csv'],
]) {
  test(`${name} saves a file with what the page shows`, async ({ page }) => {
    const query = { q: 'а', sort: 'name', dir: 'asc' }
    await visit(page, '/clients')
    const table = new ClientTable(page)
    await table.search.fill('а')
    await table.searchButton.click()
    // The address changes before the rows do, and the headers of the old rows still link to the old search.
    await table.expectIds(ids(select(clients, { q: query.q })).slice(0, 10))
    await table.sortBy('Name')
    const expected = ids(select(clients, query))
    await table.expectIds(expected.slice(0, 10))

    const starting = page.waitForEvent('download')
    await page.getByRole('link', { name, exact: true }).click()
    const download = await starting
    expect(download.suggestedFilename()).toMatch(new RegExp(`^clients.*\\.${extension}$`, 'i'))
    const bytes = await fs.readFile(await download.path())
    const saved =
      extension === 'csv'
        ? csv.rows(bytes.toString('utf8'))
        : xlsx.read(bytes)[0].rows.map((row) => row.map((cell) => cell.value))
    const column = saved[0].indexOf('ID')
    expect(saved.slice(1).map((row) => row[column])).toEqual(expected)
    await expect(page, 'the page stays as it was').toHaveURL(/q=.*sort=name/)
    await table.expectIds(expected.slice(0, 10))
  })
}

test('an address that makes no sense exports nothing', async ({ request }) => {
  for (const path of ['/clients/export.xlsx', '/clients/export.csv']) {
    const answer = await request.get(`${path}?sort=nonsense`)
    expect(answer.status()).toBe(400)
    expect(answer.headers()['content-disposition']).toBeUndefined()
  }
})
