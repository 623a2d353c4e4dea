// Names: the tab of a client, the queue of all clients, and the life of a name from import to Checked.

import { accounts, expectRefused, field, formOf, save, saveButton } from '../support/accounts.js'
import { Names, importNames, questionnaire } from '../support/names.js'
import { administrators, clients, start } from '../support/server.js'
import { besides, expect, signIn, test, visit } from '../support/test.js'

test.use({ data: 'accounts', role: 'manager' })

const address = ({ id }, query = '') => `/clients/${id}/names${query}`

test('a name goes the whole way from the import to Checked, and the gateway learns of it', async ({
  page,
  account,
  site,
}) => {
  await importNames(site, account.id, [['Egret'], ['Heron', { subject: null }]])
  await visit(page, address(account))
  const names = new Names(page)
  const row = names.row('Heron')
  await expect(row).toContainText('New')
  await expect(row).toContainText('—')
  await expect(row).toContainText('command line')
  await expect(page).toHaveTitle(/^Client \d+ .* · Names · Clientele$/)

  await names.open('Heron')
  await expect(page).toHaveURL(address(account, '?name=Heron'))
  const form = formOf(page, 'Questionnaire')
  await expect(field(form, 'Name')).toHaveValue('Heron')
  await expect(field(form, 'Initiator')).toHaveValue(questionnaire.initiator)
  await field(form, 'Subject').fill('Orders\nand <b>more</b>')
  await saveButton(form).click()
  await expect(names.toast).toContainText('Saved Heron.')
  await expect(row).toContainText('Filled')

  const before = Number(await names.count.innerText())
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Names', exact: true }).click()
  await expect(page).toHaveURL('/names')
  await expect(page).toHaveTitle('Names · Clientele')
  await visit(page, `/names?client=${account.id}&name=Heron`)
  await names.expectOpen('Heron')
  await expect(names.opened).toContainText('and <b>more</b>')
  await names.settle()
  await page.keyboard.press('c')
  await expect(names.toast).toContainText('Heron is Checked now.')
  await expect(names.count).toHaveText(String(before - 1))

  await visit(page, address(account, '?name=Heron'))
  await expect(names.opened).toContainText(`by ${administrators.manager.login}`)
  const history = page.getByRole('region', { name: 'History', exact: true })
  await expect(history.getByRole('listitem')).toHaveText([/marta ✓\s*Checked/, /command line ○\s*New/])
  await expect(field(form, 'Subject')).toHaveValue('Orders\nand <b>more</b>')

  const token = (await site.run(['token', 'create', '--name', `names-${account.id}`])).trim()
  const answer = await fetch(`${site.url}/api/v1/names?changed_since=2024-01-05T07:46:00Z`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { names: changed } = await answer.json()
  const heron = changed.find(({ client_id, name }) => client_id === account.id && name === 'Heron')
  expect(heron).toMatchObject({ status: 'Checked', subject: 'Orders\nand <b>more</b>' })
})

test.describe('a name that is added', () => {
  test('waits to be checked, with what was said of it', async ({ page, account }) => {
    await visit(page, address(account))
    const names = new Names(page)
    await expect(page.getByText('This client has no names yet.')).toBeVisible()
    await page.getByRole('button', { name: 'Add name', exact: true }).click()
    const form = formOf(page, 'New name')
    await save(form, { Name: 'Kingfisher', Initiator: 'Kingfisher Ltd' })
    await expect(names.toast).toContainText('Added Kingfisher. It is waiting for a decision.')
    await expect(page).toHaveURL(address(account))
    await expect(names.row('Kingfisher')).toContainText(administrators.manager.login)
    await expect(names.rows).toHaveCount(1)
  })

  test('and breaks a rule is refused beside its field, and what was typed stays', async ({
    page,
    account,
    complaints,
  }) => {
    complaints.expect(/answer: 422 /)
    await visit(page, address(account, '?add=true'))
    const form = formOf(page, 'New name')
    await field(form, 'Subject').fill('Typed with care')
    for (const [typed, why] of [
      ['ab', /2 characters long: a name has 3 to 11/],
      ['abcdefghijkl', /12 characters long/],
      ['12345', /no Latin letter in it/],
      ['A;B', /has “;” in it/],
      ['Неrоn', /only looks like the Latin H/],
      ['<i>x</i>', /has “<” in it/],
    ]) {
      await save(form, { Name: typed })
      await expectRefused(form, 'Name', why, typed)
    }
    await save(form, { Name: 'Plover', 'Web site': 'no site' })
    await expectRefused(form, 'Web site', /no web site such as shop.example/, 'no site')
    await expect(field(form, 'Subject')).toHaveValue('Typed with care')
    await page.getByRole('link', { name: 'Cancel', exact: true }).click()
    await expect(page.getByText('This client has no names yet.')).toBeVisible()
  })

  test('and could be taken for another is asked about first', async ({ page, account, site, complaints }) => {
    complaints.expect(/answer: 422 /)
    const other = account.id === 1 ? 2 : 1
    await importNames(site, other, [[`Bank${account.id}x`, { status: 'Checked' }]])
    await visit(page, address(account, '?add=true'))
    const form = formOf(page, 'New name')
    await save(form, { Name: `8ank${account.id}x` })
    await expect(form.getByRole('alert')).toContainText(`looks like “Bank${account.id}x”, which client ${other} has checked`)
    const names = new Names(page)
    await names.settle()
    await form.getByRole('button', { name: `Add 8ank${account.id}x`, exact: true }).click()
    await expect(names.row(`8ank${account.id}x`)).toContainText('looks like')
  })
})

test('a name is rejected for a reason only, and returned to New', async ({ page, account, site, complaints }) => {
  complaints.expect(/answer: 422 /)
  await importNames(site, account.id, [['Grebe']])
  await visit(page, address(account, '?name=Grebe'))
  const names = new Names(page)
  await names.decide('Reject')
  await expectRefused(names.decision, 'Reason', /Enter a reason/, '')
  await expect(field(names.decision, 'Reason')).toBeFocused()
  await page.keyboard.type('Taken by another')
  await page.keyboard.press('Enter')
  await expect(names.toast).toContainText('Grebe is Rejected now.')
  await expect(names.row('Grebe')).toContainText('Taken by another')
  await names.open('Grebe')
  await expect(names.decision.getByRole('button', { name: 'Check', exact: true })).toHaveCount(0)
  await names.decide('Return to New')
  await expect(names.row('Grebe')).toContainText('New')
  await expect(names.row('Grebe')).not.toContainText('Taken by another')
})

test('several names are ticked and decided at once', async ({ page, account, site }) => {
  await importNames(site, account.id, [['Teal'], ['Smew'], ['Gadwall'], ['Garganey']])
  await visit(page, address(account))
  const names = new Names(page)
  await expect(names.ticked).toBeHidden()
  await names.tick('Teal').check()
  await names.tick('Smew').check()
  await names.ticked.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(names.toast).toContainText('2 names are Checked now.')
  for (const [name, status] of [['Teal', 'Checked'], ['Smew', 'Checked'], ['Gadwall', 'New']]) {
    await expect(names.row(name)).toContainText(status)
    await expect(names.tick(name)).not.toBeChecked()
  }
  await expect(names.ticked).toBeHidden()
  await page.getByLabel('Select all on this page', { exact: true }).check()
  await expect(names.tick('Garganey')).toBeChecked()
  await field(names.ticked, 'Reason').fill('Not needed any more')
  await names.ticked.getByRole('button', { name: 'Reject', exact: true }).click()
  await expect(names.toast).toContainText('4 names are Rejected now.')
})

test('who is quicker than the server harms nothing', async ({ page, account, site }) => {
  const called = ['Siskin', 'Serin', 'Linnet', 'Twite', 'Redpoll', 'Brambling']
  await importNames(site, account.id, called.map((name) => [name]))
  await visit(page, '/clients')
  const link = page.getByRole('link', { name: 'Names', exact: true })
  await link.dblclick()
  const names = new Names(page)
  await names.rows.first().getByRole('link').click()
  for (let round = 0; round < 8; round++) {
    await page.keyboard.press('n')
    await page.getByLabel('Select all on this page', { exact: true }).click()
    await page.keyboard.press('p')
    await names.rows.first().getByRole('checkbox').click()
  }
  await expect(names.rows.first().getByRole('checkbox')).not.toBeChecked()
  await expect(names.ticked).toBeVisible()
})

test('a name that was never used is removed, after a question', async ({ page, account, site }) => {
  await importNames(site, account.id, [['Bittern'], ['Crake']])
  await visit(page, address(account, '?name=Bittern'))
  const names = new Names(page)
  await page.getByRole('button', { name: 'Remove Bittern', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove Bittern?', exact: true })
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'Remove Bittern', exact: true }).click()
  await dialog.getByRole('button', { name: 'Remove Bittern', exact: true }).click()
  await expect(names.toast).toContainText('Removed Bittern.')
  await expect(names.row('Bittern')).toHaveCount(0)
  await expect(names.rows).toHaveCount(1)
})

test('the tab is searched, filtered and sorted, all in its address', async ({ page, account, site }) => {
  await importNames(site, account.id, [['Dunlin', { status: 'Checked' }], ['Knot', { subject: null }], ['Sanderling']])
  await visit(page, address(account))
  const names = new Names(page)
  await page.getByRole('columnheader', { name: 'Name', exact: true }).getByRole('link').click()
  await expect.poll(() => names.names()).toEqual(['Sanderling', 'Knot', 'Dunlin'])
  await expect(page).toHaveURL(address(account, '?dir=desc'))
  await page.getByLabel('Status', { exact: true }).selectOption('Checked')
  await expect.poll(() => names.names()).toEqual(['Dunlin'])
  await page.getByLabel('Status', { exact: true }).selectOption('Current')
  await page.getByLabel('Questionnaire', { exact: true }).selectOption('Not filled')
  await expect.poll(() => names.names()).toEqual(['Knot'])
  await page.reload()
  await expect.poll(() => names.names()).toEqual(['Knot'])
  await page.getByLabel('Search among them', { exact: true }).fill('dun')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await expect(page.getByText('No names match. Clear a filter.')).toBeVisible()
})

test('an edited questionnaire is saved before it is checked, and no reason is lost without a word', async ({
  page,
  account,
  site,
}) => {
  await importNames(site, account.id, [['Ruff', { subject: null }], ['Stint']])
  await visit(page, address(account, '?name=Ruff'))
  const names = new Names(page)
  const form = formOf(page, 'Questionnaire')
  const question = page.getByRole('dialog', { name: 'Discard changes?', exact: true })
  const answer = (name) => question.getByRole('button', { name, exact: true }).click()
  await field(form, 'Subject').fill('Orders')
  await page.getByRole('link', { name: 'Close', exact: true }).click()
  await answer('Keep editing')
  await names.decide('Check')
  await answer('Keep editing')
  await expect(field(form, 'Subject')).toHaveValue('Orders')
  await names.decide('Check')
  await answer('Save the changes and check')
  await expect(names.toast).toContainText('Ruff is Checked now.')
  await expect(names.row('Ruff')).toContainText('Filled')
  await expect(names.row('Ruff')).toContainText('Checked')
  await names.open('Stint')
  await field(names.decision, 'Reason').fill('Taken by ano')
  await names.row('Ruff').getByRole('link').click()
  await expect(question.getByRole('button', { name: 'Save the changes and check', exact: true })).toBeHidden()
  await answer('Keep editing')
  await expect(field(names.decision, 'Reason')).toHaveValue('Taken by ano')
  await names.row('Ruff').getByRole('link').click()
  await answer('Discard')
  await names.expectOpen('Ruff')
  await expect(field(names.decision, 'Reason')).toHaveValue('')
})

test('of two administrators the second sees what the first did', async ({ page, account, site, browser, complaints }) => {
  complaints.expect(/answer: 409 /)
  await importNames(site, account.id, [['Avocet']])
  await visit(page, address(account, '?name=Avocet'))
  const names = new Names(page)
  await expect(names.decision).toBeVisible()
  await besides(browser, site, 'owner', async (other) => {
    await other.goto(address(account, '?name=Avocet'))
    const theirs = new Names(other)
    await field(theirs.decision, 'Reason').fill('Taken')
    await theirs.decide('Reject')
    await expect(theirs.toast).toContainText('Avocet is Rejected now.')
  })
  await expect(names.row('Avocet'), 'the table follows by itself').toContainText('Rejected')
  await names.decide('Check')
  await expect(names.decision.getByRole('alert')).toHaveText(
    /^olena made it Rejected at .* \(Taken\), while you were looking at Avocet\. Nothing was changed\.$/,
  )
  await expect(names.row('Avocet')).toContainText('Rejected')
})

test.describe('a viewer', () => {
  test.use({ role: 'viewer' })

  test('sees names and changes none', async ({ page, account, site }) => {
    await importNames(site, account.id, [['Curlew']])
    await visit(page, address(account, '?name=Curlew'))
    const names = new Names(page)
    await names.expectOpen('Curlew')
    await expect(names.opened).toContainText(questionnaire.initiator)
    for (const name of ['Add name', 'Check', 'Reject', 'Save', 'Remove Curlew']) {
      await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0)
    }
    await expect(page.getByRole('checkbox')).toHaveCount(0)
    await visit(page, '/names')
    await expect(page.getByRole('button', { name: 'Check', exact: true })).toHaveCount(0)
  })
})

