// Lists of cases. A list is driven by keys: for each, the index of case_key gives its cases in order, and the best of all keys are
// taken. So a page costs the same among a thousand cases and a million. What else is asked (box, service, state) is looked at on the row.
import { areaKey, personKey, type PartyKey } from '@gridwright/core'
import type { CaseEvent, CaseRow } from '@gridwright/workflows'
import type { Session } from './store-session.ts'
import { caseFrom, caseSelection, eventFrom, eventSelection, type CaseRecord, type EventRecord } from './store-case.ts'
import { pageOf, positionOf, type Page } from './store-page.ts'
import { isUuid } from './transaction.ts'

/** `keys` are the audience keys of the viewer: none, nothing. `DUE_ASC` lists open cases only, those without a deadline last. */
export type CaseQuery = {
  readonly keys: readonly PartyKey[]
  readonly box: 'ALL' | 'MINE' | 'TODO' | 'OFFERED' | 'ASSIGNED'
  /** Id of the viewer. */
  readonly person: string
  /** Keys that the viewer holds now: person, posts, registrations. */
  readonly ownKeys: readonly PartyKey[]
  readonly open?: boolean
  readonly service?: string
  readonly state?: string
  readonly area?: string
  readonly sort: 'SUBMITTED_DESC' | 'SUBMITTED_ASC' | 'DUE_ASC'
  readonly first: number
  readonly after?: string
}

/** A statement under construction: `take` adds a parameter and gives its name. */
type Draft = { readonly params: unknown[]; take(value: unknown, type: string): string }

/** Up to this many open cases are sorted by due date at once; a wider view walks the index of due dates instead. */
const sortedAtOnce = 500

/** A page of the cases that `query` asks for and its viewer may see. */
export async function cases(session: Session, locality: string, query: CaseQuery): Promise<Page<CaseRow>> {
  const drivers = driversOf(query)
  if (drivers.length === 0 || query.keys.length === 0 || halvesOf(query).length === 0)
    return pageOf<CaseRecord, CaseRow>([], query.first, undefined, each)
  const wide = query.sort === 'DUE_ASC' && (await isWide(session, locality, drivers))
  const { sql, params } = statementOf(locality, query, wide)
  const rows = await session.read<CaseRecord & { due: string }>(locality, sql, params)
  return pageOf(
    rows,
    query.first,
    query.after,
    query.sort === 'DUE_ASC' ? { ...each, position: row => [row.due, row.id] } : each
  )
}

/** The statement of a page; `wide` chooses how a list by due date is found. */
export function statementOf(
  locality: string,
  query: CaseQuery,
  wide: boolean
): { readonly sql: string; readonly params: readonly unknown[] } {
  const draft = draftOf(locality)
  if (query.sort !== 'DUE_ASC') return { sql: bySubmission(draft, query), params: draft.params }
  return { sql: wide ? walkingDue(draft, query) : sortingDue(draft, query), params: draft.params }
}

/** Whether open cases are asked for, closed ones, or both; nothing is on a list or due once a case is closed. */
function halvesOf({ box, sort, open }: CaseQuery): readonly boolean[] {
  const onlyOpen = sort === 'DUE_ASC' || box === 'TODO' || box === 'OFFERED'
  return (onlyOpen ? [true] : [true, false]).filter(half => open === undefined || open === half)
}

const each = {
  node: caseFrom,
  position: (row: CaseRecord) => [new Date(row.submitted_at).toISOString(), row.id] as const
}

function driversOf({ box, person, ownKeys, keys, area }: CaseQuery): readonly PartyKey[] {
  if (box === 'MINE' || box === 'ASSIGNED') return [personKey(person)]
  if (box === 'TODO' || box === 'OFFERED') return ownKeys
  return area === undefined ? keys : [areaKey(area)]
}

function draftOf(locality: string): Draft {
  const params: unknown[] = [locality]
  return { params, take: (value, type) => `$${params.push(value)}::${type}` }
}

/** Conditions on the case `c`: the viewer's right to see it, the box, the filters. */
function conditions(draft: Draft, query: CaseQuery): string {
  const { box, person, ownKeys, service, state, area } = query
  const found = [`c.audience && ${draft.take(query.keys, 'text[]')}`]
  if (box === 'MINE')
    found.push(
      `(c.applicant = ${draft.take(personKey(person), 'text')} or c.body->>'enteredBy' = ${draft.take(person, 'text')})`
    )
  if (box === 'ASSIGNED') found.push(`c.assignee = ${draft.take(person, 'text')}`)
  if (box === 'TODO') found.push(`c.owners && ${draft.take(ownKeys, 'text[]')}`)
  if (box === 'OFFERED')
    found.push(`c.body->'offerOpen' = 'true' and c.body->'offered' ?| ${draft.take(ownKeys, 'text[]')}`)
  if (service !== undefined) found.push(`c.service = ${draft.take(service, 'text')}`)
  if (state !== undefined) found.push(`c.state = ${draft.take(state, 'text')}`)
  if (area !== undefined && box !== 'ALL') found.push(`${draft.take(areaKey(area), 'text')} = any(c.audience)`)
  return found.join(' and ')
}

