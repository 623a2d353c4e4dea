// Invalid addresses and forms get a clear message and a status from 4xx, and never cause an error of the server. Errors
// in the server's log fail the worker at its end (see support/test.js).

import { ClientTable } from '../support/client-table.js'
import { expect, test, visit } from '../support/test.js'

const long = 'a'.repeat(10_000)

/** Address, status, and the expected message of the page. */
const ADDRESSES = [
  ['/clients?sort=nonsense', 400, 'sms_price'],
  ['/clients?sort=id%27--', 400, 'sms_price'],
  ['/clients?dir=up', 400, 'asc'],
  ['/clients?page=0', 400, 'page'],
  ['/clients?page=-1', 400, 'page'],
  ['/clients?page=abc', 400, 'page'],
  ['/clients?page=1.5', 400, 'page'],
  ['/clients?page=99999999999999999999', 400, 'page'],
  ['/clients?page=99', 404, '98'],
  ['/clients?page=18446744073709551615', 404, '98'],
  ['/clients?page=9223372036854775807&per_page=100', 404, '10'],
  ['/clients?per_page=7', 400, '10, 20, 50, 100'],
  ['/clients?per_page=0', 400, '10, 20, 50, 100'],
  ['/clients?per_page=100000', 400, '10, 20, 50, 100'],
  ['/clients?property_type=robot', 400, 'legal_entity'],
  ['/clients?sms_subscription=maybe', 400, 'true'],
  ['/clients?registered_from=yesterday', 400, '2024-01-05'],
  ['/clients?registered_from=2023-02-29', 400, '2024-01-05'],
  ['/clients?registered_from=2024-02-02&registered_to=2024-02-01', 400, 'before'],
  ['/clients?registered_to=99999-01-01', 400, '2024-01-05'],
  [`/clients?q=${long}`, 400, '10000'],
  ['/clients?q=%00', 400, 'q'],
  ['/clients?q=a%00b', 400, 'q'],
  ['/clients?q=%FF%FE', [200, 400], ''],
  ['/clients?channel=%00', 400, 'channel'],
  ['/clients?q=%25', 200, ''],
  ['/clients?q=_', 200, ''],
  ['/clients?q=%27', 200, ''],
  ['/clients?q=%22', 200, ''],
  ['/clients?q=%5C', 200, ''],
  ['/clients?q=%F0%9F%A6%8A', 200, ''],
  ['/clients?q=%22%20OR%20%22%22%3D%22', 200, ''],
  ['/clients?q=%2A%20NEAR%28', 200, ''],
  ['/clients?currency=XXX', 200, ''],
  ['/clients?page=1&page=2', [200, 400], ''],
  ['/clients?unknown=1', 200, ''],
  ['/clients?q', 200, ''],
  ['/clients?&&=&', 200, ''],
  ['/clients/abc', [400, 404], ''],
  ['/clients/abc/general', [400, 404], ''],
  ['/clients/0/general', [400, 404], ''],
  ['/clients/-1/general', [400, 404], ''],
  ['/clients/1e9/general', [400, 404], ''],
  ['/clients/%00/general', [400, 404], ''],
  ['/clients/999999999', 404, ''],
  ['/clients/999999999/general', 404, 'no such client'],
  ['/clients/99999999999999999999999/general', [400, 404], ''],
  ['/names?status=new', 400, 'New, Checked, Rejected, Retired'],
  ['/names?older_than=2', 400, '1, 3, 7, 30'],
  ['/names?questionnaire=half', 400, 'filled, missing'],
  ['/names?page=0', 400, 'a number from 1'],
  ['/names?page=18446744073709551615', 404, ''],
  ['/names?client=x&name=Shop', 400, 'number'],
  ['/names?client=999999999&name=Shop', 404, 'no such client'],
  ['/names?client=1&name=%00', 400, 'control characters'],
  ['/clients/999999999/names', 404, 'no such client'],
  ['/clients/1/no-such-tab', 404, ''],
  ['/no/such/page', 404, ''],
  ['/%00', [400, 404], ''],
  ['/..%2f..%2fetc%2fpasswd', [400, 404], ''],
  ['/pkg/no-such-file.js', 404, ''],
]

