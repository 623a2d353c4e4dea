// The choice of a period: usual periods, a calendar of two months, and two dates that can be typed.

import { expect, expectNoSidewaysScrolling, test, visit } from '../support/test.js'
import { BUSY } from '../support/traffic.js'

test.use({ data: 'traffic', role: 'viewer' })

const REPORT = `/clients/${BUSY}/statistics/day`
const MARCH = `${REPORT}?from=2024-03-01&to=2024-03-31`

const period = (page) => page.getByRole('button', { name: /^Period: / })
const popover = (page) => page.getByRole('dialog', { name: 'Period', exact: true })
const months = (page) => popover(page).getByRole('grid')
const words = (date) => {
  const part = (options) => new Date(date).toLocaleDateString('en', { ...options, timeZone: 'UTC' })
  const [weekday, month] = [part({ weekday: 'long' }), part({ month: 'long' })]
  return `${weekday}, ${Number(date.slice(8))} ${month} ${date.slice(0, 4)}`
}
const day = (page, date) => popover(page).getByRole('gridcell', { name: words(date), exact: true })
const field = (page, label) => page.getByLabel(label, { exact: true })
const quick = (page) => page.getByRole('navigation', { name: 'Quick periods', exact: true })
const rows = (page) => page.getByRole('table', { name: 'Statistics', exact: true }).locator('tbody tr')
const today = () => new Date().toISOString().slice(0, 10)

test('a period is called by its name, and picked in the calendar by its two ends', async ({ page }) => {
  await visit(page, `${MARCH}&channel=sms&compare=true`)
  await expect(period(page)).toHaveText('March 2024')
  await period(page).click()
  await expect(months(page)).toHaveCount(2)
  await expect(popover(page).getByRole('grid', { name: 'February 2024', exact: true })).toBeVisible()
  await expect(popover(page).getByRole('columnheader').first()).toHaveAccessibleName('Monday')
  await expect(day(page, '2024-03-01')).toHaveAttribute('aria-selected', 'true')
  await expect(day(page, '2024-02-29')).toHaveAttribute('aria-selected', 'false')
  await day(page, '2024-03-05').click()
  await expect(popover(page).getByRole('status')).toHaveText('From 2024-03-05. Choose the last day.')
  await day(page, '2024-02-27').hover()
  await expect(popover(page).getByRole('gridcell', { selected: true })).toHaveCount(8)
  await day(page, '2024-02-28').click()
  await expect(popover(page)).toBeHidden()
  await expect(page).toHaveURL(/from=2024-02-28&to=2024-03-05&channel=sms&compare=true$/)
  await expect(rows(page)).toHaveCount(7)
  await expect(period(page)).toHaveText('7 days')
  await expect(field(page, 'Start date')).toHaveValue('2024-02-28')
  await expect(period(page)).toBeFocused()
})

test('the calendar is used by the keyboard alone', async ({ page }) => {
  await visit(page, MARCH)
  await period(page).focus()
  await page.keyboard.press('Enter')
  await expect(day(page, '2024-03-31')).toBeFocused()
  for (const [key, date] of [
    ['ArrowLeft', '2024-03-30'],
    ['ArrowUp', '2024-03-23'],
    ['Home', '2024-03-18'],
    ['End', '2024-03-24'],
    ['PageUp', '2024-02-24'],
    ['Shift+PageUp', '2023-02-24'],
    ['Shift+PageDown', '2024-02-24'],
    ['PageDown', '2024-03-24'],
    ['PageDown', '2024-04-24'],
    ['ArrowRight', '2024-04-25'],
    ['ArrowDown', '2024-05-02'],
  ]) {
    await page.keyboard.press(key)
    await expect(day(page, date), key).toBeFocused()
  }
  await page.keyboard.press('Escape')
  await expect(popover(page)).toBeHidden()
  await expect(period(page)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(day(page, '2024-03-31')).toBeFocused()
  await page.keyboard.press('PageUp')
  await page.keyboard.press('Enter')
  await expect(day(page, '2024-02-29')).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/from=2024-02-29&to=2024-03-02$/)
  await expect(period(page)).toBeFocused()
})

