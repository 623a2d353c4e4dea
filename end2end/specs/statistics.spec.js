// The Statistics tab: five reports, with their periods, filters, sorting and exports.

import fs from 'node:fs'
import * as csv from '../support/csv.js'
import { fact } from '../support/accounts.js'
import { expect, expectNoSidewaysScrolling, test, visit } from '../support/test.js'
import { BUSY, LATE, MANY, SILENT, cells, count, day, days, none } from '../support/traffic.js'
import { read } from '../support/xlsx.js'

test.use({ data: 'traffic', role: 'viewer' })

const MARCH = 'from=2024-03-01&to=2024-03-31'
const REPORTS = [
  ['Grouping by day', 'day', 'Statistics by days', 'Date'],
  ['Grouping by operator', 'operator', 'Statistics by operators', 'Country - Operator'],
  ['Grouping by sender ID', 'sender', 'Statistics by sender IDs', 'Sender ID'],
  ['Grouping by Viber sender ID', 'viber-sender', 'Statistics by Viber sender IDs', 'Sender ID'],
  ['Grouping by country', 'country', 'Statistics by countries', 'Country'],
]
const countries = { UA: 'Ukraine', PL: 'Poland', '': 'Unknown' }

const path = (report, query = MARCH, id = BUSY) => `/clients/${id}/statistics/${report}?${query}`
const table = (page) => page.getByRole('table', { name: 'Statistics', exact: true })
const link = (page, name) => page.getByRole('link', { name, exact: true })
const button = (page, name) => page.getByRole('button', { name, exact: true })
const field = (page, label) => page.getByLabel(label, { exact: true })
const header = (page, name) => table(page).getByRole('columnheader', { name, exact: true })
const chips = (page) => page.getByRole('list', { name: 'Filters', exact: true }).getByRole('listitem')
const dialog = (page) => page.getByRole('dialog', { name: 'Select what you want to export', exact: true })

/** The texts of the rows by cell; `footer` for the row below. */
const rows = (page, part = 'tbody') =>
  table(page).evaluate(
    (table, part) =>
      [...table.querySelectorAll(`${part} tr`)].map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
    part,
  )

const stay = (page) => page.evaluate(() => (window.stayed = true))
const stayed = (page) => page.evaluate(() => window.stayed === true)

/** The expected rows of a grouped report: by messages sent, then by name. */
const grouped = (name, wanted) =>
  [...count(name, wanted)]
    .sort(([a, one], [b, other]) => other.sent - one.sent || (a < b ? -1 : 1))
    .map(([label, figures]) => [label, ...cells(figures)])

