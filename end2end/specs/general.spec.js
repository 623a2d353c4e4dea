// General info: the subscription, the profile, and the history of both.

import { accounts, book, expectRefused, fact, field, formOf, save } from '../support/accounts.js'
import { administrators } from '../support/server.js'
import { besides, expect, signIn, test, visit } from '../support/test.js'

test.use({ data: 'accounts', role: 'manager' })

const open = (page, { id }, query = '') => visit(page, `/clients/${id}/general${query}`)
const subscription = (page) => page.getByRole('checkbox', { name: 'SMS subscription', exact: true })
const mailings = (page) => formOf(page, 'Mailings')
const profile = (page) => formOf(page, 'Profile')
const history = (page) => page.getByRole('region', { name: 'History', exact: true })
const newest = (page) => history(page).locator('ol > li').first()
const saveProfile = (page) => page.getByRole('button', { name: 'Save profile', exact: true }).click()

async function edit(page) {
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await expect(profile(page)).toBeVisible()
}

test('the SMS subscription is saved, and still there after a reload', async ({ page, account }) => {
  await open(page, account)
  await expect(history(page)).toContainText('No changes yet.')
  for (const [ticked, before, after] of [
    [true, 'no', 'yes'],
    [false, 'yes', 'no'],
  ]) {
    await subscription(page).setChecked(ticked)
    await save(mailings(page), {})
    await expect(mailings(page).getByRole('status')).toHaveText('Saved.')
    await expect(newest(page)).toContainText(administrators.manager.login)
    await expect(newest(page)).toContainText(`SMS subscription: ${before} → ${after}`)
    await page.reload()
    await expect(subscription(page)).toBeChecked({ checked: ticked })
  }
})

test('saving what is so already changes nothing, and says so', async ({ page, account }) => {
  await open(page, account)
  await save(mailings(page), {})
  await expect(mailings(page).getByRole('status')).toHaveText('Nothing to save: no field has changed.')
  await page.reload()
  await expect(history(page)).toContainText('No changes yet.')
})

