/** Records kept in memory: the command door's port for scenarios, proofs and the browser. Transactions run one after the other. */
import { keysOf, personKey, type PartyKey, type PersonFacts } from '@gridwright/core'
import type { CaseEvent, CaseRow } from './case.ts'
import type { AreaFacts, Change, Contact, Facts, Notice, Outcome, Reads, Tx } from './command.ts'

/** A post or registration held from `from` until before `to`; without them always. */
export type Held = { readonly area: string; readonly from?: number; readonly to?: number }
export type MemoryPerson = {
  readonly id: string
  readonly appointments: readonly (Held & { readonly post: string })[]
  readonly registrations: readonly (Held & { readonly kind: string })[]
}

export type MemoryStore = {
  readonly cases: ReadonlyMap<string, CaseRow>
  readonly events: readonly CaseEvent[]
  readonly notices: readonly Notice[]
  readonly contacts: ReadonlyMap<string, Contact>
  /** Runs `work` alone; what it applied is kept only if it returns. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** The person with what is held at `now`. */
  person(id: string, now: number): PersonFacts | undefined
  /** The keys that `id` holds at `now`. */
  keys(id: string, now: number): ReadonlySet<PartyKey>
}

type Records = {
  cases: Map<string, CaseRow>
  events: CaseEvent[]
  notices: Notice[]
  contacts: Map<string, Contact>
  outcomes: Map<string, { digest: string; outcome: Outcome }>
}

/** An empty store for these people and areas. */
export function memoryStore(people: Iterable<MemoryPerson>, areas: Iterable<AreaFacts>): MemoryStore {
  const peopleById = new Map([...people].map(person => [person.id, person]))
  const areasById = new Map([...areas].map(area => [area.id, area]))
  const records: Records = { cases: new Map(), events: [], notices: [], contacts: new Map(), outcomes: new Map() }
  let last: Promise<unknown> = Promise.resolve()
  const person = (id: string, now: number) => heldAt(peopleById.get(id), now)
  const work = async <T>(job: (tx: Tx) => Promise<T>): Promise<T> => {
    const applied: Change[] = []
    const tx: Tx = {
      read: async reads => factsOf(reads, records, areasById, person),
      apply: async changes => void applied.push(...changes)
    }
    const result = await job(tx)
    for (const change of applied) keep(records, change)
    return result
  }
  return {
    ...records,
    transaction(job) {
      const mine = last.then(() => work(job))
      last = mine.catch(() => undefined)
      return mine
    },
    person,
    keys: (id, now) => {
      const found = person(id, now)
      return found ? keysOf(found) : new Set()
    }
  }
}

function factsOf(
  reads: Reads,
  records: Records,
  areas: ReadonlyMap<string, AreaFacts>,
  person: (id: string, now: number) => PersonFacts | undefined
): Facts {
  const earlier = reads.command && records.outcomes.get(reads.command.id)
  const row = reads.case === undefined ? undefined : records.cases.get(reads.case)
  const area = reads.area === undefined ? undefined : areas.get(reads.area)
  const applicant =
    row &&
    [...reads.people, row.applicant.slice(row.applicant.indexOf(':') + 1)].filter(id => row.applicant === personKey(id))
  const people = new Map<string, PersonFacts>()
  for (const id of [...reads.people, ...(applicant ?? [])]) {
    const found = person(id, reads.now)
    if (found) people.set(id, found)
  }
  return { people, ...(earlier ? { earlier } : {}), ...(row ? { case: row } : {}), ...(area ? { area } : {}) }
}

function keep(records: Records, change: Change): void {
  if (change.kind === 'case') records.cases.set(change.row.id, change.row)
  else if (change.kind === 'event') records.events.push(change.entry)
  else if (change.kind === 'notice') records.notices.push(change.notice)
  else if (change.kind === 'contact') records.contacts.set(change.id, change.contact)
  else records.outcomes.set(change.command, { digest: change.digest, outcome: change.outcome })
}

function heldAt(person: MemoryPerson | undefined, now: number): PersonFacts | undefined {
  if (!person) return undefined
  const held = ({ from = -Infinity, to = Infinity }: Held) => from <= now && now < to
  return {
    id: person.id,
    appointments: person.appointments.filter(held),
    registrations: person.registrations.filter(held)
  }
}
