// What every implementation of the command door's port keeps to: one suite, run on each.
import { personKey, type PersonFacts } from '@gridwright/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  entryHash,
  type Answers,
  type AreaFacts,
  type CaseEvent,
  type CaseRow,
  type Change,
  type MemoryPerson,
  type Outcome,
  type Reads,
  type Tx
} from '../src/index.ts'

/** A store with these people and areas, under test. `transaction` keeps what `work` applied only if it returns. */
export type TxHarness = { transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>; close?(): Promise<void> }
export type TxWorld = { readonly people: readonly MemoryPerson[]; readonly areas: readonly AreaFacts[] }

const noon = Date.parse('2026-03-02T12:00+08:00')
const day = 86_400_000
const street = { id: 's1', code: '520425001', level: 'street', places: { street: 's1' } }
const community = { id: 'c1', code: '520425001001', level: 'community', places: { street: 's1', community: 'c1' } }
const fileOf = (digit: string) => `sha256:${digit.repeat(64)}`
const world: TxWorld = {
  areas: [street, community],
  people: [
    { id: 'wang', appointments: [], registrations: [{ kind: 'resident', area: 'c1' }] },
    {
      id: 'li',
      appointments: [
        { post: 'liaison', area: 'c1', from: noon, to: noon + day },
        { post: 'officer', area: 's1', from: noon + day }
      ],
      registrations: []
    },
    { id: 'zhao', appointments: [], registrations: [], files: [fileOf('a'), fileOf('b')] },
    { id: 'qian', appointments: [], registrations: [], files: [fileOf('c')] }
  ]
}

let last = 0
/** A new UUID, the same in each run. */
const uuid = () => `00000000-0000-4000-8000-${String(++last).padStart(12, '0')}`

/** Runs the suite on the store that `make` makes. */
export function describeTx(name: string, make: (world: TxWorld) => Promise<TxHarness>): void {
  describe(`the command door's port: ${name}`, () => {
    let harness: TxHarness
    beforeAll(async () => void (harness = await make(world)))
    afterAll(() => harness.close?.())
    const read = (reads: Partial<Reads>) => harness.transaction(tx => tx.read({ now: noon, people: [], ...reads }))
    const submit = (row: CaseRow, more: readonly Change[] = []) =>
      harness.transaction(async tx => {
        await tx.read({ now: noon, people: [], command: { id: row.id, digest: 'd' }, case: row.id })
        await tx.apply(stored(row, true, { case: row.id, revision: row.revision }, more))
      })
    const reread = async (id: string) => (await read({ command: { id: uuid(), digest: 'd' }, case: id })).case
    peopleAndPlaces(read)
    rows(submit, reread, row =>
      harness.transaction(async tx => {
        const command = uuid()
        await tx.read({ now: noon, people: [], command: { id: command, digest: 'd' }, case: row.id })
        await tx.apply(stored(row, false, { case: row.id, revision: row.revision }, [], command))
      })
    )
    outcomes(() => harness, submit, read)
    transactions(() => harness, submit, reread)
  })
}

type Read = (reads: Partial<Reads>) => ReturnType<Tx['read']>
type Submit = (row: CaseRow, more?: readonly Change[]) => Promise<void>
type Reread = (id: string) => Promise<CaseRow | undefined>

function peopleAndPlaces(read: Read): void {
  test('what does not exist is missing from the facts', async () => {
    const facts = await read({
      command: { id: uuid(), digest: 'd' },
      case: uuid(),
      people: ['nobody'],
      area: 'nowhere'
    })
    expect({ ...facts, people: [...facts.people] }).toEqual({ people: [] })
  })

  test('an id of another kind than the store gives is unknown, and no error', async () => {
    expect((await read({ command: { id: uuid(), digest: 'd' }, case: 'c1' })).case).toBeUndefined()
  })

  test('an area comes with its code, level and places', async () => {
    expect((await read({ command: { id: uuid(), digest: 'd' }, area: 'c1' })).area).toEqual(community)
  })

  test.each([
    ['before it begins', noon - 1, []],
    ['at its first instant', noon, [{ post: 'liaison', area: 'c1' }]],
    ['in its last millisecond', noon + day - 1, [{ post: 'liaison', area: 'c1' }]],
    ['when another has begun', noon + day, [{ post: 'officer', area: 's1' }]]
  ])('a post is held from its beginning until before its end: %s', async (_, now, appointments) => {
    expect(await personOf(read, 'li', now)).toEqual({ id: 'li', appointments, registrations: [] })
  })

  test('of the files asked for, those are there that the person uploaded', async () => {
    const ids = [fileOf('a'), fileOf('c'), fileOf('d')]
    const filesOf = async (person: string) => [...((await read({ files: { person, ids } })).files ?? [])]
    expect(await filesOf('zhao')).toEqual([fileOf('a')])
    expect(await filesOf('qian')).toEqual([fileOf('c')])
    expect(await filesOf('nobody')).toEqual([])
  })

  test('a registration without dates always holds', async () => {
    expect((await personOf(read, 'wang', 0))?.registrations).toEqual([{ kind: 'resident', area: 'c1' }])
  })
}

