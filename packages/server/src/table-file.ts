// A table in a file as people have it: CSV in UTF-8, GB18030 or UTF-16, or a sheet of Excel, told apart by their first bytes.
import { readFile, stat } from 'node:fs/promises'
import { parseDataset, type Dataset, type DatasetFault } from '@gridwright/core'
import { maxRows, tableFault } from './table-fault.ts'
import { readSheet } from './table-sheet.ts'

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le'
/** The table, and how it was read: an encoding, or `xlsx`. */
export type ReadFile = { readonly dataset: Dataset | DatasetFault; readonly format: Encoding | 'xlsx' }
/** `encoding` is taken as said instead of told by the bytes; `sheet` names one of an .xlsx file. */
export type ReadOptions = { readonly encoding?: Encoding; readonly sheet?: string }

const maxBytes = 100_000_000

/** The table in `file`. Throws a `CommandFault` for a file that is none, or beyond the limits. */
export async function readTableFile(file: string, { encoding, sheet }: ReadOptions = {}): Promise<ReadFile> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw tableFault('table.missing', file)
  if (found.size > maxBytes) throw tableFault('table.too-large', file, String(maxBytes))
  const bytes = await readFile(file)
  if (begins(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw tableFault('table.old-format', file)
  if (begins(bytes, [0x50, 0x4b, 0x03, 0x04])) return { dataset: await readSheet(bytes, file, sheet), format: 'xlsx' }
  const format = encoding ?? encodingOf(bytes)
  const dataset = parseDataset(decoded(bytes, format, file))
  if ('rows' in dataset && dataset.rows.length > maxRows) throw tableFault('table.too-many-rows', file, String(maxRows))
  return { dataset, format }
}

/** By the byte order mark, else UTF-8 where every byte fits it, else GB18030 (GB 18030-2022), which Excel writes on Chinese machines. */
function encodingOf(bytes: Uint8Array): Encoding {
  if (begins(bytes, [0xff, 0xfe])) return 'utf-16le'
  return textIn(bytes, 'utf-8') === undefined ? 'gb18030' : 'utf-8'
}

function decoded(bytes: Uint8Array, encoding: Encoding, file: string): string {
  const text = textIn(bytes, encoding)
  if (text === undefined || text.includes('\0')) throw tableFault('table.encoding', file, encoding)
  return text
}

function textIn(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined // a TypeError is how the decoder says that bytes do not fit
  }
}

function begins(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte)
}
