// The command door's port on PostgreSQL: one statement reads and locks, one writes. Lock order: case, then command log. Of twins the
// second waits for the first, at the latest where it enters its outcome, is turned away there and finds the first one's when it asks again.
import type { PersonFacts } from '@gridwright/core'
import {
  audienceOf,
  type AreaFacts,
  type CaseEvent,
  type CaseRow,
  type Change,
  type Facts,
  type Outcome,
  type Reads,
  type Tx
} from '@gridwright/workflows'
import { failPoint, planted } from './chaos.ts'
import { readBooks, writeBooks } from './store-books.ts'
import { readFiles, writeFiles } from './store-files.ts'
import { readRoll, writeRoll } from './store-roll.ts'
import type { Run } from './store-session.ts'
import {
  caseColumns,
  caseFrom,
  caseSelection,
  eventColumns,
  eventRecordOf,
  instant,
  iso,
  noCase,
  recordOf,
  type CaseRecord
} from './store-case.ts'

/** A port whose `apply` is sent and not waited for. */
export type StoreTx = {
  readonly tx: Tx
  /** Settles when the database has answered what was applied. */
  applied(): Promise<unknown>
  /** The case as this transaction left it. */
  row(): CaseRow | undefined
  /** The journal entries that this transaction wrote. */
  written(): readonly CaseEvent[]
  /** The ids of the transfers that it entered or settled. */
  moved(): readonly string[]
}

/** The port of one transaction under `locality`. With `tick`, a case that another transaction holds is as good as unknown. */
export function openTx(run: Run, locality: string, { tick }: { readonly tick: boolean }): StoreTx {
  let held: CaseRow | undefined
  let now = 0
  let applied: Promise<unknown> = Promise.resolve()
  let left: CaseRow | undefined
  let written: readonly CaseEvent[] = []
  let moved: readonly string[] = []
  const tx: Tx = {
    async read(reads) {
      if (reads.roll) return { people: new Map(), roll: await readRoll(run, locality, reads.roll) }
      if (reads.books) return { people: new Map(), books: await readBooks(run, locality, reads.books) }
      if (!reads.command) {
        const people = await readPeople(run, locality, reads)
        return reads.files ? { people, files: await readFiles(run, locality, reads.files) } : { people }
      }
      const facts = await readCommand(run, locality, reads, reads.command.id, tick)
      held = facts.case
      now = reads.now
      failPoint('after-read')
      return facts
    },
    async apply(changes) {
      failPoint('before-apply')
      if (planted('forget-refusal') && changes.length === 1) return
      await writeRoll(run, locality, changes)
      await writeFiles(run, locality, changes)
      await writeBooks(run, locality, changes) // only the last statement may be on its way when COMMIT is sent
      applied = write(run, locality, changes, { held, now })
      for (const change of changes) if (change.kind === 'case') left = change.row
      applied.catch(() => undefined) // whoever awaits `applied` hears of it
      written = changes.flatMap(change => (change.kind === 'event' ? [change.entry] : []))
      moved = changes.flatMap(change => (change.kind === 'transfer' ? [change.transfer.id] : []))
    }
  }
  return { tx, applied: () => applied, row: () => left, written: () => written, moved: () => moved }
}

type PersonRow = {
  fact: 'person' | 'appointment' | 'registration'
  person: string
  name: string | null
  area: string | null
}

/**
 * Rows on the people in `ids` at $2 (epoch milliseconds) under $1: one for each person, one for each post and registration held
 * then. Plain index scans, one after the other: the cheapest that a planner without statistics can make, too.
 */
function peopleRows(ids: string, before = ''): string {
  const held = (fact: string, name: string) => `select ${before}'${fact}', person, ${name}, area from ${fact}
    where locality = $1 and person = any(${ids}) and valid_from <= ${instant('$2')} and (valid_to is null or ${instant('$2')} < valid_to)`
  return `select ${before}'person' as fact, id as person, null as name, null as area from person where locality = $1 and id = any(${ids})
    union all ${held('appointment', 'post')} union all ${held('registration', 'kind')}`
}

const peopleSql = peopleRows('$3::text[]')