async function personOf(read: Read, id: string, now: number): Promise<PersonFacts | undefined> {
  const found = (await read({ people: [id], now })).people.get(id)
  return (
    found && {
      id: found.id,
      appointments: found.appointments.map(({ post, area }) => ({ post, area })),
      registrations: found.registrations.map(({ kind, area }) => ({ kind, area }))
    }
  )
}

function rows(submit: Submit, reread: Reread, replace: Submit): void {
  test('a case is read back as it was written', async () => {
    const row = caseRow({
      answers: {
        what: '水管破裂 "3号楼" \\ \n',
        count: 3,
        share: 0.25,
        tags: ['a', ''],
        place: { lng: 106.08, lat: -25.75 },
        none: null,
        yes: true
      },
      deadlines: [
        {
          name: 'dispatch',
          state: 'ordered',
          entry: 1,
          startedAt: noon,
          due: noon + 1,
          warn: null,
          warned: false,
          expired: 0
        }
      ],
      counts: { SUBMIT: 1, DISPATCH: 2 },
      doers: { DISPATCH: ['li'] },
      offered: ['person:zhao', 'registration:party-member@c1'],
      owners: ['post:liaison@c1'],
      review: { scale: 's', event: 'FAIR', value: '0.6', at: noon },
      moved: { plan: 'a'.repeat(64), who: 'clerk', why: '新办法', answers: true },
      undo: { facts: { state: 'asked', assignee: null, deadlines: [] }, answers: { what: '水管破裂' } }
    })
    await submit(row)
    expect(await reread(row.id)).toEqual(row)
  })

  test('a case is replaced as a whole', async () => {
    const row = caseRow({
      assignee: 'zhao',
      open: false,
      closedAt: noon + 5,
      enteredBy: 'li',
      reply: 'closed',
      reviewScale: 's'
    })
    await submit(row)
    const next = { ...caseRow({ state: 'accepted', revision: 2, owners: [] }), id: row.id }
    await replace(next)
    expect(await reread(row.id)).toEqual(next)
  })

  test('any answers are read back as they were written', () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(word, fc.jsonValue({ depthSize: 'small', stringUnit: 'grapheme' })),
        async answers => {
          const row = caseRow({ answers: plain(answers) })
          await submit(row)
          expect((await reread(row.id))?.answers).toEqual(row.answers)
        }
      ),
      { numRuns: 30 }
    ))
}

const word = fc.stringMatching(/^[a-z][a-z-]{0,8}$/)

/** JSON knows no -0, and a store may refuse the character U+0000. */
function plain(answers: Readonly<Record<string, unknown>>): Answers {
  return JSON.parse(JSON.stringify(answers).replaceAll('\\u0000', ' ')) as Answers // a dictionary stays one
}

function outcomes(harness: () => TxHarness, submit: Submit, read: Read): void {
  test('the outcome of a command is there for whoever asks with its id', async () => {
    const row = caseRow({})
    await submit(row)
    const { earlier } = await read({ command: { id: row.id, digest: 'other' }, case: row.id })
    expect(earlier).toEqual({ digest: 'd', outcome: { case: row.id, revision: 1 } })
  })

  test('a refusal is kept like an answer', async () => {
    const id = uuid()
    const outcome = { refused: 'offer.not-eligible', path: '/to', details: { person: 'zhao', limits: [1, 2] } }
    await harness().transaction(async tx => {
      await tx.read({ now: noon, people: [], command: { id, digest: 'd' } })
      await tx.apply([{ kind: 'outcome', command: id, digest: 'd', outcome }])
    })
    expect((await read({ command: { id, digest: 'd' } })).earlier?.outcome).toEqual(outcome)
  })

  test('of twins that come at once one decides and the others have its outcome', async () => {
    const row = caseRow({})
    const twins = await Promise.all(
      [1, 2, 3, 4, 5].map(() =>
        harness().transaction(async tx => {
          const facts = await tx.read({ now: noon, people: [], command: { id: row.id, digest: 'd' }, case: row.id })
          if (!facts.earlier) await tx.apply(stored(row, true, { case: row.id, revision: 1 }))
          return facts.earlier?.outcome
        })
      )
    )
    expect(twins.filter(outcome => outcome === undefined)).toHaveLength(1)
    expect(twins.filter(outcome => outcome !== undefined)).toEqual(
      Array.from({ length: 4 }, () => ({ case: row.id, revision: 1 }))
    )
  })

  test('the applicant of a case comes along with what is held now', async () => {
    const row = caseRow({ applicant: personKey('wang') })
    await submit(row)
    const { people } = await read({ command: { id: uuid(), digest: 'd' }, case: row.id, people: ['zhao'] })
    expect([...people.keys()].sort()).toEqual(['wang', 'zhao'])
  })
}

