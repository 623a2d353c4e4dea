// The client page: its heading, the way back, and the facts of "General info".

import { clients } from '../support/known-clients.js'
import { ClientTable, idsIn } from '../support/client-table.js'
import { expect, test, visit } from '../support/test.js'

/** The document's 14 terms, in its order. */
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

const heading = (page) => page.getByRole('heading', { level: 1 })

/** The facts shown, by term. */
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

test('a client who does not exist is answered with 404 and a way back', async ({ page, complaints }) => {
  complaints.expect(/answer: 404 /)
  const response = await visit(page, '/clients/999999999/general')
  expect(response.status()).toBe(404)
  await expect(page.getByRole('navigation', { name: 'Main', exact: true })).toBeVisible()
  await expect(page.getByRole('main')).toContainText(/no such client/i)
  await page.getByRole('main').getByRole('alert').getByRole('link').click()
  await expect(page).toHaveURL(/\/clients$/)
})

async function firstId(page) {
  return idsIn(await (await page.request.get('/clients')).text())[0]
}
