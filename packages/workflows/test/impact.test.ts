// Impact: recorded cases held against what they would have come to under other rules, by the one engine; the same rules give the same cases.
import { proceduresOf, type Locality } from '@gridwright/core'
import { expect, test } from 'vitest'
import {
  areasOf,
  courseOf,
  differencesIn,
  impactOn,
  impactTally,
  journaled,
  replay,
  type CaseEvent,
  type CaseImpact,
  type MemoryPerson,
  type Reading
} from '../src/index.ts'
import { day, deskOf, east, hour, villageLocality, villagers, type Desk } from './desk.ts'
import { drawsFrom } from './filled-in.ts'
import { filesOf, localityOf, village, type Files } from './folder.ts'
import { move, planFor, renamed } from './moving.ts'
import { grounds, walksOf } from './survey.ts'

const files: Files = new Map([...village, ...filesOf('packages/workflows/test/village-points')])
const was = localityOf(files)
const workflow = 'workflows/handle.json'

type Edit = readonly [file: string, find: string, put: string]
function edited(edits: readonly Edit[]): Locality {
  const changed = new Map([...files].filter(([path]) => !path.startsWith('tests/')))
  for (const [file, find, put] of edits) {
    const text = changed.get(file) ?? ''
    if (!text.includes(find)) throw new Error(`“${find}” does not stand in ${file}`)
    changed.set(
      file,
      text.replaceAll(find, () => put)
    )
  }
  return localityOf(changed)
}

function readingOf(locality: Locality): Reading {
  const all = [...locality.services.keys()].flatMap(service => proceduresOf(locality, service))
  const procedures = new Map(all.map(procedure => [procedure.hash, procedure]))
  return { locality, procedure: hash => procedures.get(hash) }
}

/** The same rules where the world has changed, so that cases are played again. */
const replayed: Locality = { ...was, world: 'another' }

const people = new Map(villagers.map(person => [person.id, person]))

function impactOf(
  now: Locality,
  desk: Desk,
  { journal = desk.journal, from = was }: { journal?: readonly CaseEvent[]; from?: Locality } = {}
): CaseImpact {
  const trial = { locality: now, person: (id: string) => people.get(id), now: desk.now }
  return impactOn(trial, readingOf(from), readingOf(now), journaled(journal))
}

/** A case that is mended: dispatched an hour after it came, unless said otherwise. */
async function mended(dispatchedAfter = hour): Promise<Desk> {
  const desk = deskOf(was, villagers, areasOf(files))
  await desk.submit('resident')
  await desk.wait(dispatchedAfter)
  await desk.act(desk.row.rung === 0 ? 'wang' : 'officer', 'DISPATCH', { to: ['zhao'] })
  await desk.wait(hour)
  await desk.act('zhao', 'TAKE')
  await desk.wait(day)
  await desk.act('zhao', 'DONE', { done: '换了接头' })
  await desk.wait(hour)
  await desk.act('resident', 'CONTENT')
  expect(desk.row).toMatchObject({ state: 'closed', open: false })
  return desk
}

const unchanged = { late: undefined, path: undefined, end: undefined, points: undefined, handovers: [] }
const dispatch = { state: 'received', name: 'dispatch' }

test.each<[what: string, edits: readonly Edit[], differences: object, stop?: object]>([
  [
    'a limit that is too short passes, and the event falls to the next rung',
    [[workflow, '"PT4H"', '"PT30M"']],
    {
      ...unchanged,
      late: { before: [], after: [dispatch] },
      handovers: [{ event: 'DISPATCH', from: 'post:window', to: ['post:officer'] }]
    }
  ],
  [
    'a state of another name is another path',
    [
      [workflow, '"review": {', '"checking": {'],
      [workflow, '#handle.review', '#handle.checking'],
      ['points.json', `entry.from == 'review'`, `entry.from == 'checking'`]
    ],
    {
      ...unchanged,
      path: {
        before: ['received', 'offered', 'working.doing', 'review', 'closed'],
        after: ['received', 'offered', 'working.doing', 'checking', 'closed']
      }
    }
  ],
  [
    'an event that only another post may send is no longer theirs',
    [[workflow, '"meta": { "form": "dispatch" }', '"meta": { "form": "dispatch", "by": { "post": "officer" } }']],
    { ...unchanged, handovers: [{ event: 'DISPATCH', from: 'post:window', to: ['post:officer'] }] }
  ],
  [
    'another reply is another end',
    [[workflow, '"reply": "closed"', '"reply": "unsolved"']],
    {
      ...unchanged,
      end: {
        before: { open: false, state: 'closed', reply: 'closed' },
        after: { open: false, state: 'closed', reply: 'unsolved' }
      }
    }
  ],
  [
    'points move with their rule',
    [['points.json', '"points": "1.5"', '"points": "2"']],
    {
      ...unchanged,
      points: {
        before: expect.arrayContaining([{ rule: 'mended', ledger: 'resident', holder: 'zhao', points: '1.5' }]),
        after: expect.arrayContaining([{ rule: 'mended', ledger: 'resident', holder: 'zhao', points: '2' }])
      }
    }
  ],
  [
    'a field that is asked for and was not answered',
    [
      [
        'forms/result.json',
        '"required": ["done"],\n  "properties": {',
        '"required": ["done", "cost"],\n  "properties": { "cost": { "type": "integer", "title": "花费", "minimum": 0, "maximum": 9 },'
      ]
    ],
    unchanged,
    { ordinal: 4, event: 'DONE', refusal: { refused: 'answers.invalid', path: '/answers/cost' } }
  ],
  [
    'an event that is gone',
    [[workflow, '"TAKE"', '"ACCEPT"']],
    unchanged,
    { ordinal: 3, event: 'TAKE', refusal: { refused: 'event.unknown' } }
  ]
])('%s', async (_, edits, differences, stop) => {
  const desk = await mended()
  const one = impactOf(edited(edits), desk)
  expect(differencesIn(one)).toEqual(differences)
  if (stop) expect(one.stop).toMatchObject(stop)
  else expect(one.stop).toBeUndefined()
})

