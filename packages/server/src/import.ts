// Instance data from a locality's folder: areas, people, posts held, registrations. All of it or nothing, and the same content once.
// `from` and `to` are local dates: held from the beginning of the first until before the beginning of the second.
import {
  contentHash,
  localIso,
  parseDataset,
  type DataRow,
  type Dataset,
  type Good,
  type Locality
} from '@gridwright/core'
import { goodsIn } from './import-goods.ts'
import { known } from './store-people.ts'
import { storeFault, type DataProblem } from './store-fault.ts'
import type { Run, Session } from './store-session.ts'

export type Imported = {
  readonly areas: number
  readonly people: number
  readonly appointments: number
  readonly registrations: number
  readonly goods: number
  readonly already: boolean
}
/** Hears of each table as it is stored. */
export type ImportProgress = (done: { readonly file: string; readonly rows: number }) => void

type Table = Dataset & { readonly file: string }
type Counts = Omit<Imported, 'already'>
type Checked = {
  readonly areas: readonly AreaRow[]
  readonly people: readonly object[]
  readonly appointments: readonly object[]
  readonly registrations: readonly object[]
  readonly goods: readonly Good[]
}
type AreaRow = {
  id: string
  code: string
  name: string
  level: string
  parent: string | null
  path: string[]
  places: Record<string, string>
}
type Report = (row: DataRow, column: string, problem: string) => undefined

const columns = {
  'data/areas.csv': ['code', 'name', 'level', 'parent'],
  'data/people.csv': ['id', 'name', 'phone'],
  'data/appointments.csv': ['person', 'post', 'area', 'from', 'to'],
  'data/registrations.csv': ['person', 'kind', 'area', 'from', 'to'],
  'data/goods.csv': []
} as const
const always = '1970-01-01T00:00:00Z'
const chunk = 5_000
const maxProblems = 200

/** Imports the tables that `files` holds. Throws `import.refused` with every faulty row. */
export async function importData(
  session: Session,
  locality: Locality,
  files: ReadonlyMap<string, string>,
  now: number,
  onProgress: ImportProgress = () => undefined
): Promise<Imported> {
  const names = Object.keys(columns) as (keyof typeof columns)[] // an object literal has no other keys
  const texts = names.flatMap(file => (files.has(file) ? [[file, files.get(file) ?? ''] as const] : []))
  const hash = contentHash(Object.fromEntries(texts))
  return session.within(locality.id, async run => {
    await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`import ${locality.id}`])
    const [before] = await run<{ counts: Counts }>('select counts from data_import where locality = $1 and hash = $2', [
      locality.id,
      hash
    ])
    if (before) return { ...before.counts, already: true }
    const problems: DataProblem[] = []
    const checked = await checkedRows(
      run,
      locality,
      texts.map(([file, text]) => tableOf(file, text, problems)),
      problems
    )
    if (problems.length > 0)
      throw storeFault('import.refused', shown(problems), { problems: problems.slice(0, maxProblems) })
    const counts = await store(run, locality.id, checked, onProgress)
    await run('insert into data_import (locality, hash, counts, at) values ($1, $2, $3, $4)', [
      locality.id,
      hash,
      JSON.stringify(counts),
      new Date(now).toISOString()
    ])
    return { ...counts, already: false }
  })
}

function shown(problems: readonly DataProblem[]): string {
  return problems
    .slice(0, 3)
    .map(({ file, line, column, problem, value }) => `${file}:${line} ${column} “${value}” ${problem}`)
    .join('; ')
}

function tableOf(file: keyof typeof columns, text: string, problems: DataProblem[]): Table {
  const dataset = parseDataset(text)
  if (!('rows' in dataset)) {
    problems.push({ file, line: dataset.line, column: '', problem: 'malformed', value: dataset.problem })
    return { file, headings: [], rows: [] }
  }
  for (const column of columns[file])
    if (!dataset.headings.includes(column))
      problems.push({ file, line: 1, column, problem: 'heading-missing', value: '' })
  return { file, headings: dataset.headings, rows: dataset.rows }
}

