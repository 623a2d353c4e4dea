// Signing in and out, and setting up the first administrator.

import { administrators, prepare } from '../support/server.js'
import { ClientTable } from '../support/client-table.js'
import { expect, hydrated, signIn, test, visit } from '../support/test.js'

const { owner, viewer } = administrators

test.describe('a visitor', () => {
  test.use({ role: '', data: 'demo' })

  test('is asked to sign in and then gets the page that they asked for', async ({ page }) => {
    await page.goto('/clients?sort=id&dir=asc&per_page=20')
    await expect(page).toHaveURL(/\/login\?next=/)
    await signIn(page, owner)
    await expect(page).toHaveURL(/\/clients\?sort=id&dir=asc&per_page=20$/)
    await new ClientTable(page).expectRange('1-20 of 971')
  })

  test('gets to the client table from the bare address', async ({ page }) => {
    await page.goto('/')
    await expect(page).toHaveURL(/\/login/)
    await signIn(page, owner)
    await expect(page).toHaveURL(/\/clients$/)
    await expect(page.getByRole('heading', { level: 1, name: 'Clients', exact: true })).toBeVisible()
  })

  test('hears the same of a wrong password as of an unknown login', async ({ page }) => {
    const answers = []
    for (const [login, password] of [
      [owner.login, 'not the password'],
      ['nobody', 'not the password'],
    ]) {
      await page.goto('/login')
      await signIn(page, { login, password })
      await expect(page).toHaveURL(/\/login/)
      const alert = page.getByRole('alert')
      await expect(alert).toBeVisible()
      answers.push(await alert.innerText())
      await expect(page.getByLabel('Login', { exact: true }), 'what was typed stays').toHaveValue(login)
      await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
    }
    expect(answers[0]).toBe(answers[1])
  })

  test('can have the fields filled in by a password manager', async ({ page }) => {
    await page.goto('/login')
    await expect(page.getByLabel('Login', { exact: true })).toHaveAttribute('autocomplete', 'username')
    await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('autocomplete', 'current-password')
    await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'password')
  })

  test('is let in with the right password after several wrong ones', async ({ page }) => {
    for (let attempt = 0; attempt < 5; attempt++) {
      await page.goto('/login')
      await signIn(page, { ...viewer, password: `guess ${attempt}` })
      await expect(page.getByRole('alert')).toBeVisible({ timeout: 15_000 })
    }
    await signIn(page, viewer)
    await expect(page).toHaveURL(/\/clients$/, { timeout: 15_000 })
  })

  for (const elsewhere of ['https://example.com/', '//example.com/', '/\\example.com']) {
    test(`is not led away by next=${elsewhere}`, async ({ page, site }) => {
      await page.goto(`/login?next=${encodeURIComponent(elsewhere)}`)
      await signIn(page, owner)
      await expect(page).toHaveURL(`${site.url}/clients`)
    })
  }

  for (const address of [
    '/clients',
    '/clients/1/general',
    '/clients/export.csv',
    '/clients/export.xlsx',
    '/ui',
    '/no/such/page',
  ]) {
    test(`gets nothing from ${address}`, async ({ request }) => {
      const answer = await request.get(address, { maxRedirects: 0 })
      expect([302, 303, 307, 401]).toContain(answer.status())
      if (answer.status() !== 401) expect(answer.headers().location).toMatch(/^\/login\?next=/)
    })
  }

  test("can't send the sign-in form from another site", async ({ request }) => {
    const answer = await request.post('/login', {
      form: { login: owner.login, password: owner.password },
      headers: { origin: 'https://example.com', 'sec-fetch-site': 'cross-site' },
      maxRedirects: 0,
    })
    expect(answer.status()).toBe(403)
    expect(answer.headers()['set-cookie']).toBeUndefined()
  })
})

test('the functions that pages load data by answer a visitor with 401', async ({ page, playwright, site }) => {
  await visit(page, '/clients')
  const asking = page.waitForRequest((request) => request.resourceType() === 'fetch')
  await new ClientTable(page).step('Next page').click()
  const asked = await asking
  const visitor = await playwright.request.newContext({ storageState: { cookies: [], origins: [] } })
  const how = {
    method: asked.method(),
    data: asked.postData() ?? undefined,
    headers: { origin: site.url },
    maxRedirects: 0,
  }
  const answer = await visitor.fetch(asked.url(), how)
  expect(answer.status()).toBe(401)
  expect(await answer.text()).not.toContain('380')
  await visitor.dispose()
})

