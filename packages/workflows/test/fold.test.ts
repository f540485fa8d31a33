// The journal is the truth: replaying it gives the stored case, every entry is chained to the one before, and answers match their commitments.
import { procedureOf } from '@gridwright/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  areasOf,
  audienceOf,
  commitment,
  entryHash,
  foldCase,
  machineOf,
  nextDueAt,
  type CaseEvent,
  type CaseRow,
  type MemoryPerson
} from '../src/index.ts'
import { deskOf, taken, villageLocality, villagers, type Desk } from './desk.ts'
import { localityOf, starter, village, ziyun } from './folder.ts'
import { choices, runOut, step } from './walk.ts'

const replay = (journal: readonly CaseEvent[]): CaseRow | undefined =>
  journal.reduce<CaseRow | undefined>((row, entry) => foldCase(row, entry), undefined)

function expectSound(desk: Desk): void {
  const { journal, row } = desk
  expect(replay(journal)).toEqual(row)
  expect(replay(JSON.parse(JSON.stringify(journal)) as CaseEvent[])).toEqual(JSON.parse(JSON.stringify(row)))
  const machine = machineOf(procedureOf(desk.locality, row.service)!.workflow)
  for (const [i, entry] of journal.entries()) {
    const before = journal[i - 1]
    const { hash, ...unhashed } = entry
    expect([hash, entry.ordinal, entry.previousHash, entry.from]).toEqual([
      entryHash(unhashed),
      i + 1,
      before?.hash ?? '',
      before?.to ?? null
    ])
    expect(entry.commitment).toBe(entry.answers && entry.salt !== null ? commitment(entry.answers, entry.salt) : null)
    if (entry.transition !== null) expect(machine.rules.get(entry.transition)?.event).toBe(entry.event)
  }
  expect([row.revision, row.lastHash]).toEqual([journal.length, journal.at(-1)?.hash])
}

/** What holds of every case at every moment. */
function expectAlive(desk: Desk): void {
  const { row } = desk
  if (row.open) {
    expect(nextDueAt(row)).toBeGreaterThan(desk.now)
    expect(row.owners.length).toBeGreaterThan(0)
  } else expect([row.reply === null, row.owners, row.deadlines, row.offerOpen]).toEqual([false, [], [], false])
  for (const key of [row.applicant, ...row.owners, ...row.speaker]) expect(audienceOf(row)).toContain(key)
}

const held = (
  id: string,
  appointments: MemoryPerson['appointments'],
  registrations: MemoryPerson['registrations'] = []
): MemoryPerson => ({ id, appointments, registrations })
const area = '520425001001'
const ziyunPeople = [
  held('resident', []),
  held('li', [{ post: 'liaison', area }]),
  held('chen', [{ post: 'street-officer', area: '520425001' }]),
  held('zhao', [], [{ kind: 'party-member', area }]),
  held('qian', [], [{ kind: 'party-member', area }])
]
const starterPeople = [
  held('resident', []),
  held('window', [{ post: 'window', area: '999999001001' }]),
  held('officer', [{ post: 'street-officer', area: '999999001' }])
]

describe.each([
  { name: 'village', locality: villageLocality, files: village, people: villagers, submission: {} },
  {
    name: 'ziyun',
    locality: localityOf(ziyun),
    files: ziyun,
    people: ziyunPeople,
    submission: { service: 'appeal', area }
  },
  {
    name: 'starter',
    locality: localityOf(starter),
    files: starter,
    people: starterPeople,
    submission: { service: 'repair', area: '999999001001' }
  }
])('a walk through $name', ({ locality, files, people, submission }) => {
  const ids = people.map(({ id }) => id)

  test('is told by its journal to the last field, and always comes to an end', async () => {
    await fc.assert(
      fc.asyncProperty(choices(25), async walk => {
        const desk = deskOf(locality, people, areasOf(files))
        await desk.submit('resident', submission)
        for (const choice of walk) {
          if (!desk.row.open) break
          await step(desk, ids, choice)
          expectAlive(desk)
        }
        await runOut(desk)
        expect(desk.row.open).toBe(false)
        expectSound(desk)
      }),
      { numRuns: 60 }
    )
  })
})

test('whatever is changed in an entry changes its hash, but personal answers, which may be erased', async () => {
  const desk = await taken(deskOf())
  const [, dispatch] = desk.journal
  expect(dispatch?.answers).toEqual({ to: ['zhao'] })
  const { hash, ...entry } = dispatch!
  const changes: Partial<CaseEvent>[] = [
    { at: entry.at + 1 },
    { actor: 'person:li' },
    { by: null },
    { event: 'TAKE' },
    { to: 'closed' },
    { changed: {} },
    { commitment: null },
    { previousHash: '' },
    { procedure: '' },
    { world: '' },
    { transition: null },
    { ordinal: 3 },
    { command: 'x' },
    { case: 'x' },
    { from: null }
  ]
  for (const change of changes) expect(entryHash({ ...entry, ...change })).not.toBe(hash)
  expect(entryHash({ ...entry, answers: null, salt: null })).toBe(hash)
  expect(commitment({ to: ['qian'] }, entry.salt ?? '')).not.toBe(entry.commitment)
})

test('a case remembers who did each event, each once and nobody forgotten', () => {
  const entry = (ordinal: number, person: string): CaseEvent => ({
    ordinal,
    event: 'DONE',
    actor: `person:${person}`,
    at: ordinal,
    hash: String(ordinal),
    changed: {},
    case: 'c',
    command: '',
    transition: null,
    by: null,
    from: null,
    to: 'x',
    commitment: null,
    procedure: '',
    world: '',
    previousHash: '',
    answers: null,
    salt: null
  })
  const people = ['p1', 'p2', 'p1', ...Array.from({ length: 20 }, (_, i) => `q${i}`)]
  const row = replay(people.map((person, i) => entry(i + 1, person)))
  expect(row?.doers.DONE).toEqual([...new Set(people)])
  expect(row?.counts).toEqual({ DONE: 23 })
})