async function checkedRows(
  run: Run,
  locality: Locality,
  tables: readonly Table[],
  problems: DataProblem[]
): Promise<Checked> {
  const rowsOf = (file: string) => tables.find(table => table.file === file)?.rows ?? []
  const reportOf =
    (file: string): Report =>
    (row, column, problem) =>
      void problems.push({ file, line: row.line, column, problem, value: row.cells[column] ?? '' })
  const held = [...rowsOf('data/appointments.csv'), ...rowsOf('data/registrations.csv')].map(({ cells }) => cells)
  const areaRows = rowsOf('data/areas.csv')
  const areas = areasIn(
    areaRows,
    locality,
    await storedAreas(run, locality.id, [
      ...areaRows.map(({ cells }) => cells.parent ?? ''),
      ...held.map(({ area = '' }) => area)
    ]),
    reportOf('data/areas.csv')
  )
  const people = peopleIn(rowsOf('data/people.csv'), reportOf('data/people.csv'))
  const persons = new Set([
    ...people.map(({ id }) => id),
    ...(await known(
      run,
      'person',
      locality.id,
      held.map(({ person = '' }) => person)
    ))
  ])
  const holding = (file: string, column: 'post' | 'kind', levels: ReadonlyMap<string, { level: string }>) =>
    heldIn(rowsOf(file), { column, levels, persons, areas: areas.levels, timeZone: locality.timeZone }, reportOf(file))
  return {
    areas: areas.rows,
    people,
    appointments: holding('data/appointments.csv', 'post', locality.posts),
    registrations: holding('data/registrations.csv', 'kind', locality.registrations),
    goods: await goodsIn(
      run,
      locality,
      tables.find(({ file }) => file === 'data/goods.csv'),
      problems
    )
  }
}

/** The area above another, none for the top, or what is wrong with it; `reported` where that has been said of itself. */
type Above = Pick<AreaRow, 'id' | 'level' | 'path' | 'places'> | undefined | 'circular' | 'unknown' | 'reported'
type Stored = ReadonlyMap<string, Pick<AreaRow, 'id' | 'level' | 'path' | 'places'>>

async function storedAreas(run: Run, locality: string, ids: readonly string[]): Promise<Stored> {
  const rows = await run<Pick<AreaRow, 'id' | 'level' | 'path' | 'places'>>(
    'select id, level, to_json(path) as path, places from area where locality = $1 and id = any($2::text[])',
    [locality, ids]
  )
  return new Map(rows.map(row => [row.id, row]))
}

/** Areas with their paths; a parent may stand below its child in the file. `levels` tells the level of every area that is known. */
function areasIn(
  rows: readonly DataRow[],
  locality: Locality,
  stored: Stored,
  report: Report
): { rows: readonly AreaRow[]; levels: ReadonlyMap<string, string> } {
  const byCode = new Map(rows.map(row => [row.cells.code ?? '', row]))
  const ranks = new Map(locality.levels.map(({ id }, rank) => [id, rank]))
  const made = new Map<string, AreaRow | undefined>()
  const seen = new Set<string>()
  const make = (row: DataRow, below: readonly string[]): AreaRow | undefined => {
    const { code, name, level, parent } = areaCells(row)
    if (made.has(code)) return made.get(code)
    made.set(code, undefined)
    const above = aboveOf(parent, [...below, code])
    if (above === 'reported') return undefined
    if (typeof above === 'string') return report(row, 'parent', above)
    const misplaced = levelFault(ranks, level, above)
    if (misplaced) return report(row, 'level', misplaced)
    const area = {
      id: code,
      code,
      name,
      level,
      parent: above?.id ?? null,
      path: [...(above?.path ?? []), code],
      places: { ...above?.places, [level]: code }
    }
    made.set(code, area)
    return area
  }
  const aboveOf = (parent: string, below: readonly string[]): Above => {
    if (parent === '') return undefined
    if (below.includes(parent)) return 'circular'
    const row = byCode.get(parent)
    return row ? (make(row, below) ?? 'reported') : (stored.get(parent) ?? 'unknown')
  }
  for (const row of rows) {
    const { code = '', name = '' } = row.cells
    if (code === '') report(row, 'code', 'missing')
    else if (seen.has(code)) report(row, 'code', 'duplicate')
    else if (name === '') report(row, 'name', 'missing')
    else make(row, [])
    seen.add(code)
  }
  const areas = [...made.values()].filter(area => area !== undefined)
  return { rows: areas, levels: new Map([...stored.values(), ...areas].map(({ id, level }) => [id, level])) }
}

function areaCells({ cells: { code = '', name = '', level = '', parent = '' } }: DataRow) {
  return { code, name, level, parent }
}

function levelFault(
  ranks: ReadonlyMap<string, number>,
  level: string,
  above: { readonly level: string } | undefined
): string | undefined {
  const rank = ranks.get(level)
  if (rank === undefined) return 'unknown'
  return above && rank <= (ranks.get(above.level) ?? -1) ? 'not-below-parent' : undefined
}

function peopleIn(
  rows: readonly DataRow[],
  report: Report
): readonly { id: string; name: string; phone: string | null; household: string | null }[] {
  const seen = new Set<string>()
  return rows.flatMap(row => {
    const { id = '', name = '', phone = '', household = '' } = row.cells
    const fault = personFault(id, name, seen)
    seen.add(id)
    if (fault) return report(row, fault[0], fault[1]) ?? []
    return [{ id, name, phone: phone === '' ? null : phone, household: household === '' ? null : household }]
  })
}

