// Page object of names.

import { expect } from '@playwright/test'
import { formOf } from './accounts.js'

/** The fields of a complete questionnaire. */
export const questionnaire = {
  initiator: 'Blue Heron Ltd',
  registration_id: 'UA 123-45',
  contacts: 'Sadova 1, Kyiv',
  web_site: 'shop.example',
  subject: 'Orders',
}

/** Imports names, each `[name, other fields]`. */
export function importNames(site, client, names) {
  const lines = names.map(([name, fields]) => JSON.stringify({ client_id: client, name, ...questionnaire, ...fields }))
  return site.run(['import', 'names', '-'], lines.join('\n') + '\n')
}

/** The table of names, on a client's tab or in the queue. */
export class Names {
  constructor(page) {
    this.page = page
    this.table = page.getByRole('table', { name: 'Names', exact: true })
    this.rows = this.table.locator('tbody tr')
    this.opened = page.locator('section.opened')
    this.decision = formOf(page, 'Decision')
    this.ticked = formOf(page, 'Ticked names')
    this.toast = page.locator('.toasts')
    this.count = page.getByRole('navigation', { name: 'Main', exact: true }).locator('.menu-count')
  }

  row(name) {
    return this.rows.filter({ has: this.page.getByRole('link', { name, exact: true }) })
  }

  /** Opens a name and waits for its forms. */
  async open(name) {
    await this.row(name).getByRole('link', { name, exact: true }).click()
    await this.expectOpen(name)
  }

  async expectOpen(name) {
    await expect(this.opened.getByRole('heading', { level: 2 })).toHaveText(name)
  }

  tick(name) {
    return this.page.getByRole('checkbox', { name: `Select ${name}`, exact: true })
  }

  /** Waits until the name that is open may be decided: half a second after it is shown. */
  async settle() {
    await this.page.waitForTimeout(600)
  }

  /** Clicks a button of the form that decides the open name. */
  async decide(button) {
    await this.decision.getByRole('button', { name: button, exact: true }).click()
  }

  /** The names of the rows in their order. */
  names() {
    return this.rows.evaluateAll((rows) => rows.map((row) => row.querySelector('a.row-link').innerText))
  }
}