const expected = {
  day: (wanted) => {
    const counted = count(day, wanted)
    return days.map((date) => [date, ...cells(counted.get(date) ?? none)])
  },
  operator: (wanted) => grouped((line) => `${countries[line.country]} - ${line.operator || 'Unknown'}`, wanted),
  sender: (wanted) => grouped((line) => line.sender_id || '(no name)', wanted),
  'viber-sender': (wanted = () => true) =>
    grouped(
      (line) => line.sender_id || '(no name)',
      (line) => line.channel === 'viber' && wanted(line),
    ),
  country: (wanted) => grouped((line) => countries[line.country], wanted),
}
const total = (wanted) => count(() => 'all', wanted).get('all')

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled })
    const go = (page, address) => (javaScriptEnabled ? visit(page, address) : page.goto(address))

    test('each report shows what a plain count comes to, with the total below', async ({ page }) => {
      await go(page, path('day'))
      const all = total()
      await expect(fact(page, 'Total SMS')).toHaveText(`${all.sent} (${all.parts})`)
      for (const [name, report, , group] of REPORTS) {
        await link(page, name).click()
        await expect(link(page, name)).toHaveAttribute('aria-current', 'page')
        await expect(page).toHaveURL(new RegExp(`/statistics/${report}\\?${MARCH}$`))
        await expect(header(page, group)).toBeVisible()
        expect(await rows(page), report).toEqual(expected[report]())
        const sum = report === 'viber-sender' ? total((line) => line.channel === 'viber') : all
        const [messages, delivered, efficiency, price] = cells(sum)
        expect(await rows(page, 'tfoot')).toEqual([['Total', messages, delivered, efficiency, `${price} EUR`]])
      }
    })

    test('Search shows another period and channel, and the menu takes them along', async ({ page }) => {
      await go(page, path('day'))
      await field(page, 'Start date').fill('2024-03-04')
      await field(page, 'End date').fill('2024-03-05')
      await field(page, 'Messaging channel').selectOption({ label: 'Viber' })
      await button(page, 'Search').click()
      await expect(page).toHaveURL(/from=2024-03-04&to=2024-03-05&channel=viber/)
      await expect(table(page).locator('tbody tr')).toHaveCount(2)
      await link(page, 'Grouping by country').click()
      await expect(page).toHaveURL(/\/country\?from=2024-03-04&to=2024-03-05&channel=viber$/)
      await expect(field(page, 'Start date')).toHaveValue('2024-03-04')
      const wanted = (line) => line.channel === 'viber' && ['2024-03-04', '2024-03-05'].includes(day(line))
      await expect(header(page, 'Country')).toBeVisible()
      expect(await rows(page)).toEqual(expected.country(wanted))
      await page.goBack()
      await expect(header(page, 'Date')).toBeVisible()
      await expect(page).toHaveURL(/\/day\?/)
    })

    test('period, channel and comparison go along from report to report and to Finance and back', async ({ page }) => {
      const tab = (name) => page.getByRole('tab', { name, exact: true })
      await go(page, path('operator', `${MARCH}&channel=sms&compare=true`))
      await link(page, 'Grouping by country').click()
      await expect(page).toHaveURL(new RegExp(`/country\\?${MARCH}&channel=sms&compare=true$`))
      await tab('Finance').click()
      await expect(page).toHaveURL(new RegExp(`/finance\\?${MARCH}$`))
      await expect(field(page, 'End date')).toHaveValue('2024-03-31')
      if (javaScriptEnabled) {
        await tab('Names').click()
        await expect(page).toHaveURL(/\/names$/)
      }
      await tab('Statistics').click()
      const rest = javaScriptEnabled ? '&channel=sms&compare=true' : ''
      await expect(page).toHaveURL(new RegExp(`/statistics/day\\?${MARCH}${rest}$`))
    })

    test('a name in the table filters by it, in every report, until the filter is taken away', async ({ page }) => {
      await go(page, path('country'))
      await table(page).getByRole('link', { name: 'Unknown', exact: true }).click()
      await expect(chips(page)).toHaveText([/Country: Unknown/])
      await link(page, 'Grouping by sender ID').click()
      await expect(header(page, 'Sender ID')).toBeVisible()
      expect(await rows(page)).toEqual(expected.sender((line) => line.country === ''))
      await link(page, 'Take away the filter Country: Unknown').click()
      await expect(chips(page)).toHaveCount(0)
      expect(await rows(page)).toEqual(expected.sender())
      await table(page).getByRole('link', { name: '(no name)', exact: true }).click()
      await expect(chips(page)).toHaveText([/Sender ID: \(no name\)/])
      await link(page, 'Grouping by operator').click()
      await expect(header(page, 'Country - Operator')).toBeVisible()
      expect(await rows(page)).toEqual(expected.operator((line) => line.sender_id === ''))
    })

    test('a header sorts, and turns the order round the second time; the total stays last', async ({ page }) => {
      await go(page, path('operator'))
      await header(page, 'Send SMS (parts)').getByRole('link').click()
      await expect(header(page, 'Send SMS (parts)')).toHaveAttribute('aria-sort', 'descending')
      await header(page, 'Send SMS (parts)').getByRole('link').click()
      await expect(header(page, 'Send SMS (parts)')).toHaveAttribute('aria-sort', 'ascending')
      await expect(header(page, 'SMS Price')).toHaveAttribute('aria-sort', 'none')
      const sent = (await rows(page)).map(([, cell]) => Number(cell.split(' ')[0]))
      expect(sent).toEqual([...sent].sort((a, b) => a - b))
      expect((await rows(page, 'tfoot'))[0][0]).toBe('Total')
    })

    test('the file has the columns that were ticked, which are ticked again the next time', async ({ page }) => {
      await go(page, path('sender', `${MARCH}&country=UA`))
      await button(page, 'Export').first().click()
      const choice = dialog(page)
      await expect(choice.getByRole('checkbox', { checked: true })).toHaveCount(9)
      for (const name of ['Sent parts', 'Delivered parts', 'Currency']) await field(choice, name).uncheck()
      const download = page.waitForEvent('download')
      await button(choice, 'Export').click()
      const [sheet, criteria] = read(fs.readFileSync(await (await download).path()))
      expect(sheet.name).toBe('Statistics by sender IDs')
      const names = ['Sender ID', 'Sent messages', 'Delivered messages', 'Efficiency', 'SMS price']
      expect(sheet.rows[0].map(({ value }) => value)).toEqual(names)
      const shown = [...count((line) => line.sender_id, (line) => line.country === 'UA')]
      expect(sheet.rows).toHaveLength(shown.length + 2)
      expect(sheet.hasFormulas).toBe(true)
      expect(criteria.rows.map((row) => row.map(({ value }) => value))).toContainEqual(['Country', 'Ukraine'])
      await go(page, path('day'))
      await button(page, 'Export').first().click()
      await expect(field(dialog(page), 'Sent parts')).not.toBeChecked()
      await expect(field(dialog(page), 'Date')).toBeChecked()
      await button(dialog(page), 'Cancel').click()
      await expect(dialog(page)).toHaveCount(0)
    })
  })
}

