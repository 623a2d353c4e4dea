// The client table: the steps of the specification ("Interface", "Search", "Client table"), and further cases.

import { addressOf, ClientTable, COLUMNS, idsIn } from '../support/client-table.js'
import { clients, ids, needles, plain, select } from '../support/known-clients.js'
import { expect, expectNoSidewaysScrolling, hydrated, menuLink, test, visit } from '../support/test.js'

const columns = Object.entries(COLUMNS)

test.describe('of 971 clients', () => {
  test('the newest ten come first', async ({ page }) => {
    await visit(page, '/')
    await menuLink(page).click()
    await expect(page).toHaveURL(/\/clients$/)
    await expect(page).toHaveTitle(/Clients/)
    const table = new ClientTable(page)
    await table.expectRange('1-10 of 971')
    await expect(table.rows).toHaveCount(10)
    await expect(table.entriesPerPage).toHaveValue('10')
    const shown = await table.ids()
    expect(shown).toEqual([...shown].sort((a, b) => b - a))
    await table.expectSorted('ID', 'descending')
    const headers = await table.table.getByRole('columnheader').allInnerTexts()
    expect(
      headers.map((header) =>
        header
          .replace(/[^\p{L} ]/gu, '')
          .trim()
          .toLowerCase(),
      ),
    ).toEqual(columns.map(([name]) => name.toLowerCase()))
  })

  test('10, 20, 50 or 100 can be shown on a page', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    await expect(table.entriesPerPage.locator('option')).toHaveText(['10', '20', '50', '100'])
    for (const size of ['20', '50', '100', '10']) {
      await table.entriesPerPage.selectOption(size)
      await table.expectRange(`1-${size} of 971`)
      await expect(table.rows).toHaveCount(Number(size))
      await expect(page).toHaveURL(
        size === '10' ? /\/clients(\?per_page=10)?$/ : new RegExp(`[?&]per_page=${size}(&|$)`),
      )
    }
  })

  test('left and right, first and last switch pages', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const usable = async (expected) => {
      for (const name of ['First page', 'Previous page', 'Next page', 'Last page']) {
        const back = name === 'First page' || name === 'Previous page'
        const disabled = !(back ? expected.back : expected.on)
        if (disabled) await expect(table.step(name), name).toHaveAttribute('aria-disabled', 'true')
        else await expect(table.step(name), name).not.toHaveAttribute('aria-disabled', 'true')
      }
    }
    await usable({ back: false, on: true })
    const first = await table.ids()
    await table.step('Next page').click()
    await table.expectRange('11-20 of 971')
    await usable({ back: true, on: true })
    const second = await table.ids()
    expect(second.filter((id) => first.includes(id))).toEqual([])
    await table.step('Previous page').click()
    await table.expectIds(first)
    await table.step('Last page').click()
    await table.expectRange('971-971 of 971')
    await expect(page).toHaveURL(/[?&]page=98(&|$)/)
    await usable({ back: true, on: false })
    await table.step('First page').click()
    await table.expectIds(first)
    await table.expectRange('1-10 of 971')
  })

  test("a page's number jumps to it, and too large a number to the last", async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    await table.pageNumber.fill('50')
    await table.pageNumber.press('Enter')
    await table.expectRange('491-500 of 971')
    await expect(page).toHaveURL(/[?&]page=50(&|$)/)
    await expect(table.pageNumber).toHaveValue('50')
    await table.pageNumber.fill('5000')
    await table.pageNumber.press('Enter')
    await table.expectRange('971-971 of 971')
    await expect(page).toHaveURL(/[?&]page=98(&|$)/)
    await expect(table.pageNumber).toHaveValue('98')
    await page.goBack()
    await table.expectRange('491-500 of 971')
    await expect(table.pageNumber).toHaveValue('50')
  })

  test('each can be reached by paging, once', async ({ request }) => {
    const seen = []
    for (let page = 1; page <= 10; page++) seen.push(...(await idsOf(request, { per_page: 100, page })))
    expect(seen).toHaveLength(971)
    expect(new Set(seen).size).toBe(971)
    expect(seen).toEqual([...seen].sort((a, b) => b - a))
  })

  test('the page is complete before any script has run', async ({ request }) => {
    const html = await (await request.get('/clients?per_page=20&page=3')).text()
    expect(html).toContain('41-60 of 971')
    expect(idsIn(html)).toHaveLength(20)
  })
})

