// Loads every page a thousand times and expects every body to end, also where a page is rendered while its data is
// still loading. Uses plain HTTP, since only the server is tested.

import http from 'node:http'
import { idsIn } from '../support/client-table.js'
import { prepare } from '../support/server.js'
import { expect, test } from '../support/test.js'

const LOADS = Number(process.env.CLIENTELE_TEST_LOADS ?? 1000)
const AT_ONCE = 8
/** Timeout for a body. */
const PATIENCE = 15_000

test('each page is loaded a thousand times and every body ends', async ({ site }) => {
  test.setTimeout(600_000)
  const { cookies } = await site.session('owner')
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const fresh = await prepare()
  try {
    await fresh.serve()
    const [id] = idsIn((await load(agent, site.url, '/clients', cookie)).body)
    const pages = [
      { url: site.url, path: '/login', status: 200 },
      { url: fresh.url, path: new URL(fresh.setUpLink).pathname + new URL(fresh.setUpLink).search, status: 200 },
      { url: site.url, path: '/clients', cookie, status: 200 },
      { url: site.url, path: '/clients?q=an&sort=company&dir=asc', cookie, status: 200 },
      { url: site.url, path: '/clients?q=nobody-is-called-so', cookie, status: 200 },
      { url: site.url, path: '/clients?sort=nonsense', cookie, status: 400 },
      { url: site.url, path: `/clients/${id}/general`, cookie, status: 200 },
      { url: site.url, path: `/clients/${id}/general?edit=true`, cookie, status: 200 },
      { url: site.url, path: `/clients/${id}/finance`, cookie, status: 200 },
      { url: site.url, path: `/clients/${id}/finance?from=2020-01-01`, cookie, status: 200 },
      { url: site.url, path: `/clients/${id}/statistics/day`, cookie, status: 200 },
      { url: site.url, path: `/clients/${id}/names`, cookie, status: 200 },
      { url: site.url, path: `/clients/${id}/names?add=true`, cookie, status: 200 },
      { url: site.url, path: '/names', cookie, status: 200 },
      { url: site.url, path: '/names?status=Checked&page=2', cookie, status: 200 },
      { url: site.url, path: '/clients/999999999/general', cookie, status: 404 },
      { url: site.url, path: '/clients/999999999/finance', cookie, status: 404 },
      { url: site.url, path: '/ui', cookie, status: 200 },
      { url: site.url, path: '/no/such/page', cookie, status: 404 },
    ]
    const begun = Date.now()
    const wrong = []
    let next = 0
    const total = pages.length * LOADS
    const worker = async () => {
      // Interleaves the pages, so that all combinations run concurrently.
      for (let turn = next++; turn < total && wrong.length < 10; turn = next++) {
        const { url, path, cookie, status } = pages[turn % pages.length]
        const answer = await load(agent, url, path, cookie).catch((error) => ({ error }))
        if (answer.error) wrong.push(`${path}: ${answer.error.message}`)
        else if (answer.status !== status) wrong.push(`${path}: ${answer.status} instead of ${status}`)
        else if (!answer.body.includes('</html>')) wrong.push(`${path}: ends with ${answer.body.slice(-80)}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    const seconds = (Date.now() - begun) / 1000
    console.log(
      `${total} loads of ${pages.length} pages in ${seconds.toFixed(1)} s (${Math.round(total / seconds)} a second)`,
    )
    expect(wrong).toEqual([])
  } finally {
    agent.destroy()
    await fresh.stop()
  }
})

function load(agent, url, path, cookie) {
  return new Promise((resolve, reject) => {
    const headers = cookie ? { cookie } : {}
    const request = http.get(url + path, { agent, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (data) => (body += data))
      response.on('end', () => (clearTimeout(timer), resolve({ status: response.statusCode, body })))
      response.on('error', reject)
    })
    const timer = setTimeout(
      () => request.destroy(new Error(`the body hasn't ended after ${PATIENCE / 1000} s`)),
      PATIENCE,
    )
    request.on('error', (error) => (clearTimeout(timer), reject(error)))
  })
}