/** The people of `ids` with what they hold at `now`; unknown ids are missing. */
export async function readPeople(
  run: Run,
  locality: string,
  { now, people: ids }: Pick<Reads, 'now' | 'people'>
): Promise<ReadonlyMap<string, PersonFacts>> {
  return peopleFrom(await run<PersonRow>(peopleSql, [locality, now, ids]))
}

function peopleFrom(rows: readonly PersonRow[]): ReadonlyMap<string, PersonFacts> {
  const of = <T>(fact: PersonRow['fact'], id: string, each: (name: string, area: string) => T) =>
    rows.flatMap(row => (row.fact === fact && row.person === id ? [each(row.name ?? '', row.area ?? '')] : []))
  const ids = new Set(rows.flatMap(({ fact, person }) => (fact === 'person' ? [person] : [])))
  return new Map(
    [...ids].map(id => [
      id,
      {
        id,
        appointments: of('appointment', id, (post, area) => ({ post, area })),
        registrations: of('registration', id, (kind, area) => ({ kind, area }))
      }
    ])
  )
}

/** One row on the command, the case and the area, then those on people. */
function readFrom(lock: string): string {
  const people = `$3::text[] || array(select substr(applicant, 8) from held where applicant like 'person:%')`
  return `with held as materialized (select * from case_record where locality = $1 and id = $5 ${planted('no-lock') ? '' : lock})
    select l.digest, l.outcome, ${caseSelection('held')},
      (select json_build_object('id', a.id, 'code', a.code, 'level', a.level, 'places', a.places) from area a where a.locality = $1 and a.id = $6
        and a.valid_from <= ${instant('$2')} and (a.valid_to is null or ${instant('$2')} < a.valid_to)) as place,
      null as fact, null as person, null as name, null as area_held
    from (values (1)) as one left join held on true left join command_log l on l.locality = $1 and l.id = $4
    union all ${peopleRows(people, `null, null, ${noCase}, null, `)}`
}

const readSql = { command: readFrom('for update'), tick: readFrom('for update skip locked') }

type ReadRow = { digest: string | null; outcome: Outcome; place: AreaFacts | null; fact: null } & (
  | CaseRecord
  | { id: null }
)

async function readCommand(run: Run, locality: string, reads: Reads, command: string, tick: boolean): Promise<Facts> {
  const caseId = reads.case !== undefined && isUuid(reads.case) ? reads.case : null
  const params = [locality, reads.now, reads.people, command, caseId, reads.area ?? null]
  const [row, ...people] = await run<ReadRow | (PersonRow & { area_held: string | null })>(
    tick ? readSql.tick : readSql.command,
    params
  )
  if (row?.fact !== null) throw new Error('a read of facts did not begin with the command')
  if (row.digest !== null) return { earlier: { digest: row.digest, outcome: row.outcome }, people: new Map() }
  const facts = people.flatMap(found => (found.fact === null ? [] : [{ ...found, area: found.area_held }]))
  return {
    people: peopleFrom(facts),
    ...(row.id === null ? {} : { case: caseFrom(row) }),
    ...(row.place ? { area: row.place } : {})
  }
}

const outcomeSql = `insert into command_log (locality, id, digest, outcome, at) values ($1, $2, $3, $4, ${instant('$5')})`

function write(
  run: Run,
  locality: string,
  changes: readonly Change[],
  { held, now }: { readonly held: CaseRow | undefined; readonly now: number }
): Promise<unknown> {
  const of = <K extends Change['kind']>(kind: K) =>
    changes.filter((change): change is Extract<Change, { kind: K }> => change.kind === kind)
  const [said] = of('outcome')
  if (!said) throw new Error('a command is applied with its outcome')
  const [stored] = of('case')
  const outcome = [locality, said.command, said.digest, JSON.stringify(said.outcome), now]
  if (!stored) return run(outcomeSql, outcome)
  const { row } = stored
  const [before, after] = [held ? audienceOf(held) : [], audienceOf(row)]
  const [hidden, shown] =
    held?.open === row.open
      ? [before.filter(key => !after.includes(key)), after.filter(key => !before.includes(key))]
      : [before, after]
  const [events, contacts, notices] = [of('event'), of('contact'), of('notice')]
  const sql = writeSql({
    created: stored.created,
    events: events.length,
    contacts: contacts.length,
    notices: notices.length,
    hidden: hidden.length > 0,
    shown: shown.length > 0
  })
  return run(sql, [
    ...outcome,
    ...valuesOf(caseColumns, recordOf(row)),
    ...events.flatMap(({ entry }) => valuesOf(eventColumns, eventRecordOf(entry))),
    ...contacts.flatMap(({ id, contact }) => [id, contact.name, contact.phone]),
    ...notices.flatMap(({ notice: { key, topic, to, case: caseId, params, at } }) => [
      key,
      topic,
      to,
      caseId,
      JSON.stringify(params),
      iso(at)
    ]),
    ...(hidden.length > 0 ? [hidden, held?.open] : []),
    ...(shown.length > 0 ? [shown] : [])
  ])
}

