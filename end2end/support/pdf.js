// Reads a PDF as a person's tools do: with poppler's pdftotext.

import { execFileSync } from 'node:child_process'

/** The pages of a PDF; each is a list of lines with single blanks. */
export function read(bytes) {
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: bytes, maxBuffer: 1 << 26 }).toString()
  const pages = text.replace(/\f$/, '').split('\f')
  const lines = (page) => page.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))
  return pages.map((page) => lines(page).filter(Boolean))
}
