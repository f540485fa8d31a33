// Instance data into a locality: areas, people, posts held, registrations, goods, from its folder or from single tables. All of it or
// nothing, each table in one transaction with the others, and what is there already stays as it is.
import {
  dataTable,
  dataTables,
  localDate,
  parseDataset,
  tableNames,
  type Dataset,
  type DatasetFault,
  type DataTable,
  type Locality,
  type TableName
} from '@gridwright/core'
import { areasIn, leftBehind, storedAreas } from './import-areas.ts'
import { goodsIn } from './import-goods.ts'
import { heldIn, midnight, peopleIn, type Report } from './import-rows.ts'
import { misstaffed, type Staffing } from './import-staffing.ts'
import { storeTable, type CheckedTable, type ImportProgress, type TableChange } from './import-store.ts'
import { storeFault, type DataProblem } from './store-fault.ts'
import { filesHash } from './store-publications.ts'
import type { Run, Session } from './store-session.ts'
import { known } from './store-people.ts'

/** Rows of each table of a folder; `already` where the same content was imported before and nothing was done. */
export type Imported = Readonly<Record<TableName, number>> & { readonly already: boolean }

/** A table to be imported, as read from the file that problems name. */
export type TableFile = {
  readonly table: TableName
  readonly file: string
  readonly dataset: Dataset | DatasetFault
}
/** `complete`: what the tables of appointments and registrations no longer list is ended today. `dryRun`: all is done, told, and undone. */
export type ImportOptions = {
  readonly now: number
  readonly complete?: boolean
  readonly dryRun?: boolean
  readonly onProgress?: ImportProgress
}

/** What an import of tables changed, and which posts are held by too few or too many after it. */
export type TablesImported = { readonly tables: readonly TableChange[]; readonly staffing: readonly Staffing[] }

type Table = DataTable & { readonly table: TableName; readonly file: string }

const maxProblems = 200
const patience = '2min'

/** Imports the tables under data/ of a folder's `files`, once for each content. Throws `import.refused` with every faulty row. */
export async function importData(
  session: Session,
  locality: Locality,
  files: ReadonlyMap<string, string>,
  now: number,
  onProgress: ImportProgress = () => undefined
): Promise<Imported> {
  const found = tableNames.map(table => ({ table, file: `data/${table}.csv`, text: files.get(`data/${table}.csv`) }))
  const texts = found.flatMap(({ file, text }) => (text === undefined ? [] : [[file, text] as const]))
  const hash = filesHash(Object.fromEntries(texts))
  return session.within(locality.id, async run => {
    await locked(run, locality)
    const [before] = await run<{ counts: Record<TableName, number> }>(
      'select counts from data_import where locality = $1 and hash = $2',
      [locality.id, hash]
    )
    if (before) return { ...before.counts, already: true }
    const tables = found.map(({ text = '', ...table }) => ({ ...table, dataset: parseDataset(text) }))
    const given = tables.filter(({ file }) => files.has(file))
    const changes = await importInto(run, locality, given, { now, onProgress }, false)
    const counts: Record<TableName, number> = { areas: 0, people: 0, appointments: 0, registrations: 0, goods: 0 }
    for (const { table, rows } of changes) counts[table] = rows
    await run('insert into data_import (locality, hash, counts, at) values ($1, $2, $3, $4)', [
      locality.id,
      hash,
      JSON.stringify(counts),
      new Date(now).toISOString()
    ])
    return { ...counts, already: false }
  })
}

/** Imports `tables` and tells what that changed; the same tables again change nothing. Throws `import.refused` with every faulty row. */
export function importTables(
  session: Session,
  locality: Locality,
  tables: readonly TableFile[],
  options: ImportOptions
): Promise<TablesImported> {
  return session.within(locality.id, async run => {
    await locked(run, locality)
    await run('savepoint untouched', [])
    const tableChanges = await importInto(run, locality, tables, options, options.complete ? true : 'tell')
    const staffed = tables.some(({ table }) => table === 'areas' || table === 'appointments')
    const staffing = staffed ? await misstaffed(run, locality) : []
    if (options.dryRun) await run('rollback to savepoint untouched', [])
    return { tables: tableChanges, staffing }
  })
}

/** One import at a time; a long table has more time than a command, and may think between two statements. */
async function locked(run: Run, { id }: Locality): Promise<void> {
  for (const limit of ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'])
    await run(`set local ${limit} = '${patience}'`, [])
  await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`import ${id}`])
}

async function importInto(
  run: Run,
  locality: Locality,
  files: readonly TableFile[],
  { now, onProgress = () => undefined }: ImportOptions,
  complete: boolean | 'tell'
): Promise<readonly TableChange[]> {
  const problems: DataProblem[] = []
  const tables = files.map(file => tableOf(file, locality, problems))
  if (complete === true) refuseEmpty(tables, problems)
  const checked = await checkedTables(run, locality, tables, problems)
  refuse(problems)
  const today = midnight(localDate(now, locality.timeZone), locality.timeZone) ?? new Date(now).toISOString()
  const changes: TableChange[] = []
  for (const table of checked)
    changes.push(await storeTable(run, table, { locality: locality.id, today, complete, onProgress }))
  const areas = changes.find(({ table, changed }) => table === 'areas' && changed > 0)
  if (areas)
    refuse(
      (await leftBehind(run, locality.id)).map(({ id, parent }) => ({
        file: areas.file,
        line: lineOf(tables, parent),
        column: 'parent',
        problem: 'left-behind',
        value: id
      }))
    )
  return changes
}

