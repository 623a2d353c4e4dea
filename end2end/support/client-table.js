// Page object of the client table.

import { expect } from '@playwright/test'

/** Each column's header, and its name in the address. */
export const COLUMNS = {
  ID: 'id',
  Login: 'login',
  Company: 'company',
  Name: 'name',
  'SMS Price': 'sms_price',
  Balance: 'balance',
  Credit: 'credit',
  Channel: 'channel',
}

export class ClientTable {
  constructor(page) {
    this.page = page
    this.table = page.getByRole('table', { name: 'Clients', exact: true })
    this.rows = this.table.locator('tbody tr')
    this.links = this.rows.getByRole('link')
    this.search = page.getByRole('searchbox', { name: 'User search', exact: true })
    this.searchButton = page.getByRole('button', { name: 'Search', exact: true })
    this.entriesPerPage = page.getByLabel('Entries per page', { exact: true })
    this.pageNumber = page.getByLabel('Page', { exact: true })
    this.marks = this.table.locator('mark')
  }

  header(name) {
    return this.table.getByRole('columnheader', { name, exact: true })
  }

  /** Clicks the header's link. */
  async sortBy(name) {
    await this.header(name).getByRole('link').click()
  }

  /** `First page`, `Previous page`, `Next page` or `Last page`. */
  step(name) {
    return this.page.getByRole('link', { name, exact: true })
  }

  /** Opens the popover of filters, if it isn't open. */
  async openFilters() {
    const group = this.page.getByRole('group', { name: 'Filters', exact: true })
    if (!(await group.isVisible())) await this.page.getByRole('button', { name: 'Filters', exact: true }).click()
    await expect(group).toBeVisible()
  }

  /** The link that removes a filter: `Currency: UAH`. */
  chip(label) {
    return this.page.getByRole('link', { name: `Remove filter ${label}`, exact: true })
  }

  /** A field of the popover of filters. */
  filter(name) {
    return this.page.getByRole('search').getByLabel(name, { exact: true })
  }

  row(id) {
    return this.rows.filter({ has: this.page.locator(`a[href="/clients/${id}"], a[href="/clients/${id}/general"]`) })
  }

  cell(row, column) {
    return row.getByRole('cell').nth(Object.keys(COLUMNS).indexOf(column))
  }

  /** The IDs of the rows, read from their links. */
  async ids() {
    const addresses = await this.rows
      .locator('a[href^="/clients/"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    return addresses.map((address) => address.match(/^\/clients\/(\d+)/)[1])
  }

  /** Waits until exactly these clients are shown, in this order. */
  async expectIds(ids) {
    await expect.poll(() => this.ids(), { message: 'the clients shown' }).toEqual(ids)
  }

  /** Waits until the pager shows a range such as `1-10 of 971`. */
  async expectRange(text) {
    await expect(this.page.getByText(text, { exact: true })).toBeVisible()
  }

  /** Expects the `aria-sort` of a column: `ascending`, `descending` or `none`. */
  async expectSorted(name, order) {
    await expect(this.header(name)).toHaveAttribute('aria-sort', order)
  }
}

/** The IDs of the rows in a page's HTML. */
export const idsIn = (html) =>
  [...html.slice(html.indexOf('<table')).matchAll(/<a [^>]*href="\/clients\/(\d+)(?:\/general)?"/g)].map(([, id]) => id)

/** An address of the table. */
export function addressOf(query = {}, path = '/clients') {
  const text = new URLSearchParams(query).toString()
  return text ? `${path}?${text}` : path
}
