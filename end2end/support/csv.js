// Parses CSV as in RFC 4180.

/** Rows of fields. */
export function rows(text) {
  const fields = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y
  const all = []
  let row = []
  text = text.replace(/^\uFEFF/, '')
  while (fields.lastIndex < text.length) {
    const match = fields.exec(text)
    if (!match) throw new Error(`This is no CSV: ${text.slice(fields.lastIndex, fields.lastIndex + 60)}`)
    const [, field, end] = match
    row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (end !== ',') {
      all.push(row)
      row = []
    } else if (fields.lastIndex === text.length) {
      all.push([...row, '']) // A trailing comma is followed by an empty field.
    }
  }
  return all
}

/** Objects named by the header row. */
export function records(text) {
  const [header, ...body] = rows(text)
  return body.map((row) => {
    if (row.length !== header.length)
      throw new Error(`A row has ${row.length} fields, the header ${header.length}: ${row}`)
    return Object.fromEntries(header.map((name, index) => [name, row[index]]))
  })
}