function lineOf(tables: readonly Table[], code: string): number {
  const areas = tables.find(({ table }) => table === 'areas')?.rows ?? []
  return areas.find(({ cells }) => cells.code === code)?.line ?? 1
}

/** In the order of files and lines, since clerks go through a file from top to bottom. */
function refuse(found: readonly DataProblem[]): void {
  if (found.length === 0) return
  const files = [...new Set(found.map(({ file }) => file))]
  const problems = found.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line)
  const [first] = problems
  const more = problems.length > 1 ? ` (${problems.length})` : ''
  const what = first ? `${first.file}:${first.line} ${first.column} “${first.value}” ${first.problem}${more}` : ''
  throw storeFault('import.refused', what, {
    problems: problems.slice(0, maxProblems),
    beyond: Math.max(0, problems.length - maxProblems)
  })
}

function refuseEmpty(tables: readonly Table[], problems: DataProblem[]): void {
  for (const { file, rows } of tables)
    if (rows.length === 0) problems.push({ file, line: 1, column: '', problem: 'complete-but-empty', value: '' })
}

function tableOf({ table, file, dataset }: TableFile, locality: Locality, problems: DataProblem[]): Table {
  const none = { table, file, headings: [], rows: [], shown: new Map(), unused: [], problems: [] }
  if ('faults' in dataset) {
    for (const { line, problem } of dataset.faults)
      problems.push({ file, line, column: '', problem: faultNames[problem] ?? problem, value: '' })
    return none
  }
  const read = dataTable(locality, table, dataset)
  const missing = Object.entries(dataTables[table]).filter(
    ([column, { optional }]) => !optional && !read.headings.includes(column)
  )
  for (const [column, { headings }] of missing)
    problems.push({ file, line: 1, column, problem: 'heading-missing', value: headings.slice(0, 4).join('、') })
  const told = missing.length > 0 ? read.problems.filter(({ line }) => line === 1) : read.problems
  for (const problem of told) problems.push({ file, ...problem })
  return missing.length > 0 ? none : { table, file, ...read } // without its columns every row would be wrong
}

/** The CSV reader's own codes; any other fault has its name already. */
const faultNames: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'cell-count',
  CSV_QUOTE_NOT_CLOSED: 'quote-open',
  CSV_INVALID_CLOSING_QUOTE: 'quote-open'
}

async function checkedTables(
  run: Run,
  locality: Locality,
  tables: readonly Table[],
  problems: DataProblem[]
): Promise<readonly CheckedTable[]> {
  const rowsOf = (name: TableName) => tables.find(({ table }) => table === name)?.rows ?? []
  const reportOf = (table: Table) => reporterOf(table, problems)
  const held = [...rowsOf('appointments'), ...rowsOf('registrations')].map(({ cells }) => cells)
  const above = rowsOf('areas').map(({ cells }) => cells.parent ?? '')
  const stored = await storedAreas(run, locality.id, [...above, ...held.map(({ area = '' }) => area)])
  const areaTable = tables.find(({ table }) => table === 'areas')
  const areas = areasIn(areaTable?.rows ?? [], locality, stored, areaTable ? reportOf(areaTable) : () => undefined)
  const people = tables.find(({ table }) => table === 'people')
  const newPeople = people ? peopleIn(people.rows, reportOf(people)) : []
  const persons = new Set([
    ...newPeople.map(({ id }) => id),
    ...(await known(
      run,
      'person',
      locality.id,
      held.map(({ person = '' }) => person)
    ))
  ])
  const holding = { persons, areas: areas.levels, timeZone: locality.timeZone }
  const checked = tables.map(async (found): Promise<CheckedTable> => {
    const { table, file, headings, unused } = found
    const same = { file, headings, unused }
    if (table === 'areas') return { ...same, table, rows: areas.rows }
    if (table === 'people') return { ...same, table, rows: newPeople }
    if (table === 'goods') return { ...same, table, rows: await goodsIn(run, locality, found, problems) }
    const [column, levels] =
      table === 'appointments' ? (['post', locality.posts] as const) : (['kind', locality.registrations] as const)
    return { ...same, table, rows: heldIn(found.rows, { ...holding, column, levels }, reportOf(found)) }
  })
  return Promise.all(checked)
}

/** Says what is wrong with a cell in the file's own words, but not again of one that could not even be read. */
function reporterOf({ file, shown, problems: unread }: Table, problems: DataProblem[]): Report {
  const told = new Set(unread.map(({ line, column }) => `${line} ${column}`))
  return ({ line, cells }, key, problem) => {
    const column = shown.get(key) ?? key
    if (!told.has(`${line} ${column}`)) problems.push({ file, line, column, problem, value: cells[key] ?? '' })
    return undefined
  }
}
