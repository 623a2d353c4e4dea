// An SMTP server that keeps what it is sent, as a process of its own:
//
//     node smtp-server.mjs [--busy N | --refuse | --hang | --sign-in]
//
// It listens on a free port of the loopback address. The first line that it writes is `{"port":12345}`; every mail
// makes another one: `{"answer":250,"from":"...","to":["..."],"raw":"..."}`, written before the mail is answered.
//
//     --busy N   the first N mails are answered with 451: try again later
//     --refuse   every mail is answered with 550: never
//     --hang     no mail is answered at all; `answer` is null
//     --sign-in  takes a name and password, with or without the STARTTLS that it offers; each sign-in makes a line:
//                `{"user":"...","encrypted":false}`
//
// It ends with SIGTERM, or when the pipe that is its standard input does: so it never outlives who started it.

import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { SMTPServer } from 'smtp-server'

const { values: behaviour } = parseArgs({
  options: { busy: { type: 'string', default: '0' }, refuse: { type: 'boolean' }, hang: { type: 'boolean' }, 'sign-in': { type: 'boolean' } },
})
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n')
let busy = Number(behaviour.busy)

/** How the next mail is answered. */
function answer() {
  if (behaviour.hang) return null
  if (behaviour.refuse) return 550
  return busy-- > 0 ? 451 : 250
}

const server = new SMTPServer({
  disabledCommands: behaviour['sign-in'] ? [] : ['AUTH', 'STARTTLS'],
  allowInsecureAuth: true,
  onAuth({ username }, { secure }, callback) {
    say({ user: username, encrypted: secure })
    callback(null, { user: username })
  },
  disableReverseLookup: true,
  onData(stream, session, callback) {
    const chunks = []
    stream.on('data', (chunk) => chunks.push(chunk))
    stream.on('end', () => {
      const code = answer()
      const { mailFrom, rcptTo } = session.envelope
      const raw = Buffer.concat(chunks).toString('utf8')
      say({ answer: code, from: mailFrom.address, to: rcptTo.map(({ address }) => address), raw })
      if (code === 250) callback(null, 'Taken')
      else if (code) callback(Object.assign(new Error('Not taken'), { responseCode: code }))
    })
  },
})
// Whoever goes away in the middle is no fault of this server's.
server.on('error', (error) => process.stderr.write(`${error.message}\n`))
server.listen(0, '127.0.0.1', () => say({ port: server.server.address().port }))

const input = fs.fstatSync(0)
if (input.isFIFO() || input.isSocket()) process.stdin.on('end', () => process.exit()).resume()
