// Debian's Chromium, without its windows where there is that, since Playwright must not download a browser of its own.

import fs from 'node:fs'

const candidates = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`)

/** How the browser is started. */
export const launchOptions = {
  executablePath: process.env.CHROMIUM ?? candidates.find((file) => fs.existsSync(file)),
  args: [
    '--no-sandbox', // Chromium as root doesn't start with one.
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    // It would look for updates and its maker's services at every start.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
