// Offers (派单): to one, to several, to everyone eligible; who takes one has it; what is returned is offered anew.
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../src/index.ts'
import {
  day,
  deskOf,
  east,
  eightVolunteers,
  hour,
  offeredTo,
  result,
  taken,
  villageLocality,
  villagers,
  west
} from './desk.ts'
import { localityOf, village } from './folder.ts'

describe('an offer', () => {
  test('to one is that one’s, and tells no one else', async () => {
    const desk = await offeredTo(deskOf(), 'zhao')
    expect([desk.row.offered, desk.row.owners, desk.row.offerOpen]).toEqual([['person:zhao'], ['person:zhao'], true])
    expect([desk.told('zhao'), desk.told('qian')]).toEqual([['offer.made'], []])
  })

  test('that names one person twice is one offer', async () => {
    const desk = await offeredTo(deskOf(), 'zhao', 'zhao', 'qian')
    expect(desk.row.offered).toEqual(['person:zhao', 'person:qian'])
  })

  test('to nobody by name is everyone’s who is eligible here, and not elsewhere', async () => {
    const desk = await offeredTo(deskOf())
    await desk.act('wang', 'DISPATCH', {})
    expect(desk.row.owners).toEqual([`registration:volunteer@${east}`])
    expect([desk.told('zhao'), desk.told('qian'), desk.told('sun')]).toEqual([['offer.made'], ['offer.made'], []])
    expect(await result(desk, desk.act('sun', 'TAKE'))).toBe('offer.missing')
    expect(await result(desk, desk.act('qian', 'TAKE'))).toBe('working.doing')
  })

  test('passes over whoever does the very event that it excepts, no less than who did it before', async () => {
    const text = village.get('workflows/handle.json')?.replace('"exceptBy": ["DONE"]', '"exceptBy": ["DISPATCH"]') ?? ''
    const desk = deskOf(localityOf(new Map([...village, ['workflows/handle.json', text]])))
    await desk.submit('resident')
    expect(await result(desk, desk.act('both', 'DISPATCH', { to: ['both'] }))).toBe('offer.not-eligible')
    expect(await result(desk, desk.act('both', 'DISPATCH', {}))).toBe('offered')
    expect(await result(desk, desk.act('both', 'TAKE'))).toBe('offer.missing')
    expect(await result(desk, desk.act('qian', 'TAKE'))).toBe('working.doing')
  })

  test('passes over a person only by the party that excepts them, not by another that they belong to', async () => {
    const among = '"among": [{ "registration": "volunteer", "exceptBy": ["DISPATCH"] }, { "post": "window" }]'
    const text = village
      .get('workflows/handle.json')
      ?.replace('"among": { "registration": "volunteer", "exceptBy": ["DONE"] }', among)
    const locality = localityOf(new Map([...village, ['workflows/handle.json', text ?? '']]))
    const open = deskOf(locality)
    await open.submit('resident')
    expect(await result(open, open.act('both', 'DISPATCH', {}))).toBe('offered')
    expect(open.row.passedOver).toEqual({ [`registration:volunteer@${east}`]: ['both'] })
    expect(await result(open, open.act('both', 'TAKE'))).toBe('working.doing')
    const named = deskOf(locality)
    await named.submit('resident')
    expect(await result(named, named.act('both', 'DISPATCH', { to: ['both'] }))).toBe('offered')
  })

  test('that is taken is the taker’s alone; who comes later hears so', async () => {
    const desk = await offeredTo(deskOf(), 'zhao', 'qian')
    expect(await result(desk, desk.act('qian', 'TAKE'))).toBe('working.doing')
    expect([desk.row.assignee, desk.row.offerOpen, desk.row.owners]).toEqual(['qian', false, ['person:qian']])
    expect(await desk.act('zhao', 'TAKE')).toEqual({ refused: 'offer.taken' })
    expect(await result(desk, desk.act('zhao', 'DONE', { done: '好了' }))).toBe('event.not-yours')
  })

  test('that ran out is closed to those who had it', async () => {
    const desk = await offeredTo(deskOf(), 'zhao')
    await desk.wait(day)
    expect([desk.row.state, desk.row.offerOpen, desk.row.assignee]).toEqual(['received', false, null])
    expect(await desk.act('zhao', 'TAKE')).toEqual({ refused: 'offer.closed' })
    expect(await result(desk, desk.act('qian', 'TAKE'))).toBe('event.not-now')
  })

  test('that was returned goes up a rung, and may be made anew to another', async () => {
    const desk = await offeredTo(deskOf(), 'zhao')
    await desk.wait(day)
    expect(await result(desk, desk.act('wang', 'DISPATCH', { to: ['qian'] }))).toBe('event.not-yours')
    expect(await result(desk, desk.act('officer', 'DISPATCH', { to: ['qian'] }))).toBe('offered')
    expect(await result(desk, desk.act('zhao', 'TAKE'))).toBe('offer.missing')
    expect(await result(desk, desk.act('qian', 'TAKE'))).toBe('working.doing')
  })

  test('made anew takes the work from who had it', async () => {
    const desk = await taken(deskOf())
    await desk.wait(20 * day)
    expect([desk.row.state, desk.row.assignee]).toEqual(['unsolved', 'zhao'])
    const again = await taken(deskOf())
    await again.wait(8 * day + 10 * hour)
    expect(again.row.state).toBe('received')
    expect(await result(again, again.act('officer', 'DISPATCH', { to: ['qian'] }))).toBe('offered')
    expect([again.row.assignee, again.row.owners]).toEqual([null, ['person:qian']])
  })

  test('passes over who did the work before, by name and as one of many', async () => {
    const desk = await taken(deskOf())
    await desk.act('zhao', 'DONE', { done: '好了' })
    await desk.act('resident', 'DISCONTENT', { badly: true })
    expect([desk.row.state, desk.row.rung]).toEqual(['received', 1])
    expect(await result(desk, desk.act('officer', 'DISPATCH', { to: ['zhao'] }))).toBe('offer.not-eligible')
    expect(await result(desk, desk.act('officer', 'DISPATCH', {}))).toBe('offered')
    expect(await result(desk, desk.act('zhao', 'TAKE'))).toBe('offer.missing')
    expect(await result(desk, desk.act('qian', 'TAKE'))).toBe('working.doing')
    expect(await result(desk, desk.act('zhao', 'TAKE'))).toBe('event.not-now')
  })

  test('is nobody’s any more who no longer holds the registration it was made to', async () => {
    const leaving = villagers.map(person =>
      person.id === 'qian'
        ? { ...person, registrations: [{ kind: 'volunteer', area: east, to: Date.parse('2026-03-02T10:00+08:00') }] }
        : person
    )
    const desk = deskOf(villageLocality, leaving)
    await desk.submit('resident')
    await desk.act('wang', 'DISPATCH', {})
    desk.now += 3 * hour
    expect(await result(desk, desk.act('qian', 'TAKE'))).toBe('offer.missing')
  })

  test('made in another community finds that community’s people', async () => {
    const desk = deskOf()
    await desk.submit('resident', { area: west })
    expect(await result(desk, desk.act('li', 'DISPATCH', { to: ['zhao'] }))).toBe('offer.not-eligible')
    expect(await result(desk, desk.act('li', 'DISPATCH', { to: ['sun'] }))).toBe('offered')
  })
})

