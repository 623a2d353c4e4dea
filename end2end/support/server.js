// Starts and stops the program, with a database of its own, in a temporary folder and on a free port. Signals only the
// processes that it has started.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The program under test. */
export const program = path.resolve(process.env.CLIENTELE_BIN ?? path.join(repository, 'target/debug/clientele'))

/** The administrators of every server by role. */
export const administrators = {
  owner: { login: 'olena', password: 'correct horse battery', role: 'owner' },
  manager: { login: 'marta', password: 'paper clip on a string', role: 'manager' },
  viewer: { login: 'viktor', password: 'staple under the rug', role: 'viewer' },
}

/** The number of clients in the demo data, as in the specification: "1-10 of 971". */
export const DEMO_CLIENTS = 971

/** Kills a child process when this process exits without having stopped it. */
export function killOnExit(child, signal) {
  const end = () => child.kill(signal)
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}

/** A port that is currently free. */
export async function freePort() {
  const listener = net.createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  await once(listener, 'close')
  return port
}

/**
 * Prepares a Clientele without running it: a folder, a database and the settings.
 *
 * `createDatabase` creates a database on a PostgreSQL server (see postgres.js). By default the database is SQLite in
 * the folder.
 */
export async function prepare({ createDatabase, environment = {} } = {}) {
  if (!fs.existsSync(program)) {
    throw new Error(`There is no program at ${program}: build it first, or name another in CLIENTELE_BIN.`)
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clientele-end2end-'))
  const address = `127.0.0.1:${await freePort()}`
  const database = createDatabase ? await createDatabase() : `sqlite://${folder}/clientele.db?mode=rwc`
  const settings = { DATABASE_URL: database, CLIENTELE_ADDR: address, CLIENTELE_TIMEZONE: 'UTC', NO_COLOR: '1' }
  const env = { ...process.env, ...settings, ...environment }
  return new Clientele({ folder, address, env })
}

/** Starts a Clientele with administrators and the data of `fill`, one of the functions below. */
export async function start({ fill = nothing, ...settings } = {}) {
  const clientele = await prepare(settings)
  try {
    await fill(clientele)
    for (const { login, password, role } of Object.values(administrators)) {
      await clientele.run(['admin', 'create', '--login', login, '--role', role], `${password}\n`)
    }
    await clientele.serve()
  } catch (error) {
    await clientele.stop().catch(() => {})
    throw error
  }
  return clientele
}

/** Fills in no clients. */
export const nothing = async () => {}

/** Fills in the demo data, with few messages. */
export const demo = (clientele) => clientele.run(['demo', '--clients', String(DEMO_CLIENTS), '--messages', '5000', '--seed', '1'])

/** Imports these clients. */
export const clients = (list) => (clientele) =>
  clientele.run(['import', 'clients', '-'], list.map((client) => JSON.stringify(client)).join('\n') + '\n')

class Clientele {
  #process
  #output = ''
  #errors = ''

  constructor({ folder, address, env }) {
    this.folder = folder
    this.env = env
    this.url = `http://${address}`
  }

  /** Runs a command of the program and returns its output. */
  async run(args, input = '') {
    const child = spawn(program, args, { cwd: repository, env: this.env })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.stdin.on('error', () => {}) // A command may fail before it reads its input.
    child.stdin.end(input)
    const [code, signal] = await once(child, 'close')
    if (code !== 0) throw new Error(`clientele ${args.join(' ')} ended with ${code ?? signal}:\n${output}`)
    return output
  }

  /** Starts the server and waits until it is ready. */
  async serve() {
    const child = spawn(program, ['serve'], { cwd: repository, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    killOnExit(child, 'SIGTERM')
    child.stdout.on('data', (data) => (this.#output += data))
    child.stderr.on('data', (data) => (this.#errors += data))
    const deadline = Date.now() + 30_000
    for (;;) {
      if (child.exitCode !== null || child.signalCode) {
        throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}:\n${this.log}`)
      }
      const answer = await fetch(`${this.url}/readyz`).catch(() => null)
      if (answer?.ok) return
      if (Date.now() > deadline) throw new Error(`The server isn't ready after 30 s:\n${this.log}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** The output of the server. */
  get log() {
    return this.#output + this.#errors
  }

  /** The one-time set-up link, which a server without administrators prints. */
  get setUpLink() {
    return this.#output.match(/https?:\/\/\S+\/setup\?token=[^\s"]+/)?.[0]
  }

  /** Panics and errors in the server's log, which no request may cause. */
  get faults() {
    const lines = this.log.split('\n')
    // The message of a panic is on the lines after its location.
    const after = (number) => lines.slice(Math.max(0, number - 4), number).some((line) => line.includes('panicked at'))
    const isFault = (line, number) => /panicked at|^\s*(\S+\s+)?ERROR\b|"level":"ERROR"/.test(line) || after(number)
    return lines.filter(isFault)
  }

  /** Stops the server and returns its exit status, `{ code: 0 }` on success. */
  async stop() {
    const child = this.#process
    this.#process = undefined
    let ended = { code: 0, signal: null }
    if (child && child.exitCode === null && !child.signalCode) {
      const close = once(child, 'close')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      const [code, signal] = await close
      clearTimeout(timer)
      ended = { code, signal }
    } else if (child) {
      ended = { code: child.exitCode, signal: child.signalCode }
    }
    fs.rmSync(this.folder, { recursive: true, force: true })
    return ended
  }
}