test.describe('searching', () => {
  test.use({ data: 'known' })

  /** Searches by each field. */
  const searches = [
    ['an ID', String(clients[90].id)],
    ['a part of an ID', '71'],
    ['a login', '+3801296049384'],
    ['a part of a login, as a number was noted', '960493'],
    ['a company', 'ТОВ «Їжак»'],
    ['a company in capitals', 'БОРЩ'],
    ['a company in small letters', 'київстар'],
    ['a client name', 'Іван Петренко'],
    ['a client name in small letters', 'іван петренко'],
    ['a client name in capitals', 'ANNA NOWAK'],
    ['Greek in capitals', 'ΟΔΥΣΣΕΎΣ'],
    ['Polish with its own letters', 'łukasz'],
    ['one character', 'ї'],
    ['two characters', 'Ök'],
    ['a per cent sign, which is no wildcard', '%'],
    ['an underscore, which is no wildcard', '_'],
    ['an apostrophe', "O'Brien"],
    ['a quotation mark', '"Quoted"'],
    ['a backslash', '\\'],
    ['an emoji', '🦊'],
    ['markup', '<b>bold'],
    ['a formula', '=sum('],
    ['two words', 'trade 1'],
    ['words in any order', 'Петренко Іван'],
    ['words of several columns', 'nowak борщ'],
    ['letters without their diacritics', 'oko lukasz'],
    ['Cyrillic without its diacritics', 'іжак'],
    ['Greek without its accents', 'οδυσσευς'],
    ['a Turkish capital', 'istanbul'],
  ]

  test('finds a telephone number however it is written, and an email address', async ({ page, request }) => {
    const { login } = clients[90]
    const digits = login.replace('+', '')
    const table = new ClientTable(page)
    await visit(page, '/clients')
    await table.search.fill(`+${digits.slice(0, 3)} (${digits.slice(3, 5)}) ${digits.slice(5, 8)}-${digits.slice(8)}`)
    await table.search.press('Enter')
    await table.expectIds([String(clients[90].id)])
    await expect(table.marks.filter({ hasText: digits })).toHaveCount(1)

    for (const q of ['person.30@mail-2.example', 'accounting@MAIL-2', '30@mail person']) {
      const found = ids(select(clients, { q }))
      expect(found, q).not.toEqual([])
      expect(await allIdsOf(request, { q }, found.length), q).toEqual(found)
    }
  })

  test('offers to open the client whose ID or login it is', async ({ page, context }) => {
    const { id, login } = clients[90]
    const open = (name) => page.getByRole('main').getByRole('link', { name, exact: true })
    for (const q of [String(id), login]) {
      await visit(page, addressOf({ q }))
      await expect(open(`Open client ${id}`)).toHaveAttribute('href', `/clients/${id}/general`)
    }
    // Also where a filter leaves the client out.
    await visit(page, addressOf({ q: String(id), registered_to: '2000-01-01' }))
    await expect(open(`Open client ${id}`)).toBeVisible()
    await open(`Open client ${id}`).click()
    await expect(page).toHaveURL(`/clients/${id}/general`)

    const noScript = await context.browser().newContext({ javaScriptEnabled: false, storageState: await context.storageState() })
    const plainPage = await noScript.newPage()
    await plainPage.goto(new URL(addressOf({ q: login }), page.url()).href)
    await expect(plainPage.getByRole('link', { name: `Open client ${id}`, exact: true })).toBeVisible()
    await noScript.close()

    await visit(page, addressOf({ q: login.slice(1) + '0' }))
    await expect(page.getByRole('link', { name: /^Open client/ })).toHaveCount(0)
  })

  test('takes Enter as well as the button', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const [company, name] = ['Київстар', 'Ярослава'].map((q) => ids(select(clients, { q })))
    await table.search.fill('Київстар')
    await table.search.press('Enter')
    await table.expectIds(company.slice(0, 10))
    await expect(page).toHaveURL(/[?&]q=/)
    await table.search.fill('Ярослава')
    await table.searchButton.click()
    await table.expectIds(name.slice(0, 10))
    await table.search.fill('')
    await table.search.press('Enter')
    await table.expectRange(`1-10 of ${clients.length}`)
  })

  for (const [what, q] of searches) {
    test(`finds ${what}: ${q}`, async ({ page, request }) => {
      const found = ids(select(clients, { q }))
      expect(found, 'the search says something').not.toEqual([])
      await visit(page, addressOf({ q }))
      const table = new ClientTable(page)
      await table.expectIds(found.slice(0, 10))
      await table.expectRange(`1-${Math.min(10, found.length)} of ${found.length}`)
      await expect(table.search).toHaveValue(q)
      expect(await allIdsOf(request, { q }, found.length)).toEqual(found)

      // Every match of a word is marked in its original spelling.
      const marks = (await table.marks.allInnerTexts()).map(plain)
      const { words } = needles(q)
      expect(words.filter((word) => !marks.some((mark) => mark.includes(word)))).toEqual([])
      expect(marks.filter((mark) => !words.some((word) => mark.includes(word)))).toEqual([])
    })
  }

  test('takes no notice of spaces around', async ({ page }) => {
    await visit(page, addressOf({ q: '  Київстар \t' }))
    await new ClientTable(page).expectIds(ids(select(clients, { q: 'Київстар' })).slice(0, 10))
  })

  test('begins on the first page, wherever one was', async ({ page }) => {
    await visit(page, '/clients?page=5&per_page=20')
    const table = new ClientTable(page)
    const found = ids(select(clients, { q: 'alpha' }))
    await table.search.fill('alpha')
    await table.searchButton.click()
    await table.expectRange(`1-${Math.min(20, found.length)} of ${found.length}`)
    await table.expectIds(found.slice(0, 20))
    await expect(table.entriesPerPage, 'the size of a page is kept').toHaveValue('20')
  })

  test('that finds nothing says so and leads back to all clients', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    await table.search.fill('nobody is called so')
    await table.searchButton.click()
    const notice = page
      .getByRole('main')
      .getByRole('status')
      .filter({ hasText: /no client/i })
    await expect(notice).toBeVisible()
    await expect(table.rows).toHaveCount(0)
    await expect(table.search, 'the search stays, to be changed').toHaveValue('nobody is called so')
    await notice.getByRole('link').click()
    await table.expectRange(`1-10 of ${clients.length}`)
  })

  test('shows names as they are, not as markup', async ({ page }) => {
    await visit(page, addressOf({ q: '<b>Bold' }))
    const table = new ClientTable(page)
    await expect(table.rows.first()).toContainText('<b>Bold & co</b>')
    await expect(table.table.locator('b')).toHaveCount(0)
  })
})