function bySubmission(draft: Draft, query: CaseQuery): string {
  const [direction, beyond] = query.sort === 'SUBMITTED_DESC' ? ['desc', '<'] : ['asc', '>']
  const after = positionOf(query.after)
  const limit = draft.take(query.first + 1, 'int')
  const from =
    after && dateOf(after[0]) && isUuid(after[1])
      ? `and (k.submitted_at, k.case_id) ${beyond} (${draft.take(after[0], 'timestamptz')}, ${draft.take(after[1], 'uuid')})`
      : ''
  const order = (alias: string) =>
    `order by ${alias}.submitted_at ${direction}, ${alias}.case_id ${direction} limit ${limit}`
  return `with best as (select distinct k.submitted_at, k.case_id
      from unnest(${draft.take(driversOf(query), 'text[]')}) as driver(key) cross join unnest(${draft.take(halvesOf(query), 'boolean[]')}) as half(open) cross join lateral (
        select k.submitted_at, k.case_id from case_key k cross join lateral (${rowOfKey} and ${conditions(draft, query)} limit 1) c
        where k.locality = $1 and k.key = driver.key and k.open = half.open ${from} ${order('k')}) k
      ${order('k')})
    select ${caseSelection('c')} from best k cross join lateral (${rowOfKey} limit 1) c ${order('k')}`
}

/** A lookup by primary key; its LIMIT keeps it one, whatever the planner knows of the tables. */
const rowOfKey = 'select c.* from case_record c where c.locality = $1 and c.id = k.case_id'

async function isWide(session: Session, locality: string, drivers: readonly PartyKey[]): Promise<boolean> {
  const [row] = await session.read<{ wide: boolean }>(
    locality,
    `select count(*) >= $3 as wide from (select from unnest($2::text[]) as driver(key) join case_key k on k.locality = $1 and k.key = driver.key and k.open limit $3) as found`,
    [locality, drivers, sortedAtOnce]
  )
  return row?.wide ?? false
}

const due = 'c.next_due_at::text as due'

function sortingDue(draft: Draft, query: CaseQuery): string {
  return `select ${caseSelection('c')}, ${due} from (
      select distinct k.case_id from unnest(${draft.take(driversOf(query), 'text[]')}) as driver(key) cross join lateral (
        select k.case_id from case_key k where k.locality = $1 and k.key = driver.key and k.open offset 0) k) as k
    cross join lateral (${rowOfKey} and c.open and ${conditions(draft, query)} limit 1) c where true ${beyondDue(draft, query)}`
}

function walkingDue(draft: Draft, query: CaseQuery): string {
  const within =
    query.box === 'ALL' && query.area !== undefined
      ? `and ${draft.take(areaKey(query.area), 'text')} = any(c.audience)`
      : ''
  return `select ${caseSelection('c')}, ${due} from case_record c where c.locality = $1 and c.open ${within} and ${conditions(draft, query)} ${beyondDue(draft, query)}`
}

function beyondDue(draft: Draft, query: CaseQuery): string {
  const after = positionOf(query.after)
  const from =
    after && dateOf(after[0]) && isUuid(after[1])
      ? `and (c.next_due_at, c.id) > (${draft.take(after[0], 'timestamptz')}, ${draft.take(after[1], 'uuid')})`
      : ''
  return `${from} order by c.next_due_at, c.id limit ${draft.take(query.first + 1, 'int')}`
}

function dateOf(text: string): boolean {
  return /^(infinity|\d{4,}-\d\d-\d\d[T ][\d:.]+(Z|[+-]\d\d(:\d\d)?))$/.test(text)
}

/** The case, if its audience holds one of `keys`. */
export async function caseOf(
  session: Session,
  locality: string,
  id: string,
  keys: readonly PartyKey[]
): Promise<CaseRow | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await session.read<CaseRecord>(
    locality,
    `select ${caseSelection('c')} from case_record c where c.locality = $1 and c.id = $2 and c.audience && $3::text[]`,
    [locality, id, keys]
  )
  return row && caseFrom(row)
}

/** The case, whoever asks. */
export async function rowOf(session: Session, locality: string, id: string): Promise<CaseRow | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await session.read<CaseRecord>(
    locality,
    `select ${caseSelection('c')} from case_record c where c.locality = $1 and c.id = $2`,
    [locality, id]
  )
  return row && caseFrom(row)
}

/** Journal entries of a case in their order, at most `first` after `afterOrdinal`. */
export async function journal(
  session: Session,
  locality: string,
  caseId: string,
  first: number,
  afterOrdinal = 0
): Promise<readonly CaseEvent[]> {
  if (!isUuid(caseId)) return []
  const rows = await session.read<EventRecord>(
    locality,
    `select ${eventSelection('e')} from case_event e where e.locality = $1 and e.case_id = $2 and e.ordinal > $3 order by e.ordinal limit $4`,
    [locality, caseId, afterOrdinal, first]
  )
  return rows.map(eventFrom)
}

/** How many cases are being handled, by service; none are left out. */
export async function openCases(session: Session, locality: string): Promise<ReadonlyMap<string, number>> {
  const sql = 'select service, count(*)::int as count from case_record where locality = $1 and open group by service'
  const rows = await session.read<{ service: string; count: number }>(locality, sql, [locality])
  return new Map(rows.map(({ service, count }) => [service, count]))
}
