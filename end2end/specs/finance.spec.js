// The Finance tab: bookings, refusals, the ledger's table, and the same without JavaScript.

import fs from 'node:fs'
import { Finance, book, expectRefused, fact, field, formOf, save, saveButton } from '../support/accounts.js'
import { records } from '../support/csv.js'
import { administrators } from '../support/server.js'
import { besides, expect, signIn, test, visit } from '../support/test.js'
import { read } from '../support/xlsx.js'

test.use({ data: 'accounts', role: 'manager' })

const open = (page, { id }, query = '') => visit(page, `/clients/${id}/finance${query}`)
const today = () => new Date().toISOString().slice(0, 10)
/** The day of every account's first row. */
const SINCE = '2024-01-05'

/** Marks the document, to tell whether the page is reloaded. */
const stay = (page) => page.evaluate(() => (window.stayed = true))
const stayed = (page) => page.evaluate(() => window.stayed === true)

test.describe('a top-up', () => {
  test('with a comma is booked, and every sum on the page follows without a reload', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await finance.expectStanding('100.0000', '50.0000', '150.0000')
    await stay(page)
    await save(finance.topUp, { Amount: '12,5', Comment: 'Invoice 7 <b>' })
    await expect(finance.topUp.getByRole('status')).toHaveText(
      'Booked: transaction 2, top-up 12.50 EUR, balance 112.50 EUR.',
    )
    await finance.expectStanding('112.5000', '50.0000', '162.5000')
    await expect(fact(page, 'Closing balance')).toHaveText('112.5000 EUR')
    await expect(finance.rows).toHaveCount(1)
    expect(await finance.read()).toEqual([
      expect.objectContaining({
        Date: expect.stringContaining(today()),
        Credit: null,
        Debit: 125_000,
        Purpose: expect.stringContaining('Top-up: Invoice 7 <b>'),
        Balance: 1_125_000,
        'Booked by': administrators.manager.login,
      }),
    ])
    expect(await stayed(page)).toBe(true)
  })

  test('leaves its form empty for the next one, which is booked as well', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '5', Comment: 'first' })
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await expect(field(finance.topUp, 'Amount')).toHaveValue('')
    await expect(field(finance.topUp, 'Comment')).toHaveValue('')
    await save(finance.topUp, { Amount: '5', Comment: 'first' })
    await finance.expectStanding('110.0000', '50.0000', '160.0000')
    await expect(finance.row('Top-up: first')).toHaveCount(2)
  })

  test('is booked once by a double click', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await field(finance.topUp, 'Amount').fill('5')
    await saveButton(finance.topUp).dblclick()
    await expect(finance.topUp.getByRole('status')).toContainText('Booked')
    await page.waitForTimeout(500)
    await page.reload()
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await expect(finance.rows).toHaveCount(1)
  })

  test('is booked once by two clicks while the answer is slow', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await page.route('**/finance/top-up', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 700))
      await route.continue()
    })
    await field(finance.topUp, 'Amount').fill('5')
    await saveButton(finance.topUp).click()
    await saveButton(finance.topUp).click({ force: true, timeout: 500 }).catch(() => {})
    await expect(finance.topUp.getByRole('status')).toContainText('Booked', { timeout: 15_000 })
    await page.reload()
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })

  test('whose answer is lost is told, and sending it again books nothing', async ({ page, account, complaints }) => {
    complaints.expect(/failed: POST .*top-up/)
    await open(page, account)
    const finance = new Finance(page)
    await page.route('**/finance/top-up', async (route) => {
      await route.fetch() // The request arrives, and its answer is lost.
      await route.abort('connectionreset')
    })
    await save(finance.topUp, { Amount: '5', Comment: 'lost' })
    await expect(finance.topUp.getByRole('alert')).toContainText(/can't be reached/)
    await expect(field(finance.topUp, 'Amount')).toHaveValue('5')
    await page.unroute('**/finance/top-up')
    await saveButton(finance.topUp).click()
    await expect(finance.topUp.getByRole('status')).toContainText(/booked already.*Nothing was booked again/)
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })

  test('of more than 1,000 is shown back, and booked with the button that names it', async ({
    page,
    account,
    complaints,
  }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '1000,01', Comment: 'a large one' })
    const question = finance.topUp.getByRole('alert')
    await expect(question).toContainText('1,000.01 EUR is more than 1,000.00 EUR.')
    await expect(question).toContainText(`Is it right, for client ${account.id}?`)
    const confirm = question.getByRole('button', { name: 'Top up 1,000.01 EUR', exact: true })
    await expect(confirm).toBeFocused()
    await expect(field(finance.topUp, 'Amount')).toHaveValue('1000,01')
    await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
    await confirm.press('Enter')
    await finance.expectStanding('1,100.0100', '50.0000', '1,150.0100')
    await expect(question).toHaveCount(0)
    await expect(finance.row('Top-up: a large one')).toHaveCount(1)
  })

  test('that is changed after it was shown back is asked about again', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const { topUp } = new Finance(page)
    await save(topUp, { Amount: '2000' })
    await expect(topUp.getByRole('button', { name: 'Top up 2,000.00 EUR', exact: true })).toBeVisible()
    await field(topUp, 'Amount').fill('20000')
    await expect(topUp.getByRole('button', { name: /^Top up/ })).toHaveCount(0)
    await saveButton(topUp).click()
    await expect(topUp.getByRole('button', { name: 'Top up 20,000.00 EUR', exact: true })).toBeVisible()
    await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
  })

  test('of 1,000 is booked without a question', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '1000' })
    await finance.expectStanding('1,100.0000', '50.0000', '1,150.0000')
  })

  test('that makes no sense is told beside its field, with the focus there and what was typed kept', async ({
    page,
    account,
    complaints,
  }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const { topUp } = new Finance(page)
    for (const [typed, why] of [
      ['', /Type an amount/],
      ['0', /above zero/],
      ['-5', /use Correction/],
      ['1e9', /Type digits/],
      ['abc', /Type digits/],
      ['1,234.56', /without signs between the thousands/],
      ['1.23456', /at most four decimals/],
      ['99999999999999999999', /too large/],
    ]) {
      await save(topUp, { Amount: typed, Comment: `about ${typed}` })
      await expectRefused(topUp, 'Amount', why, typed)
      await expect(field(topUp, 'Amount')).toBeFocused()
      await expect(field(topUp, 'Comment')).toHaveValue(`about ${typed}`)
      await expect(field(topUp, 'Comment')).not.toHaveAttribute('aria-invalid')
    }
    await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
    await save(topUp, { Amount: '5' })
    await expect(topUp.getByRole('status')).toContainText('Booked')
    await expect(field(topUp, 'Amount'), 'no longer wrong').not.toHaveAttribute('aria-invalid')
  })
})

