// Reads a workbook with the types and formats of its cells, which the libraries for workbooks hide. A workbook is a zip
// of XML files.

import { strFromU8, unzipSync } from 'fflate'

/** The sheets in their order: `{ name, rows, frozenRows, hasFormulas }`; a row is a list of cells. */
export function read(bytes) {
  const files = unzipSync(new Uint8Array(bytes))
  const xml = (path) => (files[path] ? strFromU8(files[path]) : '')
  const shared = [...xml('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(([, item]) => textOf(item))
  const formats = numberFormats(xml('xl/styles.xml'))
  const targets = new Map(
    [...xml('xl/_rels/workbook.xml.rels').matchAll(/<Relationship [^>]*>/g)].map(([tag]) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target').replace(/^\/xl\//, ''),
    ]),
  )
  return [...xml('xl/workbook.xml').matchAll(/<sheet [^>]*>/g)].map(([tag]) => {
    const sheet = xml(`xl/${targets.get(attribute(tag, 'r:id'))}`)
    const pane = sheet.match(/<pane [^>]*>/)?.[0]
    return {
      name: unescape(attribute(tag, 'name')),
      frozenRows: pane && attribute(pane, 'state') === 'frozen' ? Number(attribute(pane, 'ySplit') ?? 0) : 0,
      hasFormulas: /<f[ >]/.test(sheet),
      rows: [...sheet.matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, row]) =>
        cells(row ?? '', shared, formats),
      ),
    }
  })
}

/** A cell: `{ kind: 'number' | 'text' | 'blank' | ..., value, format }`. */
function cells(row, shared, formats) {
  const list = []
  for (const [, open, body = ''] of row.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
    const tag = `<c ${open}>`
    const type = attribute(tag, 't') ?? 'n'
    const raw = body.match(/<v>(.*?)<\/v>/s)?.[1]
    const format = formats[Number(attribute(tag, 's') ?? 0)] ?? 'General'
    const at = column(attribute(tag, 'r'))
    if (type === 's') list[at] = { kind: 'text', value: shared[Number(raw)], format }
    else if (type === 'inlineStr') list[at] = { kind: 'text', value: textOf(body), format }
    else if (raw === undefined) list[at] = { kind: 'blank', value: '', format }
    else list[at] = { kind: type === 'n' ? 'number' : type, value: unescape(raw), format }
  }
  return Array.from(list, (cell) => cell ?? { kind: 'blank', value: '', format: 'General' })
}

function numberFormats(styles) {
  const own = new Map(
    [...styles.matchAll(/<numFmt [^>]*>/g)].map(([tag]) => [
      attribute(tag, 'numFmtId'),
      unescape(attribute(tag, 'formatCode')),
    ]),
  )
  const used = styles.match(/<cellXfs[^>]*>(.*?)<\/cellXfs>/s)?.[1] ?? ''
  return [...used.matchAll(/<xf [^>]*>/g)].map(([tag]) => {
    const id = attribute(tag, 'numFmtId')
    return own.get(id) ?? (id === '49' ? '@' : id === '0' ? 'General' : `built-in ${id}`)
  })
}

const attribute = (tag, name) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1]
/** A text as Excel reads it: `_x0007_` stands for a character that XML can't contain. */
const textOf = (xml) =>
  unescape([...xml.matchAll(/<t(?: [^>]*)?>(.*?)<\/t>/gs)].map(([, text]) => text).join('')).replace(
    /_x([0-9a-fA-F]{4})_/g,
    (_, hex) => String.fromCharCode(parseInt(hex, 16)),
  )
const column = (reference) =>
  [...reference.replace(/\d/g, '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1

function unescape(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (_, hex, decimal, name) =>
    name ? named[name] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)),
  )
}
