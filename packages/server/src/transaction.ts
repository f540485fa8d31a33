// The command door's port on PostgreSQL: one statement reads and locks, one writes. Lock order: command log, then case. A tick of
// the clock takes the case first and only if it is free: whoever holds the log's row of that tick holds the case as well.
import type { PersonFacts } from '@gridwright/core'
import {
  audienceOf,
  type AreaFacts,
  type CaseRow,
  type Change,
  type Facts,
  type Outcome,
  type Reads,
  type Tx
} from '@gridwright/workflows'
import { failPoint, planted } from './chaos.ts'
import type { Run } from './store-session.ts'
import {
  caseColumns,
  caseFrom,
  caseSelection,
  eventColumns,
  eventRecordOf,
  iso,
  recordOf,
  type CaseRecord
} from './store-case.ts'

/** A port whose `apply` is sent and not waited for: `applied` settles when the database has answered, and is undefined where nothing was applied. */
export type StoreTx = {
  readonly tx: Tx
  applied(): Promise<unknown> | undefined
  /** The case as this transaction left it. */ row(): CaseRow | undefined
}

/** The port of one transaction under `locality`. With `tick`, a case that another transaction holds is as good as unknown. */
export function openTx(run: Run, locality: string, { tick }: { readonly tick: boolean }): StoreTx {
  let held: CaseRow | undefined
  let applied: Promise<unknown> | undefined
  let left: CaseRow | undefined
  const tx: Tx = {
    async read(reads) {
      if (!reads.command) return { people: await readPeople(run, locality, reads) }
      const facts = await readCommand(run, locality, reads, reads.command, tick)
      held = facts.case
      failPoint('after-read')
      return facts
    },
    apply(changes) {
      failPoint('before-apply')
      if (planted('forget-refusal') && changes.length === 1) return Promise.resolve()
      applied = write(run, locality, changes, held)
      for (const change of changes) if (change.kind === 'case') left = change.row
      applied.catch(() => undefined) // whoever awaits `applied` hears of it
      return Promise.resolve()
    }
  }
  return { tx, applied: () => applied, row: () => left }
}

type PersonRow = { fact: 'person' | 'appointment' | 'registration'; person: string; name: string | null; area: string | null }

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
export async function readPeople(run: Run, locality: string, { now, people: ids }: Pick<Reads, 'now' | 'people'>): Promise<ReadonlyMap<string, PersonFacts>> {
  return peopleFrom(await run<PersonRow>(peopleSql, [locality, now, ids]))
}

function peopleFrom(rows: readonly PersonRow[]): ReadonlyMap<string, PersonFacts> {
  const of = <T>(fact: PersonRow['fact'], id: string, each: (name: string, area: string) => T) =>
    rows.flatMap(row => (row.fact === fact && row.person === id ? [each(row.name ?? '', row.area ?? '')] : []))
  const ids = new Set(rows.flatMap(({ fact, person }) => (fact === 'person' ? [person] : [])))
  return new Map([...ids].map(id => [id, { id, appointments: of('appointment', id, (post, area) => ({ post, area })), registrations: of('registration', id, (kind, area) => ({ kind, area })) }]))
}

const logged = `insert into command_log (locality, id, digest, at) select $1, $4, $5, ${instant('$2')}`
const readSql = {
  command: readFrom(`
    logged as (${logged} on conflict do nothing returning id),
    held as materialized (select * from case_record where locality = $1 and id = $6 and exists (select from logged) for update)`),
  tick: readFrom(`
    held as materialized (select * from case_record where locality = $1 and id = $6 for update skip locked),
    logged as (${logged} where exists (select from held) on conflict do nothing returning id)`)
}

/** One row on the command, the case and the area, then those on people. */
function readFrom(locks: string): string {
  const people = `$3::text[] || array(select substr(applicant, 8) from held where applicant like 'person:%')`
  return `with ${planted('no-lock') ? locks.replace(/for update( skip locked)?/, '') : locks}
    select exists (select from logged) as fresh, ${caseSelection('held')},
      (select json_build_object('id', a.id, 'code', a.code, 'level', a.level, 'places', a.places) from area a where a.locality = $1 and a.id = $7
        and a.valid_from <= ${instant('$2')} and (a.valid_to is null or ${instant('$2')} < a.valid_to)) as place,
      null as fact, null as person, null as name, null as area_held
    from (values (1)) as one left join held on true
    union all ${peopleRows(people, `null, ${caseSelection('held').split(', ').map(() => 'null').join(', ')}, null, `)}`
}

