// A desk at which people of the village submit and act through the real command door, over records in memory, on a clock set by hand.
import { derivedUuid, proceduresOf, type Locality, type Procedure } from '@gridwright/core'
import {
  areasOf,
  handle,
  memoryStore,
  nextDueAt,
  type Act,
  type AreaFacts,
  type CaseEvent,
  type CaseRow,
  type Command,
  type MemoryPerson,
  type MemoryStore,
  type Outcome,
  type Submit
} from '../src/index.ts'
import { localityOf, village } from './folder.ts'

export const hour = 3_600_000
export const day = 24 * hour
/** A Monday, at the opening of the village's office. */
export const monday = Date.parse('2026-03-02T08:00+08:00')
export const [east, west, town] = ['330521102001', '330521102002', '330521102']

const person = (id: string, held: Partial<MemoryPerson> = {}): MemoryPerson => ({
  id,
  appointments: [],
  registrations: [],
  ...held
})
export const villagers: readonly MemoryPerson[] = [
  person('resident'),
  person('neighbour'),
  person('wang', { appointments: [{ post: 'window', area: east }] }),
  person('li', { appointments: [{ post: 'window', area: west }] }),
  person('officer', { appointments: [{ post: 'officer', area: town }] }),
  person('zhao', { registrations: [{ kind: 'volunteer', area: east }] }),
  person('qian', { registrations: [{ kind: 'volunteer', area: east }] }),
  person('sun', { registrations: [{ kind: 'volunteer', area: west }] }),
  person('both', { appointments: [{ post: 'window', area: east }], registrations: [{ kind: 'volunteer', area: east }] })
]

export const villageLocality = localityOf(village)
const names = Array.from({ length: 8 }, (_, i) => `v${i}`)
export const eightVolunteers = names.map(id => person(id, { registrations: [{ kind: 'volunteer', area: east }] }))

export type Desk = {
  readonly store: MemoryStore
  now: number
  locality: Locality
  /** The procedures that cases were ever begun under, by hash. */
  readonly pinned: ReadonlyMap<string, Procedure>
  /** The case last submitted. */
  readonly row: CaseRow
  readonly journal: readonly CaseEvent[]
  readonly events: readonly string[]
  send(command: Command): Promise<Outcome>
  submit(as: string, more?: Partial<Submit>): Promise<Outcome>
  act(as: string, event: string, answers?: Act['answers'], more?: Partial<Act>): Promise<Outcome>
  tick(kind?: 'expire' | 'recompute'): Promise<Outcome>
  /** Lets `ms` pass; what falls due meanwhile is fired when it is. */
  wait(ms: number): Promise<void>
  /** Whose turn it is, and what each was told, by topic. */
  told(as: string): readonly string[]
}

/** A desk in `locality` with its areas and these people; refusals come back as outcomes, nothing is thrown. */
export function deskOf(
  locality: Locality = villageLocality,
  people: readonly MemoryPerson[] = villagers,
  areas: readonly AreaFacts[] = areasOf(village)
): Desk {
  const store = memoryStore(people, areas)
  const pinned = new Map<string, Procedure>()
  let sent = 0
  let last = ''
  const desk: Desk = {
    store,
    now: monday,
    locality,
    pinned,
    get row() {
      const row = store.cases.get(last)
      if (!row) throw new Error('no case has been submitted')
      return row
    },
    get journal() {
      return store.events.filter(entry => entry.case === last)
    },
    get events() {
      return desk.journal.map(({ event }) => event)
    },
    send(command) {
      for (const id of desk.locality.services.keys())
        for (const procedure of proceduresOf(desk.locality, id)) pinned.set(procedure.hash, procedure)
      const procedure = (hash: string) => {
        const found = pinned.get(hash)
        if (!found) throw new Error(`no procedure ${hash}`)
        return found
      }
      return store.transaction(tx => handle(tx, { locality: desk.locality, procedure }, command))
    },
    async submit(as, more = {}) {
      const submit: Submit = {
        ...common(),
        kind: 'submit',
        actor: { person: as },
        service: 'mending',
        area: east,
        answers: { what: '水管漏水' },
        ...more
      }
      const outcome = await desk.send(submit)
      if (!('refused' in outcome)) last = outcome.case
      return outcome
    },
    act: (as, event, answers, more = {}) =>
      desk.send({
        ...common(),
        kind: 'act',
        actor: { person: as },
        case: last,
        event,
        ...(answers ? { answers } : {}),
        ...more
      }),
    tick: (kind = 'expire') => desk.send({ ...common(), kind, case: last, actor: 'system' }),
    async wait(ms) {
      const until = desk.now + ms
      for (let due = nextDueAt(desk.row); due !== null && due <= until; due = nextDueAt(desk.row)) {
        desk.now = Math.max(desk.now, due)
        const outcome = await desk.tick()
        if ('refused' in outcome) throw new Error(`due at ${desk.now}, yet ${outcome.refused}`)
      }
      desk.now = until
    },
    told: as =>
      store.notices.filter(({ to }) => to.some(key => store.keys(as, desk.now).has(key))).map(({ topic }) => topic)
  }
  return desk

  function common() {
    sent++
    return { id: derivedUuid(`desk ${sent}`), now: desk.now, salt: derivedUuid(`salt ${sent}`).replaceAll('-', '') }
  }
}

/** What was refused, or the state that the case is in. */
export async function result(desk: Desk, outcome: Promise<Outcome>): Promise<string> {
  const answer = await outcome
  return 'refused' in answer ? answer.refused : desk.row.state
}

/** A desk whose case is offered to `to`, and one that `zhao` has taken. */
export async function offeredTo(desk: Desk, ...to: readonly string[]): Promise<Desk> {
  await desk.submit('resident')
  await desk.act('wang', 'DISPATCH', { to })
  return desk
}
export async function taken(desk: Desk): Promise<Desk> {
  await offeredTo(desk, 'zhao')
  await desk.act('zhao', 'TAKE')
  return desk
}
