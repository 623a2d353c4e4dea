// Playwright's own test runner rather than node:test, for four things that would otherwise have to be written:
// assertions that wait until they hold, fixtures (each worker starts its own servers), workers side by side, and a
// trace of every failure. Its package downloads no browser when it is installed; the machine's Chromium is used.

import { defineConfig } from '@playwright/test'
import { launchOptions } from './support/chromium.js'

const everywhere = process.env.CLIENTELE_TEST_POSTGRES_URL !== undefined

export default defineConfig({
  testDir: 'specs',
  outputDir: 'results/failures',
  reporter: [['list'], ['html', { outputFolder: 'results/report', open: 'never' }]],
  forbidOnly: process.env.CI !== undefined,
  // One file after another within a worker, so that its servers are used by many tests.
  fullyParallel: false,
  workers: Number(process.env.CLIENTELE_TEST_WORKERS ?? 2),
  maxFailures: 50, // When nothing works, a few examples are enough.
  retries: 0, // A test that passes the second time has found something.
  timeout: 60_000,
  expect: { timeout: 8_000 },
  use: {
    browserName: 'chromium',
    launchOptions,
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'light',
    actionTimeout: 8_000,
    navigationTimeout: 15_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'sqlite', use: { database: 'sqlite' } },
    {
      name: 'postgres',
      use: { database: 'postgres' },
      // What reads and writes the database; pages are the same whatever it is. With a server of yours: everything.
      testMatch: everywhere
        ? undefined
        : /(sign-in|client-(table|page)|general|finance|names|statistics|mail|filters|export|bad-input)\.spec\.js/,
    },
  ],
})
