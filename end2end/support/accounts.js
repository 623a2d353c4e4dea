// Clients with a little money. Each test that changes something gets its own, so that tests don't affect each other.

import { expect } from '@playwright/test'

/** Identical clients: 100 EUR, a credit of 50, registered on 5 January 2024. */
export const accounts = Array.from({ length: 150 }, (_, index) => ({
  id: index + 1,
  login: String(380_600_000_001 + index),
  company: `Company ${index + 1}`,
  name: `Person ${index + 1}`,
  email: `person-${index + 1}@mail.example`,
  site: `company-${index + 1}.example`,
  region: 'Kyiv',
  language: 'en',
  property_type: 'legal_entity',
  registered_at: '2024-01-05T07:46:00Z',
  sms_price: '0.05',
  currency: 'EUR',
  balance: '100',
  credit: '50',
  sms_subscription: false,
}))

let next = 0

/** A client that no other test of this worker has. */
export function nextAccount() {
  if (next === accounts.length) throw new Error('There are more tests than accounts: add some.')
  return accounts[next++]
}

/** The description of a term: a fact, or a sum. */
export const fact = (page, term) =>
  page
    .getByRole('main')
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) })
    .locator('xpath=following-sibling::dd[1]')

/** The form of a client's page with this legend. */
export const formOf = (page, legend) => page.getByRole('group', { name: legend, exact: true })

export const field = (form, label) => form.getByLabel(label, { exact: true })
export const saveButton = (form) => form.getByRole('button', { name: 'Save', exact: true })

/** Types into a form's fields and sends it with Save. */
export async function save(form, fields) {
  for (const [label, value] of Object.entries(fields)) await field(form, label).fill(value)
  await saveButton(form).click()
}

/** Waits until a form marks a field as invalid and says why. The typed value is still there. */
export async function expectRefused(form, label, reason, typed) {
  const input = field(form, label)
  await expect(input).toHaveAttribute('aria-invalid', 'true')
  await expect(input).toHaveAccessibleDescription(reason)
  await expect(input).toHaveValue(typed)
}

/** Page object of the Finance tab. */
export class Finance {
  constructor(page) {
    this.page = page
    this.table = page.getByRole('table', { name: 'Transactions', exact: true })
    this.rows = this.table.locator('tbody tr')
    this.topUp = formOf(page, 'Top up account')
    this.correction = formOf(page, 'Correction')
    this.credit = formOf(page, 'Set credit')
    this.heading = page.getByRole('paragraph').filter({ hasText: /^Balance .+ Credit / })
    this.from = page.getByLabel('Start date', { exact: true })
    this.to = page.getByLabel('End date', { exact: true })
    this.kind = page.getByLabel('Kind', { exact: true })
  }

  /** Opens a form with its button: `Set credit`, `Top up account` or `Correction`. */
  async open(name) {
    await this.page.getByRole('button', { name, exact: true }).click()
    const form = formOf(this.page, name)
    await expect(form).toBeVisible()
    return form
  }

  /** The page's message about what was done. */
  said(text) {
    // For a moment the form says so as well.
    return this.page.getByRole('status').filter({ hasText: text }).first()
  }

  /** A row by its purpose. */
  row(purpose) {
    return this.rows.filter({ hasText: purpose })
  }

  reverseButton(row) {
    return row.getByRole('button', { name: 'Reverse', exact: true })
  }

  /** Waits until the tab and the heading agree on balance and credit, such as `112.5000`. */
  async expectStanding(balance, credit, available, currency = 'EUR') {
    await expect(fact(this.page, 'Balance')).toHaveText(`${balance} ${currency}`)
    await expect(fact(this.page, 'Credit')).toContainText(`${credit} ${currency}`)
    await expect(fact(this.page, 'Available')).toHaveText(`${available} ${currency}`)
    await expect(this.heading).toContainText(`Balance ${balance} ${currency} Credit ${credit} ${currency}`)
  }

  /** A sum above or below the rows, in ten-thousandths. */
  async sum(term) {
    return tenThousandths(await fact(this.page, term).innerText())
  }

  /** The rows as objects with a key per column; money in ten-thousandths, null where the cell is empty. */
  async read() {
    const [headers, rows] = await this.table.evaluate((table) => [
      [...table.tHead.rows[0].cells].map((cell) => cell.innerText.trim()),
      [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, ' ').trim())),
    ])
    return rows.map((row) =>
      Object.fromEntries(
        row.map((text, index) => {
          const [name] = headers[index].split(',')
          return [name, ['Credit', 'Debit', 'Balance'].includes(name) ? tenThousandths(text) : text]
        }),
      ),
    )
  }
}

/** `-1,234.5000 EUR` as the whole number -12345000. */
export function tenThousandths(text) {
  const digits = text.match(/-?[\d,]+\.\d{4}/)?.[0]
  return digits === undefined ? null : Number(digits.replace(/[,.]/g, ''))
}

/** Books over HTTP with the session of `request`, for many rows or for another administrator. */
export async function book(request, site, id, form, fields) {
  const key = `test-${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`
  const answer = await request.post(`${site.url}/clients/${id}/finance/${form}`, {
    form: { idempotency_key: key, ...fields },
    headers: { origin: site.url, accept: 'application/json' },
  })
  expect(answer.status(), await answer.text()).toBe(200)
}
