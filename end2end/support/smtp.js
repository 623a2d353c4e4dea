// Starts the mail server smtp-server.mjs as a process and collects the mails that it receives.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { killOnExit } from './server.js'

const script = fileURLToPath(new URL('smtp-server.mjs', import.meta.url))

/** Starts a mail server. `behaviour` are the script's arguments, and `mails` grows while it runs. */
export async function startSmtp(...behaviour) {
  const child = spawn(process.execPath, [script, ...behaviour], { stdio: ['pipe', 'pipe', 'pipe'] })
  killOnExit(child, 'SIGTERM')
  let complaints = ''
  child.stderr.on('data', (data) => (complaints += data))
  const mails = []
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line)
      event.port ? resolve(event.port) : mails.push({ ...event, ...parse(event.raw) })
    })
    child.once('exit', (code) => reject(new Error(`The mail server ended with ${code}:\n${complaints}`)))
  })
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    async stop() {
      if (child.exitCode !== null || child.signalCode) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}

/** Parses a mail with a single part: headers by their lower-case names, and the body. */
function parse(raw) {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ')
  const headers = Object.fromEntries(
    lines.split('\r\n').map((line) => {
      const [, name, value] = line.match(/^([^:]+):\s*(.*)$/)
      return [name.toLowerCase(), words(value)]
    }),
  )
  return { headers, body: decode(raw.slice(end + 4), headers['content-transfer-encoding']).replaceAll('\r\n', '\n') }
}

/** Decodes the encoded words of a header (RFC 2047). White space between two of them is dropped. */
const words = (value) =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?b\?(.*?)\?=/gi, (_, text) => decode(text, 'base64'))
    .replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_, text) => decode(text.replaceAll('_', ' '), 'quoted-printable'))

function decode(text, encoding = '7bit') {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString('utf8')
  if (encoding !== 'quoted-printable') return text
  const character = (_, hex) => String.fromCharCode(parseInt(hex, 16))
  const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, character)
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
