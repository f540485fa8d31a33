// Checked rows into their tables: what is new is added, what differs is changed, what is the same stays untouched. Nothing is ever deleted;
// appointments and registrations that a complete table no longer lists are ended.
import type { Good, TableName } from '@gridwright/core'
import type { AreaRow } from './import-areas.ts'
import { always, type HeldRow, type PersonRow } from './import-rows.ts'
import type { Run } from './store-session.ts'

/** What an import did to one table. `missing` is how many are held today and not in the file, `examples` names some rows of each kind. */
export type TableChange = {
  readonly table: TableName
  readonly file: string
  readonly rows: number
  readonly added: number
  readonly changed: number
  readonly ended: number
  readonly missing: number
  readonly examples: readonly { readonly kind: 'added' | 'changed' | 'ended' | 'missing'; readonly key: string }[]
  /** Headings of the file that no column has. */
  readonly unused: readonly string[]
}
/** Hears of each table as its rows are stored; `rows` counts up to `of`. */
export type ImportProgress = (done: { readonly file: string; readonly rows: number; readonly of: number }) => void

/** A table whose rows have passed. */
export type CheckedTable = {
  readonly file: string
  readonly headings: readonly string[]
  readonly unused: readonly string[]
} & (
  | { readonly table: 'areas'; readonly rows: readonly AreaRow[] }
  | { readonly table: 'people'; readonly rows: readonly PersonRow[] }
  | { readonly table: 'appointments' | 'registrations'; readonly rows: readonly HeldRow[] }
  | { readonly table: 'goods'; readonly rows: readonly Good[] }
)
/** `today` is the first instant of the local day as RFC 3339; `complete` ends what the table no longer lists, 'tell' only counts it. */
export type Storing = {
  readonly locality: string
  readonly today: string
  readonly complete: boolean | 'tell'
  readonly onProgress: ImportProgress
}

const chunk = 5_000
const shown = 20

/** Stores the rows of one table. */
export async function storeTable(run: Run, checked: CheckedTable, storing: Storing): Promise<TableChange> {
  const { locality, onProgress, complete } = storing
  const { table, file, rows, headings, unused } = checked
  const sql = statements[table](headings.includes('household'))
  const examples: TableChange['examples'][number][] = []
  const count = { added: 0, changed: 0, ended: 0, missing: 0 }
  const tell = (kind: keyof typeof count, key: string) => {
    if (++count[kind] <= shown) examples.push({ kind, key })
  }
  for (let i = 0; i < Math.max(rows.length, 1); i += chunk) {
    const some = rows.slice(i, i + chunk)
    const touched = some.length === 0 ? [] : await run<Touched>(sql, [locality, JSON.stringify(some)])
    for (const { key, added } of touched) tell(added ? 'added' : 'changed', key)
    onProgress({ file, rows: i + some.length, of: rows.length })
  }
  if ((table === 'appointments' || table === 'registrations') && complete !== false) {
    const vanished = await vanishedOf(run, table, checked.rows, storing)
    for (const held of vanished) tell(complete === true ? 'ended' : 'missing', keyOf(held))
    if (complete === true) await end(run, table, vanished, storing)
  }
  return { table, file, rows: rows.length, ...count, examples, unused }
}

type Touched = { readonly key: string; readonly added: boolean }

/** A row that was there before has been locked, and so has an xmax. */
const touched = (key: string) => `returning ${key} as key, xmax = 0 as added`

const columnOf = { appointments: ['appointment', 'post'], registrations: ['registration', 'kind'] } as const

const heldSql = (name: 'appointments' | 'registrations') => () => {
  const [table, column] = columnOf[name]
  return `insert into ${table} as t (locality, person, ${column}, area, valid_from, valid_to)
    select $1, r.* from jsonb_to_recordset($2::jsonb) as r(person text, name text, area text, valid_from timestamptz, valid_to timestamptz)
    on conflict (locality, person, ${column}, area, valid_from) do update set valid_to = excluded.valid_to
    where t.valid_to is distinct from excluded.valid_to
    ${touched(`t.person || ' ' || t.${column} || ' ' || t.area`)}`
}