describe('a race', () => {
  test.each([false, true])('of eight for one offer has one winner (named: %s)', async named => {
    const desk = deskOf(villageLocality, [...villagers, ...eightVolunteers])
    await desk.submit('resident')
    await desk.act('wang', 'DISPATCH', named ? { to: eightVolunteers.map(({ id }) => id) } : {})
    const outcomes = await Promise.all(eightVolunteers.map(({ id }) => desk.act(id, 'TAKE')))
    const won = outcomes.flatMap((outcome, i) => ('refused' in outcome ? [] : [eightVolunteers[i]?.id]))
    expect(won).toEqual([desk.row.assignee])
    expect(outcomes.filter(outcome => 'refused' in outcome)).toEqual(
      Array.from({ length: 7 }, () => ({ refused: 'offer.taken' }))
    )
    expect(desk.events.filter(event => event === 'TAKE')).toHaveLength(1)
  })

  test('of eight who dispatch has one winner, and one offer', async () => {
    const windows = eightVolunteers.map(({ id }) => ({
      id,
      appointments: [{ post: 'window', area: east }],
      registrations: []
    }))
    const desk = deskOf(villageLocality, [...villagers, ...windows])
    await desk.submit('resident')
    const outcomes: readonly Outcome[] = await Promise.all(
      windows.map(({ id }) => desk.act(id, 'DISPATCH', { to: ['zhao'] }))
    )
    const codes = outcomes.map(outcome => ('refused' in outcome ? outcome.refused : 'won')).sort()
    expect(codes).toEqual([...Array.from({ length: 7 }, () => 'event.not-now'), 'won'])
    expect(desk.told('zhao')).toEqual(['offer.made'])
  })
})