test.describe('sorting', () => {
  test.use({ data: 'known' })

  test('by ID goes both ways, and an arrow shows which', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    await table.expectSorted('ID', 'descending')
    await expect(table.header('ID')).toContainText('↓')
    await table.sortBy('ID')
    await table.expectSorted('ID', 'ascending')
    await expect(table.header('ID')).toContainText('↑')
    await table.expectIds(ids(select(clients, { sort: 'id', dir: 'asc' })).slice(0, 10))
    await table.sortBy('ID')
    await table.expectSorted('ID', 'descending')
    await table.expectIds(ids(select(clients)).slice(0, 10))
  })

  for (const [name, sort] of columns) {
    test(`by ${name} is the calculated order, both ways`, async ({ page, request }) => {
      await visit(page, '/clients?page=3')
      const table = new ClientTable(page)
      for (const [dir, order] of [
        ['asc', 'ascending'],
        ['desc', 'descending'],
      ]) {
        const expected = ids(select(clients, { sort, dir }))
        await table.sortBy(name)
        await table.expectSorted(name, order)
        await table.expectIds(expected.slice(0, 10))
        const others = columns.filter(([other]) => other !== name)
        for (const [other] of others) await table.expectSorted(other, 'none')
        expect(await allIdsOf(request, { sort, dir }, clients.length), `all of them, ${order}`).toEqual(expected)
      }
    })
  }

  test('keeps the search, and begins on the first page', async ({ page }) => {
    await visit(page, addressOf({ q: 'a', page: 2 }))
    const table = new ClientTable(page)
    await table.sortBy('Name')
    await table.expectIds(ids(select(clients, { q: 'a', sort: 'name', dir: 'asc' })).slice(0, 10))
  })

  test('by a column without a direction goes up', async ({ page }) => {
    await visit(page, '/clients?sort=company')
    await new ClientTable(page).expectIds(ids(select(clients, { sort: 'company', dir: 'asc' })).slice(0, 10))
  })
})

