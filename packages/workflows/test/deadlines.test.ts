// Limits as they run: started when a state is entered, gone when it is left, warned of once, repeated as often as declared, never guessed.
import { load, procedureOf } from '@gridwright/core'
import { describe, expect, test } from 'vitest'
import { awaitsCalendar, nextDueAt, promisedLimits } from '../src/index.ts'
import { day, deskOf, hour, offeredTo, result, taken, villageLocality, villagers, type Desk } from './desk.ts'
import { localityOf, village } from './folder.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)
const submitted = async (now?: string): Promise<Desk> => {
  const desk = deskOf()
  if (now !== undefined) desk.now = at(now)
  await desk.submit('resident')
  return desk
}
const dueOf = (desk: Desk, name: string) => desk.row.deadlines.find(deadline => deadline.name === name)?.due
/** The village with a changed workflow. */
const villageWith = (find: string, put: string) => {
  const text = village.get('workflows/handle.json') ?? ''
  if (text.split(find).length !== 2) throw new Error(find)
  return localityOf(new Map([...village, ['workflows/handle.json', text.replace(find, () => put)]]))
}

describe('a limit', () => {
  test('runs from the state’s entry on its own clock', async () => {
    const desk = await submitted('2026-03-06T17:00')
    expect(dueOf(desk, 'dispatch')).toBe(at('2026-03-09T11:00'))
    expect(dueOf(desk, 'total')).toBe(at('2026-03-06T17:00') + 60 * day)
  })

  test('is gone once its state is left; that of the whole case runs on', async () => {
    const desk = await offeredTo(deskOf(), 'zhao')
    expect(desk.row.deadlines.map(({ name }) => name)).toEqual(['total', 'take'])
  })

  test('starts anew when its state is entered again, with the case’s next entry', async () => {
    const desk = await submitted('2026-03-02T08:00')
    await desk.wait(4 * hour)
    expect([desk.row.rung, dueOf(desk, 'dispatch')]).toEqual([1, at('2026-03-02T18:00')])
    const [, dispatch] = desk.row.deadlines
    expect(dispatch).toMatchObject({
      name: 'dispatch',
      entry: 3,
      startedAt: at('2026-03-02T12:00'),
      warned: false,
      expired: 0
    })
  })

  test('expires at its instant and not before', async () => {
    const desk = await submitted('2026-03-02T08:00')
    desk.now = at('2026-03-02T10:00') // half of it: warned
    await desk.tick()
    desk.now = at('2026-03-02T12:00') - 1
    expect(await result(desk, desk.tick())).toBe('deadline.none')
    desk.now++
    expect(await result(desk, desk.tick())).toBe('received')
    expect(desk.events).toEqual(['SUBMIT', 'WARNED', 'UNDISPATCHED'])
  })

  test('of the whole case ends it wherever it is', async () => {
    const slow = deskOf(villageWith('"max": 2', '"max": 100'))
    await offeredTo(slow, 'zhao')
    await slow.act('zhao', 'TAKE')
    await slow.wait(60 * day)
    expect([slow.row.state, slow.row.reply, slow.row.deadlines]).toEqual(['unsolved', 'unsolved', []])
    expect(slow.events.at(-1)).toBe('OVERDUE')
  })

  test('at the top of the ladder sends one event after the other, all in one turn of the door', async () => {
    const raise = '"actions": [{ "type": "raise", "params": { "atTop": "GIVEN_UP" } }]'
    const desk = deskOf(villageWith('"UNSOLVED": "unsolved"', `"UNSOLVED": { ${raise} }, "GIVEN_UP": "unsolved"`))
    await desk.submit('resident')
    await desk.wait(day)
    expect(desk.events.slice(-3)).toEqual(['UNDISPATCHED', 'UNSOLVED', 'GIVEN_UP'])
    expect(new Set(desk.journal.slice(-3).map(({ command }) => command)).size).toBe(1)
    expect([desk.row.state, desk.told('resident')]).toEqual(['unsolved', ['case.received', 'case.replied']])
  })

  test('whose events call each other for ever, which the check refuses, is an error and no hang', async () => {
    const endless = '{ "actions": [{ "type": "raise", "params": { "atTop": "UNSOLVED" } }] }'
    const text = (village.get('workflows/handle.json') ?? '').replace(
      '"UNSOLVED": "unsolved"',
      `"UNSOLVED": ${endless}`
    )
    const { locality } = load(new Map([...village, ['workflows/handle.json', text]]))
    const desk = deskOf(locality)
    await desk.submit('resident')
    await expect(desk.wait(day)).rejects.toThrow('more than 10 events of the engine in one turn')
    expect(desk.row.rung).toBe(1)
  })

  test('that fires late, after a standstill, fires once, and starts anew from then', async () => {
    const desk = await submitted('2026-03-02T08:00')
    desk.now += 30 * day
    const events: string[] = []
    while (!('refused' in (await desk.tick()))) events.push(desk.events.at(-1) ?? '')
    expect(events).toEqual(['UNDISPATCHED'])
    await desk.wait(day)
    expect(desk.row.state).toBe('unsolved')
  })

  test('fires nothing on a case that has ended', async () => {
    const desk = await submitted()
    await desk.act('resident', 'WITHDRAW')
    desk.now += 90 * day
    expect(await result(desk, desk.tick())).toBe('deadline.none')
    expect(nextDueAt(desk.row)).toBeNull()
  })
})

