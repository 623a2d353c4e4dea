// The statement of an account on paper: the printed Finance tab, and the PDF.

import fs from 'node:fs'
import { Finance, book } from '../support/accounts.js'
import * as pdf from '../support/pdf.js'
import { expect, test, visit } from '../support/test.js'

test.use({ data: 'accounts', role: 'manager' })

const today = () => new Date().toISOString().slice(0, 10)
const print = (page) => page.getByRole('button', { name: 'Print', exact: true })
const link = (page) => page.getByRole('link', { name: 'PDF', exact: true })

/** Books a number of top-ups: 1.00, 2.00 and so on. */
async function topUps(request, site, account, count) {
  for (let number = 1; number <= count; number += 1) {
    await book(request, site, account.id, 'top-up', { amount: `${number}`, comment: `payment ${number} «Оплата»` })
  }
}

/** The page as it is printed, read back as text. */
const printed = async (page) => pdf.read(await page.pdf({ preferCSSPageSize: true }))

async function download(page) {
  const [file] = await Promise.all([page.waitForEvent('download'), link(page).click()])
  return { name: file.suggestedFilename(), pages: pdf.read(fs.readFileSync(await file.path())) }
}

test.describe('the printed page', () => {
  test('has the client, the period, its zone and all columns, and nothing to click', async ({ page, account, site }) => {
    await topUps(page.request, site, account, 3)
    await visit(page, `/clients/${account.id}/finance?from=2024-01-01&to=${today()}`)
    const pages = await printed(page)
    const text = pages.flat().join('\n')
    for (const said of [
      account.company,
      `Period: 2024-01-01 to ${today()}. Time zone: UTC.`,
      'Date Credit, EUR Debit, EUR Purpose Balance, EUR Booked by',
      '3.00',
      'payment 3 «Оплата»',
      'Opening balance',
      `Page 1 of ${pages.length}`,
    ]) {
      expect(text).toContain(said)
    }
    for (const word of ['Sign out', 'Dark theme', 'Export', 'Start date', 'Save', 'Top up account', 'Reverse', 'Back']) {
      expect(text, `“${word}” isn't for paper`).not.toContain(word)
    }
    await page.emulateMedia({ media: 'print' })
    await page.setViewportSize({ width: 718, height: 1000 })
    expect(await page.evaluate(() => document.scrollingElement.scrollWidth), 'all columns fit').toBeLessThanOrEqual(718)
  })

  test('says which rows it has if there are more, repeats the header and keeps rows whole', async ({
    page,
    account,
    site,
  }) => {
    await topUps(page.request, site, account, 65)
    await visit(page, `/clients/${account.id}/finance?from=2024-01-01&to=${today()}&per_page=50`)
    const pages = await printed(page)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.flat().join('\n')).toContain('Transactions 1 to 50 of 66; the PDF has all.')
    for (const [index, lines] of pages.entries()) {
      expect(lines.join('\n')).toContain('Date Credit, EUR Debit, EUR Purpose')
      expect(lines.join('\n')).toContain(`Page ${index + 1} of ${pages.length}`)
      // A row has two lines, the purpose and the number.
      const count = (pattern) => lines.filter((line) => pattern.test(line)).length
      expect(count(/Top-up: payment/)).toBe(count(/No\. \d+/))
    }
  })

  test('is black on white from the dark theme too', async ({ page, account }) => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await visit(page, `/clients/${account.id}/finance?from=2024-01-01`)
    const colour = (name) => page.locator('td').first().evaluate((cell, name) => getComputedStyle(cell)[name], name)
    const light = (text) => text.match(/\d+/g).slice(0, 3).every((part) => Number(part) > 128)
    expect(light(await colour('color'))).toBe(true)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(light(await colour('color'))).toBe(false)
    const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    expect(ground).toBe('rgba(0, 0, 0, 0)')
  })

  test('opens with the button Print', async ({ page, account }) => {
    await page.addInitScript(() => (window.print = () => (window.printed = true)))
    await visit(page, `/clients/${account.id}/finance?from=2024-01-01`)
    await print(page).click()
    expect(await page.evaluate(() => window.printed)).toBe(true)
  })

  for (const address of ['/clients', '/names']) {
    test(`of ${address} has its table and no menu`, async ({ page }) => {
      await visit(page, address)
      const text = (await printed(page)).flat().join('\n')
      expect(text).toContain('Page 1 of')
      expect(text).not.toContain('Sign out')
      if (address === '/clients') expect(text).toContain('Company 150')
    })
  }
})

test.describe('the PDF', () => {
  test('has all rows of the period, and leads from the opening to the closing balance', async ({
    page,
    account,
    site,
  }) => {
    await topUps(page.request, site, account, 25)
    await visit(page, `/clients/${account.id}/finance?from=2024-02-01&to=${today()}`)
    const finance = new Finance(page)
    await expect(finance.rows).toHaveCount(20)
    const { name, pages } = await download(page)
    expect(name).toBe(`statement-${account.id}-2024-02-01-to-${today()}.pdf`)
    const text = pages.flat()
    expect(text).toContain(`Client ${account.company} (ID ${account.id})`)
    expect(text).toContain('Opening balance 100.0000')
    expect(text).toContain('Turnover 0.0000 325.0000')
    expect(text).toContain('Closing balance 425.0000')
    expect(text.filter((line) => line.includes('«Оплата»'))).toHaveLength(25)
    expect(pages[0].join('\n')).toContain(`Page 1 of ${pages.length}`)
  })

  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false })

    test('is a link, and Print is not offered', async ({ page, account }) => {
      await page.goto(`/clients/${account.id}/finance?from=2024-01-01&kind=opening`)
      await expect(print(page)).toHaveCount(0)
      const { pages } = await download(page)
      expect(pages.flat()).toContain('Kind Opening balance')
      expect(pages.flat()).toContain('Closing balance 100.0000')
    })
  })
})