test('the queue is decided with the keyboard, and its count in the menu follows', async ({
  page,
  createDatabase,
  complaints,
}) => {
  complaints.expect(/answer: 422 /)
  const site = await start({ fill: clients(accounts.slice(0, 3)), createDatabase })
  try {
    await importNames(site, 1, [['First', { subject: null }]])
    await importNames(site, 2, [['Second'], ['Done', { status: 'Checked' }]])
    await importNames(site, 3, [['Third'], ['D0NE']])
    await page.goto(`${site.url}/login`)
    await signIn(page, administrators.manager)
    await expect(page).toHaveURL(/\/clients$/)
    const names = new Names(page)
    await expect(names.count).toHaveText('4')
    await visit(page, `${site.url}/names`)
    // Names of one import have the same time, so they are in alphabetical order.
    await expect.poll(() => names.names()).toEqual(['First', 'Second', 'D0NE', 'Third'])
    await names.expectOpen('First')
    await page.keyboard.press('n')
    await names.expectOpen('Second')
    await expect(page).toHaveURL(`${site.url}/names?client=2&name=Second`)
    await page.keyboard.press('p')
    await names.expectOpen('First')
    await names.settle()
    await page.keyboard.press('c')
    await expect(names.toast).toContainText('First is Checked now.')
    await names.expectOpen('Second')
    await expect(names.count).toHaveText('3')
    await expect.poll(() => names.names()).toEqual(['Second', 'D0NE', 'Third'])
    await page.keyboard.press('r')
    await expect(field(names.decision, 'Reason')).toBeFocused()
    // Typed letters are no shortcuts.
    await page.keyboard.type('encrypted')
    await names.settle()
    await page.keyboard.press('Enter')
    await expect(names.toast).toContainText('Second is Rejected now.')
    await names.expectOpen('D0NE')
    await names.settle()
    await page.keyboard.press('c')
    const question = names.decision.getByRole('alert')
    await expect(question).toContainText('looks like “Done”, which client 2 has checked')
    await expect(question, 'the text, not the button').toBeFocused()
    for (let press = 0; press < 4; press++) await page.keyboard.press('c')
    await expect(question, 'no reflex answers it').toBeVisible()
    await names.settle()
    await page.keyboard.press('c')
    await expect(names.toast).toContainText('D0NE is Checked now.')
    await names.expectOpen('Third')
    await names.settle()
    await page.keyboard.press('c')
    await expect(page.getByText('No names are waiting for a decision.')).toBeVisible()
    await expect(names.count).toHaveCount(0)
    await page.getByLabel('Status', { exact: true }).selectOption('Rejected')
    await expect.poll(() => names.names()).toEqual(['Second'])
    await expect(names.row('Second')).toContainText('Company 2')
    await page.getByLabel('Age', { exact: true }).selectOption('1 day or more')
    await expect(page.getByText('No names match. Clear a filter.')).toBeVisible()
    expect(site.faults).toEqual([])
  } finally {
    await site.stop()
  }
})