describe('a warning', () => {
  test('is written and told once, to those whose turn it is', async () => {
    const desk = await submitted('2026-03-02T08:00')
    await desk.wait(3 * hour)
    expect([desk.events, desk.told('wang')]).toEqual([
      ['SUBMIT', 'WARNED'],
      ['case.todo', 'deadline.warned']
    ])
    expect(desk.row.state).toBe('received')
    expect(await result(desk, desk.tick())).toBe('deadline.none')
  })

  test('that is overtaken by the expiry is left out', async () => {
    const desk = await submitted('2026-03-02T08:00')
    desk.now += 5 * hour
    await desk.tick()
    expect(desk.events).toEqual(['SUBMIT', 'UNDISPATCHED'])
  })

  test('gives way to what expires at the same instant', async () => {
    const second = '"short": { "within": "PT2H", "clock": "work", "onExpire": "UNDISPATCHED" }'
    const desk = deskOf(villageWith('"onExpire": "UNDISPATCHED" } }', `"onExpire": "UNDISPATCHED" }, ${second} }`))
    await desk.submit('resident')
    await desk.wait(2 * hour)
    expect(desk.events).toEqual(['SUBMIT', 'UNDISPATCHED'])
  })

  test('is not made up for once its limit has expired and is repeated', async () => {
    const desk = await taken(deskOf())
    desk.now += 4 * day // past both the warning and the first expiry
    await desk.tick()
    expect([desk.events.at(-1), await result(desk, desk.tick())]).toEqual(['LATE', 'deadline.none'])
  })
})

describe('a repeat', () => {
  test('fires on expiry, then as often as it says, then is exhausted', async () => {
    const desk = await taken(deskOf())
    await desk.wait(30 * day)
    const since = desk.events.slice(desk.events.indexOf('TAKE') + 1)
    expect(since).toEqual(['WARNED', 'LATE', 'LATE', 'LATE', 'UNDONE', 'WARNED', 'UNDISPATCHED', 'UNSOLVED'])
    expect(desk.row.urged).toBe(3)
  })

  test('falls on each working day’s end, counted from the start', async () => {
    const desk = await taken(deskOf())
    const dues: (number | null | undefined)[] = [dueOf(desk, 'finish')]
    for (let i = 0; i < 3; i++) {
      await desk.wait((nextDueAt(desk.row) ?? 0) - desk.now)
      if (desk.events.at(-1) === 'WARNED') await desk.wait((nextDueAt(desk.row) ?? 0) - desk.now)
      dues.push(dueOf(desk, 'finish'))
    }
    expect(dues).toEqual(['2026-03-05T18:00', '2026-03-06T18:00', '2026-03-09T18:00', '2026-03-10T18:00'].map(at))
  })

  test('ends with its state', async () => {
    const desk = await taken(deskOf())
    await desk.wait(4 * day)
    expect(desk.row.urged).toBe(1)
    await desk.act('zhao', 'DONE', { done: '好了' })
    await desk.wait(3 * day)
    expect([desk.row.urged, desk.row.state]).toEqual([1, 'review'])
  })
})

describe('nested states', () => {
  test('keep the limit of the state around them, which no move inside restarts', async () => {
    const desk = await taken(deskOf())
    const started = desk.row.deadlines.find(({ name }) => name === 'finish')
    await desk.wait(hour)
    expect(await result(desk, desk.act('zhao', 'PAUSE'))).toBe('working.waiting')
    expect(desk.row.deadlines.map(({ name, state }) => [name, state])).toEqual([
      ['total', null],
      ['finish', 'working'],
      ['parts', 'working.waiting']
    ])
    expect(await result(desk, desk.act('zhao', 'RESUME'))).toBe('working.doing')
    expect(desk.row.deadlines.filter(({ name }) => name !== 'total')).toEqual([started])
  })

  test('are owned as the state around them', async () => {
    const desk = await taken(deskOf())
    await desk.act('zhao', 'PAUSE')
    expect(desk.row.owners).toEqual(['person:zhao'])
    expect(await result(desk, desk.act('wang', 'RESUME'))).toBe('event.not-yours')
  })

  test('are left together with their limits', async () => {
    const desk = await taken(deskOf())
    await desk.act('zhao', 'PAUSE')
    await desk.wait(day)
    const later = await taken(deskOf())
    await later.wait(30 * day)
    expect(later.row.deadlines).toEqual([])
    await desk.act('zhao', 'RESUME')
    await desk.act('zhao', 'DONE', { done: '好了' })
    expect(desk.row.deadlines.map(({ name }) => name)).toEqual(['total', 'answer'])
  })

  test('an inner limit that expires moves the inner state only', async () => {
    const desk = await taken(deskOf())
    await desk.act('zhao', 'PAUSE')
    await desk.wait(2 * day)
    expect([desk.row.state, desk.events.at(-1)]).toEqual(['working.doing', 'ARRIVED'])
    expect(dueOf(desk, 'finish')).toBe(at('2026-03-05T18:00'))
  })
})

