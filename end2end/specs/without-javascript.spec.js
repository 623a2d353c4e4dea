// The same steps without JavaScript, as before the WASM has loaded, or where it never does.

import { ClientTable } from '../support/client-table.js'
import { clients, ids, select } from '../support/known-clients.js'
import { administrators } from '../support/server.js'
import { expect, signIn, test } from '../support/test.js'

test.use({ javaScriptEnabled: false })

test.describe('without JavaScript, a visitor', () => {
  test.use({ role: '' })

  test('signs in, gets the page that they asked for, and signs out', async ({ page }) => {
    await page.goto('/clients?per_page=20')
    await signIn(page, { login: administrators.owner.login, password: 'wrong' })
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(page.getByLabel('Login', { exact: true })).toHaveValue(administrators.owner.login)
    await signIn(page, administrators.owner)
    await expect(page).toHaveURL(/\/clients\?per_page=20$/)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(page).toHaveURL(/\/login/)
    await page.goto('/clients')
    await expect(page).toHaveURL(/\/login/)
  })
})

test.describe('without JavaScript', () => {
  test.use({ data: 'known' })

  test('a client is searched for with the button and with Enter', async ({ page }) => {
    await page.goto('/clients')
    const table = new ClientTable(page)
    await table.search.fill('їжак')
    await table.searchButton.click()
    await table.expectIds(ids(select(clients, { q: 'їжак' })).slice(0, 10))
    await expect(table.marks.first()).toBeVisible()
    await table.search.fill('nobody is called so')
    await table.search.press('Enter')
    await expect(page.getByRole('main')).toContainText(/no client/i)
  })

  test('filters work, with the search and the order', async ({ page }) => {
    await page.goto('/clients?sort=company&dir=asc')
    const table = new ClientTable(page)
    await table.search.fill('а')
    await table.openFilters()
    await table.filter('Currency').selectOption({ label: 'UAH' })
    await table.filter('Balance below zero').check()
    await page.getByRole('button', { name: 'Show', exact: true }).first().click()
    const query = { q: 'а', currency: 'UAH', below_zero: 'true', sort: 'company', dir: 'asc' }
    await table.expectIds(ids(select(clients, query)).slice(0, 10))
    await expect(table.filter('Currency')).toHaveValue('UAH')
    await expect(table.filter('Balance below zero')).toBeChecked()
    await table.chip('Balance below zero').click()
    await table.expectIds(ids(select(clients, { ...query, below_zero: '' })).slice(0, 10))
  })

  test('columns sort, and Back undoes it', async ({ page }) => {
    await page.goto('/clients')
    const table = new ClientTable(page)
    await table.sortBy('ID')
    await table.expectSorted('ID', 'ascending')
    await table.expectIds(ids(select(clients, { sort: 'id', dir: 'asc' })).slice(0, 10))
    await page.goBack()
    await table.expectSorted('ID', 'descending')
    await table.expectIds(ids(select(clients)).slice(0, 10))
  })

  test('pages are switched, sized and jumped to', async ({ page }) => {
    await page.goto('/clients')
    const table = new ClientTable(page)
    const all = ids(select(clients))
    await table.step('Next page').click()
    await table.expectIds(all.slice(10, 20))
    await table.entriesPerPage.selectOption('20')
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('button').first().click()
    await table.expectIds(all.slice(0, 20))
    await table.pageNumber.fill('3')
    await table.pageNumber.press('Enter')
    await table.expectIds(all.slice(40, 60))
    await table.pageNumber.fill('5000')
    await table.pageNumber.press('Enter')
    const last = Math.ceil(all.length / 20)
    await table.expectIds(all.slice((last - 1) * 20))
    await expect(page).toHaveURL(new RegExp(`[?&]page=${last}(&|$)`))
  })

  test('a row opens its client, and Back leads to the table as it was', async ({ page }) => {
    await page.goto('/clients?q=alpha&per_page=20')
    const table = new ClientTable(page)
    const [, , third] = await table.ids()
    await table.links.nth(2).click()
    await expect(page).toHaveURL(`/clients/${third}/general`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`Client ${third} / `)
    await page.getByRole('link', { name: 'Back', exact: true }).click()
    await expect(page).toHaveURL('/clients?q=alpha&per_page=20')
  })

  test('columns are chosen and remembered', async ({ page }) => {
    await page.goto('/clients?page=2')
    const table = new ClientTable(page)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    const group = page.getByRole('group', { name: 'Columns', exact: true })
    await group.getByLabel('Credit', { exact: true }).uncheck()
    await group.getByRole('switch', { name: 'Compact rows', exact: true }).check()
    await group.getByRole('button').click()
    await expect(page, 'one stays where one was').toHaveURL('/clients?page=2')
    await expect(table.header('Credit')).toHaveCount(0)
    expect((await table.rows.first().boundingBox()).height).toBe(28)
    await page.goto('/clients')
    await expect(table.header('Credit')).toHaveCount(0)
    await expect(table.header('Balance')).toHaveCount(1)
  })

  test('the theme is switched and remembered', async ({ page }) => {
    await page.goto('/clients?page=2')
    await page.getByRole('switch', { name: 'Dark theme', exact: true }).click()
    await expect(page).toHaveURL('/clients?page=2')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.goto('/clients')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.getByRole('switch', { name: 'Dark theme', exact: true }).click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  })
})
