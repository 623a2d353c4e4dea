// An SMTP server that prints the mails that it receives:
//
//     node smtp-server.mjs [--busy N | --refuse | --hang | --sign-in]
//
// Listens on a free port of the loopback address. The first line of its output is `{"port":12345}`. Each mail adds a
// line `{"answer":250,"from":"...","to":["..."],"raw":"..."}` before it is answered.
//
//     --busy N   answers the first N mails with 451: try again later
//     --refuse   answers every mail with 550: permanently refused
//     --hang     answers no mail; `answer` is null
//     --sign-in  accepts any name and password, with or without the STARTTLS that it offers; each sign-in adds a line:
//                `{"user":"...","encrypted":false}`
//
// Exits at SIGTERM, or when the pipe of its standard input closes, so that it never outlives its parent.

import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { SMTPServer } from 'smtp-server'

const { values: behaviour } = parseArgs({
  options: { busy: { type: 'string', default: '0' }, refuse: { type: 'boolean' }, hang: { type: 'boolean' }, 'sign-in': { type: 'boolean' } },
})
const print = (line) => process.stdout.write(JSON.stringify(line) + '\n')
let busy = Number(behaviour.busy)

/** The answer to the next mail. */
function answer() {
  if (behaviour.hang) return null
  if (behaviour.refuse) return 550
  return busy-- > 0 ? 451 : 250
}

const server = new SMTPServer({
  disabledCommands: behaviour['sign-in'] ? [] : ['AUTH', 'STARTTLS'],
  allowInsecureAuth: true,
  onAuth({ username }, { secure }, callback) {
    print({ user: username, encrypted: secure })
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
      print({ answer: code, from: mailFrom.address, to: rcptTo.map(({ address }) => address), raw })
      if (code === 250) callback(null, 'Taken')
      else if (code) callback(Object.assign(new Error('Not taken'), { responseCode: code }))
    })
  },
})
// A client that disconnects early is no error of this server.
server.on('error', (error) => process.stderr.write(`${error.message}\n`))
server.listen(0, '127.0.0.1', () => print({ port: server.server.address().port }))

const input = fs.fstatSync(0)
if (input.isFIFO() || input.isSocket()) process.stdin.on('end', () => process.exit()).resume()