/** Starts a Clientele with these names of client 1 in the queue, and opens the queue as a manager. */
async function withQueue(names, { page, createDatabase }, use) {
  const site = await start({ fill: clients(accounts.slice(0, 3)), createDatabase })
  try {
    await importNames(site, 1, names.map((name) => [name]))
    await page.goto(`${site.url}/login`)
    await signIn(page, administrators.manager)
    await expect(page).toHaveURL(/\/clients$/)
    await visit(page, `${site.url}/names`)
    await use(site, new Names(page))
    expect(site.faults).toEqual([])
  } finally {
    await site.stop()
  }
}

test('no held or doubled key, and no double click, decides two names', async ({ page, createDatabase }) => {
  await withQueue(['Ant', 'Bee', 'Cat', 'Dog', 'Elk'], { page, createDatabase }, async (site, names) => {
    await names.settle()
    for (let press = 0; press < 8; press++) await page.keyboard.press('c', { delay: 20 })
    await names.expectOpen('Bee')
    await page.waitForTimeout(1_200)
    expect(await names.names(), 'eight quick keys decide one name').toEqual(['Bee', 'Cat', 'Dog', 'Elk'])
    // A held key: keydown again and again without keyup.
    await page.keyboard.down('c')
    for (let repeat = 0; repeat < 20; repeat++) {
      await page.keyboard.down('c')
      await page.waitForTimeout(60)
    }
    await page.keyboard.up('c')
    expect(await names.names()).toEqual(['Cat', 'Dog', 'Elk'])
    await names.settle()
    await names.decision.getByRole('button', { name: 'Check', exact: true }).dblclick()
    await names.expectOpen('Dog')
    await names.settle()
    expect(await names.names()).toEqual(['Dog', 'Elk'])
  })
})

