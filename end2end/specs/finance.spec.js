// The Finance tab: bookings, refusals, the ledger's table, and the same without JavaScript.

import fs from 'node:fs'
import { Finance, book, expectRefused, fact, field, formOf, save, saveButton } from '../support/accounts.js'
import { records } from '../support/csv.js'
import { administrators } from '../support/server.js'
import { besides, expect, hydrated, signIn, test, visit } from '../support/test.js'
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
    await save(await finance.open('Top up account'), { Amount: '12,5', Comment: 'Invoice 7 <b>' })
    await expect(finance.said('Booked: transaction 2, top-up 12.50 EUR, balance 112.50 EUR.')).toBeVisible()
    await expect(finance.topUp, 'the dialog is closed').toHaveCount(0)
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
    await save(await finance.open('Top up account'), { Amount: '5', Comment: 'first' })
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await finance.open('Top up account')
    await expect(field(finance.topUp, 'Amount')).toHaveValue('')
    await expect(field(finance.topUp, 'Comment')).toHaveValue('')
    await save(finance.topUp, { Amount: '5', Comment: 'first' })
    await finance.expectStanding('110.0000', '50.0000', '160.0000')
    await expect(finance.row('Top-up: first')).toHaveCount(2)
  })

  test('is booked once by a double click', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await finance.open('Top up account')
    await field(finance.topUp, 'Amount').fill('5')
    await saveButton(finance.topUp).dblclick()
    await expect(finance.said('Booked: transaction 2')).toBeVisible()
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
    await finance.open('Top up account')
    await field(finance.topUp, 'Amount').fill('5')
    await saveButton(finance.topUp).click()
    await saveButton(finance.topUp).click({ force: true, timeout: 500 }).catch(() => {})
    await expect(finance.said('Booked: transaction 2')).toBeVisible({ timeout: 15_000 })
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
    await save(await finance.open('Top up account'), { Amount: '5', Comment: 'lost' })
    await expect(finance.topUp.getByRole('alert')).toContainText(/can't be reached/)
    await expect(field(finance.topUp, 'Amount')).toHaveValue('5')
    await page.unroute('**/finance/top-up')
    await saveButton(finance.topUp).click()
    await expect(finance.said(/Already booked.*Nothing was booked again/)).toBeVisible()
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
    await save(await finance.open('Top up account'), { Amount: '1000,01', Comment: 'a large one' })
    const question = finance.topUp.getByRole('alert')
    await expect(question).toContainText('1,000.01 EUR is more than 1,000.00 EUR.')
    await expect(question).toContainText(`Is it right, for client ${account.id}?`)
    const confirm = question.getByRole('button', { name: 'Top up 1,000.01 EUR', exact: true })
    await expect(question).toBeFocused()
    await expect(field(finance.topUp, 'Amount')).toHaveValue('1000,01')
    await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
    await page.waitForTimeout(600)
    await page.keyboard.press('Tab')
    await expect(confirm).toBeFocused()
    await confirm.press('Enter')
    await finance.expectStanding('1,100.0100', '50.0000', '1,150.0100')
    await expect(question).toHaveCount(0)
    await expect(finance.row('Top-up: a large one')).toHaveCount(1)
  })

  test('of more than 1,000 is not booked by a reflex', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const finance = new Finance(page)
    const form = await finance.open('Top up account')
    const question = form.getByRole('alert')
    const confirm = question.getByRole('button')
    await field(form, 'Amount').fill('1001')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await expect(question).toBeFocused()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await expect(confirm).toBeVisible()
    // The button under the pointer, as after a double click on Save.
    await field(form, 'Amount').fill('1002')
    await saveButton(form).click()
    await confirm.evaluate((button) => button.click())
    await page.waitForTimeout(600)
    // A held key: the first press was for something else.
    await confirm.focus()
    await confirm.evaluate((button) => {
      const held = new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true })
      if (button.dispatchEvent(held)) button.click()
    })
    await page.waitForTimeout(300)
    await expect(confirm).toHaveText('Top up 1,002.00 EUR')
    await finance.expectStanding('100.0000', '50.0000', '150.0000')
    await confirm.click()
    await finance.expectStanding('1,102.0000', '50.0000', '1,152.0000')
  })

  test('that is changed after it was shown back is asked about again', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const topUp = await new Finance(page).open('Top up account')
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
    await save(await finance.open('Top up account'), { Amount: '1000' })
    await finance.expectStanding('1,100.0000', '50.0000', '1,150.0000')
  })

  test('that makes no sense is told beside its field, with the focus there and what was typed kept', async ({
    page,
    account,
    complaints,
  }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const finance = new Finance(page)
    const topUp = await finance.open('Top up account')
    for (const [typed, why] of [
      ['', /Enter an amount/],
      ['0', /above zero/],
      ['-5', /Use Correction/],
      ['1e9', /Type digits/],
      ['abc', /Type digits/],
      ['1,234', /could be 1234 or 1\.234: type 1234 or 1\.2340/],
      ['1,23,456', /three digits each/],
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
    await expect(finance.said('Booked: transaction 2')).toBeVisible()
  })

  test('is taken as the page shows it', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const finance = new Finance(page)
    for (const [typed, balance] of [
      ['1\u{202f}000', '1,100.0000'],
      ['1 000,5', '2,100.5000'],
      ['899.5000', '3,000.0000'],
      ['1,000.00', '4,000.0000'],
    ]) {
      const form = await finance.open('Top up account')
      await field(form, 'Amount').fill(typed)
      await saveButton(form).click()
      const question = form.getByRole('alert')
      await Promise.race([question.waitFor(), form.waitFor({ state: 'detached' })])
      if (await question.count()) {
        await page.waitForTimeout(600)
        await question.getByRole('button').click()
      }
      await expect(fact(page, 'Balance'), typed).toHaveText(`${balance} EUR`)
    }
  })
})