test('a case that all it was decided by says the same of is not played again, even where its answers were erased', async () => {
  const desk = await mended()
  const journal = desk.journal.map(entry => ({ ...entry, answers: null, salt: null }))
  const one = impactOf(edited([]), desk, { journal })
  expect([one.stop, differencesIn(one)]).toEqual([undefined, unchanged])
  expect(impactOf(replayed, desk, { journal }).stop).toMatchObject({ ordinal: 1 })
})

test('a service that is gone and answers that were erased cannot be played', async () => {
  const desk = await mended()
  const { services, ...rest } = was
  const without = { ...rest, services: new Map([...services].filter(([id]) => id !== 'mending')) }
  expect(impactOf(without, desk).stop).toMatchObject({ ordinal: 1, refusal: { refused: 'service.unknown' } })
  expect(differencesIn(impactOf(replayed, desk))).toEqual(unchanged)
  const journal = desk.journal.map(entry => (entry.event === 'DONE' ? { ...entry, answers: null, salt: null } : entry))
  const { stop, before, after } = impactOf(replayed, desk, { journal })
  expect(stop).toMatchObject({ ordinal: 4, event: 'DONE', refusal: { refused: 'answers.erased' } })
  expect([before.path, after.path]).toEqual(Array(2).fill(['received', 'offered', 'working.doing']))
})

test('an order that another post enters now is theirs, and one by a channel that is gone cannot be played', async () => {
  const desk = deskOf(was, villagers, areasOf(files))
  const caller = { contact: { name: '李大爷', phone: '0572-1234567' } }
  await desk.submit('wang', { channel: 'phone', applicant: caller, answers: { what: '电梯停了', storeys: 18 } })
  const byOfficers = edited([
    ['locality.json', '[{ "post": "window" }, { "post": "officer" }]', '{ "post": "officer" }']
  ])
  expect(differencesIn(impactOf(byOfficers, desk))).toEqual({
    ...unchanged,
    handovers: [{ event: 'SUBMIT', from: 'post:window', to: ['post:officer'] }]
  })
  const { channels, ...rest } = was
  const unlisted = { ...rest, channels: new Map([...channels].filter(([id]) => id !== 'phone')) }
  expect(impactOf(unlisted, desk).stop).toMatchObject({ ordinal: 1, refusal: { refused: 'applicant.not-yours' } })
})

test('a case that is open is played until now, one that the clock has ended until it ends by the new clock', async () => {
  const open = deskOf(was, villagers, areasOf(files))
  await open.submit('resident')
  await open.wait(3 * hour)
  const shorter = edited([[workflow, '"PT4H"', '"PT2H"']])
  expect(differencesIn(impactOf(shorter, open)).late).toEqual({ before: [], after: [dispatch] })
  await open.act('wang', 'DISPATCH', { to: ['zhao'] })
  await open.act('zhao', 'TAKE')
  await open.act('zhao', 'DONE', { done: '修好' })
  await open.wait(8 * day)
  expect(open.events.at(-1)).toBe('SILENT')
  const longer = edited([[workflow, '"within": "P7D"', '"within": "P9D"']])
  const early = impactOf(longer, open)
  expect(differencesIn(early).end).toMatchObject({ before: { open: false }, after: { open: true, state: 'review' } })
  open.now += 2 * day
  expect(differencesIn(impactOf(longer, open))).toEqual(unchanged)
})

