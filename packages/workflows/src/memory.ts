/** Records kept in memory: the command door's port for scenarios, proofs and the browser. Transactions run one after the other. */
import {
  applyChange,
  keysOf,
  newAccount,
  type Account,
  type AccountChange,
  type Good,
  type PartyKey,
  type PersonFacts,
  type Rating,
  type Transfer
} from '@gridwright/core'
import type { CaseEvent, CaseRow } from './case.ts'
import type { AnyOutcome, AreaFacts, Change, Contact, Errand, Facts, Notice, Reads, Tx } from './command.ts'
import type { Score } from './evaluation-command.ts'
import { rollFrom } from './memory-roll.ts'
import type { BookFacts, BookReads } from './points-command.ts'

/** A post or registration held from `from` until before `to`; without them always. */
export type Held = { readonly area: string; readonly from?: number; readonly to?: number }
export type MemoryPerson = {
  readonly id: string
  readonly household?: string
  /** Ids of the files that they have uploaded. */
  readonly files?: readonly string[]
  readonly appointments: readonly (Held & { readonly post: string })[]
  readonly registrations: readonly (Held & { readonly kind: string })[]
}

export type MemoryStore = {
  readonly cases: ReadonlyMap<string, CaseRow>
  readonly events: readonly CaseEvent[]
  readonly notices: readonly Notice[]
  readonly contacts: ReadonlyMap<string, Contact>
  readonly transfers: ReadonlyMap<string, Transfer>
  readonly scores: readonly Score[]
  /** What is written of it, or an account with zeros. */
  account(ledger: string, key: string): Account
  /** Errands whose command has not been decided yet. */
  errands(): readonly Errand[]
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
  transfers: Map<string, Transfer>
  accounts: Map<string, Account>
  goods: Map<string, Good>
  ratings: Rating[]
  scores: Score[]
  errands: Errand[]
  outcomes: Map<string, { digest: string; outcome: AnyOutcome }>
}

type World = {
  readonly people: ReadonlyMap<string, MemoryPerson>
  readonly areas: ReadonlyMap<string, AreaFacts>
}