const statements: Readonly<Record<TableName, (hasHousehold: boolean) => string>> = {
  areas: () => `insert into area as t (locality, id, code, name, level, parent, path, places, valid_from)
    select $1, r.*, '${always}' from jsonb_to_recordset($2::jsonb) as r(id text, code text, name text, level text, parent text, path text[], places jsonb)
    on conflict (locality, id) do update set code = excluded.code, name = excluded.name, level = excluded.level, parent = excluded.parent, path = excluded.path, places = excluded.places
    where (t.code, t.name, t.level, t.parent, t.path, t.places) is distinct from (excluded.code, excluded.name, excluded.level, excluded.parent, excluded.path, excluded.places)
    ${touched("t.id || ' ' || t.name")}`,
  people: hasHousehold => {
    const household = hasHousehold ? 'excluded.household' : 't.household'
    return `insert into person as t (locality, id, name, phone, household)
    select $1, r.* from jsonb_to_recordset($2::jsonb) as r(id text, name text, phone text, household text)
    on conflict (locality, id) do update set name = excluded.name, phone = excluded.phone, household = ${household}
    where (t.name, t.phone, t.household) is distinct from (excluded.name, excluded.phone, ${household})
    ${touched('t.id')}`
  },
  appointments: heldSql('appointments'),
  registrations: heldSql('registrations'),
  goods: () => `insert into good as t (locality, id, name, price, stock, "limit", per, delivered)
    select $1, r.id, r.name, r.price, r.stock, r."limit", r.per, r.stock from jsonb_to_recordset($2::jsonb) as r(id text, name text, price int, stock int, "limit" int, per text)
    on conflict (locality, id) do update set name = excluded.name, price = excluded.price, "limit" = excluded."limit", per = excluded.per,
      stock = t.stock + excluded.delivered - t.delivered, delivered = excluded.delivered
    where (t.name, t.price, t."limit", t.per, t.delivered) is distinct from (excluded.name, excluded.price, excluded."limit", excluded.per, excluded.delivered)
    ${touched("t.id || ' ' || t.name")}`
}

const keyOf = ({ person, name, area }: Pick<HeldRow, 'person' | 'name' | 'area'>) => `${person} ${name} ${area}`
const spanOf = (held: HeldRow) => `${keyOf(held)} ${Date.parse(held.valid_from)}`

/** What is held today or from a later day, and not among `rows`. */
async function vanishedOf(
  run: Run,
  name: 'appointments' | 'registrations',
  rows: readonly HeldRow[],
  { locality, today }: Storing
): Promise<readonly HeldRow[]> {
  const [table, column] = columnOf[name]
  const listed = new Set(rows.map(spanOf))
  const held = await run<HeldRow>(
    `select person, ${column} as name, area, to_json(valid_from)#>>'{}' as valid_from from ${table}
    where locality = $1 and (valid_to is null or valid_to > greatest($2::timestamptz, valid_from)) order by person, ${column}, area, valid_from`,
    [locality, today]
  )
  return held.filter(one => !listed.has(spanOf(one)))
}

/** Ends them with the beginning of today; what has not begun yet is never held. */
async function end(
  run: Run,
  name: 'appointments' | 'registrations',
  vanished: readonly HeldRow[],
  { locality, today }: Storing
): Promise<void> {
  const [table, column] = columnOf[name]
  for (let i = 0; i < vanished.length; i += chunk)
    await run(
      `update ${table} as t set valid_to = greatest(t.valid_from, $3::timestamptz)
      from jsonb_to_recordset($2::jsonb) as r(person text, name text, area text, valid_from timestamptz)
      where t.locality = $1 and t.person = r.person and t.${column} = r.name and t.area = r.area and t.valid_from = r.valid_from`,
      [locality, JSON.stringify(vanished.slice(i, i + chunk)), today]
    )
}