test.describe('a correction', () => {
  test('takes off, with its reason in the ledger', async ({ page, account }) => {
    await open(page, account)
    const finance = new Finance(page)
    await save(await finance.open('Correction'), { Amount: '149.5', Reason: 'booked twice' })
    await finance.expectStanding('-49.5000', '50.0000', '0.5000')
    expect(await finance.read()).toEqual([
      expect.objectContaining({
        Credit: -1_495_000,
        Debit: null,
        Purpose: expect.stringContaining('Correction: booked twice'),
        Balance: -495_000,
      }),
    ])
  })

  test('needs a reason, and stops at the credit', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    const correction = await new Finance(page).open('Correction')
    await save(correction, { Amount: '5' })
    await expectRefused(correction, 'Reason', /Enter a reason/, '')
    await expect(field(correction, 'Reason')).toBeFocused()
    await expect(field(correction, 'Amount')).toHaveValue('5')
    await save(correction, { Amount: '150,0001', Reason: 'too much' })
    await expectRefused(correction, 'Amount', /may not go below -50\.00 EUR/, '150,0001')
    await expect(field(correction, 'Reason')).toHaveValue('too much')
    await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
  })

  test('of more than 1,000 names its amount on the button', async ({ page, account, site, complaints }) => {
    complaints.expect(/answer: 422 /)
    await book(page.request, site, account.id, 'top-up', { amount: '1000' })
    await open(page, account)
    const finance = new Finance(page)
    const correction = await finance.open('Correction')
    await save(correction, { Amount: '1000.5', Reason: 'booked twice' })
    const button = correction.getByRole('button', { name: 'Correct: -1,000.50 EUR', exact: true })
    await expect(button).toBeVisible()
    await page.waitForTimeout(600)
    await button.click()
    await finance.expectStanding('99.5000', '50.0000', '149.5000')
  })
})