test('a decision is taken back within 8 seconds, with the button or the key Z', async ({ page, createDatabase }) => {
  await withQueue(['Ant', 'Bee', 'Cat'], { page, createDatabase }, async (site, names) => {
    const undo = names.toast.getByRole('button', { name: 'Undo', exact: true })
    await names.settle()
    await page.keyboard.press('c')
    await names.expectOpen('Bee')
    await undo.click()
    await expect(names.toast).toContainText('Ant is New again.')
    await names.expectOpen('Ant')
    await expect.poll(() => names.names(), 'at its place').toEqual(['Ant', 'Bee', 'Cat'])
    await expect(names.count).toHaveText('3')
    await names.settle()
    await page.keyboard.press('r')
    await page.keyboard.type('Taken')
    await page.keyboard.press('Enter')
    await names.expectOpen('Bee')
    await page.keyboard.press('z')
    await names.expectOpen('Ant')
    await expect(names.opened).toContainText('New')
    await expect(names.opened).not.toContainText('Reason: Taken')
    await names.tick('Bee').check()
    await names.tick('Cat').check()
    await names.ticked.getByRole('button', { name: 'Check', exact: true }).click()
    await expect.poll(() => names.names()).toEqual(['Ant'])
    await undo.click()
    await expect.poll(() => names.names()).toEqual(['Ant', 'Bee', 'Cat'])
    await names.settle()
    await page.keyboard.press('c')
    await expect(undo).toBeVisible()
    await expect(undo, 'the offer ends').toHaveCount(0, { timeout: 10_000 })
  })
})

