// axe-core reports nothing on any page, in both themes, wide and narrow. In addition, axe can't check that the focus is
// always visible and that text is never cut off at twice its size.

import fs from 'node:fs'
import { createRequire } from 'node:module'
import { Finance, book, field, formOf, save } from '../support/accounts.js'
import { Names, importNames } from '../support/names.js'
import { administrators, prepare } from '../support/server.js'
import { expect, expectNoSidewaysScrolling, hydrated, signIn, test, visit } from '../support/test.js'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The findings of axe as lines of text. */
async function findings(page) {
  // Injected through the debugger, since the content security policy blocks foreign scripts.
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  )
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target}`))
}

const looks = [
  { theme: 'light', viewport: { width: 1280, height: 900 } },
  { theme: 'dark', viewport: { width: 1280, height: 900 } },
  { theme: 'light', viewport: { width: 360, height: 740 } },
  { theme: 'dark', viewport: { width: 360, height: 740 } },
]

async function expectNothingFound(page) {
  for (const { theme, viewport } of looks) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    expect.soft(await findings(page), `${theme}, ${viewport.width} px`).toEqual([])
  }
}

const pages = [
  ['the client table', '/clients'],
  ['a search in it', '/clients?q=an&sort=company&dir=asc&per_page=20'],
  ['its filters', '/clients?below_zero=true&currency=EUR'],
  ['its last page', '/clients?page=98'],
  ['a search that finds nothing', '/clients?q=nobody-is-called-so'],
  ['an address that makes no sense', '/clients?sort=nonsense'],
  ['a page beyond the last', '/clients?page=5000'],
  ['a client who is not there', '/clients/999999999/general'],
  ['the account of a client who is not there', '/clients/999999999/finance'],
  ['the queue of names', '/names'],
  ['filters of the queue', '/names?status=Rejected&questionnaire=filled&older_than=1'],
  ['the names of a client who is not there', '/clients/999999999/names'],
  ['the catalogue', '/ui'],
  ['an address that leads nowhere', '/no/such/page'],
]

for (const [name, address] of pages) {
  test(`${name} has no flaw that axe finds`, async ({ page, complaints }) => {
    complaints.expect(/answer: 40[04] /)
    await visit(page, address)
    await expectNothingFound(page)
  })
}

test('a client who was opened from the table has no flaw that axe finds', async ({ page }) => {
  await visit(page, '/clients')
  await page.getByRole('table', { name: 'Clients' }).locator('tbody tr').first().click()
  await expect(page).toHaveURL(/\/general$/)
  await expect(page.getByRole('term').first()).toBeVisible()
  await expectNothingFound(page)
})

test.describe('of a client', () => {
  test.use({ data: 'accounts' })

  test('the names, one of them open, ticked ones and a refused form have no flaw that axe finds', async ({
    page,
    account,
    site,
    complaints,
  }) => {
    complaints.expect(/answer: 422 /)
    await importNames(site, account.id, [['Wigeon'], ['Pintail', { status: 'Rejected', reason: 'Taken' }]])
    await visit(page, `/clients/${account.id}/names?name=Wigeon`)
    const names = new Names(page)
    await names.tick('Pintail').check()
    await names.decide('Reject')
    await expect(field(names.decision, 'Reason')).toHaveAttribute('aria-invalid', 'true')
    // Otherwise the bar of ticked names lies over half a button, which axe takes for a small one.
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await expectNothingFound(page)
    await visit(page, `/clients/${account.id}/names?add=true`)
    await expectNothingFound(page)
  })

  test('General info with its history and the profile being edited has no flaw that axe finds', async ({
    page,
    account,
    site,
    complaints,
  }) => {
    complaints.expect(/answer: 422 /)
    await book(page.request, site, account.id, 'credit', { amount: '60' })
    await visit(page, `/clients/${account.id}/general?edit=true`)
    await expect(page.getByRole('region', { name: 'History' })).toContainText('set the credit')
    await expectNothingFound(page)
    const profile = formOf(page, 'Profile')
    await field(profile, 'Email').fill('nobody at nowhere')
    await page.getByRole('button', { name: 'Save profile', exact: true }).click()
    await expect(field(profile, 'Email')).toHaveAttribute('aria-invalid', 'true')
    await expectNothingFound(page)
  })

  test('Finance with rows has no flaw that axe finds', async ({ page, account, site }) => {
    await book(page.request, site, account.id, 'top-up', { amount: '5', comment: 'Invoice 7' })
    await book(page.request, site, account.id, 'correction', { amount: '40', reason: 'fee' })
    await book(page.request, site, account.id, 'reversal', { transaction: '3', reason: 'no fee' })
    await visit(page, `/clients/${account.id}/finance?from=2024-01-01`)
    await expect(new Finance(page).rows).toHaveCount(4)
    await expectNothingFound(page)
    await visit(page, `/clients/${account.id}/finance?from=2024-01-01&kind=top_up`)
    await expectNothingFound(page)
  })

  test('Finance with a refused form, a question, and a reversal open has no flaw that axe finds', async ({
    page,
    account,
    site,
    complaints,
  }) => {
    complaints.expect(/answer: 422 /)
    await book(page.request, site, account.id, 'top-up', { amount: '5', comment: 'Invoice 7' })
    await visit(page, `/clients/${account.id}/finance?reverse=2`)
    await expect(formOf(page, 'Reverse transaction')).toBeVisible()
    await expectNothingFound(page)
    await page.keyboard.press('Escape')
    const finance = new Finance(page)
    const correction = await finance.open('Correction')
    await save(correction, { Amount: '1,234', Reason: 'wrong' })
    await expect(field(correction, 'Amount')).toHaveAttribute('aria-invalid', 'true')
    await expectNothingFound(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Discard', exact: true }).click()
    const topUp = await finance.open('Top up account')
    await save(topUp, { Amount: '5000' })
    await expect(topUp.getByRole('alert')).toBeVisible()
    await expectNothingFound(page)
  })

  for (const [name, address] of [
    ['Finance without rows', 'finance?from=2000-01-01&to=2000-01-02'],
    ['Finance of a period that is none', 'finance?from=2024-02-31'],
    ['Statistics', 'statistics/day'],
    ['Names', 'names'],
  ]) {
    test(`${name} has no flaw that axe finds`, async ({ page, account, complaints }) => {
      complaints.expect(/answer: 400 /)
      await visit(page, `/clients/${account.id}/${address}`)
      await expect(page.getByRole('tabpanel')).not.toBeEmpty()
      await expectNothingFound(page)
    })
  }

  test('Finance over its limit has no flaw that axe finds', async ({ page, account, site }) => {
    await book(page.request, site, account.id, 'correction', { amount: '150', reason: 'all of it' })
    await book(page.request, site, account.id, 'credit', { amount: '0' })
    await visit(page, `/clients/${account.id}/finance`)
    await expect(page.getByText('Over the limit')).toBeVisible()
    await expectNothingFound(page)
  })

  test('nothing is lost of Finance on a narrow screen', async ({ page, account }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await visit(page, `/clients/${account.id}/finance?from=2024-01-01`)
    await expect(new Finance(page).rows).toHaveCount(1)
    await expectNoSidewaysScrolling(page)
    await new Finance(page).open('Set credit')
    await expectNoSidewaysScrolling(page)
  })
})

test.describe('of traffic', () => {
  test.use({ data: 'traffic' })

  for (const [name, address] of [
    ['a report by day, compared', '1/statistics/day?from=2024-03-01&to=2024-03-31&compare=true'],
    ['a report by sender ID, filtered', '1/statistics/sender?from=2024-03-01&to=2024-03-31&country=UA&sort=efficiency'],
    ['a report that differs from the ledger', '3/statistics/country?from=2024-03-01&to=2024-03-31'],
    ['a report that is none', '1/statistics/hour'],
  ]) {
    test(`${name} has no flaw that axe finds`, async ({ page, complaints }) => {
      complaints.expect(/answer: 404 /)
      await visit(page, `/clients/${address}`)
      await expect(page.getByRole('navigation', { name: 'Reports', exact: true })).toBeVisible()
      await expectNothingFound(page)
    })
  }

  test('the choice of a period has no flaw that axe finds', async ({ page }) => {
    await visit(page, '/clients/1/statistics/day?from=2024-03-01&to=2024-03-31')
    await page.getByRole('button', { name: /^Period: / }).click()
    await expect(page.getByRole('gridcell', { name: 'Sunday, 31 March 2024' })).toBeFocused()
    await expectNothingFound(page)
  })

  test("the choice of a report's columns has no flaw that axe finds", async ({ page }) => {
    await visit(page, '/clients/1/statistics/operator?from=2024-03-01&to=2024-03-31')
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await expect(page.getByRole('dialog', { name: 'Select what you want to export', exact: true })).toBeVisible()
    await expectNothingFound(page)
  })
})

test('the choice of columns has no flaw that axe finds', async ({ page }) => {
  await visit(page, '/clients')
  await page.getByRole('button', { name: 'Columns', exact: true }).click()
  await expect(page.getByRole('group', { name: 'Columns', exact: true })).toBeVisible()
  await expectNothingFound(page)
})

test('the filters have no flaw that axe finds', async ({ page }) => {
  await visit(page, '/clients?currency=EUR&registered_from=2021-01-01')
  await page.getByRole('button', { name: 'Filters', exact: true }).click()
  await expect(page.getByRole('group', { name: 'Filters', exact: true })).toBeVisible()
  await expectNothingFound(page)
})

test('compact rows, and the keys of the page, have no flaw that axe finds', async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: 'density', value: 'compact', url: baseURL }])
  await visit(page, '/clients?sort=balance')
  await page.keyboard.press('j')
  await expectNothingFound(page)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys of this page', exact: true })).toBeVisible()
  await expectNothingFound(page)
})

test.describe('when the session has ended', () => {
  test.use({ role: '' })

  test('the dialog, and the bar above the old rows, have no flaw that axe finds', async ({
    page,
    context,
    complaints,
  }) => {
    complaints.expect(/answer: 401 /)
    await page.goto('/login')
    await signIn(page, administrators.owner)
    await hydrated(page)
    await context.clearCookies({ name: 'session' })
    await page.getByRole('link', { name: 'Next page', exact: true }).click()
    await expect(page.getByRole('dialog', { name: 'Your session has expired', exact: true })).toBeVisible()
    await expectNothingFound(page)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
    await expectNothingFound(page)
  })
})

test('a chosen theme has no flaw either', async ({ page }) => {
  await visit(page, '/clients')
  for (let time = 0; time < 2; time++) {
    await page.getByRole('switch', { name: 'Dark theme', exact: true }).click()
    await page.mouse.move(0, 0)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect.soft(await findings(page)).toEqual([])
  }
})

test.describe('for a visitor', () => {
  test.use({ role: '' })

  test('the sign-in has no flaw that axe finds, before and after a wrong password', async ({ page }) => {
    await page.goto('/login')
    await expectNothingFound(page)
    await page.getByLabel('Login', { exact: true }).fill('nobody')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await expectNothingFound(page)
  })

  test('the set-up has no flaw that axe finds', async ({ page, complaints }) => {
    complaints.expect(/answer: 404 /)
    const fresh = await prepare()
    try {
      await fresh.serve()
      await page.goto(fresh.setUpLink)
      await expectNothingFound(page)
      await page.goto(`${fresh.url}/setup?token=wrong`)
      await expectNothingFound(page)
    } finally {
      await fresh.stop()
    }
  })
})

for (const colorScheme of ['light', 'dark']) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme })

    for (const address of ['/clients', '/ui']) {
      test(`one always sees where the focus is on ${address}`, async ({ page }) => {
        await visit(page, address)
        const visited = new Set()
        for (let presses = 0; presses < 150; presses++) {
          await page.keyboard.press('Tab')
          const focused = await page.evaluate(() => {
            const element = document.activeElement
            if (!element || element === document.body) return null
            const shown = (style) =>
              (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
            const around = [
              element,
              element.closest('tr'),
              element.closest('label'),
              element.nextElementSibling,
            ].filter(Boolean)
            const styles = [
              ...around.map((one) => getComputedStyle(one)),
              getComputedStyle(element, '::after'),
              getComputedStyle(element, '::before'),
            ]
            const box = element.getBoundingClientRect()
            window.focusOrder ??= new Map()
            if (!window.focusOrder.has(element)) window.focusOrder.set(element, window.focusOrder.size)
            return {
              number: window.focusOrder.get(element),
              name: element.outerHTML.slice(0, 120),
              visible: styles.some(shown),
              onScreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
            }
          })
          if (!focused || visited.has(focused.number)) break
          visited.add(focused.number)
          expect.soft(focused.visible, `the focus on ${focused.name}`).toBe(true)
          expect.soft(focused.onScreen, `${focused.name} is on the screen`).toBe(true)
        }
        expect(visited.size).toBeGreaterThan(10)
      })
    }
  })
}

test('nothing is lost at twice the size', async ({ page }) => {
  // 1280 px at 200 % is a window of 640 px.
  await page.setViewportSize({ width: 640, height: 450 })
  await visit(page, '/clients')
  await hydrated(page)
  expect(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth)).toBe(true)
  for (const name of ['Search', 'Filters', 'Columns', 'Sign out']) {
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible()
  }
})