test('usual periods keep channel and comparison, and today is that of the server', async ({ page }) => {
  await page.clock.setFixedTime(new Date('2020-02-02T12:00:00Z'))
  await visit(page, `${REPORT}?channel=viber&compare=true`)
  await expect(period(page)).toHaveText('Month to today')
  await period(page).click()
  await expect(popover(page).locator('[aria-current="date"]')).toHaveAccessibleName(words(today()))
  await expect(quick(page).getByRole('link')).toHaveText([
    'Today',
    'Yesterday',
    'Last 7 days',
    'Month to today',
    '90 days',
    'Year',
    'This month',
    'Last month',
  ])
  await quick(page).getByRole('link', { name: 'Today', exact: true }).click()
  await expect(popover(page)).toBeHidden()
  await expect(page).toHaveURL(new RegExp(`from=${today()}&to=${today()}&channel=viber&compare=true$`))
  await expect(period(page)).toHaveText('Today')
  await expect(period(page)).toBeFocused()
})

test('a typed date that is none is told beside its field, and nothing typed is lost', async ({ page }) => {
  await visit(page, MARCH)
  await field(page, 'Start date').focus()
  await page.keyboard.type('2024-02-31')
  await page.keyboard.press('Tab')
  await field(page, 'Messaging channel').selectOption({ label: 'Viber' })
  await expect(field(page, 'Start date')).toHaveAttribute('aria-invalid', 'true')
  await expect(field(page, 'Start date')).toHaveAccessibleDescription('“2024-02-31” is no day. Enter one such as 2024-01-05.')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await expect(field(page, 'Start date')).toBeFocused()
  await expect(field(page, 'Start date')).toHaveValue('2024-02-31')
  await expect(page).toHaveURL(MARCH)
  await page.keyboard.type('2024-04-01')
  await expect(field(page, 'Start date')).not.toHaveAttribute('aria-invalid', 'true')
  await page.keyboard.press('Enter')
  await expect(field(page, 'End date')).toHaveAccessibleDescription('The period ends before it begins.')
  await field(page, 'End date').fill('2024-04-02')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/from=2024-04-01&to=2024-04-02&channel=viber$/)
})

test('the server keeps what was typed too', async ({ page, complaints }) => {
  complaints.expect(/answer: 400 /)
  await visit(page, `${REPORT}?from=2024-02-31&to=soon&channel=viber&by=week&compare=true`)
  await expect(field(page, 'Start date')).toHaveValue('2024-02-31')
  await expect(field(page, 'Start date')).toHaveAttribute('aria-invalid', 'true')
  await expect(field(page, 'End date')).toHaveValue('soon')
  await expect(field(page, 'End date')).toHaveAccessibleDescription('“soon” is no day. Enter one such as 2024-01-05.')
  await expect(field(page, 'Messaging channel')).toHaveValue('viber')
  await expect(field(page, 'Rows')).toHaveValue('week')
  await expect(page.getByRole('checkbox', { name: 'Compare with the period before' })).toBeChecked()
})

test('a narrow window has one month, within it', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await visit(page, MARCH)
  await period(page).click()
  await expect(months(page)).toHaveCount(1)
  await expect(day(page, '2024-03-31')).toBeFocused()
  const { x, y, width, height } = await popover(page).boundingBox()
  expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
  expect(x + width).toBeLessThanOrEqual(360)
  expect(y + height).toBeLessThanOrEqual(740)
  await expectNoSidewaysScrolling(page)
  await page.keyboard.press('PageUp')
  await expect(day(page, '2024-02-29')).toBeFocused()
  await popover(page).getByRole('button', { name: 'Previous month', exact: true }).click()
  await expect(popover(page).getByRole('grid', { name: 'January 2024', exact: true })).toBeVisible()
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the dates are those of the browser, and usual periods open', async ({ page }) => {
    await page.goto(MARCH)
    await expect(field(page, 'Start date')).toHaveAttribute('type', 'date')
    await field(page, 'Start date').fill('2024-03-29')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await expect(page).toHaveURL(/from=2024-03-29&to=2024-03-31/)
    await expect(rows(page)).toHaveCount(3)
    await period(page).click()
    await expect(months(page)).toHaveCount(0)
    await quick(page).getByRole('link', { name: 'Today', exact: true }).click()
    await expect(field(page, 'End date')).toHaveValue(today())
  })
})