test.describe('the profile', () => {
  test('is edited: the new facts are shown, and the history says who changed what from what to what', async ({
    page,
    account,
  }) => {
    await open(page, account)
    await edit(page)
    await expect(field(profile(page), 'Company')).toHaveValue(account.company)
    await expect(field(profile(page), 'Property Type')).toHaveValue('legal_entity')
    await field(profile(page), 'Company').fill('Їжак & co')
    await field(profile(page), 'SMS price').fill('0,0625')
    await field(profile(page), 'Property Type').selectOption({ label: 'Individual' })
    await field(profile(page), 'Region').fill('')
    await saveProfile(page)
    await expect(profile(page)).toHaveCount(0)
    await expect(page).toHaveURL(`/clients/${account.id}/general`)
    await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible()
    await expect(fact(page, 'Company')).toHaveText('Їжак & co')
    await expect(fact(page, 'SMS price')).toContainText('0.0625 EUR')
    await expect(fact(page, 'Property Type')).toHaveText('Individual')
    await expect(fact(page, 'Email'), 'what was left alone').toHaveText(account.email)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      `Client ${account.id} / ${account.login} / Їжак & co`,
    )
    await expect(newest(page)).toContainText(`${administrators.manager.login} edited the profile.`)
    for (const change of [
      `Company: ${account.company} → Їжак & co`,
      'SMS price: 0.0500 → 0.0625',
      'Region: Kyiv → —',
      'Property type: ',
    ]) {
      await expect(newest(page)).toContainText(change)
    }
    await expect(newest(page)).not.toContainText('Email')
  })

  test('is left with Cancel as it was', async ({ page, account }) => {
    await open(page, account)
    await edit(page)
    await field(profile(page), 'Company').fill('Never saved')
    await page.getByRole('link', { name: 'Cancel', exact: true }).click()
    await expect(profile(page)).toHaveCount(0)
    await expect(fact(page, 'Company')).toHaveText(account.company)
    await edit(page)
    await expect(field(profile(page), 'Company')).toHaveValue(account.company)
  })

  test('with a wrong email is refused beside the field, and what was typed stays', async ({
    page,
    account,
    complaints,
  }) => {
    complaints.expect(/answer: 422 /)
    await open(page, account)
    await edit(page)
    await field(profile(page), 'Company').fill('Typed with care')
    await field(profile(page), 'Email').fill('nobody at nowhere')
    await saveProfile(page)
    await expectRefused(profile(page), 'Email', /not an email address/, 'nobody at nowhere')
    await expect(field(profile(page), 'Email')).toBeFocused()
    await expect(field(profile(page), 'Company')).toHaveValue('Typed with care')
    await expect(fact(page, 'Company')).toHaveText(account.company)
    await field(profile(page), 'Email').fill('somebody@mail.example')
    await saveProfile(page)
    await expect(fact(page, 'Email')).toHaveText('somebody@mail.example')
    await expect(fact(page, 'Company')).toHaveText('Typed with care')
  })

  for (const [label, typed, why] of [
    ['SMS price', '1e9', /amount/],
    ['SMS price', '-1', /./],
    ['Language', 'klingon language', /language tag/],
    ['Company', 'x'.repeat(251), /250/],
  ]) {
    test(`refuses ${label} "${typed.slice(0, 20)}" beside its field`, async ({ page, account, complaints }) => {
      complaints.expect(/answer: 422 /)
      await open(page, account, '?edit=true')
      await field(profile(page), label).fill(typed)
      await saveProfile(page)
      await expectRefused(profile(page), label, why, typed)
    })
  }

  test('of two who edit the same field, the second is told what the first wrote, and overwrites nothing', async ({
    page,
    account,
    site,
    browser,
    complaints,
  }) => {
    complaints.expect(/answer: 409 /)
    await open(page, account, '?edit=true')
    await field(profile(page), 'Company').fill('Mine')
    await besides(browser, site, 'owner', async (other) => {
      await other.goto(`/clients/${account.id}/general?edit=true`)
      await field(profile(other), 'Company').fill('Theirs')
      await saveProfile(other)
      await expect(fact(other, 'Company')).toHaveText('Theirs')
    })
    await expect(field(profile(page), 'Company')).toHaveValue('Mine')
    await saveProfile(page)
    const why = new RegExp(`${administrators.owner.login} changed this at .*it is “Theirs” now`)
    await expectRefused(profile(page), 'Company', why, 'Mine')
    await page.reload()
    await expect(fact(page, 'Company')).toHaveText('Theirs')
    // Edit opens with the current values.
    await expect(field(profile(page), 'Company')).toHaveValue('Theirs')
    await field(profile(page), 'Company').fill('Mine')
    await saveProfile(page)
    await expect(fact(page, 'Company')).toHaveText('Mine')
    await expect(newest(page)).toContainText('Company: Theirs → Mine')
  })

  test('of two who edit different fields, both changes stay', async ({ page, account, site, browser }) => {
    await open(page, account, '?edit=true')
    await field(profile(page), 'Company').fill('Mine')
    await besides(browser, site, 'owner', async (other) => {
      await other.goto(`/clients/${account.id}/general?edit=true`)
      await field(profile(other), 'Site').fill('theirs.example')
      await saveProfile(other)
      await expect(fact(other, 'Site')).toHaveText('theirs.example')
    })
    await saveProfile(page)
    await expect(fact(page, 'Company')).toHaveText('Mine')
    await expect(fact(page, 'Site')).toHaveText('theirs.example')
    await expect(history(page)).toContainText(`Site: ${account.site} → theirs.example`)
  })

  test('is shown anew to whoever looks at it when somebody else changes it', async ({
    page,
    account,
    site,
    browser,
  }) => {
    await open(page, account, '?edit=true')
    await field(profile(page), 'Region').fill('half a wo')
    await besides(browser, site, 'owner', async (other) => {
      await other.goto(`/clients/${account.id}/general?edit=true`)
      await field(profile(other), 'Site').fill('live.example')
      await saveProfile(other)
      await expect(fact(other, 'Site')).toHaveText('live.example')
    })
    await expect(fact(page, 'Site')).toHaveText('live.example')
    await expect(field(profile(page), 'Region')).toHaveValue('half a wo')
  })
})

test('an edited profile is not left without a word', async ({ page, account }) => {
  await open(page, account)
  await edit(page)
  const question = page.getByRole('dialog', { name: 'Discard changes?', exact: true })
  const answer = (name) => question.getByRole('button', { name, exact: true }).click()
  await page.getByRole('tab', { name: 'Names', exact: true }).click()
  await expect(page, 'nothing was typed').toHaveURL(/names$/)
  await page.goBack()
  await expect(profile(page)).toBeVisible()
  await field(profile(page), 'Company').fill('Typed with care')
  const leave = {
    'a tab': () => page.getByRole('tab', { name: 'Names', exact: true }).click(),
    'the menu': () => page.getByRole('link', { name: 'Clients', exact: true }).first().click(),
    Back: () => page.goBack(),
  }
  for (const [way, go] of Object.entries(leave)) {
    await go()
    await expect(question, way).toBeVisible()
    await expect(question.getByRole('button', { name: 'Keep editing', exact: true })).toBeFocused()
    await answer('Keep editing')
    await expect(question).toBeHidden()
    await expect(page).toHaveURL(/general\?edit=true$/)
    await expect(field(profile(page), 'Company')).toHaveValue('Typed with care')
  }
  const asked = page.waitForEvent('dialog')
  const reload = page.reload().catch(() => {})
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await reload
  await expect(field(profile(page), 'Company')).toHaveValue('Typed with care')
  await page.getByRole('tab', { name: 'Names', exact: true }).click()
  await answer('Discard')
  await expect(page).toHaveURL(/names$/)
  await page.goBack()
  await expect(field(profile(page), 'Company')).toHaveValue(account.company)
  // Typed back as it was, nothing is lost.
  await field(profile(page), 'Company').fill('Typed')
  await field(profile(page), 'Company').fill(account.company)
  await page.getByRole('tab', { name: 'Names', exact: true }).click()
  await expect(page).toHaveURL(/names$/)
})

