// PostgreSQL for the tests: a temporary server on a free port, or the one in CLIENTELE_TEST_POSTGRES_URL (a
// `postgres://` address of a role that may create databases). Each Clientele gets a database of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { killOnExit, freePort } from './server.js'

/** The folder of the newest installed version's programs. */
function programs() {
  const root = '/usr/lib/postgresql'
  const versions = fs.existsSync(root) ? fs.readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.map((version) => path.join(root, version, 'bin')).find((bin) => fs.existsSync(`${bin}/initdb`))
  if (!found) throw new Error('PostgreSQL\'s server programs are missing: install Debian\'s package "postgresql".')
  return found
}

/** The user that runs PostgreSQL. It refuses to run as root, so root runs it as `postgres` or `nobody`. */
function user() {
  if (process.getuid() !== 0) return {}
  const lines = fs.readFileSync('/etc/passwd', 'utf8').split('\n')
  const entry = lines.find((line) => line.startsWith('postgres:')) ?? lines.find((line) => line.startsWith('nobody:'))
  const [, , uid, gid] = entry.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

async function run(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  child.stderr.on('data', (data) => (output += data))
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`${path.basename(command)} ended with ${code ?? signal}:\n${output}`)
  return output
}

/** Starts a server with the methods `createDatabase` and `stop`. */
export async function startPostgres() {
  const named = process.env.CLIENTELE_TEST_POSTGRES_URL
  const bin = programs()
  const server = named ? { url: named, stop: async () => {} } : await startTemporary(bin)
  const created = []
  return {
    async createDatabase() {
      const name = `clientele_end2end_${process.pid}_${Date.now()}_${created.length}`
      await run(`${bin}/createdb`, [`--maintenance-db=${server.url}`, '--template=template0', '--encoding=UTF8', name])
      created.push(name)
      const url = new URL(server.url)
      url.pathname = `/${name}`
      return url.href
    },
    async stop() {
      // The databases of a temporary server vanish with its folder.
      if (named) for (const name of created) await run(`${bin}/dropdb`, [`--maintenance-db=${named}`, '--force', name])
      await server.stop()
    },
  }
}

async function startTemporary(bin) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clientele-postgres-'))
  const as = user()
  if (as.uid) fs.chownSync(folder, as.uid, as.gid)
  const data = path.join(folder, 'data')
  const port = await freePort()
  const options = { ...as, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' } }
  await run(`${bin}/initdb`, ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync'], options)

  let log = ''
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(`${bin}/postgres`, ['-D', data, ...flags], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  killOnExit(child, 'SIGINT')
  child.stderr.on('data', (data) => (log += data))
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const deadline = Date.now() + 30_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}:\n${log}`)
    const ready = await run(`${bin}/pg_isready`, ['-q', '-d', url]).then(
      () => true,
      () => false,
    )
    if (ready) break
    if (Date.now() > deadline) throw new Error(`PostgreSQL isn't ready after 30 s:\n${log}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    url,
    async stop() {
      if (child.exitCode === null) {
        const close = once(child, 'close')
        child.kill('SIGINT') // A fast shutdown, which doesn't wait for clients to disconnect.
        await close
      }
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