test.describe('a row', () => {
  test('opens its client, wherever it is clicked', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const shown = await table.ids()
    for (const [name, index] of [
      ['ID', 0],
      ['Company', 2],
      ['Channel', 7],
    ]) {
      await table.cell(table.rows.nth(index), name).click()
      await expect(page).toHaveURL(`/clients/${shown[index]}/general`)
      await expect(page.getByRole('heading', { level: 1 })).toContainText(`Client ${shown[index]} / `)
      await page.goBack()
      await table.expectIds(shown)
    }
  })

  test('opens in a tab of its own with the middle button, and with Control', async ({ page, context }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const [, , third] = await table.ids()
    for (const way of [{ button: 'middle' }, { modifiers: ['Control'] }]) {
      const opening = context.waitForEvent('page')
      await table.cell(table.row(third), 'Name').click(way)
      const tab = await opening
      await expect(tab).toHaveURL(new RegExp(`/clients/${third}/general$`))
      await hydrated(tab)
      await tab.close()
      await expect(page).toHaveURL(/\/clients$/)
    }
  })

  test('can be reached and opened with the keyboard alone, and one sees where one is', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const [first] = await table.ids()
    await table.search.focus()
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate(() => document.activeElement.closest('tbody tr') !== null)) break
    }
    expect(await page.evaluate(() => document.activeElement.getAttribute('href'))).toMatch(
      new RegExp(`^/clients/${first}(/general)?$`),
    )
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(`/clients/${first}/general`)
  })
})

test.describe('text in a row', () => {
  test('can be selected, which opens nothing', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const cell = table.cell(table.rows.nth(1), 'Login')
    const box = await cell.boundingBox()
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + 4, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width - 4, y, { steps: 5 })
    await page.mouse.up()
    const selected = await page.evaluate(() => String(getSelection()))
    expect(selected.length).toBeGreaterThan(5)
    expect(await cell.innerText()).toContain(selected.trim())
    await page.waitForTimeout(200)
    await expect(page).toHaveURL(/\/clients$/)
  })

  test('copies as one row a line, with the balance in digits', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const [first] = await table.ids()
    await page.evaluate(() => getSelection().selectAllChildren(document.querySelector('tbody tr')))
    expect(await page.evaluate(() => String(getSelection()))).toMatch(new RegExp(`^${first}\\t`))
  })
})

test.describe('coming back to the table', () => {
  for (const [how, back] of [
    ['Back in the browser', (page) => page.goBack()],
    ['the link Back', (page) => page.getByRole('link', { name: 'Back', exact: true }).click()],
  ]) {
    test(`by ${how} shows the row that was opened, where it was`, async ({ page }) => {
      await visit(page, '/clients?per_page=100')
      const table = new ClientTable(page)
      await table.expectRange('1-100 of 971')
      const row = table.rows.nth(70)
      await row.scrollIntoViewIfNeeded()
      await page.mouse.wheel(0, 200)
      await page.waitForTimeout(200)
      const [scrolled, place] = [await page.evaluate(() => scrollY), await row.boundingBox()]
      expect(scrolled).toBeGreaterThan(500)
      await table.cell(row, 'Company').click()
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Client ')
      await back(page)
      await table.expectRange('1-100 of 971')
      await expect(table.links.nth(70)).toBeFocused()
      await expect.poll(async () => (await row.boundingBox()).y).toBeCloseTo(place.y, -1)
    })
  }
})