test.describe('a correction', () => {
  test('takes off, with its reason in the ledger', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await save(finance.correction, { Amount: '149.5', Reason: 'booked twice' })
    await finance.expectStanding('-49.5000', '50.0000', '0.5000')
    expect(await finance.read()).toEqual([
      expect.objectContaining({
        Credit: -1_495_000,
        Debit: null,
        Purpose: expect.stringContaining('Correction: booked twice'),
        Balance: -495_000,
      }),
    ])
    await expect(field(finance.correction, 'Reason')).toHaveValue('')
  })

  test('needs a reason, and stops at the credit', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const { correction } = new Finance(page)
    await save(correction, { Amount: '5' })
    await expectRefused(correction, 'Reason', /Say why/, '')
    await expect(field(correction, 'Reason')).toBeFocused()
    await expect(field(correction, 'Amount')).toHaveValue('5')
    await save(correction, { Amount: '150,0001', Reason: 'too much' })
    await expectRefused(correction, 'Amount', /may not go below -50\.00 EUR/, '150,0001')
    await expect(field(correction, 'Reason')).toHaveValue('too much')
    await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
  })
})

test('a row is reversed after a look at it, and both rows name each other', async ({ page, account, site }) => {
  await book(page.request, site, account.id, 'top-up', { amount: '5', comment: 'wrong client' })
  await open(page, account, '?from=2024-01-01')
  const finance = new Finance(page)
  await expect(finance.reverseButton(finance.row('Opening balance')), 'what opened the account').toHaveCount(0)
  await stay(page)
  await finance.reverseButton(finance.row('Top-up: wrong client')).click()
  const form = formOf(page, 'Reverse transaction 2')
  await expect(form).toContainText('Top-up: wrong client: 5.00 EUR')
  await field(form, 'Reason').fill('meant another client')
  await form.getByRole('button', { name: 'Book -5.00 EUR', exact: true }).click()
  await finance.expectStanding('100.0000', '50.0000', '150.0000')
  await expect(form).toHaveCount(0)
  await expect(page).toHaveURL(`/clients/${account.id}/finance?from=2024-01-01`)
  await expect(page.getByRole('status').filter({ hasText: 'Booked: transaction 3' })).toBeVisible()
  const [taken, taking] = [finance.row('No. 2'), finance.row('No. 3')]
  await expect(taken).toContainText('Reversed by transaction 3')
  await expect(taking).toContainText('Reversal of transaction 2: meant another client')
  await expect(taking).toContainText('Takes back transaction 2')
  await expect(finance.reverseButton(taken)).toHaveCount(0)
  await expect(finance.reverseButton(taking)).toHaveCount(0)
  expect(await stayed(page)).toBe(true)
})