type ReadRow = { fresh: boolean; place: AreaFacts | null; area_held: string | null; fact: null } & (CaseRecord | { id: null })

async function readCommand(run: Run, locality: string, reads: Reads, command: { id: string; digest: string }, tick: boolean): Promise<Facts> {
  const caseId = reads.case !== undefined && isUuid(reads.case) ? reads.case : null
  const params = [locality, reads.now, reads.people, command.id, command.digest, caseId, reads.area ?? null]
  const [row, ...people] = await run<ReadRow | (PersonRow & { area_held: string | null })>(tick ? readSql.tick : readSql.command, params)
  if (row?.fact !== null) throw new Error('a read of facts did not begin with the command')
  if (!row.fresh) {
    // a statement of its own: the first one's snapshot is older than the twin that it waited for
    const [earlier] = await run<{ digest: string; outcome: Outcome | null }>('select digest, outcome from command_log where locality = $1 and id = $2', [locality, command.id])
    if (earlier?.outcome) return { earlier: { digest: earlier.digest, outcome: earlier.outcome }, people: new Map() }
    if (tick) return { people: new Map() }
    throw new Error(`command ${command.id} is in the log without an outcome`)
  }
  const facts = people.flatMap(found => (found.fact === null ? [] : [{ ...found, area: found.area_held }]))
  return { people: peopleFrom(facts), ...(row.id === null ? {} : { case: caseFrom(row) }), ...(row.place ? { area: row.place } : {}) }
}

const outcomeSql = 'update command_log set outcome = $3 where locality = $1 and id = $2'

function write(run: Run, locality: string, changes: readonly Change[], held: CaseRow | undefined): Promise<unknown> {
  const of = <K extends Change['kind']>(kind: K) =>
    changes.filter((change): change is Extract<Change, { kind: K }> => change.kind === kind)
  const [said] = of('outcome')
  if (!said) throw new Error('a command is applied with its outcome')
  const [stored] = of('case')
  const outcome = [locality, said.command, JSON.stringify(said.outcome)]
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
  let last = 3
  const next = (type: string) => `$${++last}::${type}`
  const columns = Object.entries(caseColumns).map(([name, type]) => ({ name, value: next(type) }))
  const valueOf = (name: string) => columns.find(column => column.name === name)?.value
  const names = columns.map(({ name }) => name)
  const rowsOf = (types: Readonly<Record<string, string>>, count: number) =>
    Array.from({ length: count }, () => Object.values(types).map(next))
  const insert = (table: string, into: readonly string[], rows: readonly (readonly string[])[]) =>
    `insert into ${table} (locality, ${into.join(', ')}) values ${rows.map(row => `($1, ${row.join(', ')})`).join(', ')}`
  const entries = rowsOf(eventColumns, events)
  const parts = [
    outcomeSql,
    created
      ? insert('case_record', names, [columns.map(({ value }) => value)])
      : `update case_record set ${columns.map(({ name, value }) => `${name} = ${value}`).join(', ')} where locality = $1 and id = ${valueOf('id')}`,
    `${insert('case_event', Object.keys(eventColumns), entries)} ${planted('no-lock') ? 'on conflict do nothing' : ''}`
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
  const [ordinal, event] = [Object.keys(eventColumns).indexOf('ordinal'), Object.keys(eventColumns).indexOf('event')]
  const news = entries.map(
    entry => `pg_notify('gridwright', concat_ws(':', $1::text, ${id}, ${entry[ordinal]}, ${entry[event]}))`
  )
  return `with ${parts.map((part, i) => `part_${i} as (${part})`).join(', ')} select ${news.join(', ')}`
}

function valuesOf(
  columns: Readonly<Record<string, string>>,
  record: Readonly<Record<string, unknown>>
): readonly unknown[] {
  return Object.entries(columns).map(([name, type]) =>
    type === 'jsonb' && record[name] !== null ? JSON.stringify(record[name]) : record[name]
  )
}

/** SQL for epoch milliseconds in a parameter as a timestamptz. */
export function instant(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`
}

/** Whether `text` is a UUID in the lower case that the store keeps ids in. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}