test('the queue is searched by name and by client, sorted and exported', async ({ page, createDatabase }) => {
  await withQueue(['Zebra', 'Ant'], { page, createDatabase }, async (site, names) => {
    await importNames(site, 3, [['Monkey', { subject: null }]])
    await visit(page, `${site.url}/names`)
    await expect.poll(() => names.names()).toEqual(['Ant', 'Zebra', 'Monkey'])
    const search = page.getByRole('searchbox', { name: 'Search names', exact: true })
    for (const [typed, found] of [
      ['ebr', ['Zebra']],
      ['company 000003', ['Monkey']],
      ['person 1', ['Ant', 'Zebra']],
      [accounts[2].login.slice(-6), ['Monkey']],
    ]) {
      await search.fill(typed)
      await search.press('Enter')
      await expect.poll(() => names.names(), typed).toEqual(found)
    }
    await search.fill('nothing like it')
    await search.press('Enter')
    await expect(page.getByText('No names match. Clear a filter.')).toBeVisible()
    await search.fill('')
    await search.press('Enter')
    const header = (name) => page.getByRole('columnheader', { name, exact: true })
    await expect(header('Since')).toHaveAttribute('aria-sort', 'ascending')
    await header('Name').getByRole('link').click()
    await expect.poll(() => names.names()).toEqual(['Ant', 'Monkey', 'Zebra'])
    await header('Name').getByRole('link').click()
    await expect.poll(() => names.names()).toEqual(['Zebra', 'Monkey', 'Ant'])
    await expect(header('Name')).toHaveAttribute('aria-sort', 'descending')
    await header('Client').getByRole('link').click()
    await expect.poll(() => names.names()).toEqual(['Ant', 'Zebra', 'Monkey'])
    await header('Questionnaire').getByRole('link').click()
    await expect.poll(() => names.names()).toEqual(['Monkey', 'Ant', 'Zebra'])
    await search.fill('company 1')
    await search.press('Enter')
    await expect.poll(() => names.names()).toEqual(['Ant', 'Zebra'])
    const link = page.getByRole('link', { name: 'Export as CSV', exact: true })
    const file = await page.request.get(await link.evaluate((link) => link.href))
    const lines = (await file.text()).trim().split(/\r?\n/)
    expect(lines[0]).toContain('Client ID,Client,Name,Status,Questionnaire,Status changed')
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 3))).toEqual([
      ['1', 'Company 1', 'Ant'],
      ['1', 'Company 1', 'Zebra'],
    ])
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export', exact: true }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^names-.+\.xlsx$/)
  })
})