test('a reversal can be left without booking anything', async ({ page, account, site }) => {
  await book(page.request, site, account.id, 'top-up', { amount: '5' })
  await open(page, account)
  const finance = new Finance(page)
  await finance.reverseButton(finance.rows.first()).click()
  const form = formOf(page, 'Reverse transaction 2')
  await form.getByRole('link', { name: 'Cancel', exact: true }).click()
  await expect(form).toHaveCount(0)
  await finance.expectStanding('105.0000', '50.0000', '155.0000')
})

test('what others book leaves the form alone, and a row that they have reversed is not reversed twice', async ({
  page,
  account,
  site,
  complaints,
}) => {
  complaints.expect(/answer: 409 /)
  await book(page.request, site, account.id, 'top-up', { amount: '5' })
  await open(page, account)
  const finance = new Finance(page)
  await finance.reverseButton(finance.rows.first()).click()
  const form = formOf(page, 'Reverse transaction 2')
  await field(form, 'Reason').fill('typed with care')
  await book(page.request, site, account.id, 'reversal', { transaction: '2' })
  await expect(finance.row('No. 2')).toContainText('Reversed by transaction 3')
  await expect(field(form, 'Reason')).toHaveValue('typed with care')
  await form.getByRole('button', { name: 'Book -5.00 EUR', exact: true }).click()
  await expect(form.getByRole('alert')).toContainText('by transaction 3')
  await expect(field(form, 'Reason')).toHaveValue('typed with care')
  await finance.expectStanding('100.0000', '50.0000', '150.0000')
  await page.reload()
  await expect(form).toContainText('It was reversed by transaction 3.')
  await expect(form.getByRole('button', { name: /^Book/ })).toHaveCount(0)
})

test('who goes on before a form was answered finds everything well', async ({ page, account }) => {
  await open(page, account)
  const finance = new Finance(page)
  let answer
  const mayCome = new Promise((resolve) => (answer = resolve))
  await page.route('**/finance/top-up', (route) => mayCome.then(() => route.continue()))
  await save(finance.topUp, { Amount: '5' })
  const tabs = page.getByRole('tablist')
  await tabs.getByRole('tab', { name: 'General info', exact: true }).click()
  await expect(fact(page, 'Company')).toHaveText(account.company)
  const answered = page.waitForResponse('**/finance/top-up')
  answer()
  await answered
  await expect(finance.heading).toContainText('Balance 105.0000 EUR')
  await tabs.getByRole('tab', { name: 'Finance', exact: true }).click()
  await finance.expectStanding('105.0000', '50.0000', '155.0000')
})

test('the credit is set, and what is available follows', async ({ page, account, complaints }) => {
  complaints.expect(/answer: 422 /)
  await open(page, account)
  const finance = new Finance(page)
  await expect(field(finance.credit, 'Amount')).toHaveValue('50')
  await save(finance.credit, { Amount: '75,5' })
  await expect(finance.credit.getByRole('status')).toHaveText('The credit is 75.50 EUR.')
  await finance.expectStanding('100.0000', '75.5000', '175.5000')
  await save(finance.credit, { Amount: '-1' })
  await expectRefused(finance.credit, 'Amount', /zero or more/, '-1')
  await save(finance.credit, { Amount: '0' })
  await finance.expectStanding('100.0000', '0.0000', '100.0000')
  await visit(page, `/clients/${account.id}/general`)
  await expect(page.getByRole('main')).toContainText('75.5000 → 0.0000')
})

