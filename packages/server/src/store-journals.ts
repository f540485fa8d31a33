// Journals of real cases, a few hundred whole cases at a time and the next ones read ahead, with what the people in them held and when:
// enough to play them again, in bounded memory.
import type { Locality } from '@gridwright/core'
import { peopleIn, type CaseEvent, type MemoryPerson } from '@gridwright/workflows'
import { eventFrom, iso, milliseconds, type EventRecord } from './store-case.ts'
import type { Session } from './store-session.ts'

/** Which cases: submitted at `since` (epoch milliseconds) or later, of one service. */
export type CaseChoice = { readonly since?: number; readonly service?: string }
export type JournalBatch = {
  readonly journals: readonly (readonly CaseEvent[])[]
  readonly person: (id: string) => MemoryPerson | undefined
}

const casesAtOnce = 200
const readAhead = 2
const mostPeople = 20_000
const firstId = '00000000-0000-0000-0000-000000000000'

/** How many cases there are to read. */
export async function countJournals(session: Session, locality: string, choice: CaseChoice): Promise<number> {
  const [found] = await session.read<{ count: number }>(
    locality,
    `select count(*)::int as count from case_record where locality = $1 and submitted_at >= $2::timestamptz and ($3::text is null or service = $3)`,
    [locality, ...chosen(choice)]
  )
  return found?.count ?? 0
}

function chosen({ since, service }: CaseChoice): readonly unknown[] {
  return [since === undefined ? '-infinity' : iso(since), service ?? null]
}

/** What a replay asks of an entry; the chain is the audit's. */
const read =
  'case_id, ordinal, command, event, transition, actor, by_key, from_state, to_state, changed, commitment, procedure, world, answers'
const batchSql = `with c as materialized (select id from case_record where locality = $1 and id > $2::uuid
      and submitted_at >= $3::timestamptz and ($4::text is null or service = $4) order by id limit ${casesAtOnce})
  select e.* from c cross join lateral (
    select ${read}, ${milliseconds('at')} as at, '' as previous_hash, '' as hash, null as salt
      from case_event where locality = $1 and case_id = c.id order by ordinal offset 0) e`

/** All whole journals of `choice`, by case, with the people whom `rules` may ask about. */
export async function* journalsOf(
  session: Session,
  locality: string,
  rules: Locality,
  choice: CaseChoice
): AsyncGenerator<JournalBatch> {
  const people = new Map<string, MemoryPerson>()
  const batchAfter = async (after: string): Promise<readonly (readonly CaseEvent[])[]> => {
    const rows = await session.read<EventRecord>(locality, batchSql, [locality, after, ...chosen(choice)])
    return [...Map.groupBy(rows.map(eventFrom), entry => entry.case).values()]
  }
  const withPeople = async (journals: readonly (readonly CaseEvent[])[]): Promise<JournalBatch> => {
    const asked = new Set(journals.flatMap(journal => peopleIn(rules, journal)))
    const held = await heldBy(session, locality, people, [...asked])
    return { journals, person: id => held.get(id) }
  }
  const ahead: Promise<JournalBatch>[] = []
  let next: Promise<readonly (readonly CaseEvent[])[]> | undefined = batchAfter(firstId)
  while (next || ahead.length > 0) {
    for (; next && ahead.length < readAhead;) {
      const journals: readonly (readonly CaseEvent[])[] = await next
      const last = journals.at(-1)?.[0]?.case
      next = last === undefined ? undefined : batchAfter(last)
      next?.catch(() => undefined) // whoever waits for it hears of it
      const batch = withPeople(journals)
      batch.catch(() => undefined)
      ahead.push(batch)
    }
    const batch = await ahead.shift()
    if (batch && batch.journals.length > 0) yield batch
  }
}

type HeldRow = {
  fact: 'post' | 'kind'
  person: string
  name: string
  area: string
  from: number
  to: number | null
}

const heldOf = (table: string, fact: string) =>
  `select '${fact}' as fact, person, ${fact} as name, area, ${milliseconds('valid_from')} as "from", ${milliseconds('valid_to')} as "to"
    from ${table} where locality = $1 and person = any($2::text[])`
const heldSql = `${heldOf('appointment', 'post')} union all ${heldOf('registration', 'kind')}`

/** The people of `ids` with all that they ever held, of which `known` keeps some thousands for the next ones. */
async function heldBy(
  session: Session,
  locality: string,
  known: Map<string, MemoryPerson>,
  ids: readonly string[]
): Promise<ReadonlyMap<string, MemoryPerson>> {
  const found = new Map<string, MemoryPerson>()
  for (const id of ids) {
    const person = known.get(id)
    if (person) found.set(id, person)
  }
  const missing = ids.filter(id => !found.has(id))
  if (missing.length === 0) return found
  const rows = await session.read<HeldRow>(locality, heldSql, [locality, missing])
  const held = Map.groupBy(rows, ({ person }) => person)
  if (known.size > mostPeople) known.clear()
  for (const id of missing) {
    const own = held.get(id) ?? []
    const span = ({ area, from, to }: HeldRow) => (to === null ? { area, from } : { area, from, to })
    const person = {
      id,
      appointments: own.flatMap(row => (row.fact === 'post' ? [{ post: row.name, ...span(row) }] : [])),
      registrations: own.flatMap(row => (row.fact === 'kind' ? [{ kind: row.name, ...span(row) }] : []))
    }
    known.set(id, person)
    found.set(id, person)
  }
  return found
}