test('a row is reversed after a look at it, and both rows name each other', async ({ page, account, site }) => {
  await book(page.request, site, account.id, 'top-up', { amount: '51.6577', comment: 'wrong client' })
  await open(page, account, '?from=2024-01-01')
  const finance = new Finance(page)
  await expect(finance.reverseButton(finance.row('Opening balance')), 'what opened the account').toHaveCount(0)
  await stay(page)
  await finance.reverseButton(finance.row('Top-up: wrong client')).click()
  const dialog = page.getByRole('dialog', { name: 'Reverse transaction', exact: true })
  await expect(dialog).toContainText('+51.6577 EUR')
  await expect(dialog).toContainText('Top-up: wrong client')
  await expect(dialog).toContainText(administrators.manager.login)
  const reason = dialog.getByLabel('Reason', { exact: true })
  await expect(reason).toBeFocused()
  const button = dialog.getByRole('button', { name: 'Reverse: -51.6577 EUR', exact: true })
  await button.click()
  await expect(reason, 'a reason is required').toBeFocused()
  await finance.expectStanding('151.6577', '50.0000', '201.6577')
  await reason.fill('meant another client')
  await button.click()
  await finance.expectStanding('100.0000', '50.0000', '150.0000')
  await expect(dialog).toHaveCount(0)
  await expect(page.locator('#transactions')).toBeFocused()
  await expect(page).toHaveURL(`/clients/${account.id}/finance?from=2024-01-01`)
  await expect(finance.said('Booked: transaction 3')).toBeVisible()
  const [taken, taking] = [finance.row('No. 2'), finance.row('No. 3')]
  await expect(taken).toContainText('Reversed by transaction 3')
  await expect(taking).toContainText('Reversal of transaction 2: meant another client')
  await expect(taking).toContainText('Reverses transaction 2')
  await expect(finance.reverseButton(taken)).toHaveCount(0)
  await expect(finance.reverseButton(taking)).toHaveCount(0)
  expect(await stayed(page)).toBe(true)
})

test('a reversal can be left by Escape, Cancel and Back without booking anything', async ({ page, account, site }) => {
  await book(page.request, site, account.id, 'top-up', { amount: '5' })
  await open(page, account)
  const finance = new Finance(page)
  const dialog = page.getByRole('dialog', { name: 'Reverse transaction', exact: true })
  const button = finance.reverseButton(finance.rows.first())
  for (const leave of [
    () => page.keyboard.press('Escape'),
    () => dialog.getByRole('link', { name: 'Cancel', exact: true }).click(),
    () => page.goBack(),
  ]) {
    await button.click()
    await expect(dialog).toBeVisible()
    await expect(page).toHaveURL(`/clients/${account.id}/finance?reverse=2`)
    await leave()
    await expect(dialog).toHaveCount(0)
    await expect(page).toHaveURL(`/clients/${account.id}/finance`)
    await expect(button).toBeFocused()
  }
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
  const form = formOf(page, 'Reverse transaction')
  await field(form, 'Reason').fill('typed with care')
  await book(page.request, site, account.id, 'reversal', { transaction: '2', reason: 'first' })
  await expect(finance.row('No. 2')).toContainText('Reversed by transaction 3')
  await expect(field(form, 'Reason')).toHaveValue('typed with care')
  await form.getByRole('button', { name: 'Reverse: -5.00 EUR', exact: true }).click()
  await expect(form.getByRole('alert')).toContainText('by transaction 3')
  await expect(field(form, 'Reason')).toHaveValue('typed with care')
  await finance.expectStanding('100.0000', '50.0000', '150.0000')
  await page.reload()
  await expect(form).toContainText('It was reversed by transaction 3.')
  await expect(form.getByRole('button', { name: /^Reverse:/ })).toHaveCount(0)
})