test('older changes are a page of their own', async ({ page, account, site }) => {
  for (let number = 1; number <= 23; number++) {
    await book(page.request, site, account.id, 'credit', { amount: String(100 + number) })
  }
  await open(page, account)
  const entries = history(page).locator('ol > li').filter({ hasText: 'set the credit' })
  await expect(entries).toHaveCount(20)
  await expect(newest(page)).toContainText('122.0000 → 123.0000')
  await history(page).getByRole('link', { name: 'Older', exact: true }).click()
  await expect(entries).toHaveCount(3)
  await expect(newest(page)).toContainText('102.0000 → 103.0000')
  await history(page).getByRole('link', { name: 'Newest', exact: true }).click()
  await expect(entries).toHaveCount(20)
})

test.describe('a viewer', () => {
  test.use({ role: 'viewer' })

  test('sees the facts, and neither the history nor forms', async ({ page }) => {
    const account = accounts.at(-1)
    await open(page, account, '?edit=true')
    await expect(fact(page, 'Company')).toHaveText(account.company)
    await expect(history(page)).toHaveCount(0)
    await expect(page.getByRole('main').getByRole('group')).toHaveCount(0)
    await expect(subscription(page)).toBeDisabled()
    await expect(subscription(page)).not.toBeChecked()
    await expect(page.getByRole('tabpanel').getByRole('button')).toHaveCount(0)
  })

  test('who sends a form all the same is refused', async ({ request, site }) => {
    const { id, company } = accounts.at(-1)
    for (const form of ['subscription', 'profile']) {
      const answer = await request.post(`/clients/${id}/general/${form}`, {
        form: { idempotency_key: 'viewer-00000001', company: 'Taken over', was_company: company },
        headers: { origin: site.url, accept: 'application/json' },
      })
      expect(answer.status()).toBe(403)
    }
    expect(await (await request.get(`/clients/${id}/general`)).text()).not.toContain('Taken over')
  })
})

test.describe('whose session has ended meanwhile', () => {
  test.use({ role: '' })

  test('is told so, and what was typed into the profile stays', async ({ page, account, complaints }) => {
    complaints.expect(/answer: 401 /)
    await page.goto('/login')
    await signIn(page, administrators.manager)
    await expect(page).toHaveURL(/\/clients$/)
    await open(page, account, '?edit=true')
    await field(profile(page), 'Company').fill('Typed with care')
    const other = await page.context().newPage()
    await other.goto('/clients')
    await other.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(other).toHaveURL(/\/login/)
    await saveProfile(page)
    await expect(page.getByRole('dialog').getByLabel('Password', { exact: true })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(profile(page).getByRole('alert')).toContainText('Your session has expired.')
    await expect(field(profile(page), 'Company')).toHaveValue('Typed with care')
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the SMS subscription is saved', async ({ page, account }) => {
    await page.goto(`/clients/${account.id}/general`)
    await subscription(page).check()
    await save(mailings(page), {})
    await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible()
    await expect(subscription(page)).toBeChecked()
    await expect(newest(page)).toContainText('SMS subscription: no → yes')
  })

  test('the profile is edited; a refusal is told beside its field and keeps what was typed', async ({
    page,
    account,
  }) => {
    await page.goto(`/clients/${account.id}/general`)
    await edit(page)
    await field(profile(page), 'Company').fill('Typed with care')
    await field(profile(page), 'Email').fill('nobody at nowhere')
    await saveProfile(page)
    await expectRefused(profile(page), 'Email', /not an email address/, 'nobody at nowhere')
    await expect(field(profile(page), 'Company')).toHaveValue('Typed with care')
    await field(profile(page), 'Email').fill('somebody@mail.example')
    await saveProfile(page)
    await expect(fact(page, 'Company')).toHaveText('Typed with care')
    await expect(fact(page, 'Email')).toHaveText('somebody@mail.example')
    await expect(newest(page)).toContainText(`Company: ${account.company} → Typed with care`)
  })
})
