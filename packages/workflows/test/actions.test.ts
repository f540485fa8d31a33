// What a person is offered to do is what the door lets them do: no more, and no less.
import { keysOf, procedureOf } from '@gridwright/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candidateKeys, kindsOffered, machineOf, memoryStore } from '../src/index.ts'
import { deskOf, east, offeredTo, taken, villageLocality, villagers, type Desk } from './desk.ts'
import { filesOf, localityOf, village, ziyun } from './folder.ts'
import { answersTo, choices, offersTo, step } from './walk.ts'

const people = villagers.map(({ id }) => id)
const procedure = procedureOf(villageLocality, 'mending')!
const events = [...machineOf(procedure.workflow).events]

/** What each event would be answered, tried on a copy of the desk's case so that nothing changes. */
async function tried(desk: Desk, person: string, event: string): Promise<string> {
  const form = offersTo(desk, person).find(offer => offer.event === event)?.form
  const answers = form === undefined ? undefined : answersTo(villageLocality.forms.get(form)!, ['zhao'], 0)
  const copy = deskOf(villageLocality, villagers)
  const rows = desk.store.cases
  await copy.store.transaction(async tx =>
    tx.apply([...rows.values()].map(row => ({ kind: 'case' as const, row, created: true })))
  )
  copy.now = desk.now
  const outcome = await copy.act(person, event, answers, { case: desk.row.id })
  return 'refused' in outcome ? outcome.refused : 'accepted'
}

test('every action offered is accepted, and every event not offered is refused', async () => {
  await fc.assert(
    fc.asyncProperty(choices(8), async walk => {
      const desk = deskOf()
      await desk.submit('resident')
      for (const choice of walk) await step(desk, people, choice)
      for (const person of people) {
        const offered = offersTo(desk, person).map(({ event }) => event)
        for (const event of events) {
          const outcome = await tried(desk, person, event)
          const met = outcome === 'offer.not-eligible' ? 'accepted' : outcome // whom to offer to is the form's matter
          expect([event, person, met === 'accepted']).toEqual([event, person, offered.includes(event)])
        }
      }
    }),
    { numRuns: 25 }
  )
})

describe('actions', () => {
  const namesFor = (desk: Desk, person: string) => offersTo(desk, person).map(({ event }) => event)

  test('follow the case from hand to hand', async () => {
    const desk = deskOf()
    await desk.submit('resident')
    const seen = [['resident', 'wang', 'zhao', 'officer'].map(person => namesFor(desk, person))]
    await desk.act('wang', 'DISPATCH', { to: ['zhao'] })
    seen.push(['resident', 'wang', 'zhao', 'officer'].map(person => namesFor(desk, person)))
    await desk.act('zhao', 'TAKE')
    seen.push(['resident', 'wang', 'zhao', 'officer'].map(person => namesFor(desk, person)))
    expect(seen).toEqual([
      [['WITHDRAW'], ['DISPATCH'], [], []],
      [[], [], ['TAKE'], []],
      [[], [], ['PAUSE', 'DONE'], []]
    ])
  })

  test('name the form to fill in, and say whether others hold the offer too', async () => {
    const alone = await offeredTo(deskOf(), 'zhao')
    expect(offersTo(alone, 'zhao')).toEqual([{ event: 'TAKE', form: undefined, contested: false }])
    const several = await offeredTo(deskOf(), 'zhao', 'qian')
    expect(offersTo(several, 'zhao')).toEqual([{ event: 'TAKE', form: undefined, contested: true }])
    const all = await offeredTo(deskOf())
    await all.act('wang', 'DISPATCH', {})
    expect(offersTo(all, 'zhao')).toEqual([{ event: 'TAKE', form: undefined, contested: true }])
    const working = await taken(deskOf())
    expect(offersTo(working, 'zhao').find(({ event }) => event === 'DONE')).toEqual({
      event: 'DONE',
      form: 'result',
      contested: false
    })
  })

  test('are none on a case that has ended, even those that every state handles', async () => {
    const anywhere = `"on": { "OVERDUE": ".unsolved", "ASK": { "meta": { "by": "applicant" } } }`
    const text = (village.get('workflows/handle.json') ?? '').replace('"on": { "OVERDUE": ".unsolved" }', anywhere)
    const desk = deskOf(localityOf(new Map([...village, ['workflows/handle.json', text]])))
    await desk.submit('resident')
    expect(namesFor(desk, 'resident')).toEqual(['ASK', 'WITHDRAW'])
    await desk.act('resident', 'WITHDRAW')
    expect(people.flatMap(person => offersTo(desk, person))).toEqual([])
    expect(await desk.act('resident', 'ASK')).toEqual({ refused: 'case.closed' })
  })
})

test('the people an event may be offered to are those whom its form’s field can name', async () => {
  const desk = deskOf()
  await desk.submit('resident')
  const keys = candidateKeys(villageLocality, procedure, desk.row, 'DISPATCH', 'to')
  expect(keys).toEqual([`registration:volunteer@${east}`])
  expect(candidateKeys(villageLocality, procedure, desk.row, 'DISPATCH', 'note')).toEqual([])
  expect(candidateKeys(villageLocality, procedure, desk.row, 'TAKE', 'to')).toEqual([])
  const store = memoryStore(villagers, [])
  const able = people.filter(id => keys.some(key => keysOf(store.person(id, desk.now)!).has(key)))
  expect(able).toEqual(['zhao', 'qian', 'both'])
})

test.each([
  ['Ziyun, by an event', ziyun, ['party-member']],
  [
    'Licheng, by events and on entry',
    filesOf('examples/licheng'),
    ['panel-lawyer', 'panel-retired', 'panel-sage', 'panel-veteran', 'property']
  ]
])('of those registered in %s, just the kinds that a workflow offers to are offered cases', (_, files, kinds) => {
  expect([...kindsOffered(localityOf(files))].sort()).toEqual(kinds)
})
