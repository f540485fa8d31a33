/** Instance data that comes with a locality folder: CSV files under data/ (RFC 4180, UTF-8, first row is the heading), imported and not config. */
import { CsvError, parse } from 'csv-parse/sync'

/** One row by heading, with the line of the file it began on. */
export type DataRow = { readonly line: number; readonly cells: Readonly<Record<string, string>> }
export type Dataset = { readonly headings: readonly string[]; readonly rows: readonly DataRow[] }
export type DatasetFault = { readonly line: number; readonly problem: string }

/** The rows of `text`, or why it is no table (a row with too many or too few cells, an open quote) and on which line that shows. */
export function parseDataset(text: string): Dataset | DatasetFault {
  const known = parsed.get(text)
  if (known) return known
  if (parsed.size >= parsedKept) parsed.clear()
  const dataset = parseTable(text)
  parsed.set(text, dataset)
  return dataset
}

/** Tables lately parsed, since one check looks at the same one several times. */
const parsed = new Map<string, Dataset | DatasetFault>()
const parsedKept = 16

function parseTable(text: string): Dataset | DatasetFault {
  try {
    const unix = text.replaceAll('\r\n', '\n') // the library counts a line end of Windows within a cell as two
    const table = parse(unix, { bom: true, info: true, skip_empty_lines: true, trim: true })
    const records = table as unknown as { record: string[]; info: { lines: number } }[] // what `info` makes of each row
    const headings = records[0]?.record ?? []
    const rows = records.slice(1).map(({ record, info }) => ({
      line: info.lines - record.join('').split('\n').length + 1, // the library says where it ended
      cells: Object.fromEntries(headings.map((heading, i) => [heading, record[i] ?? '']))
    }))
    return { headings, rows }
  } catch (error) {
    if (error instanceof CsvError) return { line: Number(error.lines ?? 1), problem: String(error.code) }
    throw error
  }
}
