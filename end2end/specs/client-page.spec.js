// The client page: its heading, its tabs, the way back, and the facts of "General info".

import { clients } from '../support/known-clients.js'
import { Finance, book } from '../support/accounts.js'
import { ClientTable, idsIn } from '../support/client-table.js'
import { expect, test, visit } from '../support/test.js'

/** The 14 terms of the specification in its order. */
const TERMS = [
  'Site',
  'Email',
  'Region',
  'Company',
  'Type of activity',
  'Property Type',
  'Address, postal',
  'Email accounting',
  'Registration Date',
  'Last login date',
  'SMS price',
  'Login attempts',
  'Activation',
  'Referer',
]

/** The tabs: label and address. */
const TABS = [
  ['General info', 'general'],
  ['Finance', 'finance'],
  ['Statistics', 'statistics/day'],
  ['Names', 'names'],
]

const tab = (page, name) => page.getByRole('tab', { name, exact: true })
const back = (page) => page.getByRole('link', { name: 'Back', exact: true })

/** Waits until a tab is open, by its address, its title and its state for screen readers. */
async function expectOpen(page, name) {
  const [, address] = TABS.find(([label]) => label === name)
  await expect(page).toHaveURL(new RegExp(`/clients/\\d+/${address}$`))
  await expect(page).toHaveTitle(new RegExp(`^Client \\d+ / .+ · ${name} · Clientele$`))
  for (const [label] of TABS) {
    await expect(tab(page, label)).toHaveAttribute('aria-selected', String(label === name))
    await expect(tab(page, label)).toHaveAttribute('tabindex', label === name ? '0' : '-1')
  }
  await expect(page.getByRole('tabpanel', { name, exact: true })).toBeVisible()
}

const heading = (page) => page.getByRole('heading', { level: 1 })

test.describe('a client whose company is written like markup', () => {
  test.use({ data: 'known' })

  test('is shown by it as text, and plants nothing into the page', async ({ page }) => {
    const { id, company } = clients.find((client) => client.company?.startsWith('</title>'))
    for (const [name, address] of TABS) {
      await visit(page, `/clients/${id}/${address}`)
      await expect(heading(page)).toContainText(company)
      await expect(page).toHaveTitle(new RegExp(`^Client ${id} / .+<form method="post".+ · ${name} · Clientele$`))
      // Only the form of the theme has this address.
      await expect(page.locator('form[action="/theme"]')).toHaveCount(1)
    }
  })
})

/** The shown facts by term. */
async function facts(page) {
  await expect(page.getByRole('main').getByRole('term').first()).toBeVisible()
  return page
    .getByRole('main')
    .evaluate((main) =>
      Object.fromEntries(
        [...main.querySelectorAll('dt')].map((term) => [
          term.innerText.trim(),
          term.nextElementSibling.innerText.replace(/\s+/g, ' ').trim(),
        ]),
      ),
    )
}

test('a row opens the page of its client, which names ID, login and company', async ({ page }) => {
  await visit(page, '/clients?sort=company&dir=asc')
  const row = new ClientTable(page).rows.nth(4)
  const [id, login, company] = (await row.getByRole('cell').allInnerTexts()).map((text) => text.trim())
  await row.click()
  await expect(page).toHaveURL(new RegExp(`/clients/${id}/general$`))
  await expect(heading(page)).toHaveText(`Client ${id} / ${login} / ${company}`)
  await expect(page).toHaveTitle(new RegExp(`${id}.*General info|General info.*${id}`))
})

test('Back leads to the table as it was', async ({ page }) => {
  await visit(page, '/clients?q=a&sort=balance&dir=desc&page=2&per_page=20')
  const table = new ClientTable(page)
  const before = await table.ids()
  await table.rows.nth(6).click()
  await expect(heading(page)).toContainText('Client ')
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await expect(page).toHaveURL('/clients?q=a&sort=balance&dir=desc&page=2&per_page=20')
  await table.expectIds(before)
})

test('Back leads to the table also for who came by an address', async ({ page, site }) => {
  const id = await firstId(page)
  await visit(page, `${site.url}/clients/${id}/general`)
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await expect(page).toHaveURL(/\/clients$/)
  await new ClientTable(page).expectRange('1-10 of 971')
})

test('Back leads from any tab to the table as it was', async ({ page }) => {
  const address = '/clients?q=a&currency=EUR&sort=balance&dir=desc&page=2&per_page=20'
  await visit(page, address)
  const table = new ClientTable(page)
  const before = await table.ids()
  for (const [name] of TABS) {
    await table.rows.nth(3).click()
    await tab(page, name).click()
    await expectOpen(page, name)
    await back(page).click()
    await expect(page).toHaveURL(address)
    await table.expectIds(before)
  }
})