/** How many rows of each kind a command writes: each shape is a statement of its own, so that what is not written costs nothing. */
type Shape = {
  readonly created: boolean
  readonly events: number
  readonly contacts: number
  readonly notices: number
  readonly hidden: boolean
  readonly shown: boolean
}

const statements = new Map<string, string>()

function writeSql(shape: Shape): string {
  const name = Object.values(shape).join()
  const sql = statements.get(name) ?? buildWrite(shape)
  statements.set(name, sql)
  return sql
}

const contactColumns = { id: 'uuid', name: 'text', phone: 'text' }
const noticeColumns = {
  key: 'text',
  topic: 'text',
  to_keys: 'text[]',
  case_id: 'uuid',
  params: 'jsonb',
  at: 'timestamptz'
}

function buildWrite({ created, events, contacts, notices, hidden, shown }: Shape): string {
  let last = 5
  const next = (type: string) => `$${++last}::${type}`
  const columns = Object.entries(caseColumns).map(([name, type]) => ({ name, value: next(type) }))
  const valueOf = (name: string) => columns.find(column => column.name === name)?.value
  const names = columns.map(({ name }) => name)
  const rowsOf = (types: Readonly<Record<string, string>>, count: number) =>
    Array.from({ length: count }, () => Object.values(types).map(next))
  const insert = (table: string, into: readonly string[], rows: readonly (readonly string[])[]) =>
    `insert into ${table} (locality, ${into.join(', ')}) values ${rows.map(row => `($1, ${row.join(', ')})`).join(', ')}`
  const parts = [
    outcomeSql,
    created
      ? insert('case_record', names, [columns.map(({ value }) => value)])
      : `update case_record set ${columns.map(({ name, value }) => `${name} = ${value}`).join(', ')} where locality = $1 and id = ${valueOf('id')}`,
    `${insert('case_event', Object.keys(eventColumns), rowsOf(eventColumns, events))} ${planted('no-lock') ? 'on conflict do nothing' : ''}`
  ]
  if (contacts > 0) parts.push(insert('contact', Object.keys(contactColumns), rowsOf(contactColumns, contacts)))
  if (notices > 0)
    parts.push(
      insert(
        'notice',
        [...Object.keys(noticeColumns), 'leased_until', 'attempts'],
        rowsOf(noticeColumns, notices).map(row => [...row, `'-infinity'`, '0'])
      )
    )
  const [id, submitted] = [valueOf('id'), valueOf('submitted_at')]
  if (hidden)
    parts.push(
      `delete from case_key where locality = $1 and key = any(${next('text[]')}) and open = ${next('boolean')} and submitted_at = ${submitted} and case_id = ${id}`
    )
  if (shown)
    parts.push(
      `insert into case_key (locality, key, open, submitted_at, case_id) select $1, key, ${valueOf('open')}, ${submitted}, ${id} from unnest(${next('text[]')}) as key`
    )
  return `with ${parts
    .slice(1)
    .map((part, i) => `part_${i} as (${part})`)
    .join(', ')} ${parts[0]}`
}

function valuesOf(
  columns: Readonly<Record<string, string>>,
  record: Readonly<Record<string, unknown>>
): readonly unknown[] {
  return Object.entries(columns).map(([name, type]) =>
    type === 'jsonb' && record[name] !== null ? JSON.stringify(record[name]) : record[name]
  )
}

/** Whether `text` is a UUID in the lower case that the store keeps ids in. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}