const short = (address) => (address.length > 80 ? `${address.slice(0, 60)}... (${address.length} characters)` : address)

for (const [address, statuses, said] of ADDRESSES) {
  test(`${short(address)} is answered with ${[statuses].flat().join(' or ')}`, async ({ request }) => {
    const answer = await request.get(address)
    expect([statuses].flat()).toContain(answer.status())
    const text = (await answer.text()).replace(/<script.*?<\/script>/gs, '').replace(/<!--.*?-->/gs, '')
    if (answer.headers()['content-type']?.startsWith('text/html')) expect(text, 'a whole page').toContain('</html>')
    expect(text).toContain(said)
  })
}

test.describe('in the page', () => {
  test('an order that makes no sense is explained, and the way on is a link', async ({ page, complaints }) => {
    complaints.expect(/answer: 400 /)
    await visit(page, '/clients?sort=nonsense')
    await expect(page.getByRole('alert')).toContainText('nonsense')
    await expect(page.getByRole('heading', { level: 1, name: 'Clients', exact: true })).toBeVisible()
    await page.getByRole('main').getByRole('alert').getByRole('link').click()
    await new ClientTable(page).expectRange('1-10 of 971')
  })

  test('a page beyond the last leads to the last', async ({ page, complaints }) => {
    complaints.expect(/answer: 404 /)
    await visit(page, '/clients?page=5000&sort=login&dir=asc')
    await page.getByRole('main').getByRole('alert').getByRole('link').click()
    await expect(page).toHaveURL(/[?&]page=98(&|$)/)
    await expect(page).toHaveURL(/[?&]sort=login(&|$)/)
    await new ClientTable(page).expectRange('971-971 of 971')
  })

  test('a search can be tried again after one that was too long', async ({ page, complaints }) => {
    complaints.expect(/answer: 400 /)
    await visit(page, `/clients?q=${long}`)
    await expect(page.getByRole('alert')).toContainText(/10,?000/)
    const table = new ClientTable(page)
    await table.search.fill('38')
    await table.search.press('Enter')
    await expect(table.rows.first()).toBeVisible()
  })

  test('the search field takes no more than can be searched for', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    await table.search.fill('b'.repeat(500))
    await table.search.press('Enter')
    await expect(
      page
        .getByRole('main')
        .getByRole('status')
        .filter({ hasText: /no client/i }),
    ).toBeVisible()
  })
})

test.describe('in the sign-in form', () => {
  test.use({ role: '' })
  const sent = [
    ['nothing', {}, /^4/],
    ['no password', { login: 'olena' }, /^4/],
    ['a NUL', { login: 'ole\0na', password: 'x\0y' }, /^(303|4)/],
    ['a login of 10,000 characters', { login: long, password: 'x' }, /^(303|4)/],
    ['a password of 10,000 characters', { login: 'nobody', password: long }, /^(303|4)/],
    ['an emoji', { login: '🦊', password: '🦊' }, /^(303|4)/],
  ]
  for (const [what, form, status] of sent) {
    test(`${what} is refused`, async ({ request, site }) => {
      const answer = await request.post('/login', { form, headers: { origin: site.url }, maxRedirects: 0 })
      expect(String(answer.status())).toMatch(status)
      expect(answer.headers()['set-cookie'] ?? '').not.toContain('session=')
      const next = answer.headers().location
      if (next) expect((await request.get(next)).status()).toBeLessThan(500)
    })
  }

  test('bytes that are no form at all are refused', async ({ request, site }) => {
    for (const data of [Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc(3_000_000, 'a')]) {
      const answer = await request.post('/login', {
        data,
        headers: { origin: site.url, 'content-type': 'application/x-www-form-urlencoded' },
        maxRedirects: 0,
      })
      expect(String(answer.status())).toMatch(/^4/)
    }
  })
})