test.describe('the dialog of a form', () => {
  const dialogOf = (page, name) => page.getByRole('dialog', { name, exact: true })

  test('has an address, survives a reload, and closes with Escape and Back', async ({ page, account }) => {
    await open(page, account, `?from=${SINCE}`)
    const here = `/clients/${account.id}/finance?from=${SINCE}`
    for (const [name, word] of [
      ['Set credit', 'credit'],
      ['Top up account', 'top-up'],
      ['Correction', 'correction'],
    ]) {
      const [button, dialog] = [page.getByRole('button', { name, exact: true }), dialogOf(page, name)]
      await stay(page)
      await button.click()
      await expect(page).toHaveURL(`${here}&form=${word}`)
      await expect(dialog).toBeVisible()
      await expect(dialog.getByLabel('Amount', { exact: true })).toBeFocused()
      await page.keyboard.press('Escape')
      await expect(dialog).toHaveCount(0)
      await expect(page).toHaveURL(here)
      await expect(button).toBeFocused()
      await page.keyboard.press('Enter')
      await expect(dialog).toBeVisible()
      await page.goBack()
      await expect(dialog).toHaveCount(0)
      await expect(page).toHaveURL(here)
      await expect(button).toBeFocused()
      expect(await stayed(page)).toBe(true)
      await button.click()
      await expect(dialog).toBeVisible()
      await page.reload()
      await hydrated(page)
      await expect.poll(() => dialog.evaluate((dialog) => dialog.matches(':modal'))).toBe(true)
      await page.keyboard.press('Escape')
      await expect(dialog).toHaveCount(0)
      await expect(page).toHaveURL(here)
      await expect(button).toBeFocused()
    }
  })

  test('from an address that was sent closes to the tab', async ({ page, account }) => {
    await open(page, account, '?form=top-up')
    await expect(dialogOf(page, 'Top up account')).toBeVisible()
    await dialogOf(page, 'Top up account').getByRole('link', { name: 'Cancel', exact: true }).click()
    await expect(dialogOf(page, 'Top up account')).toHaveCount(0)
    await expect(page).toHaveURL(`/clients/${account.id}/finance`)
    await expect(page.getByRole('button', { name: 'Top up account', exact: true })).toBeFocused()
  })
})

test('the statement is in sight: 12 rows at 1280 by 800, and paging keeps the place', async ({
  page,
  account,
  site,
}) => {
  for (let number = 1; number <= 40; number++) {
    await book(page.request, site, account.id, 'top-up', { amount: '1', comment: `Invoice 2026-${number}` })
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await open(page, account)
  const finance = new Finance(page)
  await expect(finance.rows).toHaveCount(20)
  const bottoms = await finance.rows.evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().bottom))
  expect(bottoms.filter((bottom) => bottom <= 800).length).toBeGreaterThanOrEqual(12)
  const sums = ['Balance', 'Credit', 'Available'].map((term) => fact(page, term))
  for (const sum of sums) expect((await sum.boundingBox()).y).toBeLessThan(200)

  const next = page.getByRole('link', { name: 'Next page', exact: true })
  await next.scrollIntoViewIfNeeded()
  const before = [await page.evaluate(() => scrollY), (await next.boundingBox()).y]
  await next.click()
  await expect(finance.rows.first()).toContainText('Invoice 2026-20')
  expect([await page.evaluate(() => scrollY), (await next.boundingBox()).y]).toEqual(before)
  await expect(next).toBeFocused()
})

test('who goes on before a form was answered finds everything well', async ({ page, account }) => {
  await open(page, account)
  const finance = new Finance(page)
  let answer
  const mayCome = new Promise((resolve) => (answer = resolve))
  await page.route('**/finance/top-up', (route) => mayCome.then(() => route.continue()))
  await save(await finance.open('Top up account'), { Amount: '5' })
  await page.keyboard.press('Escape')
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
  const form = await finance.open('Set credit')
  await expect(field(form, 'Amount')).toHaveValue('50')
  await expect(form).toContainText('The credit is 50.00 EUR. Available: 150.00 EUR.')
  await field(form, 'Amount').fill('75,5')
  await expect(form).toContainText('Credit 50.00 EUR → 75.50 EUR. Available: 175.50 EUR.')
  await saveButton(form).click()
  await expect(finance.said('The credit is 75.50 EUR.')).toBeVisible()
  await finance.expectStanding('100.0000', '75.5000', '175.5000')
  await save(await finance.open('Set credit'), { Amount: '-1' })
  await expectRefused(form, 'Amount', /zero or more/, '-1')
  await save(form, { Amount: '0' })
  await finance.expectStanding('100.0000', '0.0000', '100.0000')
  await visit(page, `/clients/${account.id}/general`)
  await expect(page.getByRole('main')).toContainText('75.5000 → 0.0000')
})

