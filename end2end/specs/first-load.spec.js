// The size of the first visit to the client table: all bytes on the wire.

import { test as base, expect, visit } from '../support/test.js'

const test = base.extend({
  /** Sums up the encoded bytes that the page loads. */
  traffic: async ({ page }, use) => {
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    const requests = new Map()
    session.on('Network.responseReceived', ({ requestId, response }) => {
      const headers = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
      )
      requests.set(requestId, {
        url: response.url,
        encoding: headers['content-encoding'] ?? 'none',
        type: response.mimeType,
        bytes: 0,
      })
    })
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const request = requests.get(requestId)
      if (request) request.bytes = encodedDataLength
    })
    await use(() => [...requests.values()].filter((request) => !request.url.startsWith('data:')))
  },
})

test('the client table comes in brotli and from here alone, and says what it weighs', async ({ page, traffic }, testInfo) => {
  await visit(page, '/clients')
  await page.waitForLoadState('networkidle')
  const loaded = traffic()
  const total = loaded.reduce((sum, request) => sum + request.bytes, 0)
  const lines = loaded.map(
    ({ url, bytes, encoding }) => `${String(bytes).padStart(8)} ${encoding.padEnd(4)} ${new URL(url).pathname}`,
  )
  const report = `${lines.join('\n')}\n${String(total).padStart(8)} bytes in ${loaded.length} requests`
  console.log(`First load of /clients:\n${report}`)
  await testInfo.attach('first load', { body: report, contentType: 'text/plain' })

  for (const { url, encoding, type } of loaded) {
    if (/html|javascript|css|wasm/.test(type)) expect.soft(encoding, url).toBe('br')
    expect.soft(new URL(url).origin, 'everything is our own').toBe(new URL(page.url()).origin)
  }
  const wasm = loaded.filter(({ type }) => type === 'application/wasm').map(({ url }) => new URL(url).pathname)
  expect(wasm.map((path) => path.replace(/\.[0-9a-f]{16}/, '')).sort(), 'its own parts, once').toEqual([
    '/pkg/clientele-clients.wasm',
    '/pkg/clientele.wasm',
  ])
  // The size is measured and not asserted: `make bench` compares it with its target.
})

test('files whose names change with their contents are kept by the browser', async ({ page, request, traffic }) => {
  await visit(page, '/clients')
  const files = traffic().filter(({ type }) => /javascript|css|wasm/.test(type))
  expect(files.length).toBeGreaterThanOrEqual(3)
  for (const { url } of files) {
    const answer = await request.get(url)
    expect.soft(answer.headers()['cache-control'], url).toMatch(/immutable|max-age=\d{5,}/)
  }
})

test('the catalogue of components is no part of it', async ({ page, traffic, request }) => {
  await visit(page, '/clients')
  await page.waitForLoadState('networkidle')
  const html = await (await request.get('/ui')).text()
  const samples = [...html.matchAll(/<pre[^>]*><code[^>]*>(.*?)<\/code>/gs)].map(([, code]) =>
    code
      .replace(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  )
  const lines = samples
    .flatMap((sample) => sample.split('\n'))
    .map((line) => line.trim())
    // A tag alone also occurs in pages.
    .filter((line) => line.length > 25 && !line.startsWith('<'))
  expect(lines.length).toBeGreaterThan(5)
  for (const { url } of traffic().filter(({ type }) => /javascript|wasm/.test(type))) {
    const file = await (await request.get(url)).body()
    expect(
      lines.filter((line) => file.includes(line)),
      url,
    ).toEqual([])
  }
})
