// Saved views above a list: saved, opened, renamed, deleted, with and without JavaScript.

import { besides, expect, menuLink, test, visit } from '../support/test.js'

test.use({ data: 'known', role: 'manager' })

const views = (page) => page.getByRole('navigation', { name: 'Views', exact: true })
const view = (page, name) => views(page).getByRole('link', { name: new RegExp(`^${name}`) })
const dialog = (page) => page.getByRole('dialog', { name: 'Save view', exact: true })

async function save(page, name, tick = []) {
  await page.getByRole('button', { name: 'Save view', exact: true }).click()
  await dialog(page).getByLabel('Name', { exact: true }).fill(name)
  for (const label of tick) await dialog(page).getByLabel(label, { exact: true }).check()
  await dialog(page).getByRole('button', { name: 'Save', exact: true }).click()
}

test('a view is a link with its count, and is marked while it is open', async ({ page }) => {
  await visit(page, '/clients?currency=UAH&sort=balance&dir=asc')
  await save(page, 'Hryvnia')
  await expect(view(page, 'Hryvnia')).toHaveAttribute('aria-current', 'page')
  await expect(view(page, 'Hryvnia')).toHaveText(/Hryvnia\s*[1-9]/)
  await views(page).getByRole('link', { name: 'All', exact: true }).click()
  await expect(page).toHaveURL(/\/clients$/)
  await expect(view(page, 'Hryvnia')).not.toHaveAttribute('aria-current')
  await view(page, 'Hryvnia').click()
  await expect(page).toHaveURL(/currency=UAH/)
  await expect(view(page, 'Hryvnia')).toHaveAttribute('aria-current', 'page')
})

test('a view can be renamed and deleted', async ({ page }) => {
  await visit(page, '/clients?currency=EUR')
  await save(page, 'Euros')
  const change = page.getByRole('button', { name: 'Change view', exact: true })
  const forms = page.getByRole('group', { name: 'Change view', exact: true })
  await change.click()
  await forms.getByLabel('Name', { exact: true }).fill('Single currency')
  await forms.getByRole('button', { name: 'Rename', exact: true }).click()
  await expect(view(page, 'Single currency')).toBeVisible()
  await change.click()
  await forms.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(view(page, 'Single currency')).toHaveCount(0)
})

test('a shared view is seen by a viewer, and the default one is where the menu leads', async ({ page, browser, site }) => {
  await visit(page, '/clients?below_zero=true')
  await save(page, 'In debt', ['Shared', 'Default'])
  await expect(view(page, 'In debt')).toBeVisible()
  await besides(browser, site, 'viewer', async (other) => {
    await other.goto('/clients?below_zero=true')
    await expect(view(other, 'In debt')).toBeVisible()
    await expect(other.getByRole('button', { name: 'Change view', exact: true })).toHaveCount(0)
    await menuLink(other).click()
    await expect(other).toHaveURL(/below_zero=true/)
  })
})

test('a view without a name is refused beside its field', async ({ page, complaints }) => {
  complaints.expect(/422 .*\/views\/save/)
  await visit(page, '/clients')
  await save(page, ' ')
  await expect(dialog(page)).toContainText('Enter a name.')
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a view is saved and opened', async ({ page }) => {
    await page.goto('/clients?sort=company&dir=asc')
    await save(page, 'By company')
    await expect(page).toHaveURL(/answer=/)
    await view(page, 'By company').click()
    await expect(page).toHaveURL(/\/clients\?sort=company&dir=asc$/)
    await expect(view(page, 'By company')).toHaveAttribute('aria-current', 'page')
  })
})