test('Back leads to the table as it was after a walk through the tabs and a reload', async ({ page }) => {
  await visit(page, '/clients?q=a&page=2')
  await new ClientTable(page).rows.nth(3).click()
  for (const [name] of TABS) {
    await tab(page, name).click()
    await expectOpen(page, name)
  }
  await back(page).click()
  await expect(page).toHaveURL('/clients?q=a&page=2')
})

test('each tab has an address and a title of its own, and the way back undoes each', async ({ page }) => {
  await visit(page, `/clients/${await firstId(page)}/general`)
  await expectOpen(page, 'General info')
  for (const [name] of TABS.slice(1)) {
    await tab(page, name).click()
    await expectOpen(page, name)
    await expect(heading(page)).toHaveText(/^Client \d+ \/ /)
  }
  for (const [name] of TABS.slice(0, -1).reverse()) {
    await page.goBack()
    await expectOpen(page, name)
  }
  for (const [name] of TABS.slice(1)) {
    await page.goForward()
    await expectOpen(page, name)
    await page.reload()
    await expectOpen(page, name)
  }
})

test('the arrow keys, Home and End open the tabs, and the focus stays on the open one', async ({ page }) => {
  await visit(page, `/clients/${await firstId(page)}/general`)
  await expect(tab(page, 'General info')).toHaveAttribute('tabindex', '0')
  await tab(page, 'General info').focus()
  for (const [key, name] of [
    ['ArrowRight', 'Finance'],
    ['ArrowRight', 'Statistics'],
    ['ArrowRight', 'Names'],
    ['ArrowRight', 'General info'],
    ['ArrowLeft', 'Names'],
    ['ArrowLeft', 'Statistics'],
    ['Home', 'General info'],
    ['End', 'Names'],
  ]) {
    await page.keyboard.press(key)
    await expectOpen(page, name)
    await expect(tab(page, name)).toBeFocused()
    // Also once all data of the tab has loaded.
    await page.waitForTimeout(150)
    await expect(tab(page, name)).toBeFocused()
  }
  await page.keyboard.press('Tab')
  await expect(tab(page, 'Names'), 'one stop for all tabs').not.toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await expect(tab(page, 'Names')).toBeFocused()
})

test('the short address of the statistics goes on to the first report', async ({ page }) => {
  await page.goto(`/clients/${await firstId(page)}/statistics`)
  await expectOpen(page, 'Statistics')
})

test.describe('balance and credit', () => {
  test.use({ data: 'accounts' })

  test('stand on every tab, and follow what is booked', async ({ page, account, site }) => {
    await book(page.request, site, account.id, 'top-up', { amount: '1.5' })
    for (const [name, address] of TABS) {
      await visit(page, `/clients/${account.id}/${address}`)
      await expect(new Finance(page).heading, name).toHaveText('Balance 101.5000 EUR Credit 50.0000 EUR')
    }
  })

  test('stand on every tab that is opened from another one', async ({ page, account }) => {
    await visit(page, `/clients/${account.id}/general`)
    for (const [name] of TABS) {
      await tab(page, name).click()
      await expectOpen(page, name)
      await expect(new Finance(page).heading, name).toHaveText('Balance 100.0000 EUR Credit 50.0000 EUR')
    }
  })

  test('follow on every tab when somebody else books', async ({ page, account, site }) => {
    let balance = 100
    for (const [name, address] of TABS) {
      await visit(page, `/clients/${account.id}/${address}`)
      await expect(new Finance(page).heading, name).toHaveText(`Balance ${balance}.0000 EUR Credit 50.0000 EUR`)
      await book(page.request, site, account.id, 'top-up', { amount: '1' })
      balance += 1
      await expect(new Finance(page).heading, name).toHaveText(`Balance ${balance}.0000 EUR Credit 50.0000 EUR`)
    }
  })
})