test('Search asks for data alone, and the page stays', async ({ page }) => {
  await visit(page, path('day'))
  await stay(page)
  await field(page, 'End date').fill('2024-03-02')
  await button(page, 'Search').click()
  await expect(table(page).locator('tbody tr')).toHaveCount(2)
  await link(page, 'Grouping by operator').click()
  await expect(header(page, 'Country - Operator')).toBeVisible()
  await page.goBack()
  await page.goBack()
  await expect(table(page).locator('tbody tr')).toHaveCount(31)
  await expect(field(page, 'End date')).toHaveValue('2024-03-31')
  expect(await stayed(page)).toBe(true)
})

test('channel and weeks are kept by the reports that have no use for them', async ({ page }) => {
  await visit(page, path('day', `${MARCH}&channel=sms&by=week`))
  await link(page, 'Grouping by Viber sender ID').click()
  await expect(header(page, 'Sender ID')).toBeVisible()
  await expect(field(page, 'Messaging channel')).toHaveCount(0)
  expect(await rows(page)).toEqual(expected['viber-sender']())
  await button(page, 'Search').click()
  await link(page, 'Grouping by day').click()
  await expect(header(page, 'Date')).toBeVisible()
  await expect(field(page, 'Messaging channel')).toHaveValue('sms')
  await expect(table(page).locator('tbody tr')).toHaveCount(5)
})

test('a date waits for Search', async ({ page }) => {
  await visit(page, path('day'))
  await field(page, 'Start date').fill('2024-03-30')
  await page.waitForTimeout(1_000)
  await expect(page).toHaveURL(/from=2024-03-01/)
  await expect(table(page).locator('tbody tr')).toHaveCount(31)
})