test.describe('a session', () => {
  test.use({ role: '' })

  test('has a cookie that scripts and other sites never see', async ({ page, context }) => {
    await page.goto('/login')
    await signIn(page, owner)
    await expect(page).toHaveURL(/\/clients$/)
    const cookie = (await context.cookies()).find((cookie) => cookie.name === 'session')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    expect(await page.evaluate(() => document.cookie)).not.toContain('session')
  })

  test('is a new one at each sign-in', async ({ page, context }) => {
    const values = []
    for (let time = 0; time < 2; time++) {
      await page.goto('/login')
      await signIn(page, owner)
      await expect(page).toHaveURL(/\/clients$/)
      values.push((await context.cookies()).find((cookie) => cookie.name === 'session').value)
      if (time === 0) await page.getByRole('button', { name: 'Sign out', exact: true }).click()
      if (time === 0) await expect(page).toHaveURL(/\/login/)
    }
    expect(values[0]).not.toBe(values[1])
  })

  test('ends at sign-out, also for a copy of its cookie and for the Back button', async ({
    page,
    context,
    playwright,
    site,
  }) => {
    await page.goto('/login')
    await signIn(page, owner)
    await expect(page).toHaveURL(/\/clients$/)
    const copy = await context.storageState()
    await hydrated(page)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(page).toHaveURL(/\/login/)

    const thief = await playwright.request.newContext({ baseURL: site.url, storageState: copy })
    expect((await thief.get('/clients', { maxRedirects: 0 })).headers().location).toMatch(/^\/login/)
    await thief.dispose()

    await page.goBack()
    await expect(page).toHaveURL(/\/login/)
  })

  /** Signs in, ends the session, and asks for the next page of the table. */
  async function goOnWithoutSession({ page, context, complaints }) {
    await page.goto('/login')
    await signIn(page, owner)
    await hydrated(page)
    await page.evaluate(() => (window.sameDocument = true))
    await context.clearCookies({ name: 'session' })
    complaints.expect(/answer: 401 /)
    await new ClientTable(page).step('Next page').click()
    const dialog = page.getByRole('dialog', { name: 'Your session has expired', exact: true })
    await expect(dialog).toBeVisible()
    return dialog
  }

  test('that ended while a page was open is begun again within the page', async ({ page, context, complaints }) => {
    const dialog = await goOnWithoutSession({ page, context, complaints })
    await expect(dialog.getByLabel('Login', { exact: true })).toHaveValue(owner.login)
    const password = dialog.getByLabel('Password', { exact: true })
    await expect(password).toBeFocused()
    await password.fill('wrong')
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(dialog.getByRole('alert')).toHaveText('Wrong login or password.')
    await password.fill(owner.password)
    await password.press('Enter')
    await expect(dialog).toBeHidden()
    await new ClientTable(page).expectRange('11-20 of 971')
    await expect(page).toHaveURL(/\/clients\?page=2$/)
    expect(await page.evaluate(() => window.sameDocument), 'in the same document').toBe(true)
    await new ClientTable(page).step('Next page').click()
    await new ClientTable(page).expectRange('21-30 of 971')
  })

  test('that ended leaves the rows where they are, and can be begun later', async ({ page, context, complaints }) => {
    const dialog = await goOnWithoutSession({ page, context, complaints })
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    const bar = page.getByRole('main').getByRole('alert')
    await expect(bar).toContainText('Your session has expired. Sign in to continue.')
    await expect(new ClientTable(page).rows).toHaveCount(10)
    await bar.getByRole('button', { name: 'Try again', exact: true }).click()
    await expect(dialog).toBeVisible()
    await dialog.getByLabel('Password', { exact: true }).fill(owner.password)
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    await new ClientTable(page).expectRange('11-20 of 971')
    await expect(bar).toHaveCount(0)
  })
})

test.describe('the first administrator', () => {
  test.use({ role: '' })

  test('sets themselves up by a link that works once', async ({ browser, createDatabase }) => {
    const fresh = await prepare({ createDatabase })
    const context = await browser.newContext({ baseURL: fresh.url })
    try {
      await fresh.serve()
      expect(fresh.setUpLink, 'the link that the first start prints').toMatch(/\/setup\?token=.{16,}/)
      const page = await context.newPage()

      const refused = page.getByText(/link .*(expired|used|no longer)/i)
      const send = async (password, repeated) => {
        await page.getByLabel('Login', { exact: true }).fill('first')
        await page.getByLabel('Password', { exact: true }).fill(password)
        await page.getByLabel('Repeat password', { exact: true }).fill(repeated)
        await page.getByRole('button', { name: 'Create', exact: true }).click()
      }
      expect((await page.goto('/setup?token=not-the-token')).status()).toBe(404)
      await expect(refused).toBeVisible()
      await expect(page.locator('form'), 'nothing can be typed in vain').toHaveCount(0)

      await page.goto(fresh.setUpLink)
      await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('autocomplete', 'new-password')
      await expect(page.getByLabel('Repeat password', { exact: true })).toHaveAttribute('autocomplete', 'new-password')
      await send('a long enough password', 'another password')
      await expect(page.getByLabel('Login', { exact: true }), 'refused, with what was typed').toHaveValue('first')
      await expect(page.getByText(/(not|n't) .*(same|match|equal)|differ/i)).toBeVisible()

      await send('a long enough password', 'a long enough password')
      await expect(page).toHaveURL(/\/clients$/)
      await expect(page.getByRole('button', { name: 'Sign out', exact: true })).toBeVisible()

      expect((await page.goto(fresh.setUpLink)).status(), 'it works once').toBe(404)
      await expect(refused).toBeVisible()
    } finally {
      await context.close()
      const faults = fresh.faults
      expect(await fresh.stop()).toEqual({ code: 0, signal: null })
      expect(faults).toEqual([])
    }
  })

  test("can't be set up where there is one already", async ({ site, request }) => {
    expect(site.setUpLink).toBeUndefined()
    const answer = await request.post('/setup', {
      form: {
        token: 'guess',
        login: 'intruder',
        password: 'a long enough password',
        repeat_password: 'a long enough password',
      },
      headers: { origin: site.url },
      maxRedirects: 0,
    })
    expect(answer.headers()['set-cookie'] ?? '').not.toContain('session=')
    expect(answer.headers().location ?? '').not.toMatch(/^\/clients/)
  })
})