test.describe('the layout', () => {
  test.use({ data: 'known' })

  for (const currency of ['EUR', 'UAH', 'USD']) {
    test(`fits all eight columns into 1280 px, with accounts in ${currency}`, async ({ page }) => {
      await page.setViewportSize({ width: 1280, height: 800 })
      await visit(page, addressOf({ currency, per_page: 100, sort: 'company' }))
      const table = new ClientTable(page)
      const [frame, last] = [
        await page.locator('.table-frame').boundingBox(),
        await table.header('Channel').boundingBox(),
      ]
      expect(last.x + last.width).toBeLessThanOrEqual(frame.x + frame.width)
      await expectNoSidewaysScrolling(page)
    })
  }

  test('cuts off a long company, and says all of it in a tooltip', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 800 })
    const long = 'A'.repeat(120)
    await visit(page, addressOf({ q: long }))
    const cell = new ClientTable(page).cell(new ClientTable(page).rows.first(), 'Company')
    await expect(cell.getByTitle(long)).toBeVisible()
    expect(await cell.evaluate((cell) => cell.scrollWidth > cell.clientWidth)).toBe(true)
    expect((await cell.boundingBox()).height).toBeLessThanOrEqual(36)
  })

  test('begins with the rows high up, whatever filters are set', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 800 })
    for (const [query, most] of [
      [{}, 180],
      [{ currency: 'EUR', sms_subscription: 'true' }, 212],
    ]) {
      await visit(page, addressOf(query))
      expect((await new ClientTable(page).rows.first().boundingBox()).y).toBeLessThan(most)
    }
  })

  test('keeps the headers in sight while the page scrolls', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await visit(page, addressOf({ per_page: 100 }))
    const table = new ClientTable(page)
    await table.rows.last().scrollIntoViewIfNeeded()
    expect((await table.header('Company').boundingBox()).y).toBeGreaterThanOrEqual(0)
    await expect(table.header('Company')).toBeInViewport()
    await table.sortBy('Company')
    await table.expectSorted('Company', 'ascending')
  })

  test('keeps the first column and the headers in sight where the table scrolls sideways', async ({ page }) => {
    await page.setViewportSize({ width: 900, height: 800 })
    await visit(page, addressOf({ per_page: 100 }))
    const table = new ClientTable(page)
    const frame = page.locator('.table-frame')
    const before = await table.links.first().boundingBox()
    await frame.evaluate((frame) => frame.scrollTo(400, 600))
    const rest = await frame.evaluate((frame) => frame.scrollLeft)
    expect(rest, 'it scrolls').toBeGreaterThan(20)
    const row = table.rows.nth(20)
    expect((await table.cell(row, 'ID').boundingBox()).x).toBeLessThan(before.x)
    await expect(table.cell(row, 'ID')).toBeInViewport()
    await expect(table.header('Balance')).toBeInViewport()
    const top = (await frame.boundingBox()).y
    expect((await table.header('Balance').boundingBox()).y).toBeLessThan(top + 5)
    // Above the cells that have scrolled below it.
    const topmost = await table.cell(row, 'ID').evaluate((cell) => {
      const { left, top, height } = cell.getBoundingClientRect()
      return cell.contains(document.elementFromPoint(left + 8, top + height / 2))
    })
    expect(topmost).toBe(true)
    await expectNoSidewaysScrolling(page)
  })

  test('has rows of 36 px, or of 28 px as one chooses, at once and from the first byte', async ({ page }) => {
    await visit(page, addressOf({ sort: 'id' }))
    const table = new ClientTable(page)
    const height = async () => (await table.rows.nth(2).boundingBox()).height
    expect(await height()).toBe(36)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    const compact = page.getByRole('switch', { name: 'Compact rows', exact: true })
    await expect(compact).not.toBeChecked()
    await compact.check()
    expect(await height()).toBe(28)
    const response = await page.reload()
    expect(await response.text()).toMatch(/<html[^>]* data-density="?compact/)
    await hydrated(page)
    expect(await height()).toBe(28)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await expect(compact).toBeChecked()
    await compact.uncheck()
    await page.reload()
    expect(await height()).toBe(36)
  })

  test('makes a card of each client at 360 px, which is still a table', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await visit(page, addressOf({ below_zero: 'true', sort: 'balance' }))
    const table = new ClientTable(page)
    await expect(table.table.getByRole('columnheader')).toHaveCount(8)
    const first = table.rows.first()
    await expect(table.table.getByRole('row')).toHaveCount(11)
    await expect(first.getByRole('cell')).toHaveCount(8)
    const { width, height } = await first.boundingBox()
    expect(width).toBeGreaterThan(300)
    expect(height, 'several lines').toBeGreaterThan(70)
    for (const name of ['Company', 'Balance', 'Login']) {
      const cell = await table.cell(first, name).boundingBox()
      expect(cell.x, name).toBeGreaterThanOrEqual(0)
      expect(cell.x + cell.width, name).toBeLessThanOrEqual(360)
    }
    await expect(table.cell(first, 'Balance')).toContainText('over limit')
    await expect(table.cell(first, 'Balance')).toBeInViewport()
    await table.sortBy('Login')
    await table.expectSorted('Login', 'ascending')
    await expectNoSidewaysScrolling(page)
  })
})