test('weeks begin on Monday, and months add up to the same total', async ({ page }) => {
  await visit(page, path('day'))
  const [sum] = await rows(page, 'tfoot')
  await field(page, 'Rows').selectOption({ label: 'Weeks' })
  await button(page, 'Search').click()
  await expect(table(page).locator('tbody tr')).toHaveCount(5)
  const labels = (await rows(page)).map(([label]) => label)
  expect(labels.slice(0, 2)).toEqual(['2024-03-25 - 2024-03-31', '2024-03-18 - 2024-03-24'])
  expect(labels.at(-1)).toContain('2024-03-01 - 2024-03-03')
  expect(await rows(page, 'tfoot')).toEqual([sum])
  await field(page, 'Rows').selectOption({ label: 'Months' })
  await button(page, 'Search').click()
  await expect(table(page).locator('tbody tr')).toHaveCount(1)
  expect((await rows(page))[0][0]).toBe('2024-03')
})

test('more than 92 days are shown in weeks, unless days are asked for', async ({ page }) => {
  await visit(page, path('day', 'from=2024-01-01&to=2024-04-01'))
  await expect(table(page).locator('tbody tr')).toHaveCount(92)
  await expect(field(page, 'Rows')).toHaveValue('')
  await field(page, 'End date').fill('2024-04-02')
  await button(page, 'Search').click()
  await expect(table(page).locator('tbody tr')).toHaveCount(14)
  await expect(page).not.toHaveURL(/by=/)
  await expect(field(page, 'Rows').locator('option:checked')).toHaveText('Automatic (weeks)')
  await field(page, 'Rows').selectOption({ label: 'Days' })
  await button(page, 'Search').click()
  await expect(page).toHaveURL(/by=day/)
  await expect(table(page).locator('tbody tr')).toHaveCount(93)
})

test('the period before is compared in per cent, without dashes where there was nothing', async ({ page }) => {
  await visit(page, path('day', 'from=2024-03-05&to=2024-03-05'))
  await field(page, 'Compare with the period before').check()
  await button(page, 'Search').click()
  await expect(page.getByText('Compared with 2024-03-04 to 2024-03-04.')).toBeVisible()
  // Four messages on the 4th, five on the 5th.
  await expect(table(page).locator('tbody tr')).toContainText('+25.0%')
  await visit(page, path('day', 'from=2024-03-02&to=2024-03-02&compare=true'))
  await expect(page.getByText('Nothing was sent in the period before, 2024-03-01 to 2024-03-01.')).toBeVisible()
  await expect(table(page).locator('tbody .change')).toHaveCount(0)
  await expect(table(page)).not.toContainText('–')
})

test('a file needs a column', async ({ page }) => {
  await visit(page, path('country'))
  await button(page, 'Export').click()
  const choice = dialog(page)
  const columns = choice.getByRole('checkbox').filter({ visible: true })
  for (const box of await columns.all()) await box.uncheck()
  await expect(button(choice, 'Export')).toBeDisabled()
  await expect(button(choice, 'Export as CSV')).toBeDisabled()
  await field(choice, 'Country').check()
  await expect(button(choice, 'Export')).toBeEnabled()
  const download = page.waitForEvent('download')
  await button(choice, 'Export as CSV').click()
  const text = fs.readFileSync(await (await download).path(), 'utf8')
  // Without the header, which was also unticked.
  expect(csv.rows(text).flat()).toEqual([...expected.country().map(([name]) => name), 'Total'])
  await expect(choice).toHaveCount(0)
  expect(page.url()).toContain('/statistics/country?')
})

test('what was reported late is named with what it makes of the difference', async ({ page }) => {
  await visit(page, path('day', MARCH, LATE))
  const books = page.getByRole('region', { name: 'Reports and ledger', exact: true })
  await expect(fact(page, 'Cost of these messages')).toHaveText('0.0700 EUR')
  await expect(fact(page, 'Booked for mailings')).toHaveText('0.0000 EUR')
  await expect(fact(page, 'Difference')).toHaveText('0.0700 EUR')
  await expect(books.getByRole('listitem')).toHaveText(/leftovers.*sent on 2024-03-30, booked on 2024-04-02/)
  await visit(page, path('day', `${MARCH}&channel=sms`, LATE))
  await expect(books).toHaveCount(0)
  await visit(page, path('day', MARCH, BUSY))
  await expect(fact(page, 'Difference')).toHaveText('0.0000 EUR')
  await expect(books.getByRole('listitem')).toHaveCount(0)
})