function personFault(
  id: string,
  name: string,
  seen: ReadonlySet<string>
): readonly [column: string, problem: string] | undefined {
  if (id === '') return ['id', 'missing']
  if (/[:@\s]/.test(id)) return ['id', 'not-an-id'] // these tell the parts of a party key apart
  if (seen.has(id)) return ['id', 'duplicate']
  return name === '' ? ['name', 'missing'] : undefined
}

type Holding = {
  readonly column: 'post' | 'kind'
  readonly levels: ReadonlyMap<string, { level: string }>
  readonly persons: ReadonlySet<string>
  readonly areas: ReadonlyMap<string, string>
  readonly timeZone: string
}

function heldIn(
  rows: readonly DataRow[],
  { column, levels, persons, areas, timeZone }: Holding,
  report: Report
): readonly object[] {
  const seen = new Set<string>()
  return rows.flatMap(row => {
    const { person = '', area = '', from = '', to = '', [column]: name = '' } = row.cells
    const level = levels.get(name)?.level
    const begins = from === '' ? always : midnight(from, timeZone)
    const ends = to === '' ? null : midnight(to, timeZone)
    const key = [person, name, area, begins].join(' ')
    const fault = () => {
      if (!persons.has(person)) return ['person', 'unknown'] as const
      if (level === undefined) return [column, 'unknown'] as const
      if (!areas.has(area)) return ['area', 'unknown'] as const
      if (areas.get(area) !== level) return ['area', 'wrong-level'] as const
      if (begins === undefined) return ['from', 'not-a-date'] as const
      if (ends === undefined) return ['to', 'not-a-date'] as const
      if (ends !== null && Date.parse(ends) <= Date.parse(begins)) return ['to', 'not-after-from'] as const
      return seen.has(key) ? (['person', 'duplicate'] as const) : undefined
    }
    const found = fault()
    seen.add(key)
    if (found) return report(row, found[0], found[1]) ?? []
    return [{ person, [column]: name, area, valid_from: begins, valid_to: ends }]
  })
}

/** The first instant of a local date as RFC 3339, or undefined for what is no date. */
function midnight(date: string, timeZone: string): string | undefined {
  const utc = Date.parse(`${date}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== date)
    return undefined
  const offsetAt = (instant: number) => localIso(instant, timeZone).slice(-6)
  const guess = Date.parse(`${date}T00:00:00${offsetAt(utc)}`)
  return new Date(Date.parse(`${date}T00:00:00${offsetAt(guess)}`)).toISOString()
}

async function store(run: Run, locality: string, checked: Checked, onProgress: ImportProgress): Promise<Counts> {
  const put = async (file: string, rows: readonly object[], sql: string) => {
    for (let i = 0; i < rows.length; i += chunk) await run(sql, [locality, JSON.stringify(rows.slice(i, i + chunk))])
    onProgress({ file, rows: rows.length })
    return rows.length
  }
  const heldSql = (
    table: string,
    column: string
  ) => `insert into ${table} (locality, person, ${column}, area, valid_from, valid_to)
    select $1, r.* from jsonb_to_recordset($2::jsonb) as r(person text, ${column} text, area text, valid_from timestamptz, valid_to timestamptz)
    on conflict (locality, person, ${column}, area, valid_from) do update set valid_to = excluded.valid_to`
  return {
    areas: await put(
      'data/areas.csv',
      checked.areas,
      `insert into area (locality, id, code, name, level, parent, path, places, valid_from)
      select $1, r.*, '${always}' from jsonb_to_recordset($2::jsonb) as r(id text, code text, name text, level text, parent text, path text[], places jsonb)
      on conflict (locality, id) do update set code = excluded.code, name = excluded.name, level = excluded.level, parent = excluded.parent, path = excluded.path, places = excluded.places`
    ),
    people: await put(
      'data/people.csv',
      checked.people,
      `insert into person (locality, id, name, phone, household)
      select $1, r.* from jsonb_to_recordset($2::jsonb) as r(id text, name text, phone text, household text)
      on conflict (locality, id) do update set name = excluded.name, phone = excluded.phone, household = excluded.household`
    ),
    appointments: await put('data/appointments.csv', checked.appointments, heldSql('appointment', 'post')),
    registrations: await put('data/registrations.csv', checked.registrations, heldSql('registration', 'kind')),
    goods: await put(
      'data/goods.csv',
      checked.goods,
      `insert into good as g (locality, id, name, price, stock, "limit", per, delivered)
      select $1, r.id, r.name, r.price, r.stock, r."limit", r.per, r.stock from jsonb_to_recordset($2::jsonb) as r(id text, name text, price int, stock int, "limit" int, per text)
      on conflict (locality, id) do update set name = excluded.name, price = excluded.price, "limit" = excluded."limit", per = excluded.per,
        stock = g.stock + excluded.delivered - g.delivered, delivered = excluded.delivered`
    )
  }
}
