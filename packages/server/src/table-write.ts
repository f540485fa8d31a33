// Tables into files as spreadsheets open them: CSV in UTF-8 with a byte order mark, or .xlsx. Rows are written as they come, and a file
// appears under its name only when it is whole.
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { tableFault } from './table-fault.ts'
import { sheetStream } from './table-sheet.ts'

/** A cell: text, or a number that is written as one. */
export type Cell = string | number

/** Writes `rows`, the heading first, to a file that only its owner may read; .xlsx by its name, else CSV. Returns how many rows came below the heading. */
export async function writeTable(file: string, rows: AsyncIterable<readonly Cell[]>, sheet: string): Promise<number> {
  const xlsx = formatOf(file) === 'xlsx'
  let written = -1
  const safe = async function* () {
    for await (const row of rows) {
      written++
      yield row.map(cell => (typeof cell === 'number' ? cell : harmless(cell)))
    }
  }
  const part = `${file}.part`
  await rm(part, { force: true }) // one that was left behind may be open to others
  const bytes = xlsx ? Readable.fromWeb(sheetStream(safe(), sheet)) : Readable.from(csv(safe()))
  try {
    await pipeline(bytes, createWriteStream(part, { mode: 0o600 }))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  return written
}

/** How a file is written, by its name. Throws `table.format` for any other name. */
export function formatOf(file: string): 'csv' | 'xlsx' {
  const format = /\.(csv|xlsx)$/i.exec(file)?.[1]?.toLowerCase()
  if (format === 'csv' || format === 'xlsx') return format
  throw tableFault('table.format', file)
}

/** A text that no spreadsheet takes for a formula: an apostrophe before =, +, -, @, tab and carriage return (OWASP: CSV injection), which an import takes off again. */
function harmless(text: string): string {
  return /^'*[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text
}

/** Lines of RFC 4180. */
async function* csv(rows: AsyncIterable<readonly Cell[]>): AsyncGenerator<string> {
  yield '\uFEFF'
  for await (const row of rows) yield `${row.map(quoted).join(',')}\r\n`
}

function quoted(cell: Cell): string {
  const text = String(cell)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