test.describe('with the keyboard', () => {
  test('the first row is one key away from the search, and Enter opens it', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const [first] = await table.ids()
    await table.search.focus()
    await page.keyboard.press('ArrowDown')
    await expect(table.links.first()).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(`/clients/${first}/general`)
  })

  test('arrows, J and K move between rows, and / goes to the search', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    for (const [key, row] of [
      ['j', 0],
      ['j', 1],
      ['ArrowDown', 2],
      ['J', 3],
      ['k', 2],
      ['ArrowUp', 1],
    ]) {
      await page.keyboard.press(key)
      await expect(table.links.nth(row), key).toBeFocused()
    }
    await page.keyboard.press('/')
    await expect(table.search).toBeFocused()
    await page.keyboard.type('jk/?')
    await expect(table.search, 'keys are typed into a field').toHaveValue('jk/?')
    await page.keyboard.press('ArrowDown')
    await expect(table.links.first()).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await expect(table.search).toBeFocused()
  })

  test('? shows the keys of the page, and Escape gives the focus back', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    await page.keyboard.press('j')
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keys of this page', exact: true })
    await expect(dialog).toBeVisible()
    for (const text of ['Next row', 'Previous row', 'Open the row', 'Go to the search']) {
      await expect(dialog).toContainText(text)
    }
    await page.keyboard.press('j')
    await expect(dialog, 'keys of the page rest').toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(table.links.first()).toBeFocused()

    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Names' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Names' })).toBeVisible()
    await page.keyboard.press('?')
    await expect(dialog, 'of another page').toBeVisible()
    await expect(dialog).not.toContainText('Open the row')
  })

  test('the focus stays where one goes on', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const sort = table.header('Company').getByRole('link')
    await sort.focus()
    await page.keyboard.press('Enter')
    await table.expectSorted('Company', 'ascending')
    await expect(sort, 'after sorting, on the header').toBeFocused()

    const next = table.step('Next page')
    await next.focus()
    await page.keyboard.press('Enter')
    await table.expectRange('11-20 of 971')
    await expect(next, 'after paging, on the same step').toBeFocused()
    const last = table.step('Last page')
    await last.focus()
    await page.keyboard.press('Enter')
    await table.expectRange('971-971 of 971')
    await page.waitForTimeout(200)
    await expect(last, 'also on the last page').toBeFocused()

    await visit(page, '/clients?currency=EUR&sms_subscription=true')
    await table.chip('Currency: EUR').focus()
    await page.keyboard.press('Enter')
    await expect(table.chip('Currency: EUR')).toHaveCount(0)
    await expect(table.chip('SMS subscription: Yes'), 'after removing a filter, on the next').toBeFocused()
    await page.keyboard.press('Enter')
    await expect(table.chip('SMS subscription: Yes')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Filters', exact: true }), 'after the last one').toBeFocused()

    await page.keyboard.press('/')
    await page.keyboard.type('no such client')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('status').filter({ hasText: 'No clients match' })).toBeVisible()
    await expect(table.search, 'after a search').toBeFocused()

    await visit(page, '/clients')
    await table.links.first().focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Client ')
    await expect(page.locator('main'), 'on another page').toBeFocused()
  })
})