test('what others decide disappears, and nothing of one’s own with it', async ({ page, browser, createDatabase }) => {
  await withQueue(['Ant', 'Bee', 'Cat', 'Dog', 'Elk'], { page, createDatabase }, async (site, names) => {
    await field(names.decision, 'Reason').fill('half a sen')
    await names.tick('Bee').check()
    await names.tick('Dog').check()
    await expect(names.ticked).toContainText('2 names ticked')
    await names.row('Dog').getByRole('link').focus()
    const context = await browser.newContext({ baseURL: site.url, storageState: { cookies: [], origins: [] } })
    const other = await context.newPage()
    await other.goto('/login')
    await signIn(other, administrators.owner)
    await expect(other).toHaveURL(/\/clients$/)
    const decide = async (name) => {
      const form = { idempotency_key: `other-${name}-0001`, seen: `1.1.${name}`, to: 'Checked' }
      const headers = { origin: site.url, accept: 'application/json' }
      const answer = await context.request.post('/names/decide', { form, headers })
      expect(answer.status(), await answer.text()).toBe(200)
    }
    await decide('Bee')
    await expect.poll(() => names.names()).toEqual(['Ant', 'Cat', 'Dog', 'Elk'])
    await expect(names.count).toHaveText('4')
    await expect(names.tick('Dog')).toBeChecked()
    await expect(names.tick('Cat')).not.toBeChecked()
    await expect(names.ticked).toContainText('1 name ticked')
    await expect(names.row('Dog').getByRole('link')).toBeFocused()
    await expect(field(names.decision, 'Reason')).toHaveValue('half a sen')
    await decide('Ant')
    await expect.poll(() => names.names()).toEqual(['Cat', 'Dog', 'Elk'])
    await expect(names.opened.getByRole('status').first()).toContainText(/^olena made it Checked at \d{4}-/)
    await names.expectOpen('Ant')
    await expect(field(names.decision, 'Reason')).toHaveValue('half a sen')
    await expect(names.row('Dog').getByRole('link')).toBeFocused()
    await field(names.decision, 'Reason').fill('')
    await page.getByRole('link', { name: 'Next', exact: true }).click()
    await names.expectOpen('Cat')
    await context.close()
  })
})

