// The living catalogue of shared components at /ui, for the developers who extend them.

import { expect, menuLink, test, visit } from '../support/test.js'

/** Components that the catalogue must show, among others. */
const COMPONENTS = [/table/i, /pager/i, /search/i, /field/i, /dialog/i, /toast/i]

test('it shows each shared component with the code that makes it', async ({ page }) => {
  const response = await visit(page, '/ui')
  expect(response.status()).toBe(200)
  const main = page.getByRole('main')
  await expect(main.getByRole('heading', { level: 1 })).toHaveCount(1)
  const headings = await main.getByRole('heading', { level: 2 }).allInnerTexts()
  for (const component of COMPONENTS) expect(headings.join('\n')).toMatch(component)
  const samples = await main.locator('pre code').allTextContents()
  expect(samples.length).toBeGreaterThanOrEqual(COMPONENTS.length)
  for (const sample of samples) expect(sample).toMatch(/</)
})

test('its dialog opens, keeps the focus, and closes with Escape', async ({ page }) => {
  await visit(page, '/ui')
  const main = page.getByRole('main')
  const opener = main.locator('button[commandfor]:not(dialog button)').first()
  await opener.click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  for (let presses = 0; presses < 5; presses++) {
    await page.keyboard.press('Tab')
    const within = await page.evaluate(
      () =>
        document.activeElement === document.body ||
        document.querySelector('dialog[open]').contains(document.activeElement),
    )
    expect(within).toBe(true)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(opener).toBeFocused()
})

test('links into the application work from it', async ({ page }) => {
  await visit(page, '/ui')
  await menuLink(page).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Clients', exact: true })).toBeVisible()
})

test.describe('for a visitor', () => {
  test.use({ role: '' })
  test('it asks to sign in', async ({ page }) => {
    await page.goto('/ui')
    await expect(page).toHaveURL(/\/login\?next=%2Fui$/)
  })
})