test('many sender IDs come in pages, with the total of all of them', async ({ page }) => {
  await visit(page, path('sender', `${MARCH}&per_page=50`, MANY))
  await expect(table(page).locator('tbody tr')).toHaveCount(50)
  expect((await rows(page, 'tfoot'))[0][1]).toBe('150 (150)')
  await link(page, 'Next page').click()
  await expect(table(page).locator('tbody tr')).toHaveCount(10)
  await expect(page).toHaveURL(/page=2/)
  expect((await rows(page, 'tfoot'))[0][1]).toBe('150 (150)')
})

test('a period without messages is one notice, without an empty chart or zeros', async ({ page }) => {
  for (const [report, query] of [
    ['day', MARCH],
    ['country', MARCH],
    ['sender', `${MARCH}&compare=true`],
  ]) {
    await visit(page, path(report, query, SILENT))
    await expect(page.getByRole('status').filter({ hasText: 'Nothing was sent in this period.' })).toBeVisible()
    await expect(table(page)).toHaveCount(0)
    await expect(page.locator('.chart')).toHaveCount(0)
    await expect(page.getByRole('region', { name: 'Reports and ledger' })).toHaveCount(0)
    await expect(page.getByText('Compared with')).toHaveCount(0)
  }
  await expect(fact(page, 'Total SMS')).toHaveText('0 (0)')
  // The period before had messages, and is compared.
  await visit(page, path('day', 'from=2024-04-01&to=2024-04-30&compare=true'))
  await expect(page.getByText('Compared with 2024-03-02 to 2024-03-31.')).toBeVisible()
  await expect(table(page).locator('tfoot')).toContainText('−100.0%')
})

test('a day that is none is shown with what is wrong, and the report that is none with the way out', async ({
  page,
  complaints,
}) => {
  complaints.expect(/answer: 40[04] /)
  await visit(page, path('day', 'from=2024-02-31&to=2024-03-31'))
  await expect(field(page, 'Start date')).toHaveValue('2024-02-31')
  await expect(field(page, 'Start date')).toHaveAttribute('aria-invalid', 'true')
  await field(page, 'Start date').fill('2024-03-29')
  await button(page, 'Search').click()
  await expect(table(page).locator('tbody tr')).toHaveCount(3)
  await visit(page, path('hour'))
  await expect(page.getByText('There is no such report.')).toBeVisible()
  await link(page, 'Grouping by day').click()
  await expect(page.getByRole('heading', { name: 'Grouping by day', exact: true })).toBeVisible()
})