test('mail that is not set up is said where the customer was to be notified', async ({ page, account }) => {
  await open(page, account)
  const finance = new Finance(page)
  await field(finance.credit, 'Notify customer').check()
  await save(finance.credit, { Amount: '60' })
  await expect(fact(page, 'Credit')).toContainText("mail isn't configured (SMTP_URL)")
})

test.describe('the ledger', () => {
  test('has the columns of the document', async ({ page, account }) => {
    await open(page, account, `?from=${SINCE}`)
    const { table } = new Finance(page)
    const headers = (await table.getByRole('columnheader').allInnerTexts()).map((header) => header.trim())
    expect(headers.slice(0, 5)).toEqual(['Date', 'Credit, EUR', 'Debit, EUR', 'Purpose', 'Balance, EUR'])
  })

  test('shows the last month at first', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await expect(finance.to).toHaveValue(today())
    expect(Date.parse(today()) - Date.parse(await finance.from.inputValue())).toBeGreaterThanOrEqual(28 * 86_400_000)
    await expect(page.getByText('Nothing was booked in this period.')).toBeVisible()
    await expect(fact(page, 'Opening balance')).toHaveText('100.0000 EUR')
    await expect(fact(page, 'Closing balance')).toHaveText('100.0000 EUR')
  })

  test('follows at once when a day is chosen', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await stay(page)
    await finance.from.fill('2024-01-05')
    await expect(page).toHaveURL(/[?&]from=2024-01-05(&|$)/)
    await expect(finance.rows).toHaveCount(1)
    await expect(finance.row('Opening balance')).toContainText('2024-01-05 07:46')
    await expect(fact(page, 'Opening balance')).toHaveText('0.0000 EUR')
    await finance.to.fill('2024-01-05')
    await expect(page).toHaveURL(/[?&]to=2024-01-05(&|$)/)
    await expect(fact(page, 'Closing balance')).toHaveText('100.0000 EUR')
    await finance.from.fill('2024-01-04')
    await finance.to.fill('2024-01-04')
    await expect(fact(page, 'Closing balance')).toHaveText('0.0000 EUR')
    await expect(page.getByText('Nothing was booked in this period.')).toBeVisible()
    await page.goBack()
    await expect(finance.row('Opening balance')).toBeVisible()
    expect(await stayed(page)).toBe(true)
  })

  test('a day can be typed with the keyboard', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await finance.from.focus()
    await page.keyboard.type('05052024', { delay: 120 }) // Independent of the order of day and month.
    await expect(finance.from).toHaveValue('2024-05-05')
    await expect(finance.from).toBeFocused()
    await finance.from.press('Enter')
    await expect(page).toHaveURL(/[?&]from=2024-05-05(&|$)/)
  })

  test('has periods that are one click away', async ({ page, account, site }) => {
    await book(page.request, site, account.id, 'top-up', { amount: '5' })
    await open(page, account)
    const finance = new Finance(page)
    const quick = page.getByRole('navigation', { name: 'Quick periods', exact: true })
    const days = (count) => new Date(Date.parse(today()) - count * 86_400_000).toISOString().slice(0, 10)
    for (const [name, from, to, rows] of [
      ['This month', `${today().slice(0, 8)}01`, today(), 1],
      ['90 days', days(89), today(), 1],
    ]) {
      const link = quick.getByRole('link', { name, exact: true })
      await link.click()
      await expect(finance.from).toHaveValue(from)
      await expect(finance.to).toHaveValue(to)
      await expect(finance.rows).toHaveCount(rows)
      await expect(link).toHaveAttribute('aria-current', 'true')
    }
    await quick.getByRole('link', { name: 'Last month', exact: true }).click()
    await expect(page.getByText('Nothing was booked in this period.')).toBeVisible()
    await expect(finance.from).toHaveValue(/-01$/)
    expect((await finance.to.inputValue()).slice(0, 7)).toBe((await finance.from.inputValue()).slice(0, 7))
    await quick.getByRole('link', { name: 'Year', exact: true }).click()
    await expect(finance.rows).toHaveCount(1)
  })

  test('ties: opening balance and turnover make the closing balance, for all rows and for one kind', async ({
    page,
    account,
    site,
  }) => {
    await book(page.request, site, account.id, 'top-up', { amount: '12.3456' })
    await book(page.request, site, account.id, 'correction', { amount: '40', reason: 'fee' })
    await book(page.request, site, account.id, 'top-up', { amount: '7' })
    await open(page, account, `?from=${today()}`)
    const finance = new Finance(page)
    const sums = async (...terms) => Promise.all(terms.map((term) => finance.sum(term)))
    const [opening, credits, debits, closing] = await sums(
      'Opening balance',
      'Credit turnover',
      'Debit turnover',
      'Closing balance',
    )
    expect([opening, credits, debits, closing]).toEqual([1_000_000, -400_000, 193_456, 793_456])
    expect(opening + credits + debits).toBe(closing)
    const rows = await finance.read()
    expect(rows.map((row) => row.Balance)).toEqual([793_456, 723_456, 1_123_456])

    await finance.kind.selectOption({ label: 'Top-up' })
    await expect(page).toHaveURL(/[?&]kind=top_up(&|$)/)
    await expect(finance.rows).toHaveCount(2)
    const kind = await sums('Opening balance', 'Credit turnover', 'Debit turnover', 'Other kinds', 'Closing balance')
    expect(kind).toEqual([1_000_000, 0, 193_456, -400_000, 793_456])
    await finance.kind.selectOption({ label: 'All' })
    await expect(finance.rows).toHaveCount(3)
  })

  test('has pages that can be switched and sized', async ({ page, account, site }) => {
    for (let number = 1; number <= 25; number++) {
      await book(page.request, site, account.id, 'top-up', { amount: '1', comment: `row ${number}` })
    }
    await open(page, account)
    const finance = new Finance(page)
    await expect(page.getByText('1-20 of 25', { exact: true })).toBeVisible()
    await expect(finance.rows).toHaveCount(20)
    await expect(finance.rows.first()).toContainText('Top-up: row 25')
    await page.getByRole('link', { name: 'Next page', exact: true }).click()
    await expect(page).toHaveURL(/[?&]page=2(&|$)/)
    await expect(finance.rows).toHaveCount(5)
    await expect(finance.rows.last()).toContainText('Top-up: row 1')
    await expect(fact(page, 'Closing balance')).toHaveText('125.0000 EUR')
    await page.getByLabel('Page', { exact: true }).fill('999')
    await page.getByLabel('Page', { exact: true }).press('Enter')
    await expect(page).toHaveURL(/[?&]page=2(&|$)/)
    await page.getByLabel('Entries per page', { exact: true }).selectOption('50')
    await expect(finance.rows).toHaveCount(25)
    await expect(page.getByText('1-25 of 25', { exact: true })).toBeVisible()
  })

  test('tells a day that is none beside its field, which keeps it', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 400 /)
    const answer = await open(page, account, '?from=2024-02-31&to=2024-03-05')
    expect(answer.status()).toBe(400)
    const finance = new Finance(page)
    await expect(finance.from).toHaveAttribute('aria-invalid', 'true')
    await expect(finance.from).toHaveValue('2024-02-31')
    await expect(finance.from).toHaveAccessibleDescription(/2024-02-31/)
    await expect(finance.to).toHaveValue('2024-03-05')
    await finance.expectStanding('100.0000', '50.0000', '150.0000')
    await finance.from.fill('2024-01-05')
    await finance.from.press('Enter')
    await expect(page).toHaveURL(/[?&]from=2024-01-05(&|$)/)
    await expect(finance.row('Opening balance')).toBeVisible()
    await expect(finance.from).not.toHaveAttribute('aria-invalid')
  })

  test('tells a period that ends before it begins', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 400 /)
    await open(page, account, '?from=2024-02-02&to=2024-03-02')
    const finance = new Finance(page)
    await finance.to.fill('2024-02-01')
    await expect(finance.to).toHaveAccessibleDescription(/before it begins/)
    await expect(finance.from).toHaveValue('2024-02-02')
    await finance.to.fill('2024-02-03')
    await finance.to.press('Enter')
    await expect(fact(page, 'Closing balance')).toHaveText('100.0000 EUR')
  })

  test('of a viewer has everything but the forms', async ({ page, account, site, browser }) => {
    await book(page.request, site, account.id, 'top-up', { amount: '5' })
    await besides(browser, site, 'viewer', async (viewer) => {
      await viewer.goto(`/clients/${account.id}/finance`)
      const finance = new Finance(viewer)
      await finance.expectStanding('105.0000', '50.0000', '155.0000')
      await expect(finance.rows).toHaveCount(1)
      for (const form of [finance.credit, finance.topUp, finance.correction]) await expect(form).toHaveCount(0)
      await expect(viewer.getByRole('button', { name: /Reverse|Save/ })).toHaveCount(0)
      await expect(viewer.getByRole('link', { name: 'Export', exact: true })).toBeVisible()
    })
  })
})

