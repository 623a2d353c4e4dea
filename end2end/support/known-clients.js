// Generated clients and a reference implementation of search, filters and sorting, which the server is compared with.
// The clients are the same in every run: names in several scripts and cases, blanks, ties, amounts in several
// currencies, and values that are awkward to show, search or export.

/** A seeded generator of numbers from 0 to 1 (mulberry32). */
function numbers(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const COMPANIES = [
  'Alpha',
  'ALPHA',
  'alpha trade',
  'Борщ',
  'борщ і сало',
  'ТОВ «Їжак»',
  'Київстар',
  'Öko Markt',
  'Zebra',
  'ООО Ёлка',
]
const NAMES = ['Anna Nowak', 'anna nowak', 'Іван Петренко', 'ІВАН ПЕТРЕНКО', 'Οδυσσεύς', 'Maria', 'Łukasz', 'Ярослава']
const CHANNELS = [null, 'Organic', 'Direct', 'direct', 'Referral', 'Реклама']
const CURRENCIES = ['EUR', 'UAH', 'USD']
const PROPERTY_TYPES = [null, 'legal_entity', 'individual', 'entrepreneur']

const AWKWARD = [
  { company: '=SUM(A1:A9)', name: '@name' },
  { company: '+1+1', name: '-2+3' },
  { company: '100% off_season', name: 'per%cent' },
  { company: 'offXseason', name: 'under_score' },
  { company: '<b>Bold & co</b>', name: '"Quoted", with comma' },
  { company: "O'Brien; DROP TABLE clients", name: 'back\\slash' },
  { company: '</title><body><form method="post" action="/theme">', name: '_x003D_1' },
  { company: '🦊 Fox', name: 'e\u0301 combined' },
  { company: 'İstanbul', name: 'ΟΔΟΣ' },
  { company: 'A'.repeat(120), name: 'Без кінця '.repeat(10).trim() },
  { company: null, name: null, balance: '1234567890.1234', credit: '0', sms_price: '0.0001' },
]

function make() {
  const random = numbers(20240105)
  const among = (list) => list[Math.floor(random() * list.length)]
  const money = (low, high) => (low + random() * (high - low)).toFixed(Math.floor(random() * 5))
  const made = []
  for (let index = 0; index < 240; index++) {
    const day = new Date(Date.UTC(2021, 0, 1) + Math.floor(random() * 900) * 86_400_000).toISOString().slice(0, 10)
    // Includes the first and the last second of a day.
    const time = among(['00:00:00Z', '23:59:59Z', '12:34:56Z', '07:46:00Z'])
    const channel = among(CHANNELS)
    made.push({
      // With gaps, so that an id isn't an index.
      id: 1000 + index * 7 + Math.floor(random() * 5),
      login: `${among(['', '+'])}380${String(500_000_000 + index * 7_654_321).padStart(9, '0')}`,
      company: random() < 0.2 ? null : `${among(COMPANIES)}${random() < 0.5 ? '' : ` ${Math.floor(random() * 30)}`}`,
      name: random() < 0.2 ? null : among(NAMES),
      email: index % 3 ? null : `person.${index}@mail-${index % 7}.example`,
      email_accounting: index % 5 ? null : `Accounting@mail-${index % 7}.example`,
      property_type: among(PROPERTY_TYPES),
      registered_at: random() < 0.1 ? null : `${day}T${time}`,
      channel,
      channel_source: channel && random() < 0.7 ? among(['google', 'newsletter', 'пошук']) : null,
      sms_price: random() < 0.1 ? null : money(0, 0.09),
      currency: among(CURRENCIES),
      // From few values, so that there are ties.
      balance: random() < 0.3 ? among(['0', '10', '-5.5']) : money(-500, 5000),
      credit: among(['0', '0', '100', '2500.5']),
      sms_subscription: random() < 0.5,
      ...AWKWARD[index - 100],
    })
  }
  made.push({ id: 1, login: '1', currency: 'EUR', balance: '0', credit: '0', sms_subscription: false })
  made.push({ ...made[7], id: Number.MAX_SAFE_INTEGER, login: '99999999999999999999999999999999' })
  return made
}

/** The clients in the format of the import. */
export const clients = make()

/** Folds case character by character, as the program does: both small sigmas are the same. */
export const fold = (text) => [...(text ?? '')].map((character) => character.toLowerCase().replace('ς', 'σ')).join('')

/** Letters that Unicode doesn't decompose. */
const LETTERS = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ı: 'i', ґ: 'г' }

/** Folds case and leaves out diacritics, for search. */
export const plain = (text) =>
  [...fold(text).normalize('NFD').replace(/\p{M}/gu, '')].map((letter) => LETTERS[letter] ?? letter).join('')

/** What a search looks for: its words, and the digits of a telephone number. */
export function needles(q = '') {
  const words = q.split(/\s+/u).filter(Boolean).map(plain)
  const digits = /^[\d\s+().-]*\d[\d\s+().-]*$/.test(q) ? q.replace(/\D/g, '') : undefined
  return { words, digits }
}

const SORTED_AS = {
  id: 'number',
  login: 'text',
  company: 'text',
  name: 'text',
  sms_price: 'number',
  balance: 'number',
  credit: 'number',
  channel: 'text',
}

/** The sortable columns by their names in the address. */
export const SORTS = Object.keys(SORTED_AS)

function compareText(a, b) {
  const [left, right] = [[...a], [...b]]
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left[index].codePointAt(0) - right[index].codePointAt(0)
    if (difference) return difference
  }
  return left.length - right.length
}

const isBlank = (value) => value === null || value === undefined || value === ''

const searched = ({ id, login, company, name, email, email_accounting }) =>
  [String(id), login, company, name, email, email_accounting]

/**
 * Reference implementation: the clients that an address of the table selects, in its order, on all pages.
 * Text sorts without regard to case, blanks last in both directions, ties by ascending ID.
 */
export function select(list, query = {}) {
  const { words, digits } = needles(query.q)
  const day = (client) => client.registered_at?.slice(0, 10)
  const chosen = list.filter(
    (client) =>
      (words.every((word) => searched(client).some((text) => plain(text).includes(word))) ||
        (digits && searched(client).slice(0, 2).some((number) => number.includes(digits)))) &&
      (!query.property_type || client.property_type === query.property_type) &&
      (!query.channel || client.channel === query.channel) &&
      (!query.currency || client.currency === query.currency) &&
      (!query.sms_subscription || String(client.sms_subscription) === query.sms_subscription) &&
      (query.below_zero !== 'true' || Number(client.balance) < 0) &&
      (!query.registered_from || (day(client) && day(client) >= query.registered_from)) &&
      (!query.registered_to || (day(client) && day(client) <= query.registered_to)),
  )
  const sort = query.sort ?? 'id'
  const dir = query.dir ?? (query.sort ? 'asc' : 'desc')
  const compare = SORTED_AS[sort] === 'text' ? (a, b) => compareText(fold(a), fold(b)) : (a, b) => Number(a) - Number(b)
  return chosen.sort((a, b) => {
    const [left, right] = [a[sort], b[sort]]
    if (isBlank(left) || isBlank(right)) return isBlank(left) - isBlank(right) || a.id - b.id
    return (dir === 'asc' ? compare(left, right) : compare(right, left)) || a.id - b.id
  })
}

/** The IDs of clients as the table shows them. */
export const ids = (list) => list.map((client) => String(client.id))