test.describe('the chart', () => {
  const points = (page, name) => page.getByRole('slider', { name: `${name}, point by point`, exact: true })
  const image = (page, name) => page.getByRole('img', { name, exact: true })

  test('of each report has its name, the period, the sums and the switches of its legend', async ({ page }) => {
    for (const [, report, name] of REPORTS) {
      await visit(page, path(report))
      const { sent, delivered } = report === 'viber-sender' ? total((line) => line.channel === 'viber') : total()
      const said = `From 2024-03-01 to 2024-03-31: ${sent} messages sent, ${delivered} delivered`
      await expect(image(page, name)).toHaveAccessibleDescription(new RegExp(said))
      for (const series of ['Sent', 'Delivered']) await expect(button(page, series)).toHaveAttribute('aria-pressed', 'true')
      await expect(image(page, name).locator('canvas')).toBeVisible()
    }
  })

  test('tells of each day, by the arrow keys too, also where nothing was sent', async ({ page }) => {
    await visit(page, path('day'))
    const days = points(page, 'Statistics by days')
    await days.focus()
    await page.keyboard.press('Home')
    await expect(days).toHaveAttribute(
      'aria-valuetext',
      'Friday, 2024-03-01, Sent 0 (0 parts), Delivered 0 (0 parts), Efficiency –, Cost 0.0000 EUR',
    )
    for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowRight')
    const { sent, parts, delivered, deliveredParts, cost } = count(day).get('2024-03-05')
    await expect(days).toHaveAttribute(
      'aria-valuetext',
      `Tuesday, 2024-03-05, Sent ${sent} (${parts} parts), Delivered ${delivered} (${deliveredParts} parts), ` +
        `Efficiency ${((delivered / sent) * 100).toFixed(2)}%, Cost ${(cost / 10000).toFixed(4)} EUR`,
    )
    await button(page, 'Delivered').click()
    await days.focus()
    await page.keyboard.press('End')
    await expect(days).toHaveAttribute('aria-valuetext', /^Sunday, 2024-03-31, Sent 0 \(0 parts\), Efficiency/)
  })

  test('makes a period of the stretch that was chosen, which Back undoes', async ({ page }) => {
    await visit(page, path('day'))
    await points(page, 'Statistics by days').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/from=2024-03-02&to=2024-03-05$/)
    await expect(table(page).locator('tbody tr')).toHaveCount(4)
    await expect(field(page, 'Start date')).toHaveValue('2024-03-02')
    await page.goBack()
    await expect(table(page).locator('tbody tr')).toHaveCount(31)
    const box = await points(page, 'Statistics by days').boundingBox()
    const at = (part) => [box.x + box.width * part, box.y + box.height / 2]
    await page.mouse.move(...at(0.4))
    await page.mouse.down()
    await page.mouse.move(...at(0.6), { steps: 5 })
    await page.mouse.up()
    await expect(page).not.toHaveURL(new RegExp(MARCH))
    // The previous rows stay until the new ones have loaded.
    const shown = () => table(page).locator('tbody tr').count()
    await expect.poll(shown).toBeLessThan(12)
    expect(await shown()).toBeGreaterThan(3)
  })

  test('offers the way back from a zoom, also from a zoom into a zoom', async ({ page }) => {
    await visit(page, path('day'))
    await expect(page.getByText('Drag across the chart to zoom')).toBeVisible()
    await expect(button(page, 'Reset zoom')).toHaveCount(0)
    const days = points(page, 'Statistics by days')
    for (const [left, url] of [
      [9, /from=2024-03-01&to=2024-03-10$/],
      [4, /from=2024-03-01&to=2024-03-05$/],
    ]) {
      await days.focus()
      await page.keyboard.press('Home')
      for (let presses = 0; presses < left; presses++) await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('Enter')
      await expect(page).toHaveURL(url)
      await expect(button(page, 'Reset zoom')).toBeVisible()
      await expect(table(page).locator('tbody tr')).toHaveCount(left + 1)
      await expect(days).toBeFocused()
    }
    await button(page, 'Reset zoom').click()
    await expect(page).toHaveURL(new RegExp(`day\\?${MARCH}$`))
    await expect(table(page).locator('tbody tr')).toHaveCount(31)
    await expect(button(page, 'Reset zoom')).toHaveCount(0)
    await expect(days).toBeFocused()
  })

  test('draws the period before, and says its values', async ({ page }) => {
    await visit(page, path('day', 'from=2024-03-16&to=2024-03-31&compare=true'))
    const days = points(page, 'Statistics by days')
    await expect(button(page, 'Sent before')).toHaveAttribute('aria-pressed', 'true')
    await days.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    const before = count(day).get('2024-03-02')
    const said = `Monday, 2024-03-18, .*Sent before ${before.sent} \\(${before.parts} parts\\), 2024-03-02`
    await expect(days).toHaveAttribute('aria-valuetext', new RegExp(said))
    const summary = /In the period before, from 2024-02-29 to 2024-03-15: \d+ sent\./
    await expect(image(page, 'Statistics by days')).toHaveAccessibleDescription(summary)
    await visit(page, path('sender', 'from=2024-03-16&to=2024-03-31&compare=true'))
    await expect(button(page, 'Sent before')).toBeVisible()
    await visit(page, path('day', MARCH))
    await expect(button(page, 'Sent before')).toHaveCount(0)
  })

  test('is an image of the size that is drawn', async ({ page }) => {
    for (const [, report, name] of REPORTS) {
      await visit(page, path(report))
      const [{ width, height }, canvas] = await Promise.all([
        image(page, name).boundingBox(),
        image(page, name).locator('canvas').boundingBox(),
      ])
      expect(height).toBeGreaterThan(40)
      expect([width, height]).toEqual([canvas.width, canvas.height])
    }
  })

  test('opens the report by day of the bar that is clicked', async ({ page }) => {
    await visit(page, path('sender', `${MARCH}&sort=price`))
    const [[largest, sent]] = expected.sender()
    const bars = points(page, 'Statistics by sender IDs')
    await expect(image(page, 'Statistics by sender IDs').locator('canvas[data-drawn]')).toBeVisible()
    await expect(page.getByText('Click a bar to see it by day.')).toBeVisible()
    await bars.click({ position: { x: 300, y: 15 } })
    const sender = largest === '(no name)' ? '%28no\\+name%29' : largest
    await expect(page).toHaveURL(new RegExp(`/statistics/day\\?${MARCH}&sender_id=${sender}$`))
    await expect(table(page).locator('tbody tr')).toHaveCount(31)
    expect((await rows(page, 'tfoot'))[0][1]).toBe(sent)
    await expect(chips(page)).toContainText([`Sender ID: ${largest}`])
    await visit(page, path('viber-sender'))
    const [[, viber]] = expected['viber-sender']()
    await bars.or(points(page, 'Statistics by Viber sender IDs')).click({ position: { x: 300, y: 15 } })
    await expect(page).toHaveURL(/\/statistics\/day\?.*channel=viber&sender_id=/)
    await expect(header(page, 'Date')).toBeVisible()
    expect((await rows(page, 'tfoot'))[0][1]).toBe(viber)
  })

  test('opens the report by day by the keyboard, as the row does', async ({ page }) => {
    await visit(page, path('sender'))
    const [[largest]] = expected.sender()
    const bars = points(page, 'Statistics by sender IDs')
    await bars.focus()
    await page.keyboard.press('Home')
    await expect(bars).toHaveAttribute('aria-valuetext', new RegExp(`^${largest}, Sent `.replace(/[()]/g, '\\$&')))
    const row = await table(page).getByRole('link', { name: largest, exact: true }).getAttribute('href')
    await page.keyboard.press('Enter')
    await expect(chips(page)).toContainText([`Sender ID: ${largest}`])
    await expect(header(page, 'Date')).toBeVisible()
    await expect(table(page).locator('tbody tr')).toHaveCount(31)
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(row)
  })

  test('leaves the bar of all others without a filter', async ({ page }) => {
    await visit(page, path('sender', MARCH, MANY))
    const bars = points(page, 'Statistics by sender IDs')
    await bars.focus()
    await page.keyboard.press('End')
    // Ten with four messages each; 150 in total.
    await expect(bars).toHaveAttribute('aria-valuetext', /^Other, Sent 110 \(110 parts\), Delivered 110 \(110 parts\), Efficiency 100.00%/)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(new RegExp(`${MARCH}$`))
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the chart is in the page', async ({ page }) => {
    await page.goto(path('day'))
    await expect(page.getByRole('img', { name: 'Statistics by days', exact: true }).locator('svg')).toBeVisible()
  })
})

test('nothing is lost on a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  for (const [, report] of REPORTS) {
    await visit(page, path(report, `${MARCH}&compare=true&country=UA`))
    await expect(table(page)).toBeVisible()
    await expectNoSidewaysScrolling(page)
  }
  await button(page, 'Export').click()
  await expect(dialog(page)).toBeVisible()
  await expectNoSidewaysScrolling(page)
})