test.describe('the export', () => {
  test('has the rows and the closing balance of the screen', async ({ page, account, site }) => {
    await book(page.request, site, account.id, 'top-up', { amount: '12.3456', comment: '=SUM(A1:A9)' })
    await book(page.request, site, account.id, 'correction', { amount: '40', reason: 'fee' })
    await open(page, account, '?from=2024-01-01')
    const finance = new Finance(page)
    await expect(finance.rows).toHaveCount(3)
    const [shown, opening, closing] = [
      await finance.read(),
      await finance.sum('Opening balance'),
      await finance.sum('Closing balance'),
    ]
    const [sheet, criteria] = read(fs.readFileSync(await download(page, 'Export')))
    expect(sheet.name).toBe('Transactions')
    const [header, ...rows] = sheet.rows
    expect(header.map(({ value }) => value)).toEqual([
      'Date',
      'Credit, EUR',
      'Debit, EUR',
      'Purpose',
      'Balance, EUR',
      'Booked by',
    ])
    const units = ({ kind, value }) => (kind === 'number' ? Math.round(Number(value) * 10_000) : null)
    const tail = rows.splice(shown.length)
    for (const [index, row] of rows.entries()) {
      const [, credit, debit, purpose, balance, author] = row
      expect([units(credit), units(debit), units(balance)]).toEqual([
        shown[index].Credit,
        shown[index].Debit,
        shown[index].Balance,
      ])
      expect(shown[index].Purpose).toContain(purpose.value)
      expect(author.value).toBe(shown[index]['Booked by'])
      expect(row[0].kind, 'a day and time that spreadsheets know').toBe('number')
    }
    const below = (label) => tail.find((row) => row[3]?.value === label)
    expect(units(below('Opening balance')[4])).toBe(opening)
    expect(units(below('Closing balance')[4])).toBe(closing)
    expect(sheet.hasFormulas, 'the closing balance is counted by the spreadsheet').toBe(true)
    expect(criteria.rows.map((row) => row.map(({ value }) => value))).toContainEqual(['Start date', '2024-01-01'])
  })

  test('as CSV has the same rows, and none that a spreadsheet would run', async ({ page, account, site }) => {
    await book(page.request, site, account.id, 'top-up', { amount: '5', comment: 'Кава, "чай"' })
    await open(page, account, '?from=2024-01-01')
    const finance = new Finance(page)
    await expect(finance.rows).toHaveCount(2)
    const shown = await finance.read()
    const list = records(fs.readFileSync(await download(page, 'Export as CSV'), 'utf8'))
    expect(list.map((row) => Number(row['Balance, EUR']) * 10_000)).toEqual(shown.map((row) => row.Balance))
    expect(list.map((row) => row.Date)).toEqual(shown.map((row) => row.Date))
    expect(list[0].Purpose).toBe('Top-up: Кава, "чай"')
  })

  async function download(page, name) {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name, exact: true }).click(),
    ])
    return file.path()
  }
})

