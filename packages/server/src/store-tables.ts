// Instance data as the rows they were imported from, for exports: pages along the primary key, so that any number of rows takes little memory.
import { dataTables, localDate, type TableName } from '@gridwright/core'
import { always } from './import-rows.ts'
import type { Session } from './store-session.ts'

/** A row of a table: our column → text, '' for none. Instants of `from` and `to` are local dates. */
export type TableRow = Readonly<Record<string, string>>
/** A good's `price` is in units of the shop's ledger. */
type Source = { readonly sql: string; readonly key: readonly string[]; readonly start: readonly string[] }

const heldSource = (table: string, column: string): Source => ({
  sql: `select person, ${column}, area, to_json(valid_from)#>>'{}' as from, to_json(valid_to)#>>'{}' as to from ${table}
    where locality = $1 and (person, ${column}, area, valid_from) > ($3, $4, $5, $6::timestamptz)
      and (valid_to is null or valid_to > valid_from)
    order by person, ${column}, area, valid_from limit $2`,
  key: ['person', column, 'area', 'from'],
  start: ['', '', '', '-infinity']
})
const byId = (columns: string, table: string, key: string): Source => ({
  sql: `select ${columns} from ${table} where locality = $1 and id > $3 order by id limit $2`,
  key: [key],
  start: ['']
})

const sources: Readonly<Record<TableName, Source>> = {
  areas: byId('id as code, name, level, parent', 'area', 'code'),
  people: byId('id, name, phone, household', 'person', 'id'),
  appointments: heldSource('appointment', 'post'),
  registrations: heldSource('registration', 'kind'),
  goods: byId(
    `id, name, price::text, delivered::text as stock, "limit"::text, case when "limit" is null then '' else per end as per`,
    'good',
    'id'
  )
}

/** Every row of `table`, in the order of its key, read a page of `size` at a time. What was ended before it began is left out. */
export async function* tableRows(
  session: Session,
  locality: { readonly id: string; readonly timeZone: string },
  table: TableName,
  size: number
): AsyncGenerator<TableRow> {
  const { sql, key, start } = sources[table]
  const columns = Object.keys(dataTables[table])
  let place: readonly (string | null)[] = start
  for (;;) {
    const rows = await session.read<Record<string, string | null>>(locality.id, sql, [locality.id, size, ...place])
    for (const row of rows) yield Object.fromEntries(columns.map(column => [column, cell(column, row[column] ?? '')]))
    const last = rows.at(-1)
    if (!last || rows.length < size) return
    place = key.map(column => last[column] ?? '')
  }

  function cell(column: string, value: string): string {
    if ((column !== 'from' && column !== 'to') || value === '') return value
    const at = Date.parse(value)
    return at === Date.parse(always) ? '' : localDate(at, locality.timeZone)
  }
}