test('the decision stays at one place, and the ticked names are decided from the bottom of the window', async ({
  page,
  createDatabase,
}) => {
  const many = Array.from({ length: 30 }, (_, index) => `Name${String(index).padStart(2, '0')}x`)
  await withQueue(['l00kAlike', ...many], { page, createDatabase }, async (site, names) => {
    await page.setViewportSize({ width: 1280, height: 800 })
    const check = names.decision.getByRole('button', { name: 'Check', exact: true })
    const place = async () => {
      const { x, y } = await check.boundingBox()
      return [Math.round(x), Math.round(y)]
    }
    const first = await place()
    for (let step = 0; step < 3; step++) {
      const name = (await names.names())[step + 1]
      await page.keyboard.press('n')
      await names.expectOpen(name)
      expect(await place()).toEqual(first)
    }
    await names.rows.first().getByRole('checkbox').check()
    const bar = await names.ticked.boundingBox()
    expect(bar.y + bar.height, 'within the window').toBeLessThanOrEqual(800)
    expect(bar.y, 'at its bottom').toBeGreaterThan(600)
    const face = (locator) => locator.evaluate((element) => getComputedStyle(element).fontFamily)
    expect(await face(names.rows.first().locator('.sender-id'))).toContain('mono')
    const zero = names.rows.first().locator('.sender-id')
    expect(await zero.evaluate((element) => getComputedStyle(element).fontVariantNumeric)).toContain('slashed-zero')
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a decision is taken back with a button', async ({ page, account, site }) => {
    await importNames(site, account.id, [['Pipit']])
    await page.goto(address(account, '?name=Pipit'))
    const names = new Names(page)
    await names.decide('Check')
    await expect(names.row('Pipit')).toContainText('Checked')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Pipit is New again.' })).toBeVisible()
    await expect(names.row('Pipit')).toContainText('New')
  })

  test('names are added, ticked and decided', async ({ page, account }) => {
    await page.goto(address(account))
    const names = new Names(page)
    await page.getByRole('button', { name: 'Add name', exact: true }).click()
    const form = formOf(page, 'New name')
    await field(form, 'Subject').fill('Typed with care')
    await save(form, { Name: 'ab' })
    await expectRefused(form, 'Name', /2 characters long/, 'ab')
    await expect(field(form, 'Subject')).toHaveValue('Typed with care')
    await save(form, { Name: 'Osprey' })
    await expect(names.row('Osprey')).toContainText('New')
    await names.tick('Osprey').check()
    await names.ticked.getByRole('button', { name: 'Reject', exact: true }).click()
    await expectRefused(names.ticked, 'Reason', /Enter a reason/, '')
    await expect(names.tick('Osprey')).toBeChecked()
    await field(names.ticked, 'Reason').fill('Taken')
    await names.ticked.getByRole('button', { name: 'Reject', exact: true }).click()
    await expect(names.ticked.getByRole('status')).toHaveText('Osprey is Rejected now.')
    await expect(names.row('Osprey')).toContainText('Taken')
    await names.open('Osprey')
    await names.decide('Return to New')
    await expect(names.row('Osprey')).toContainText('New')
  })
})
