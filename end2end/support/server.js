// Starts the program itself, on a database of its own in a temporary folder and on a free port, and stops it
// again. It ends only processes that it started, by their id.

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

/** The administrators that every server has, by role. */
export const administrators = {
  owner: { login: 'olena', password: 'correct horse battery', role: 'owner' },
  manager: { login: 'marta', password: 'paper clip on a string', role: 'manager' },
  viewer: { login: 'viktor', password: 'staple under the rug', role: 'viewer' },
}

/** The clients of the demonstration: "1-10 of 971", as in the document. */
export const DEMO_CLIENTS = 971

/** Ends a process that was started here if this one has to end before it could be stopped as it should be. */
export function endWithUs(child, signal) {
  const end = () => child.kill(signal)
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}

/** A port that is free at the moment. */
export async function freePort() {
  const listener = net.createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  await once(listener, 'close')
  return port
}

/**
 * A Clientele that isn't running yet: a folder, a database and the settings.
 *
 * `createDatabase` makes a database on a PostgreSQL server (see postgres.js); without it the database is SQLite in
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

/** A running Clientele with administrators and whatever `fill` puts in: see the functions below. */
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

/** No client at all. */
export const nothing = async () => {}

/** The demonstration's clients, and some messages of theirs. */
export const demo = (clientele) => clientele.run(['demo', '--clients', String(DEMO_CLIENTS), '--messages', '5000', '--seed', '1'])

/** These clients, by the import. */
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

  /** Runs one of the program's tools to its end. */
  async run(args, input = '') {
    const child = spawn(program, args, { cwd: repository, env: this.env })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.stdin.on('error', () => {}) // It may refuse without reading.
    child.stdin.end(input)
    const [code, signal] = await once(child, 'close')
    if (code !== 0) throw new Error(`clientele ${args.join(' ')} ended with ${code ?? signal}:\n${output}`)
    return output
  }

  /** Starts the server and waits until it is ready. */
  async serve() {
    const child = spawn(program, ['serve'], { cwd: repository, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    endWithUs(child, 'SIGTERM')
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

  /** What the server has written. */
  get log() {
    return this.#output + this.#errors
  }

  /** The one-time link that a server without administrators prints. */
  get setUpLink() {
    return this.#output.match(/https?:\/\/\S+\/setup\?token=[^\s"]+/)?.[0]
  }

  /** Faults of the server, which no request may cause: panics and errors in its log. */
  get faults() {
    const lines = this.log.split('\n')
    // What a panic says stands in the lines behind the one that says where.
    const after = (number) => lines.slice(Math.max(0, number - 4), number).some((line) => line.includes('panicked at'))
    const isFault = (line, number) => /panicked at|^\s*(\S+\s+)?ERROR\b|"level":"ERROR"/.test(line) || after(number)
    return lines.filter(isFault)
  }

  /** Asks the server to end, and says how it did: with `{ code: 0 }` when all is well. */
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