test.describe('Back', () => {
  test.use({ data: 'known' })

  test('undoes search, filter, sort, size, page and opening a client, one at a time', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const seen = []
    const note = async (ready) => {
      await ready()
      seen.push({ url: page.url(), ids: await table.ids() })
    }
    const q = 'а'
    const all = (query) => ids(select(clients, { q, ...query }))
    await note(() => table.expectRange(`1-10 of ${clients.length}`))
    await table.search.fill(q)
    await table.searchButton.click()
    await note(() => table.expectIds(all().slice(0, 10)))
    await table.openFilters()
    await table.filter('SMS subscription').selectOption({ label: 'Yes' })
    await note(() => table.expectIds(all({ sms_subscription: 'true' }).slice(0, 10)))
    const sorted = all({ sms_subscription: 'true', sort: 'name', dir: 'asc' })
    await table.sortBy('Name')
    await note(() => table.expectIds(sorted.slice(0, 10)))
    await table.entriesPerPage.selectOption('20')
    await note(() => table.expectIds(sorted.slice(0, 20)))
    await table.step('Next page').click()
    await note(() => table.expectIds(sorted.slice(20, 40)))

    // The link of the client page and the browser's back button lead to the same page.
    await table.rows.nth(1).click()
    await expect(page).toHaveURL(`/clients/${sorted[21]}/general`)
    await page.getByRole('link', { name: 'Back', exact: true }).click()
    await expect(page).toHaveURL(seen.at(-1).url)
    await table.expectIds(seen.at(-1).ids)
    await page.goBack()
    await expect(page).toHaveURL(`/clients/${sorted[21]}/general`)
    await page.goBack()

    for (const { url, ids } of seen.reverse()) {
      await expect(page).toHaveURL(url)
      await table.expectIds(ids)
      const address = new URL(url).searchParams
      await expect(table.search).toHaveValue(address.get('q') ?? '')
      await expect(table.filter('SMS subscription')).toHaveValue(address.get('sms_subscription') ?? '')
      await expect(table.entriesPerPage).toHaveValue(address.get('per_page') ?? '10')
      await page.goBack()
    }
  })

  test('can be followed by Forward, and both survive a reload', async ({ page }) => {
    await visit(page, '/clients?q=alpha&sort=company&dir=desc&per_page=20')
    const table = new ClientTable(page)
    const before = ids(select(clients, { q: 'alpha', sort: 'company', dir: 'desc' })).slice(0, 20)
    await table.expectIds(before)
    await table.sortBy('Company')
    await table.expectSorted('Company', 'ascending')
    const after = await table.ids()
    await page.reload()
    await hydrated(page)
    await table.expectIds(after)
    await page.goBack()
    await table.expectIds(before)
    await page.goForward()
    await table.expectIds(after)
  })
})

test.describe('the columns', () => {
  test('can be chosen, and the choice is remembered', async ({ page, context }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const button = page.getByRole('button', { name: 'Columns', exact: true })
    await button.click()
    const group = page.getByRole('group', { name: 'Columns', exact: true })
    await expect(group.getByRole('checkbox')).toHaveCount(8)
    for (const [name] of columns) await expect(group.getByLabel(name, { exact: true })).toBeChecked()
    for (const name of ['Credit', 'Name']) {
      await group.getByLabel(name, { exact: true }).uncheck()
      await expect(table.header(name)).toHaveCount(0)
      await expect(group, 'stays open for the next one').toBeVisible()
    }
    await expect(table.rows.first().getByRole('cell')).toHaveCount(6)
    await page.keyboard.press('Escape')
    await expect(group).toBeHidden()

    const response = await page.reload()
    expect(await response.text(), 'no flash of a hidden column').not.toMatch(/sort=credit/)
    await hydrated(page)
    await expect(table.table.getByRole('columnheader')).toHaveCount(6)
    await table.step('Next page').click()
    await table.expectRange('11-20 of 971')
    await expect(table.table.getByRole('columnheader')).toHaveCount(6)

    const another = await context.newPage()
    await visit(another, '/clients')
    await another.getByRole('button', { name: 'Columns', exact: true }).click()
    await another.getByRole('group', { name: 'Columns', exact: true }).getByLabel('Credit', { exact: true }).check()
    await expect(new ClientTable(another).header('Credit')).toBeVisible()
  })

  test('can be chosen so that rows without an ID still open their client', async ({ page }) => {
    await visit(page, '/clients')
    const table = new ClientTable(page)
    const [first] = await table.ids()
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await page.getByRole('group', { name: 'Columns', exact: true }).getByLabel('ID', { exact: true }).uncheck()
    await page.keyboard.press('Escape')
    await expect(table.header('ID')).toHaveCount(0)
    await table.rows.first().click()
    await expect(page).toHaveURL(`/clients/${first}/general`)
  })
})