test('a case that was moved to other rules is played by them from its beginning', async () => {
  const desk = deskOf(villageLocality)
  await desk.submit('resident')
  desk.locality = renamed
  await move(desk, planFor(villageLocality, renamed, { states: { received: 'asked' } }))
  await desk.wait(hour)
  await desk.act('wang', 'DISPATCH', { to: ['zhao'] })
  expect(desk.events).toEqual(['SUBMIT', 'MIGRATED', 'DISPATCH'])
  const one = impactOf(renamed, desk, { from: villageLocality })
  expect([one.stop, one.earlier]).toEqual([undefined, true])
  expect(differencesIn(one)).toEqual({
    ...unchanged,
    path: { before: ['received', 'asked', 'offered'], after: ['asked', 'offered'] }
  })
})

test('a clock that stood still is no difference: what was done in time by it stays in time', async () => {
  const desk = deskOf(was, villagers, areasOf(files))
  await desk.submit('resident')
  desk.now += 3 * day // nothing was fired meanwhile
  await desk.act('wang', 'DISPATCH', { to: ['zhao'] })
  expect(desk.events).toEqual(['SUBMIT', 'DISPATCH'])
  expect(differencesIn(impactOf(replayed, desk))).toEqual(unchanged)
  desk.now += 2 * day
  await desk.tick() // a day late
  await desk.act('officer', 'DISPATCH', { to: ['qian'] })
  desk.now += 9 * day
  const { stop, ...one } = impactOf(replayed, desk)
  expect([stop, desk.events.at(-2)]).toEqual([undefined, 'UNTAKEN'])
  expect(one.after).toEqual(one.before)
})

test.each(grounds)('under the rules that it went by no case of $name is otherwise', async ground => {
  const locality = localityOf(ground.files)
  const walks = await walksOf(ground, drawsFrom(7), 3)
  const reading = readingOf(locality)
  for (const { walk } of walks) {
    if (!walk) continue
    const held = new Map<string, MemoryPerson>(walk.people.map(person => [person.id, person]))
    const recorded = journaled(walk.desk.journal)
    const { journal, ...rest } = replay({ locality, person: id => held.get(id), now: walk.desk.now }, recorded)
    expect(rest).toEqual({ handovers: [], stop: undefined })
    expect(courseOf(journal, reading)).toEqual(courseOf(recorded, reading))
    expect(journal.map(({ entry }) => [entry.event, entry.actor, entry.by, entry.to])).toEqual(
      recorded.map(({ entry }) => [entry.event, entry.actor, entry.by, entry.to])
    )
  }
})

test('a shorter limit is counted case by case: who is late now, where cases come to, and which tell most', async () => {
  const tally = impactTally(2)
  const shorter = edited([[workflow, '"PT4H"', '"PT2H"']])
  // Dispatched after 1, 1.5, 2.5, 3 and 3.5 hours of the morning in time; the sixth was late and had gone to the officer.
  for (const hours of [1, 1.5, 2.5, 3, 3.5, 7]) tally.add(impactOf(shorter, await mended(hours * hour)))
  const { cases, late, paths, ends, handovers, stopped, work, points, telling } = tally.impact()
  expect(cases).toEqual({ read: 6, same: 2, earlier: 0 })
  expect(late).toMatchObject({
    before: 1,
    after: 4,
    newly: 3,
    nolonger: 0,
    limits: [{ ...dispatch, service: 'mending', before: 1, after: 4 }],
    cases: { items: [{ service: 'mending', before: [], after: [dispatch] }, {}], more: 1 }
  })
  expect(paths.kinds.items).toEqual([
    { service: 'mending', before: ['received'], after: ['received', 'unsolved'], count: 1 }
  ])
  expect([paths.count, ends.count, points.count]).toEqual([1, 0, 0])
  expect(handovers).toMatchObject({
    count: 3,
    kinds: {
      items: [{ service: 'mending', event: 'DISPATCH', from: 'post:window', to: ['post:officer'], count: 3 }],
      more: 0
    },
    cases: { more: 1 }
  })
  // The sixth passes the window's two hours and the officer's two before it was dispatched, and nobody is above the officer.
  expect(stopped).toMatchObject({
    count: 1,
    kinds: { items: [{ service: 'mending', event: 'DISPATCH', code: 'case.closed', count: 1 }] }
  })
  expect(work.posts).toEqual([
    { kind: 'post', id: 'window', before: 6, after: 6 },
    { kind: 'post', id: 'officer', before: 1, after: 4 }
  ])
  expect(work.areas).toEqual({
    items: [{ kind: 'post', id: 'officer', area: east.slice(0, 9), before: 1, after: 4 }],
    more: 0
  })
  expect(telling).toHaveLength(4)
})
