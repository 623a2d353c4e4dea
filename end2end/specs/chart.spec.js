// The chart: sharp on every screen, in the colours of the theme, with a tooltip that follows the pointer.

import { expect, test, visit } from '../support/test.js'
import { BUSY } from '../support/traffic.js'

test.use({ data: 'traffic', role: 'viewer' })

const LINES = `/clients/${BUSY}/statistics/day?from=2024-03-01&to=2024-03-31`
const BARS = `/clients/${BUSY}/statistics/operator?from=2024-03-01&to=2024-03-31`

/** Opens a report and waits until the browser has drawn its chart. */
async function open(page, address) {
  await visit(page, address)
  await expect(page.locator('.chart canvas[data-drawn]')).toHaveCount(1)
}

const over = (page) => page.getByRole('slider', { name: /point by point/ })
const tip = (page) => page.locator('.chart-tip')

/** Number of pixels of the canvas that have a colour. */
const pixels = (page, colour) =>
  page.locator('.chart canvas').evaluate((canvas, colour) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    let found = 0
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] === 255 && `${data[at]},${data[at + 1]},${data[at + 2]}` === colour) found += 1
    }
    return found
  }, colour)

const SENT = '29,111,214'
const DELIVERED = '124,58,237'
const BEFORE = '157,187,227'

for (const deviceScaleFactor of [1, 2, 3]) {
  test.describe(`at ${deviceScaleFactor} pixels to a pixel`, () => {
    test.use({ deviceScaleFactor })
    test('the canvas has a pixel for each of the screen, also when its size changes', async ({ page }) => {
      await open(page, LINES)
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 })
        const off = () =>
          page
            .locator('.chart canvas')
            .evaluate((canvas) => Math.abs(canvas.width - canvas.clientWidth * devicePixelRatio))
        await expect.poll(off).toBeLessThanOrEqual(1)
      }
    })
  })
}

test('the picture of the first page is as high as the canvas', async ({ page }) => {
  for (const address of [LINES, BARS]) {
    await open(page, address)
    const first = await (await page.request.get(address)).text()
    const height = Number(first.match(/viewBox="0 0 960 (\d+)"/)?.[1])
    expect(await page.locator('.chart canvas').evaluate((canvas) => canvas.clientHeight)).toBe(height)
  }
})

test('what is told follows the pointer, and leaves with it', async ({ page }) => {
  await open(page, LINES)
  await over(page).scrollIntoViewIfNeeded()
  const { x, y, width } = await over(page).boundingBox()
  await page.mouse.move(x + width - 30, y + 60)
  await expect(tip(page)).toContainText('2024-03-31')
  await page.mouse.move(x + 74, y + 60)
  await expect(tip(page)).toHaveText(/Friday, 2024-03-01\s*Sent 0 \(0 parts\)\s*Delivered 0 \(0 parts\)\s*Efficiency –/)
  await expect(tip(page)).toHaveText(/Cost 0\.0000 EUR$/)
  await page.mouse.move(x + 74, y - 40)
  await expect(tip(page)).toHaveCount(0)
})

test('point and column of the pointer are marked, and the row of a bar', async ({ page }) => {
  await open(page, LINES)
  await over(page).focus()
  await page.keyboard.press('Home')
  for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowRight')
  const dots = page.locator('.chart-dot')
  await expect(dots).toHaveCount(2)
  const [column, first, chart] = await Promise.all(
    [page.locator('.chart-band'), dots.first(), over(page)].map((part) => part.boundingBox()),
  )
  const middle = first.x + first.width / 2
  expect(Math.abs(column.x + column.width / 2 - middle)).toBeLessThan(1)
  // The axis ends at 30 messages, 222 pixels above zero; 5 were sent.
  expect(chart.y + chart.height - (first.y + first.height / 2)).toBeCloseTo(28 + (222 * 5) / 30, 0)
  await page.getByRole('button', { name: 'Sent', exact: true }).click()
  await over(page).focus()
  await page.keyboard.press('Home')
  await expect(dots).toHaveCount(1)
  await open(page, BARS)
  await over(page).hover({ position: { x: 300, y: 50 } })
  const row = await page.locator('.chart-band').boundingBox()
  const bars = await over(page).boundingBox()
  expect(row.width).toBe(bars.width)
  expect(row.y).toBeLessThanOrEqual(bars.y + 50)
  expect(row.y + row.height).toBeGreaterThanOrEqual(bars.y + 50)
  await expect(dots).toHaveCount(0)
})

test('the labels are in the font of the page', async ({ page }) => {
  await open(page, LINES)
  const font = () => page.locator('.chart canvas').evaluate((canvas) => canvas.getContext('2d').font)
  const [drawn, family] = [await font(), await page.evaluate(() => getComputedStyle(document.body).fontFamily)]
  const plain = (text) => text.replaceAll('"', '')
  expect(plain(drawn)).toBe(plain(`12px ${family}`))
})

test('a stretch is dragged over, also from right to left', async ({ page }) => {
  await open(page, LINES)
  await over(page).scrollIntoViewIfNeeded()
  const { x, y, width } = await over(page).boundingBox()
  await page.mouse.move(x + width - 36, y + 100)
  await page.mouse.down()
  await page.mouse.move(x + width / 2, y + 110, { steps: 5 })
  await expect(page.locator('.chart-stretch')).toBeVisible()
  await page.mouse.move(x + 74, y + 110, { steps: 5 })
  await page.mouse.up()
  await expect(page).toHaveURL(/from=2024-03-01&to=2024-03-31/)
})

test('a switch of the legend hides its series and shows it again', async ({ page }) => {
  await open(page, LINES)
  const delivered = page.getByRole('button', { name: 'Delivered', exact: true })
  await expect.poll(() => pixels(page, DELIVERED)).toBeGreaterThan(50)
  expect(await pixels(page, SENT)).toBeGreaterThan(50)
  await delivered.click()
  await expect(delivered).toHaveAttribute('aria-pressed', 'false')
  await expect.poll(() => pixels(page, DELIVERED)).toBe(0)
  await over(page).focus()
  await page.keyboard.press('Home')
  await expect(tip(page)).not.toContainText('Delivered')
  await delivered.click()
  await expect.poll(() => pixels(page, DELIVERED)).toBeGreaterThan(50)
})

test('the period before is paler, and has a switch of its own', async ({ page }) => {
  for (const report of ['day', 'operator']) {
    await open(page, `/clients/${BUSY}/statistics/${report}?from=2024-03-16&to=2024-03-31&compare=true`)
    await expect.poll(() => pixels(page, BEFORE)).toBeGreaterThan(50)
    await page.getByRole('button', { name: 'Sent before', exact: true }).click()
    await expect.poll(() => pixels(page, BEFORE)).toBe(0)
  }
})

test('it takes the colours of the theme', async ({ page }) => {
  await open(page, BARS)
  await expect.poll(() => pixels(page, SENT)).toBeGreaterThan(500)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => pixels(page, '106,169,255')).toBeGreaterThan(500)
})

test('what is told stays within the chart on a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  for (const address of [LINES, BARS]) {
    await open(page, address)
    await over(page).focus()
    for (const key of ['Home', 'End', 'Home', ...Array(15).fill('ArrowRight')]) {
      await page.keyboard.press(key)
      const [outer, inner] = await Promise.all([over(page).boundingBox(), tip(page).boundingBox()])
      expect(inner.x).toBeGreaterThanOrEqual(outer.x - 1)
      expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width + 1)
    }
  }
})