test.describe('the head', () => {
  test.use({ data: 'accounts', role: 'manager' })

  test('has the name, the login and the email address, which are copied with a button', async ({ page, account }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await visit(page, `/clients/${account.id}/general`)
    const head = page.locator('.client-head')
    await expect(head).toContainText(account.name)
    await expect(head.getByRole('link', { name: account.email, exact: true })).toBeVisible()
    for (const [what, text] of [
      ['login', account.login],
      ['email address', account.email],
    ]) {
      await head.getByRole('button', { name: `Copy ${what}`, exact: true }).click()
      await expect(page.getByRole('status').filter({ hasText: `Copied the ${what}: ${text}` })).toBeVisible()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text)
    }
  })

  test('stays in sight on every tab with the tabs below it', async ({ page, account, site }) => {
    for (let number = 1; number <= 20; number++) {
      await book(page.request, site, account.id, 'top-up', { amount: '1' })
    }
    await page.setViewportSize({ width: 1280, height: 400 })
    // Names has too few rows to scroll.
    for (const [name, address] of TABS.slice(0, 3)) {
      await visit(page, `/clients/${account.id}/${address}`)
      await page.mouse.move(700, 300)
      await page.mouse.wheel(0, 300)
      await expect.poll(() => page.evaluate(() => scrollY), { message: name }).toBeGreaterThan(60)
      for (const shown of [heading(page), tab(page, name), new Finance(page).heading]) {
        await expect(shown, name).toBeInViewport({ ratio: 1 })
      }
    }
  })

  test('marks a client over the limit and one whose cabinet is blocked', async ({ page, site, account }) => {
    await visit(page, `/clients/${account.id}/general`)
    const badge = (text) => page.locator('.client-head').getByText(text, { exact: true })
    for (const text of ['over limit', 'blocked']) await expect(badge(text)).toHaveCount(0)
    await book(page.request, site, account.id, 'correction', { amount: '150', reason: 'all of it' })
    const { id, login, currency } = account
    const changed = { id, login, currency, credit: '0', login_attempts: 5 }
    await site.run(['import', 'clients', '-'], `${JSON.stringify(changed)}\n`)
    await page.reload()
    for (const text of ['over limit', 'blocked']) await expect(badge(text)).toBeVisible()
  })

  test('on a narrow screen leaves the tabs in sight', async ({ page, account, site }) => {
    for (let number = 1; number <= 20; number++) {
      await book(page.request, site, account.id, 'top-up', { amount: '1' })
    }
    await page.setViewportSize({ width: 360, height: 740 })
    await visit(page, `/clients/${account.id}/finance`)
    await page.evaluate(() => scrollTo(0, 700))
    await expect(tab(page, 'Finance')).toBeInViewport({ ratio: 1 })
    await expect(heading(page)).not.toBeInViewport()
  })
})

test('the short address goes on to General info', async ({ page }) => {
  const id = await firstId(page)
  await page.goto(`/clients/${id}`)
  await expect(page).toHaveURL(new RegExp(`/clients/${id}/general$`))
})

test('General info has the facts of the document, in its words and order', async ({ page }) => {
  await visit(page, `/clients/${await firstId(page)}/general`)
  const shown = (await page.getByRole('main').getByRole('term').allInnerTexts()).map((term) => term.trim())
  expect(shown.filter((term) => TERMS.includes(term))).toEqual(TERMS)
})

test('no fact is a blank', async ({ page, request }) => {
  for (const id of idsIn(await (await request.get('/clients?per_page=20')).text())) {
    await page.goto(`/clients/${id}/general`)
    const shown = await facts(page)
    for (const term of TERMS) expect.soft(shown[term], `${term} of ${id}`).toMatch(/\S/)
  }
})

test.describe('of a client of whom everything is known', () => {
  test.use({ data: 'known' })

  const complete = clients.find(
    (client) => client.company && client.property_type && client.registered_at && client.sms_price,
  )

  test('the facts are the imported ones', async ({ page }) => {
    await visit(page, `/clients/${complete.id}/general`)
    await expect(heading(page)).toHaveText(`Client ${complete.id} / ${complete.login} / ${complete.company}`)
    const shown = await facts(page)
    expect(shown).toMatchObject({
      Company: complete.company,
      'Property Type': { legal_entity: 'Legal entity', individual: 'Individual', entrepreneur: 'Entrepreneur' }[
        complete.property_type
      ],
      'Registration Date': complete.registered_at.slice(0, 16).replace('T', ' '),
      'Login attempts': expect.stringMatching(/^0 \/ \d+$/),
    })
    expect(shown['SMS price']).toContain(complete.currency)
    expect(shown['SMS price']).toMatch(/per sent/)
  })

  test('the name stands in for a missing company, and nothing for both', async ({ page }) => {
    const nameless = clients.find((client) => !client.company && client.name)
    await visit(page, `/clients/${nameless.id}/general`)
    await expect(heading(page)).toHaveText(`Client ${nameless.id} / ${nameless.login} / ${nameless.name}`)
    await visit(page, '/clients/1/general')
    await expect(heading(page)).toHaveText('Client 1 / 1')
  })

  test('the largest ID there can be has its page', async ({ page }) => {
    await visit(page, `/clients/${Number.MAX_SAFE_INTEGER}/general`)
    await expect(heading(page)).toContainText(`Client ${Number.MAX_SAFE_INTEGER} / `)
  })
})

for (const [name, address] of TABS) {
  test(`a client who does not exist is answered with 404 and a way back on ${name}`, async ({ page, complaints }) => {
    complaints.expect(/answer: 404 /)
    const response = await visit(page, `/clients/999999999/${address}`)
    expect(response.status()).toBe(404)
    await expect(page.getByRole('navigation', { name: 'Main', exact: true })).toBeVisible()
    await expect(page.getByRole('main')).toContainText(/no such client/i)
    await page.getByRole('main').getByRole('alert').getByRole('link').click()
    await expect(page).toHaveURL(/\/clients$/)
  })
}

async function firstId(page) {
  return idsIn(await (await page.request.get('/clients')).text())[0]
}
