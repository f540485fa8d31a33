/** Instance data as tables: CSV files (RFC 4180, first row is the heading) and sheets, imported and not config. */
import { CsvError, parse } from 'csv-parse/sync'

/** One row by heading, with the line of the file it began on. */
export type DataRow = { readonly line: number; readonly cells: Readonly<Record<string, string>> }
export type Dataset = { readonly headings: readonly string[]; readonly rows: readonly DataRow[] }
/** Why a text is no table: every line that shows it. */
export type DatasetFault = { readonly faults: readonly { readonly line: number; readonly problem: string }[] }
/** Cells of a row as they stand side by side. */
type Line = { readonly line: number; readonly values: readonly string[] }

/** The rows of `text`, or why it is no table (rows with too many or too few cells, an open quote). Columns are parted by commas, or by tabs where the first line has those only. */
export function parseDataset(text: string): Dataset | DatasetFault {
  const known = parsed.get(text)
  if (known) return known
  if (parsed.size >= parsedKept) parsed.clear()
  const dataset = parseLines(text)
  parsed.set(text, dataset)
  return dataset
}

/** Tables lately parsed, since one check looks at the same one several times. */
const parsed = new Map<string, Dataset | DatasetFault>()
const parsedKept = 16

/** The table of `lines`, of which the first is the heading. Rows without a value are left out; what stands under no heading is kept under ''. */
export function datasetOf(lines: readonly Line[]): Dataset {
  const [heading, ...below] = lines
  const width = heading?.values.findLastIndex(value => value !== '') ?? -1
  const headings = heading?.values.slice(0, width + 1) ?? []
  const rows = below
    .filter(({ values }) => values.some(value => value !== ''))
    .map(({ line, values }) => ({ line, cells: cellsOf(headings, values) }))
  return { headings, rows }
}

function cellsOf(headings: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  const named = headings.flatMap((heading, i) => (heading === '' ? [] : [[heading, values[i] ?? ''] as const]))
  const nameless = values.find((value, i) => value !== '' && (headings[i] ?? '') === '')
  return Object.fromEntries(nameless === undefined ? named : [...named, ['', nameless]])
}

function parseLines(text: string): Dataset | DatasetFault {
  try {
    const unix = text.replaceAll('\r\n', '\n') // the library counts a line end of Windows within a cell as two
    const [first = ''] = unix.split('\n', 1)
    const delimiter = first.includes('\t') && !first.includes(',') ? '\t' : ','
    const options = { bom: true, info: true, skip_empty_lines: true, trim: true, relax_column_count: true, delimiter }
    const records = parse(unix, options) as unknown as { record: string[]; info: { lines: number } }[] // what `info` makes of each row
    const lines = records.map(({ record, info }) => ({
      line: info.lines - record.join('').split('\n').length + 1, // the library says where it ended
      values: record
    }))
    const wanted = lines[0]?.values.length ?? 0
    const faults = lines
      .filter(({ values }) => values.some(Boolean) && !fits(values, wanted))
      .map(({ line }) => ({ line, problem: 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH' }))
    return faults.length > 0 ? { faults } : datasetOf(lines)
  } catch (error) {
    if (error instanceof CsvError) return { faults: [{ line: Number(error.lines ?? 1), problem: String(error.code) }] }
    throw error
  }
}

/** Empty cells beyond the last heading do no harm. */
function fits(values: readonly string[], wanted: number): boolean {
  return values.length === wanted || (values.length > wanted && values.slice(wanted).every(value => value === ''))
}