/** An empty store for these people and areas, with these goods on the shelf. */
export function memoryStore(
  people: Iterable<MemoryPerson>,
  areas: Iterable<AreaFacts>,
  goods: Iterable<Good> = []
): MemoryStore {
  const world: World = {
    people: new Map([...people].map(person => [person.id, person])),
    areas: new Map([...areas].map(area => [area.id, area]))
  }
  const records: Records = {
    cases: new Map(),
    events: [],
    notices: [],
    contacts: new Map(),
    transfers: new Map(),
    accounts: new Map(),
    goods: new Map([...goods].map(good => [good.id, good])),
    ratings: [],
    scores: [],
    errands: [],
    outcomes: new Map()
  }
  let last: Promise<unknown> = Promise.resolve()
  const person = (id: string, now: number) => heldAt(world.people.get(id), now)
  const work = async <T>(job: (tx: Tx) => Promise<T>): Promise<T> => {
    const applied: Change[] = []
    const tx: Tx = {
      read: async reads => factsOf(reads, records, world),
      apply: async changes => void applied.push(...changes)
    }
    const result = await job(tx)
    for (const change of applied) keep(records, change)
    return result
  }
  const { cases, events, notices, contacts, transfers, scores } = records
  return {
    cases,
    events,
    notices,
    contacts,
    transfers,
    scores,
    account: (ledger, key) => accountIn(records, ledger, key),
    errands: () => records.errands.filter(({ command }) => !records.outcomes.has(command.id)),
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

function factsOf(reads: Reads, records: Records, { people, areas }: World): Facts {
  const earlier = reads.command && records.outcomes.get(reads.command.id)
  const row = reads.case === undefined ? undefined : records.cases.get(reads.case)
  const area = reads.area === undefined ? undefined : areas.get(reads.area)
  const applicant = row?.applicant.startsWith('person:') ? [row.applicant.slice('person:'.length)] : []
  const found = [...reads.people, ...applicant].flatMap(id => heldAt(people.get(id), reads.now) ?? [])
  return {
    people: new Map(found.map(person => [person.id, person])),
    ...(earlier ? { earlier } : {}),
    ...(row ? { case: row } : {}),
    ...(area ? { area } : {}),
    ...(reads.files ? { files: uploadedOf(reads.files, people) } : {}),
    ...(reads.books ? { books: booksOf(reads.books, records, people) } : {}),
    ...(reads.roll ? { roll: rollFrom(reads.roll, { ...records, people, areas }) } : {})
  }
}

function uploadedOf({ person, ids }: NonNullable<Reads['files']>, people: World['people']): ReadonlySet<string> {
  const uploaded = new Set(people.get(person)?.files)
  return new Set(ids.filter(id => uploaded.has(id)))
}

function booksOf(reads: BookReads, records: Records, people: World['people']): BookFacts {
  const { transfer: id, account, good: goodId, counted, bought, reversalOf, households } = reads
  const transfer = id === undefined ? undefined : records.transfers.get(id)
  const good = goodId === undefined ? undefined : records.goods.get(goodId)
  const lines = [...records.transfers.values()]
  const reversal = reversalOf === undefined ? undefined : lines.find(({ of }) => of === reversalOf)
  const like = (asked: Partial<Transfer>) =>
    lines.filter(line => Object.entries(asked).every(([name, value]) => line[name as keyof Transfer] === value)) // names of a transfer's members
  return {
    ...(transfer ? { transfer } : {}),
    ...(account ? { account: accountIn(records, account.ledger, account.key) } : {}),
    ...(good ? { good } : {}),
    ...(counted ? { counted: like(counted) } : {}),
    ...(bought ? { bought: like(bought) } : {}),
    ...(reversal ? { reversal } : {}),
    ...(households
      ? { households: new Map(households.flatMap(person => householdOf(person, people.get(person)))) }
      : {})
  }
}

function householdOf(id: string, person: MemoryPerson | undefined): readonly (readonly [string, string])[] {
  return person?.household === undefined ? [] : [[id, person.household]]
}

function accountIn(records: Records, ledger: string, key: string): Account {
  return records.accounts.get(`${ledger} ${key}`) ?? newAccount(ledger, key)
}

function keep(records: Records, change: Change): void {
  if (change.kind === 'case') records.cases.set(change.row.id, change.row)
  else if (change.kind === 'event') records.events.push(change.entry)
  else if (change.kind === 'notice') records.notices.push(change.notice)
  else if (change.kind === 'contact') records.contacts.set(change.id, change.contact)
  else if (change.kind === 'errand') records.errands.push(change.errand)
  else if (change.kind === 'transfer') records.transfers.set(change.transfer.id, change.transfer)
  else if (change.kind === 'account') move(records, change.change)
  else if (change.kind === 'stock') restock(records, change.good, change.stock)
  else if (change.kind === 'rating') records.ratings.push(change.rating)
  else if (change.kind === 'score') records.scores.push(change.score)
  else if (change.kind === 'outcome')
    records.outcomes.set(change.command, { digest: change.digest, outcome: change.outcome })
  // Files are never swept away here, so that `files` has nothing to keep.
}

function move(records: Records, change: AccountChange): void {
  const { ledger, key } = change
  records.accounts.set(`${ledger} ${key}`, applyChange(accountIn(records, ledger, key), change))
}

function restock(records: Records, id: string, stock: number): void {
  const good = records.goods.get(id)
  if (good) records.goods.set(id, { ...good, stock: good.stock + stock })
}

/** What `person` holds at `now`; undefined for nobody. */
export function heldAt(person: MemoryPerson | undefined, now: number): PersonFacts | undefined {
  if (!person) return undefined
  const held = ({ from = -Infinity, to = Infinity }: Held) => from <= now && now < to
  return {
    id: person.id,
    appointments: person.appointments.filter(held),
    registrations: person.registrations.filter(held)
  }
}
