// The command door's port on PostgreSQL: one statement reads and locks, one writes. Lock order: command log, then case. A tick of
// the clock takes the case first and only if it is free: whoever holds the log's row of that tick holds the case as well.
import type { PersonFacts } from '@gridwright/core'
import { audienceOf, type AreaFacts, type CaseRow, type Change, type Facts, type Outcome, type Reads, type Tx } from '@gridwright/workflows'
import { failPoint, planted } from './chaos.ts'
import type { Run } from './store-session.ts'
import { caseColumns, caseFrom, caseSelection, eventColumns, eventRecordOf, iso, recordOf, type CaseRecord } from './store-case.ts'

/** A port whose `apply` is sent and not waited for: `applied` settles when the database has answered, and is undefined where nothing was applied. */
export type StoreTx = { readonly tx: Tx; applied(): Promise<unknown> | undefined }

/** The port of one transaction under `locality`. With `tick`, a case that another transaction holds is as good as unknown. */
export function openTx(run: Run, locality: string, { tick }: { readonly tick: boolean }): StoreTx {
  let held: CaseRow | undefined
  let applied: Promise<unknown> | undefined
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
      applied.catch(() => undefined) // whoever awaits `applied` hears of it
      return Promise.resolve()
    }
  }
  return { tx, applied: () => applied }
}

/** Facts on people at $2 (epoch milliseconds) under $1, for the ids in `wanted`: posts and registrations held then. */
const peopleJson = `
  (select coalesce(json_agg(json_build_object('id', p.id,
    'appointments', (select coalesce(json_agg(json_build_object('post', h.post, 'area', h.area) order by h.post, h.area), '[]') from appointment h
      where h.locality = $1 and h.person = p.id and h.valid_from <= ${instant('$2')} and (h.valid_to is null or ${instant('$2')} < h.valid_to)),
    'registrations', (select coalesce(json_agg(json_build_object('kind', h.kind, 'area', h.area) order by h.kind, h.area), '[]') from registration h
      where h.locality = $1 and h.person = p.id and h.valid_from <= ${instant('$2')} and (h.valid_to is null or ${instant('$2')} < h.valid_to)))), '[]')
    from wanted join person p on p.locality = $1 and p.id = wanted.id) as people`

const peopleSql = `with wanted as (select distinct unnest($3::text[]) as id) select ${peopleJson}`