test('a large credit is confirmed, and the same credit changes nothing and mails nobody', async ({
  page,
  account,
  complaints,
}) => {
  complaints.expect(/answer: 422 /)
  await open(page, account)
  const finance = new Finance(page)
  const form = await finance.open('Set credit')
  await save(form, { Amount: '1,000.01' })
  const question = form.getByRole('alert')
  await expect(question).toBeFocused()
  await expect(question).toContainText('changes from 50.00 EUR to 1,000.01 EUR, and 1,100.01 EUR become available')
  await page.waitForTimeout(600)
  await question.getByRole('button', { name: 'Set credit: 1,000.01 EUR', exact: true }).click()
  await finance.expectStanding('100.0000', '1,000.0100', '1,100.0100')
  await finance.open('Set credit')
  await field(form, 'Notify customer').check()
  await saveButton(form).click()
  await expect(finance.said('as it was. Nothing was changed, and no mail is sent.')).toBeVisible()
  await expect(fact(page, 'Credit')).not.toContainText('notified')
})

test('a credit that somebody else has set meanwhile is told, and set on purpose only', async ({
  page,
  account,
  site,
  complaints,
}) => {
  complaints.expect(/answer: 409 /)
  await open(page, account)
  const finance = new Finance(page)
  const form = await finance.open('Set credit')
  await field(form, 'Amount').fill('80')
  await book(page.request, site, account.id, 'credit', { amount: '60' })
  await finance.expectStanding('100.0000', '60.0000', '160.0000')
  await saveButton(form).click()
  const told = new RegExp(`${administrators.manager.login} set the credit to 60\\.00 EUR at ${today()} \\d\\d:\\d\\d`)
  await expectRefused(form, 'Amount', told, '80')
  await finance.expectStanding('100.0000', '60.0000', '160.0000')
  await expect(form).toContainText('Credit 60.00 EUR → 80.00 EUR')
  await saveButton(form).click()
  await finance.expectStanding('100.0000', '80.0000', '180.0000')
})