describe('a year that the calendar does not list', () => {
  const withNextYear = localityOf(
    new Map([
      ...village,
      [
        'calendar.json',
        (village.get('calendar.json') ?? '').replace(
          '"years": {',
          '"years": {\n"2027": { "holidays": ["2027-01-01"], "workdays": [] },'
        )
      ]
    ])
  )

  test('leaves a limit undated, and the published year dates it', async () => {
    const desk = await submitted('2026-12-31T17:00')
    expect([dueOf(desk, 'dispatch'), awaitsCalendar(desk.row)]).toEqual([null, true])
    expect(await result(desk, desk.tick('recompute'))).toBe('deadline.none')
    desk.locality = withNextYear
    desk.now += 2 * hour
    expect(await result(desk, desk.tick('recompute'))).toBe('received')
    expect([dueOf(desk, 'dispatch'), awaitsCalendar(desk.row), desk.events.at(-1)]).toEqual([
      at('2027-01-04T11:00'),
      false,
      'RECOMPUTED'
    ])
    expect(desk.journal.map(({ world }) => world)).toEqual([withoutNextYear, withNextYear.world])
  })
  const withoutNextYear = localityOf(village).world

  test('keeps a repeat waiting too', async () => {
    const desk = await taken(deskAt('2026-12-28T08:00'))
    expect(dueOf(desk, 'finish')).toBe(at('2026-12-31T18:00'))
    await desk.wait(4 * day)
    expect([desk.row.urged, dueOf(desk, 'finish'), awaitsCalendar(desk.row)]).toEqual([1, null, true])
    desk.locality = withNextYear
    expect(await result(desk, desk.tick('recompute'))).toBe('working.doing')
    expect(dueOf(desk, 'finish')).toBe(at('2027-01-04T18:00'))
    await desk.wait(10 * day)
    expect(desk.events.filter(event => event === 'LATE')).toHaveLength(3)
  })

  test('does not keep waiting for what has expired for good', async () => {
    const desk = deskOf(
      villageWith('"on": { "OVERDUE": ".unsolved" }', '"on": { "OVERDUE": { "actions": [{ "type": "urge" }] } }')
    )
    await taken(desk)
    await desk.act('zhao', 'DONE', { done: '好了' })
    await desk.act('resident', 'DISCONTENT', {})
    desk.now += 61 * day
    while (!('refused' in (await desk.tick()))) if (desk.events.includes('OVERDUE')) break
    const total = desk.row.deadlines.find(({ name }) => name === 'total')
    expect(total).toMatchObject({ due: null, spent: true, expired: 1 })
    expect(awaitsCalendar({ ...desk.row, deadlines: total ? [total] : [] })).toBe(false)
  })
})

test('a case keeps the limits it began under, whatever is published later', async () => {
  const desk = await submitted('2026-03-02T08:00')
  desk.locality = villageWith('"within": "PT4H"', '"within": "PT1H"')
  await desk.wait(hour)
  expect([desk.row.rung, dueOf(desk, 'dispatch')]).toEqual([0, at('2026-03-02T12:00')])
  await desk.wait(3 * hour)
  expect(dueOf(desk, 'dispatch')).toBe(at('2026-03-02T18:00'))
  await desk.submit('resident')
  expect(dueOf(desk, 'dispatch')).toBe(at('2026-03-02T15:00'))
})

test('what is promised are the limits of the whole case and of whoever works on it, nested ones too, not the wait for a review', () => {
  const procedure = procedureOf(villageLocality, 'mending')
  const promised = procedure ? promisedLimits(procedure) : []
  expect(promised.map(({ state, name, within, clock }) => [state, name, within, clock])).toEqual([
    [null, 'total', 'P60D', 'natural'],
    ['received', 'dispatch', 'PT4H', 'work'],
    ['offered', 'take', 'P1D', 'work'],
    ['working', 'finish', 'P3D', 'days'],
    ['working.waiting', 'parts', 'P2D', 'natural']
  ])
})

function deskAt(text: string): Desk {
  const desk = deskOf(undefined, villagers)
  desk.now = at(text)
  return desk
}
