// A case as rows: `CaseRow` and `CaseEvent` to columns and back, without loss.
import { audienceOf, awaitsCalendar, nextDueAt, type CaseEvent, type CaseRow } from '@gridwright/workflows'

/** Columns of case_record that hold what `CaseRow` says, with their types; the rest of the row is `body`. */
const told = {
  id: 'uuid',
  number: 'text',
  service: 'text',
  procedure: 'text',
  channel: 'text',
  area: 'text',
  handling_area: 'text',
  state: 'text',
  open: 'boolean',
  revision: 'int',
  submitted_at: 'timestamptz',
  updated_at: 'timestamptz',
  closed_at: 'timestamptz',
  applicant: 'text',
  assignee: 'text',
  owners: 'text[]',
  body: 'jsonb'
} as const
/** Columns that follow from the row, for queries. */
const derived = { next_due_at: 'timestamptz', awaits_calendar: 'boolean', audience: 'text[]' } as const

/** Columns of case_record after `locality`, by name. */
export const caseColumns: Readonly<Record<string, string>> = { ...told, ...derived }

/** The facts of a case that columns hold; the others are members of `body`. */
const facts: Readonly<Record<Exclude<keyof typeof told, 'body'>, keyof CaseRow>> = {
  id: 'id',
  number: 'number',
  service: 'service',
  procedure: 'procedure',
  channel: 'channel',
  area: 'area',
  handling_area: 'handlingArea',
  state: 'state',
  open: 'open',
  revision: 'revision',
  submitted_at: 'submittedAt',
  updated_at: 'updatedAt',
  closed_at: 'closedAt',
  applicant: 'applicant',
  assignee: 'assignee',
  owners: 'owners'
}
const columnsOfFacts = Object.entries(facts)
const inColumns: ReadonlySet<string> = new Set(Object.values(facts))

/** A case as the columns of `caseColumns`; instants in ISO 8601. */
export function recordOf(row: CaseRow): Readonly<Record<string, unknown>> {
  const due = nextDueAt(row)
  const columns = columnsOfFacts.map(([column, fact]) => {
    const value = row[fact]
    return [column, column.endsWith('_at') && typeof value === 'number' ? iso(value) : value]
  })
  return {
    ...Object.fromEntries(columns),
    body: Object.fromEntries(Object.entries(row).filter(([fact]) => !inColumns.has(fact))),
    next_due_at: due === null ? 'infinity' : iso(due),
    awaits_calendar: awaitsCalendar(row),
    audience: audienceOf(row)
  }
}

/** What the select list of `caseSelection` gives; instants in epoch milliseconds. */
export type CaseRecord = { readonly [column in keyof typeof told]: unknown } & {
  readonly id: string
  readonly submitted_at: number
  readonly body: Partial<CaseRow>
}

/** Select list for `CaseRecord` from case_record under `alias`. */
export function caseSelection(alias: string): string {
  return Object.entries(told)
    .map(([name, type]) => {
      if (type === 'timestamptz') return `${milliseconds(`${alias}.${name}`)} as ${name}`
      return type === 'text[]' ? `to_json(${alias}.${name}) as ${name}` : `${alias}.${name}`
    })
    .join(', ')
}

/** As many nulls as `caseSelection` has columns. */
export const noCase = Object.keys(told)
  .map(() => 'null')
  .join(', ')

/** The case that a record holds. */
export function caseFrom(record: CaseRecord): CaseRow {
  const values: Readonly<Record<string, unknown>> = record
  const told = Object.fromEntries(columnsOfFacts.map(([column, fact]) => [fact, values[column]]))
  return { ...record.body, ...told } as CaseRow // columns and body hold all that `recordOf` took from one
}

/** Columns of case_event after `locality`, with their types. */
export const eventColumns = {
  case_id: 'uuid',
  ordinal: 'int',
  command: 'uuid',
  event: 'text',
  transition: 'text',
  actor: 'text',
  by_key: 'text',
  at: 'timestamptz',
  from_state: 'text',
  to_state: 'text',
  changed: 'jsonb',
  commitment: 'text',
  procedure: 'text',
  world: 'text',
  previous_hash: 'text',
  hash: 'text',
  answers: 'jsonb',
  salt: 'text'
} as const

/** A journal entry as the columns of `eventColumns`. */
export function eventRecordOf(entry: CaseEvent): Readonly<Record<string, unknown>> {
  const { case: case_id, by: by_key, at, from: from_state, to: to_state, previousHash: previous_hash, ...same } = entry
  return { ...same, case_id, by_key, at: iso(at), from_state, to_state, previous_hash }
}

export type EventRecord = Omit<CaseEvent, 'case' | 'by' | 'from' | 'to' | 'previousHash'> & {
  case_id: string
  by_key: string | null
  from_state: string | null
  to_state: string
  previous_hash: string
}

/** Select list for `EventRecord` from case_event under `alias`. */
export function eventSelection(alias: string): string {
  return Object.keys(eventColumns)
    .map(name => (name === 'at' ? `${milliseconds(`${alias}.at`)} as at` : `${alias}.${name}`))
    .join(', ')
}

/** The journal entry that a record holds. */
export function eventFrom(record: EventRecord): CaseEvent {
  const { case_id, by_key: by, from_state: from, to_state: to, previous_hash: previousHash, ...same } = record
  return { ...same, case: case_id, by, from, to, previousHash }
}

/** SQL for a timestamptz as epoch milliseconds. */
export function milliseconds(expression: string): string {
  return `(extract(epoch from ${expression}) * 1000)::float8`
}

/** SQL for epoch milliseconds in a parameter as a timestamptz. */
export function instant(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`
}

/** Epoch milliseconds as PostgreSQL reads them. */
export function iso(instant: number): string {
  return new Date(instant).toISOString()
}