test('mail that is not set up is said where the customer was to be notified', async ({ page, account }) => {
  await open(page, account)
  const finance = new Finance(page)
  const form = await finance.open('Set credit')
  await field(form, 'Notify customer').check()
  await save(form, { Amount: '60' })
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
    await page.keyboard.type('2024-05-05', { delay: 120 }) // Replaces the date that is there.
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
    const choose = async (name) => {
      await page.getByRole('button', { name: /^Period: / }).click()
      await quick.getByRole('link', { name, exact: true }).click()
    }
    const days = (count) => new Date(Date.parse(today()) - count * 86_400_000).toISOString().slice(0, 10)
    for (const [name, from, to, rows] of [
      ['This month', `${today().slice(0, 8)}01`, today(), 1],
      ['90 days', days(89), today(), 1],
    ]) {
      await choose(name)
      await expect(finance.from).toHaveValue(from)
      await expect(finance.to).toHaveValue(to)
      await expect(finance.rows).toHaveCount(rows)
      await expect(page.getByRole('button', { name: `Period: ${name}`, exact: true })).toBeVisible()
    }
    await choose('Last month')
    await expect(page.getByText('Nothing was booked in this period.')).toBeVisible()
    await expect(finance.from).toHaveValue(/-01$/)
    expect((await finance.to.inputValue()).slice(0, 7)).toBe((await finance.from.inputValue()).slice(0, 7))
    await choose('Year')
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
      await expect(viewer.getByRole('button', { name: /Reverse|Set credit|Top up|Correction/ })).toHaveCount(0)
      await viewer.goto(`/clients/${account.id}/finance?form=top-up`)
      await expect(finance.rows).toHaveCount(1)
      await expect(finance.topUp).toHaveCount(0)
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
    expect(sheet.name).toBe(`${account.id} 2024-01-01 to ${today()}`)
    const [header, ...rows] = sheet.rows
    expect(header.map(({ value }) => value)).toEqual([
      'Date',
      'Credit, EUR',
      'Debit, EUR',
      'Purpose',
      'Balance, EUR',
      'Booked by',
      'No.',
    ])
    const units = ({ kind, value }) => (kind === 'number' ? Math.round(Number(value) * 10_000) : null)
    const first = rows.shift()
    expect([first[3].value, units(first[4])]).toEqual(['Opening balance', opening])
    const tail = rows.splice(shown.length)
    for (const [index, row] of rows.entries()) {
      const [, credit, debit, purpose, balance, author, number] = row
      expect(shown[index].Purpose).toContain(`No. ${number.value}`)
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
    expect(units(below('Closing balance')[4])).toBe(closing)
    expect(sheet.hasFormulas, 'the closing balance is counted by the spreadsheet').toBe(true)
    // 2024-01-01, as a day.
    expect(criteria.rows.map((row) => row.map(({ value }) => value))).toContainEqual(['Start date', '45292'])
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
    await finance.open('Top up account')
    await field(finance.topUp, 'Amount').fill('5')
    await field(finance.topUp, 'Comment').fill('typed with care')
    const other = await page.context().newPage()
    await other.goto('/clients')
    await other.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(other).toHaveURL(/\/login/)
    await saveButton(finance.topUp).click()
    const dialog = page.getByRole('dialog', { name: 'Your session has expired', exact: true })
    await expect(dialog).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(finance.topUp.getByRole('alert')).toContainText('Your session has expired. Sign in to continue.')
    await expect(field(finance.topUp, 'Amount')).toHaveValue('5')
    await expect(field(finance.topUp, 'Comment')).toHaveValue('typed with care')
    // After signing in within the page, the form is sent unchanged, once.
    await saveButton(finance.topUp).click()
    await dialog.getByLabel('Password', { exact: true }).fill(administrators.manager.password)
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
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
  await finance.open('Top up account')
  await field(finance.topUp, 'Comment').fill('half a sent')
  await field(finance.topUp, 'Amount').pressSequentially('12,')
  await besides(browser, site, 'owner', async (other) => {
    await other.goto(`/clients/${account.id}/finance`)
    const form = await new Finance(other).open('Top up account')
    await save(form, { Amount: '7', Comment: 'by somebody else' })
    await expect(new Finance(other).said('Booked: transaction 2')).toBeVisible()
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
    await save(await finance.open('Top up account'), { Amount: '12,5', Comment: 'Invoice 7' })
    await expect(finance.said('Booked: transaction 2')).toBeVisible()
    await expect(finance.topUp).toHaveCount(0)
    await finance.expectStanding('112.5000', '50.0000', '162.5000')
    await expect(finance.row('Top-up: Invoice 7')).toHaveCount(1)
    await finance.open('Top up account')
    await expect(field(finance.topUp, 'Amount')).toHaveValue('')
    await page.reload()
    await finance.expectStanding('112.5000', '50.0000', '162.5000')
  })

  test('a refusal is told beside its field and keeps what was typed, and the period', async ({ page, account }) => {
    await goTo(page, account, `?from=${SINCE}`)
    const finance = new Finance(page)
    await save(await finance.open('Top up account'), { Amount: '1,234', Comment: 'Invoice "7"' })
    await expectRefused(finance.topUp, 'Amount', /could be 1234 or 1\.234/, '1,234')
    await expect(field(finance.topUp, 'Comment')).toHaveValue('Invoice "7"')
    await expect(page).toHaveURL(/[?&]from=2024-01-05&/)
    await save(finance.topUp, { Amount: '5' })
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await expect(finance.row('Invoice "7"')).toHaveCount(1)
  })

  test('a large amount is shown back and booked with its button', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(await finance.open('Top up account'), { Amount: '5000', Comment: 'big' })
    await expect(finance.topUp.getByRole('alert')).toContainText('5,000.00 EUR is more than 1,000.00 EUR')
    await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
    await finance.topUp.getByRole('button', { name: 'Top up 5,000.00 EUR', exact: true }).click()
    await finance.expectStanding('5,100.0000', '50.0000', '5,150.0000')
    await expect(finance.row('Top-up: big')).toHaveCount(1)
  })

  test('Back leads to an empty form: sent as it stands, it books nothing', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(await finance.open('Top up account'), { Amount: '5', Comment: 'once' })
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await page.goBack()
    await expect(field(finance.topUp, 'Amount')).toHaveValue('')
    await saveButton(finance.topUp).click()
    await expectRefused(finance.topUp, 'Amount', /Enter an amount/, '')
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })

  test('a form that was booked, and that the browser still has as it was, books nothing and says so', async ({
    page,
    account,
  }) => {
    // Some browsers restore a page from the back-forward cache despite `no-store`.
    let kept
    await page.route(`**/clients/${account.id}/finance?form=top-up`, async (route) => {
      kept ??= await (await route.fetch()).body()
      await route.fulfill({ body: kept, contentType: 'text/html' })
    })
    await goTo(page, account, '?form=top-up')
    const finance = new Finance(page)
    await save(finance.topUp, { Amount: '5', Comment: 'once' })
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await page.goBack()
    await finance.expectStanding('100.0000', '50.0000', '150.0000')
    await save(finance.topUp, { Amount: '5', Comment: 'once' })
    await expect(finance.said(/Already booked.*Nothing was booked again/)).toBeVisible()
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
    await page.goBack()
    await save(finance.topUp, { Amount: '6', Comment: 'something else' })
    await expect(finance.topUp.getByRole('alert')).toContainText('booked as transaction 2')
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })

  test('a double click books once', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await finance.open('Top up account')
    await field(finance.topUp, 'Amount').fill('5')
    await saveButton(finance.topUp).dblclick()
    await expect(finance.said(/booked/i)).toBeVisible()
    await finance.expectStanding('105.0000', '50.0000', '155.0000')
  })

  test('a correction needs its reason, and a row is reversed', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(await finance.open('Correction'), { Amount: '40' })
    await expectRefused(finance.correction, 'Reason', /Enter a reason/, '')
    await save(finance.correction, { Reason: 'fee' })
    await finance.expectStanding('60.0000', '50.0000', '110.0000')
    await finance.reverseButton(finance.row('Correction: fee')).click()
    const form = formOf(page, 'Reverse transaction')
    await field(form, 'Reason').fill('no fee')
    await form.getByRole('button', { name: 'Reverse: +40.00 EUR', exact: true }).click()
    await finance.expectStanding('100.0000', '50.0000', '150.0000')
    await expect(finance.row('No. 2')).toContainText('Reversed by transaction 3')
    await expect(finance.row('No. 3')).toContainText('Reverses transaction 2')
    await expect(finance.said('Booked: transaction 3')).toBeVisible()
  })

  test('the credit is set', async ({ page, account }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await save(await finance.open('Set credit'), { Amount: '-1' })
    await expectRefused(finance.credit, 'Amount', /zero or more/, '-1')
    await save(finance.credit, { Amount: '75,5' })
    await expect(finance.said('The credit is 75.50 EUR.')).toBeVisible()
    await finance.expectStanding('100.0000', '75.5000', '175.5000')
    await finance.open('Set credit')
    await expect(field(finance.credit, 'Amount')).toHaveValue('75.5')
    await expect(finance.credit).toContainText('The credit is 75.50 EUR. Available: 175.50 EUR.')
  })

  test('a credit that somebody else has set meanwhile is told', async ({ page, account, site }) => {
    await goTo(page, account)
    const finance = new Finance(page)
    await field(await finance.open('Set credit'), 'Amount').fill('80')
    await book(page.request, site, account.id, 'credit', { amount: '60' })
    await saveButton(finance.credit).click()
    await expectRefused(finance.credit, 'Amount', /set the credit to 60\.00 EUR at/, '80')
    await saveButton(finance.credit).click()
    await finance.expectStanding('100.0000', '80.0000', '180.0000')
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
    await page.getByRole('button', { name: /^Period: / }).click()
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
      await finance.open('Top up account')
      await field(finance.topUp, 'Amount').fill('5')
      const other = await context.newPage()
      await other.goto('/clients')
      await other.getByRole('button', { name: 'Sign out', exact: true }).click()
      await saveButton(finance.topUp).click()
      await expect(page.locator('body')).toContainText(/session has expired|sign in/i)
      await page.goto('/login')
      await signIn(page, administrators.manager)
      await goTo(page, account)
      await expect(fact(page, 'Balance')).toHaveText('100.0000 EUR')
    } finally {
      await context.close()
    }
  })
})