test.describe('whose session has ended meanwhile', () => {
  test.use({ role: '' })

  test('is told so; what was typed stays, and nothing is booked', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 401 /)
    await page.goto(`/login`)
    await signIn(page, administrators.manager)
    await expect(page).toHaveURL(/\/clients$/)
    await open(page, account)
    const finance = new Finance(page)
    await field(finance.topUp, 'Amount').fill('5')
    await field(finance.topUp, 'Comment').fill('typed with care')
    const other = await page.context().newPage()
    await other.goto('/clients')
    await other.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(other).toHaveURL(/\/login/)
    await saveButton(finance.topUp).click()
    await expect(finance.topUp.getByRole('alert')).toContainText('Your session has ended. Sign in to go on.')
    await expect(field(finance.topUp, 'Amount')).toHaveValue('5')
    await expect(field(finance.topUp, 'Comment')).toHaveValue('typed with care')
    // After signing in again in the other tab, the form can be sent unchanged.
    await signIn(other, administrators.manager)
    await expect(other).toHaveURL(/\/clients/)
    await open(other, account)
    await expect(fact(other, 'Balance')).toHaveText('100.0000 EUR')
    await saveButton(finance.topUp).click()
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })
})

test('what somebody else books is shown within seconds, and what is half typed survives', async ({
  page,
  account,
  site,
  browser,
}) => {
  await open(page, account)
  const finance = new Finance(page)
  await stay(page)
  await field(finance.topUp, 'Comment').fill('half a sent')
  await field(finance.topUp, 'Amount').pressSequentially('12,')
  await besides(browser, site, 'owner', async (other) => {
    await other.goto(`/clients/${account.id}/finance`)
    await save(new Finance(other).topUp, { Amount: '7', Comment: 'by somebody else' })
    await expect(new Finance(other).topUp.getByRole('status')).toContainText('Booked')
  })
  await finance.expectStanding('107.0000', '50.0000', '157.0000')
  await expect(finance.row('Top-up: by somebody else')).toContainText(administrators.owner.login)
  await expect(field(finance.topUp, 'Amount')).toHaveValue('12,')
  await expect(field(finance.topUp, 'Comment')).toHaveValue('half a sent')
  await expect(field(finance.topUp, 'Amount')).toBeFocused()
  await page.keyboard.type('5')
  await expect(field(finance.topUp, 'Amount')).toHaveValue('12,5')
  await saveButton(finance.topUp).click()
  await finance.expectStanding('119.5000', '50.0000', '169.5000')
  expect(await stayed(page)).toBe(true)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  const goTo = (page, { id }, query = '') => page.goto(`/clients/${id}/finance${query}`)

  test('a top-up is booked, and the page says so', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '12,5', Comment: 'Invoice 7' })
    await expect(finance.topUp.getByRole('status')).toContainText('Booked: transaction 2')
    await finance.expectStanding('112.5000', '50.0000', '162.5000')
    await expect(finance.row('Top-up: Invoice 7')).toHaveCount(1)
    await expect(field(finance.topUp, 'Amount')).toHaveValue('')
    await page.reload()
    await finance.expectStanding('112.5000', '50.0000', '162.5000')
  })

  test('a refusal is told beside its field and keeps what was typed, and the period', async ({ page, account }) => {
    await goTo(page, account, `?from=${SINCE}`)
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '1,234.56', Comment: 'Invoice "7"' })
    await expectRefused(finance.topUp, 'Amount', /without signs between the thousands/, '1,234.56')
    await expect(field(finance.topUp, 'Comment')).toHaveValue('Invoice "7"')
    await expect(page).toHaveURL(/[?&]from=2024-01-05&/)
    await save(finance.topUp, { Amount: '5' })
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await expect(finance.row('Invoice "7"')).toHaveCount(1)
  })

  test('a large amount is shown back and booked with its button', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '5000', Comment: 'big' })
    await expect(finance.topUp.getByRole('alert')).toContainText('5,000.00 EUR is more than 1,000.00 EUR')
    await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
    await finance.topUp.getByRole('button', { name: 'Top up 5,000.00 EUR', exact: true }).click()
    await finance.expectStanding('5,100.0000', '50.0000', '5,150.0000')
    await expect(finance.row('Top-up: big')).toHaveCount(1)
  })

  test('Back leads to an empty form: sent as it stands, it books nothing', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '5', Comment: 'once' })
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await page.goBack()
    await expect(field(finance.topUp, 'Amount')).toHaveValue('')
    await saveButton(finance.topUp).click()
    await expectRefused(finance.topUp, 'Amount', /Type an amount/, '')
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })

  test('a form that was booked, and that the browser still has as it was, books nothing and says so', async ({
    page,
    account,
  }) => {
    // Some browsers restore a page from the back-forward cache despite `no-store`.
    let kept
    await page.route(`**/clients/${account.id}/finance`, async (route) => {
      kept ??= await (await route.fetch()).body()
      await route.fulfill({ body: kept, contentType: 'text/html' })
    })
    await goTo(page, account)
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '5', Comment: 'once' })
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await page.goBack()
    await finance.expectStanding('100.0000', '50.0000', '150.0000')
    await save(finance.topUp, { Amount: '5', Comment: 'once' })
    await expect(finance.topUp.getByRole('status')).toContainText(/booked already.*Nothing was booked again/)
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await page.goBack()
    await save(finance.topUp, { Amount: '6', Comment: 'something else' })
    await expect(finance.topUp.getByRole('alert')).toContainText('booked as transaction 2')
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })

  test('a double click books once', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await field(finance.topUp, 'Amount').fill('5')
    await saveButton(finance.topUp).dblclick()
    await expect(finance.topUp.getByRole('status')).toContainText(/booked/i)
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })

  test('a correction needs its reason, and a row is reversed', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(finance.correction, { Amount: '40' })
    await expectRefused(finance.correction, 'Reason', /Say why/, '')
    await save(finance.correction, { Reason: 'fee' })
    await finance.expectStanding('60.0000', '50.0000', '110.0000')
    await finance.reverseButton(finance.row('Correction: fee')).click()
    const form = formOf(page, 'Reverse transaction 2')
    await field(form, 'Reason').fill('no fee')
    await form.getByRole('button', { name: 'Book 40.00 EUR', exact: true }).click()
    await finance.expectStanding('100.0000', '50.0000', '150.0000')
    await expect(finance.row('No. 2')).toContainText('Reversed by transaction 3')
    await expect(finance.row('No. 3')).toContainText('Takes back transaction 2')
    await expect(page.getByText('Booked: transaction 3')).toBeVisible()
  })

  test('the credit is set', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(finance.credit, { Amount: '-1' })
    await expectRefused(finance.credit, 'Amount', /zero or more/, '-1')
    await save(finance.credit, { Amount: '75,5' })
    await expect(finance.credit.getByRole('status')).toHaveText('The credit is 75.50 EUR.')
    await finance.expectStanding('100.0000', '75.5000', '175.5000')
    await expect(field(finance.credit, 'Amount')).toHaveValue('75.5')
  })

  test('the period is shown with its button, and a day that is none is told', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await finance.from.fill('2024-01-05')
    await finance.to.fill('2024-01-31')
    const period = page.locator('form').filter({ has: finance.from })
    await period.getByRole('button', { name: 'Show', exact: true }).click()
    await expect(finance.row('Opening balance')).toBeVisible()
    await finance.kind.selectOption({ label: 'Correction' })
    await period.getByRole('button', { name: 'Show', exact: true }).click()
    await expect(page.getByText('Nothing was booked in this period.')).toBeVisible()
    await expect(finance.from).toHaveValue('2024-01-05')
    await page.getByRole('link', { name: 'Year', exact: true }).click()
    await expect(finance.to).toHaveValue(today())
    await expect(finance.kind).toHaveValue('correction')
  })

  test('a day that is none is told beside its field', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 400 /)
    await goTo(page, account, '?from=2024-02-31')
    const finance = new Finance(page)
    await expect(finance.from).toHaveAccessibleDescription(/2024-02-31/)
    await finance.from.fill('2024-01-05')
    await page.getByRole('button', { name: 'Show', exact: true }).first().click()
    await expect(finance.row('Opening balance')).toBeVisible()
  })

  test('the session that has ended leads to the sign-in, and nothing is booked', async ({ browser, site, account }) => {
    // Without the session of other tests, which signing in would end.
    const storageState = { cookies: [], origins: [] }
    const context = await browser.newContext({ baseURL: site.url, javaScriptEnabled: false, storageState })
    try {
      const page = await context.newPage()
      await page.goto('/login')
      await signIn(page, administrators.manager)
      await goTo(page, account)
      const finance = new Finance(page)
      await field(finance.topUp, 'Amount').fill('5')
      const other = await context.newPage()
      await other.goto('/clients')
      await other.getByRole('button', { name: 'Sign out', exact: true }).click()
      await saveButton(finance.topUp).click()
      await expect(page.locator('body')).toContainText(/session has ended|sign in/i)
      await page.goto('/login')
      await signIn(page, administrators.manager)
      await goTo(page, account)
      await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
    } finally {
      await context.close()
    }
  })
})
