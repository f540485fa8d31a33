// Sheets of Excel (ECMA-376) as tables, by hucre: read within limits, so that a small file cannot unfold to fill the memory, and written row by row.
import type { ReadableStream } from 'node:stream/web'
import { datasetOf, type Dataset, type DatasetFault } from '@gridwright/core'
import { readXlsx, writeXlsxStream, type CellValue, type Sheet } from 'hucre/xlsx'
import { maxRows, tableFault } from './table-fault.ts'

/** What the parts of a file may hold once they are unpacked, in bytes. */
const maxUnpacked = 500_000_000
const maxParts = 2_000
/** Excel keeps 15 digits of a number. */
const exactBelow = 1e15

/** The sheet named `sheet` of an .xlsx file (else its first visible one) as a table; merged cells are faults by line. Throws a `CommandFault` for what is no such file or beyond the limits. */
export async function readSheet(bytes: Uint8Array, file: string, sheet?: string): Promise<Dataset | DatasetFault> {
  checkUnpacked(bytes, file)
  const options = { readStyles: true, maxRows: maxRows + 2 }
  const workbook = await readXlsx(bytes, options).catch((cause: unknown) => {
    throw Object.assign(tableFault('table.unreadable', file), { cause })
  })
  const names = workbook.sheets.map(({ name }) => name)
  const found = workbook.sheets.find(one => (sheet === undefined ? !one.hidden && !one.veryHidden : one.name === sheet))
  if (!found) throw tableFault('table.no-sheet', file, `${sheet ?? ''} (${names.slice(0, 10).join(' ')})`)
  if (found.rows.length > maxRows + 1) throw tableFault('table.too-many-rows', file, String(maxRows))
  return datasetIn(found)
}

function datasetIn({ rows, cells, merges = [] }: Sheet): Dataset | DatasetFault {
  const heading = rows.findIndex(row => row.some(value => textOf(value) !== ''))
  const faults = merges.map(({ startRow, endRow }) => ({
    line: startRow + 1,
    problem: startRow <= heading && heading <= endRow ? 'heading-merged' : 'cells-merged'
  }))
  if (faults.length > 0) return { faults: faults.toSorted((a, b) => a.line - b.line) }
  const formatOf = (row: number, column: number) => cells?.get(`${row},${column}`)?.style?.numFmt
  return datasetOf(
    rows
      .map((row, i) => ({ line: i + 1, values: row.map((value, column) => textOf(value, formatOf(i, column))) }))
      .slice(Math.max(heading, 0))
  )
}

/** A cell as a person reads it: leading zeros that its format shows, dates in ISO 8601, and a number whose last digits Excel lost as such. */
function textOf(value: CellValue, format = ''): string {
  if (value === null) return ''
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00.000Z$/, '')
  if (typeof value !== 'number') return String(value).trim()
  if (Math.abs(value) >= exactBelow) return value.toExponential()
  return /^0+$/.test(format) && Number.isInteger(value) ? String(value).padStart(format.length, '0') : String(value)
}

/** An .xlsx file of one sheet, made as `rows` come; the memory it takes does not grow with them. */
export function sheetStream(
  rows: AsyncIterable<readonly (string | number)[]>,
  name: string
): ReadableStream<Uint8Array> {
  const copies = async function* () {
    for await (const row of rows) yield [...row]
  }
  return writeXlsxStream(copies(), { name, freezePane: { rows: 1 } }) as ReadableStream<Uint8Array> // Node's own type of the same stream
}

/**
 * Refuses an archive whose directory (APPNOTE.TXT 4.3.12) promises more than the limit. The reader holds every part to the size that
 * is promised there, so none may promise nothing.
 */
function checkUnpacked(bytes: Uint8Array, file: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOfDirectory(view)
  if (end === undefined) throw tableFault('table.unreadable', file)
  const parts = view.getUint16(end + 10, true)
  if (parts > maxParts) throw tableFault('table.unpacked', file, String(maxUnpacked))
  let [at, total] = [view.getUint32(end + 16, true), 0]
  for (let part = 0; part < parts; part++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw tableFault('table.unreadable', file)
    const [packed, unpacked] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)]
    const unsaid = view.getUint16(at + 10, true) !== 0 && unpacked === 0 && packed !== 2
    total += unsaid ? Infinity : unpacked
    if (total > maxUnpacked) throw tableFault('table.unpacked', file, String(maxUnpacked))
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
}

function endOfDirectory(view: DataView): number | undefined {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65_557); at--)
    if (view.getUint32(at, true) === 0x06054b50) return at
  return undefined
}
