// Clients with messages in March 2024, and a reference implementation of the reports, which is slow and obvious.

import { accounts } from './accounts.js'

/** The client with most of the messages. */
export const BUSY = 1
/** A client without messages. */
export const SILENT = 2
/** A client with messages that are reported after the month in which they were sent. */
export const LATE = 3
/** A client with more sender IDs than a page of 50 rows can show. */
export const MANY = 4

const DAYS = 31
const routes = [
  ['UA', 'Kyivstar', 'Shop'],
  ['UA', 'lifecell', 'SHOP'],
  ['PL', 'Orange', 'Shop'],
  ['PL', '', ''],
  ['', '', 'Bank'],
]

const message = (client, id, day, facts = {}) => ({
  id: String(id),
  client_id: client,
  mailing: 'spring',
  channel: 'sms',
  sender_id: 'Shop',
  country: 'UA',
  operator: 'Kyivstar',
  parts: 1,
  cost: '0.05',
  sent_at: `${day}T10:00:00Z`,
  status: 'delivered',
  status_at: `${day}T10:00:05Z`,
  ...facts,
})

const march = (day) => `2024-03-${String(day).padStart(2, '0')}`

/** No messages on every third day, and on the first and last day of the month. */
const busy = Array.from({ length: DAYS - 2 }, (_, index) => index + 2)
  .filter((day) => day % 3 !== 0)
  .flatMap((day) =>
    Array.from({ length: day }, (_, number) => {
      const [country, operator, sender_id] = routes[(day * number) % routes.length]
      return message(BUSY, `${day}-${number}`, march(day), {
        country,
        operator,
        sender_id,
        channel: number % 4 === 3 ? 'viber' : 'sms',
        parts: 1 + (number % 3),
        status: number % 5 === 4 ? 'failed' : 'delivered',
      })
    }),
  )

const many = Array.from({ length: 60 }, (_, number) =>
  Array.from({ length: 1 + (number % 4) }, (_, copy) =>
    message(MANY, `${number}-${copy}`, march(5), { sender_id: `Sender-${String(number).padStart(2, '0')}` }),
  ),
).flat()

/** The lines of two files. Messages of the second are reported and booked later. */
const files = [
  [...busy, ...many, message(LATE, 'april', '2024-04-02')],
  [message(LATE, 'march', march(30), { mailing: 'leftovers', cost: '0.07' })],
]

const ndjson = (lines) => lines.map((line) => JSON.stringify(line)).join('\n') + '\n'

/** Imports the clients and messages. */
export async function fill(clientele) {
  await clientele.run(['import', 'clients', '-'], ndjson(accounts.slice(0, 10)))
  for (const lines of files) await clientele.run(['import', 'messages', '-'], ndjson(lines))
}

/** Groups the busy client's messages: `{ sent, parts, delivered, deliveredParts, cost }` by group. */
export function count(group, wanted = () => true) {
  const groups = new Map()
  for (const line of busy.filter(wanted)) {
    const key = group(line)
    const row = groups.get(key) ?? { sent: 0, parts: 0, delivered: 0, deliveredParts: 0, cost: 0 }
    const arrived = line.status === 'delivered' ? 1 : 0
    row.sent += 1
    row.parts += line.parts
    row.delivered += arrived
    row.deliveredParts += arrived * line.parts
    row.cost += 500
    groups.set(key, row)
  }
  return groups
}

/** The day of a message. */
export const day = ({ sent_at }) => sent_at.slice(0, 10)

/** All days of March 2024, the newest first. */
export const days = Array.from({ length: DAYS }, (_, index) => march(DAYS - index))

/** The cells of a row, without its label. */
export function cells({ sent, parts, delivered, deliveredParts, cost }) {
  const hundredths = Math.floor((delivered * 20000 + sent) / (2 * sent))
  return [
    `${sent} (${parts})`,
    `${delivered} (${deliveredParts})`,
    sent === 0 ? '–' : `${(hundredths / 100).toFixed(2)}%`,
    (cost / 10000).toFixed(4),
  ]
}

/** The counts of a day without messages. */
export const none = { sent: 0, parts: 0, delivered: 0, deliveredParts: 0, cost: 0 }
