// The installed Chromium, preferably the headless shell, so that Playwright downloads no browser of its own.

import fs from 'node:fs'

const candidates = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`)

/** Options that start the browser. */
export const launchOptions = {
  executablePath: process.env.CHROMIUM ?? candidates.find((file) => fs.existsSync(file)),
  args: [
    '--no-sandbox', // As root, Chromium doesn't start with its sandbox.
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    // Otherwise it contacts update servers and Google's services at every start.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