/** The people of `ids` with what they hold at `now`; unknown ids are missing. */
export async function readPeople(run: Run, locality: string, { now, people: ids }: Pick<Reads, 'now' | 'people'>): Promise<ReadonlyMap<string, PersonFacts>> {
  const [row] = await run<{ people: readonly PersonFacts[] }>(peopleSql, [locality, now, ids])
  return byId(row?.people ?? [])
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

function readFrom(locks: string): string {
  return `with ${planted('no-lock') ? locks.replace(/for update( skip locked)?/, '') : locks},
    wanted as (select unnest($3::text[]) as id union select substr(applicant, 8) from held where applicant like 'person:%')
    select exists (select from logged) as fresh, ${caseSelection('held')}, ${peopleJson},
      (select json_build_object('id', a.id, 'code', a.code, 'level', a.level, 'places', a.places) from area a where a.locality = $1 and a.id = $7
        and a.valid_from <= ${instant('$2')} and (a.valid_to is null or ${instant('$2')} < a.valid_to)) as place
    from (values (1)) as one left join held on true`
}

type ReadRow = { fresh: boolean; people: readonly PersonFacts[]; place: AreaFacts | null } & (CaseRecord | { id: null })

async function readCommand(run: Run, locality: string, reads: Reads, command: { id: string; digest: string }, tick: boolean): Promise<Facts> {
  const caseId = reads.case !== undefined && isUuid(reads.case) ? reads.case : null
  const params = [locality, reads.now, reads.people, command.id, command.digest, caseId, reads.area ?? null]
  const [row] = await run<ReadRow>(tick ? readSql.tick : readSql.command, params)
  if (!row) throw new Error('a read of facts gave no row')
  if (!row.fresh) {
    // a statement of its own: the first one's snapshot is older than the twin that it waited for
    const [earlier] = await run<{ digest: string; outcome: Outcome | null }>('select digest, outcome from command_log where locality = $1 and id = $2', [locality, command.id])
    if (earlier?.outcome) return { earlier: { digest: earlier.digest, outcome: earlier.outcome }, people: new Map() }
    if (tick) return { people: new Map() }
    throw new Error(`command ${command.id} is in the log without an outcome`)
  }
  return { people: byId(row.people), ...(row.id === null ? {} : { case: caseFrom(row) }), ...(row.place ? { area: row.place } : {}) }
}

const setColumns = Object.keys(caseColumns).filter(name => name !== 'id')
const typed = (columns: Readonly<Record<string, string>>) => Object.entries(columns).map(([name, type]) => `${name} ${type}`).join(', ')

const created = `insert into case_record (locality, ${Object.keys(caseColumns).join(', ')})
  select $1, ${Object.keys(caseColumns).map(name => `r.${name}`).join(', ')} from jsonb_to_record($4::jsonb) as r(${typed(caseColumns)})`
const updated = `update case_record c set ${setColumns.map(name => `${name} = r.${name}`).join(', ')}
  from jsonb_to_record($4::jsonb) as r(${typed(caseColumns)}) where c.locality = $1 and c.id = r.id`

const outcomeSql = 'update command_log set outcome = $3::jsonb where locality = $1 and id = $2'
const writeSql = { created: writeWith(created), updated: writeWith(updated) }

/** $4 case, $5 entries, $6 contacts, $7 notices, $8 keys that see the case no more and $9 those that now do, each with the case's `open` at that time. */
function writeWith(storeCase: string): string {
  const keyed = 'key text, open boolean, submitted_at timestamptz, case_id uuid'
  return `with answered as (${outcomeSql}),
    stored as (${storeCase}),
    entered as (insert into case_event (locality, ${Object.keys(eventColumns).join(', ')})
      select $1, e.* from jsonb_to_recordset($5::jsonb) as e(${typed(eventColumns)}) ${planted('no-lock') ? 'on conflict do nothing' : ''}),
    called as (insert into contact (locality, id, name, phone) select $1, k.* from jsonb_to_recordset($6::jsonb) as k(id uuid, name text, phone text)),
    told as (insert into notice (locality, key, topic, to_keys, case_id, params, at, leased_until, attempts)
      select $1, n.*, '-infinity', 0 from jsonb_to_recordset($7::jsonb) as n(key text, topic text, to_keys text[], case_id uuid, params jsonb, at timestamptz)),
    hidden as (delete from case_key k using jsonb_to_recordset($8::jsonb) as o(${keyed})
      where k.locality = $1 and k.key = o.key and k.open = o.open and k.submitted_at = o.submitted_at and k.case_id = o.case_id),
    shown as (insert into case_key (locality, key, open, submitted_at, case_id) select $1, o.* from jsonb_to_recordset($9::jsonb) as o(${keyed}))
    select pg_notify('gridwright', concat_ws(':', $1, e.case_id, e.ordinal, e.event)) from jsonb_to_recordset($5::jsonb) as e(case_id uuid, ordinal int, event text)`
}

function write(run: Run, locality: string, changes: readonly Change[], held: CaseRow | undefined): Promise<unknown> {
  const of = <K extends Change['kind']>(kind: K) => changes.filter((change): change is Extract<Change, { kind: K }> => change.kind === kind)
  const [said] = of('outcome')
  if (!said) throw new Error('a command is applied with its outcome')
  const outcome = [locality, said.command, JSON.stringify(said.outcome)]
  const [stored] = of('case')
  if (!stored) return run(outcomeSql, outcome)
  const before = held ? keysOf(held) : new Map<string, unknown>()
  const after = keysOf(stored.row)
  const missingIn = (other: ReadonlyMap<string, unknown>, keys: ReadonlyMap<string, unknown>) => [...keys].filter(([id]) => !other.has(id)).map(([, row]) => row)
  return run(stored.created ? writeSql.created : writeSql.updated, [
    ...outcome,
    JSON.stringify(recordOf(stored.row)),
    JSON.stringify(of('event').map(({ entry }) => eventRecordOf(entry))),
    JSON.stringify(of('contact').map(({ id, contact }) => ({ id, ...contact }))),
    JSON.stringify(of('notice').map(({ notice: { key, topic, to, case: case_id, params, at } }) => ({ key, topic, to_keys: to, case_id, params, at: iso(at) }))),
    JSON.stringify(missingIn(after, before)),
    JSON.stringify(missingIn(before, after))
  ])
}

/** The case's rows of case_key by what tells them apart. */
function keysOf(row: CaseRow): ReadonlyMap<string, unknown> {
  const { open, id } = row
  return new Map(audienceOf(row).map(key => [`${key} ${open}`, { key, open, submitted_at: iso(row.submittedAt), case_id: id }]))
}

function byId(people: readonly PersonFacts[]): ReadonlyMap<string, PersonFacts> {
  return new Map(people.map(person => [person.id, person]))
}

/** SQL for epoch milliseconds in a parameter as a timestamptz. */
export function instant(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`
}

/** Whether `text` is a UUID in the lower case that the store keeps ids in. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}
