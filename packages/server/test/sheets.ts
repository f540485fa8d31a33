// Files for tests of tables: in a folder of their own, as .xlsx or as bytes of a text.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { writeXlsx, type CellValue, type WriteSheet } from 'hucre/xlsx'

const folder = mkdtempSync(join(tmpdir(), 'gridwright-tables-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let count = 0

/** A new path that ends in `name`. */
export const pathFor = (name: string) => join(folder, `${++count}-${name}`)

/** A file of these bytes. */
export function fileOf(content: string | Uint8Array, name = 'table.csv'): string {
  const path = pathFor(name)
  writeFileSync(path, content)
  return path
}

/** An .xlsx file of these sheets, or of one with these rows. */
export async function sheetFile(
  content: readonly WriteSheet[] | CellValue[][],
  more: Partial<WriteSheet> = {}
): Promise<string> {
  const given = content as readonly (WriteSheet | CellValue[])[]
  const sheets = given.some(Array.isArray)
    ? [{ name: 'Sheet1', rows: content as CellValue[][], ...more }]
    : [...(content as readonly WriteSheet[])]
  return fileOf(await writeXlsx({ sheets }), 'table.xlsx')
}

/** 姓名,电话 / 王明,1380000 in GB18030, and 㐀 (U+3400), which only its four-byte part has. */
export const gb18030 = new Uint8Array([
  0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xb5, 0xe7, 0xbb, 0xb0, 0x0a, 0xcd, 0xf5, 0xc3, 0xf7, 0x81, 0x39, 0xee, 0x39, 0x2c,
  0x31, 0x33, 0x38, 0x30, 0x30, 0x30, 0x30, 0x0a
])
