// People and what they hold, from the rows of imported tables. `from` and `to` are local dates: held from the beginning of the first until
// before the beginning of the second.
import { startOfDay, type DataRow } from '@gridwright/core'
import { iso } from './store-case.ts'

/** Says what is wrong with a cell of a row. */
export type Report = (row: DataRow, column: string, problem: string) => undefined

/** Where a row names no first day. */
export const always = '1970-01-01T00:00:00Z'

export type PersonRow = { id: string; name: string; phone: string | null; household: string | null }

/** The people of `rows`; `household` is left out where the table has no such column. */
export function peopleIn(rows: readonly DataRow[], report: Report): readonly PersonRow[] {
  const seen = new Set<string>()
  return rows.flatMap(row => {
    const { id = '', name = '', phone = '', household = '' } = row.cells
    const fault = personFault({ id, name, phone }, seen)
    seen.add(id)
    if (fault) return report(row, fault[0], fault[1]) ?? []
    return [{ id, name, phone: phone === '' ? null : phone, household: household === '' ? null : household }]
  })
}

function personFault(
  { id, name, phone }: { readonly id: string; readonly name: string; readonly phone: string },
  seen: ReadonlySet<string>
): readonly [column: string, problem: string] | undefined {
  if (id === '') return ['id', 'missing']
  if (/[:@\s]/.test(id)) return ['id', 'not-an-id'] // these tell the parts of a party key apart
  if (seen.has(id)) return ['id', 'duplicate']
  if (name.endsWith('**')) return ['name', 'masked']
  if (phone.includes('****')) return ['phone', 'masked']
  return name === '' ? ['name', 'missing'] : undefined
}

/** What rows of appointments (`post`) or registrations (`kind`) are held against. */
export type Holding = {
  readonly column: 'post' | 'kind'
  readonly levels: ReadonlyMap<string, { level: string }>
  readonly persons: ReadonlySet<string>
  readonly areas: ReadonlyMap<string, string>
  readonly timeZone: string
}
/** A post or registration held; instants in RFC 3339. */
export type HeldRow = {
  readonly person: string
  readonly name: string
  readonly area: string
  readonly valid_from: string
  readonly valid_to: string | null
}

/** Appointments or registrations of `rows`. */
export function heldIn(rows: readonly DataRow[], holding: Holding, report: Report): readonly HeldRow[] {
  const seen = new Set<string>()
  const midnight = midnights(holding.timeZone)
  return rows.flatMap(row => {
    const cells = { person: '', area: '', from: '', to: '', ...row.cells }
    const name = row.cells[holding.column] ?? ''
    const place = { person: cells.person, name, area: cells.area }
    const begins = cells.from === '' ? always : midnight(cells.from)
    const ends = cells.to === '' ? null : midnight(cells.to)
    const key = [cells.person, name, cells.area, begins].join(' ')
    const repeated = seen.has(key)
    seen.add(key)
    const fault = placeFault(place, holding) ?? spanFault(begins, ends)
    if (fault) return report(row, ...fault) ?? []
    if (repeated) return report(row, 'person', 'duplicate') ?? []
    return [{ ...place, valid_from: begins ?? always, valid_to: ends ?? null }]
  })
}

function spanFault(
  begins: string | undefined,
  ends: string | null | undefined
): readonly [column: string, problem: string] | undefined {
  if (begins === undefined) return ['from', 'not-a-date']
  if (ends === undefined) return ['to', 'not-a-date']
  return ends !== null && Date.parse(ends) <= Date.parse(begins) ? ['to', 'not-after-from'] : undefined
}

function placeFault(
  { person, name, area }: Pick<HeldRow, 'person' | 'name' | 'area'>,
  { column, levels, persons, areas }: Holding
): readonly [column: string, problem: string] | undefined {
  const level = levels.get(name)?.level
  if (!persons.has(person)) return ['person', 'unknown']
  if (level === undefined) return [column, 'unknown']
  if (!areas.has(area)) return ['area', 'unknown']
  return areas.get(area) === level ? undefined : ['area', 'wrong-level']
}

/** The first instant of local dates as RFC 3339, each date reckoned once; undefined for what is no date. */
function midnights(timeZone: string): (date: string) => string | undefined {
  const known = new Map<string, string | undefined>()
  return date => {
    if (!known.has(date)) known.set(date, midnight(date, timeZone))
    return known.get(date)
  }
}

/** The first instant of a local date as RFC 3339, or undefined for what is no date. */
export function midnight(date: string, timeZone: string): string | undefined {
  const start = startOfDay(date, timeZone)
  return start === undefined ? undefined : iso(start)
}