function transactions(harness: () => TxHarness, submit: Submit, reread: Reread): void {
  test('what a failed transaction applied is gone', async () => {
    const row = caseRow({})
    const failing = harness().transaction(async tx => {
      await tx.read({ now: noon, people: [], command: { id: row.id, digest: 'd' }, case: row.id })
      await tx.apply(stored(row, true, { case: row.id, revision: 1 }))
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await reread(row.id)).toBeUndefined()
    await submit(row)
    expect(await reread(row.id)).toEqual(row)
  })

  test('commands on one case come one after the other', async () => {
    const row = caseRow({})
    await submit(row)
    const commands = Array.from({ length: 12 }, uuid)
    await Promise.all(
      commands.map(id =>
        harness().transaction(async tx => {
          const facts = await tx.read({ now: noon, people: [], command: { id, digest: 'd' }, case: row.id })
          if (!facts.case) throw new Error('the case is gone')
          const next = { ...facts.case, revision: facts.case.revision + 1, urged: facts.case.urged + 1 }
          await tx.apply(stored(next, false, { case: row.id, revision: next.revision }, [], id))
        })
      )
    )
    expect(await reread(row.id)).toMatchObject({ revision: 13, urged: 12 })
  })

  test('a contact and notices are applied with the case', async () => {
    const row = caseRow({})
    await submit(row, [
      { kind: 'contact', id: uuid(), contact: { name: '韦某', phone: '13800009999' } },
      {
        kind: 'notice',
        notice: {
          key: `${row.id}:0`,
          topic: 'case.received',
          to: ['person:wang'],
          case: row.id,
          at: noon,
          params: { number: row.number }
        }
      }
    ])
    expect(await reread(row.id)).toEqual(row)
  })
}

function caseRow(facts: Partial<CaseRow>): CaseRow {
  return {
    id: uuid(),
    revision: 1,
    updatedAt: noon,
    counts: {},
    doers: {},
    lastHash: 'f'.repeat(64),
    answers: {},
    number: '520425001001-20260302-AB12CD',
    service: 'repair',
    procedure: 'p'.repeat(64),
    channel: 'web',
    area: 'c1',
    areaCode: '520425001001',
    places: community.places,
    handlingArea: 'c1',
    applicant: personKey('wang'),
    speaker: [personKey('wang')],
    enteredBy: null,
    state: 'ordered',
    open: true,
    rung: 0,
    assignee: null,
    offered: [],
    offerOpen: false,
    owners: ['post:liaison@c1'],
    deadlines: [],
    urged: 0,
    reviewScale: null,
    review: null,
    reply: null,
    submittedAt: noon,
    closedAt: null,
    ...facts
  }
}

function stored(
  row: CaseRow,
  created: boolean,
  outcome: Outcome,
  more: readonly Change[] = [],
  command = row.id
): readonly Change[] {
  const unhashed: Omit<CaseEvent, 'hash'> = {
    case: row.id,
    ordinal: row.revision,
    command,
    event: 'SUBMIT',
    transition: null,
    actor: personKey('wang'),
    by: null,
    at: noon,
    from: null,
    to: row.state,
    changed: { state: row.state },
    commitment: null,
    procedure: row.procedure,
    world: 'w'.repeat(64),
    previousHash: '',
    answers: null,
    salt: null
  }
  return [
    { kind: 'case', row, created },
    { kind: 'event', entry: { ...unhashed, hash: entryHash(unhashed) } },
    ...more,
    { kind: 'outcome', command, digest: 'd', outcome }
  ]
}