test.describe('the cells', () => {
  test.use({ data: 'known' })

  test('say what is known of each client', async ({ page }) => {
    await visit(page, '/clients?sort=id&dir=asc&per_page=100&page=2')
    const shown = select(clients, { sort: 'id', dir: 'asc' }).slice(100, 200)
    const rows = await new ClientTable(page).rows.evaluateAll((rows) =>
      rows.map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, ' ').trim())),
    )
    const blank = /^(—|–|-|)$/
    for (const [index, client] of shown.entries()) {
      const [id, login, company, name, price, balance, credit, channel] = rows[index]
      expect.soft(id.replaceAll(',', '')).toBe(String(client.id))
      expect.soft(login).toBe(client.login)
      client.company ? expect.soft(company).toBe(client.company) : expect.soft(company).toMatch(blank)
      client.name ? expect.soft(name).toBe(client.name.replace(/\s+/g, ' ')) : expect.soft(name).toMatch(blank)
      const over = Number(client.balance) + Number(client.credit) < 0
      expect.soft(balance.endsWith('over limit'), `${id} is marked`).toBe(over)
      for (const [text, amount] of [
        [price, client.sms_price],
        [balance.replace(/ ?over limit$/, ''), client.balance],
        [credit, client.credit],
      ]) {
        if (amount === null) expect.soft(text).toMatch(blank)
        else expect.soft(text).toBe(`${grouped(amount)} ${client.currency}`)
      }
      const expected = [client.channel, client.channel_source].filter(Boolean).join(' ')
      expected ? expect.soft(channel).toBe(expected) : expect.soft(channel).toMatch(blank)
    }
  })

  test('are aligned: numbers to the right, with digits of one width', async ({ page }) => {
    await visit(page, '/clients')
    const cells = new ClientTable(page).rows.first().getByRole('cell')
    for (const [index, [name]] of columns.entries()) {
      const style = await cells.nth(index).evaluate((cell) => {
        const { textAlign, fontVariantNumeric } = getComputedStyle(cell)
        return { textAlign, fontVariantNumeric }
      })
      const numeric = ['SMS Price', 'Balance', 'Credit'].includes(name)
      if (numeric) expect(style, name).toMatchObject({ textAlign: expect.stringMatching(/right|end/) })
      expect(style.fontVariantNumeric, name).toContain('tabular-nums')
    }
  })
})

test.describe('without any client', () => {
  test.use({ data: 'empty' })
  test('the table says what to do next', async ({ page }) => {
    await visit(page, '/clients')
    await expect(page.getByRole('main')).toContainText(/no clients yet/i)
    await expect(page.getByRole('main')).toContainText('clientele import clients')
  })
})

/** Formats an exact amount: `-1234.5` becomes `-1,234.5000`. */
function grouped(amount) {
  const [whole, decimals = ''] = amount.split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals.padEnd(4, '0')}`
}

/** The IDs in the HTML of the server. */
async function idsOf(request, query) {
  const answer = await request.get(addressOf(query))
  expect(answer.status()).toBe(200)
  return idsIn(await answer.text())
}

/** The IDs of all pages. */
async function allIdsOf(request, query, total) {
  const all = []
  for (let page = 1; page <= Math.ceil(total / 100); page++) {
    all.push(...(await idsOf(request, { ...query, per_page: 100, page })))
  }
  return all
}
