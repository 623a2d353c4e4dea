// Uses Playwright's test runner rather than node:test, for assertions that retry, fixtures (each worker starts its own
// servers), parallel workers, and a trace of every failure. The package downloads no browser: the tests use the
// installed Chromium.

import { defineConfig } from '@playwright/test'
import { launchOptions } from './support/chromium.js'

const allOnPostgres = process.env.CLIENTELE_TEST_POSTGRES_URL !== undefined

export default defineConfig({
  testDir: 'specs',
  outputDir: 'results/failures',
  reporter: [['list'], ['html', { outputFolder: 'results/report', open: 'never' }]],
  forbidOnly: process.env.CI !== undefined,
  // A worker runs whole files, so that many tests share its servers.
  fullyParallel: false,
  workers: Number(process.env.CLIENTELE_TEST_WORKERS ?? 2),
  maxFailures: 50, // When everything fails, a few examples are enough.
  retries: 0, // A flaky test is a failure.
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
      // Specs that depend on the database. With CLIENTELE_TEST_POSTGRES_URL all of them.
      testMatch: allOnPostgres
        ? undefined
        : /(sign-in|client-(table|page)|general|finance|names|statistics|mail|filters|export|statement|bad-input)\.spec\.js/,
    },
  ],
})
