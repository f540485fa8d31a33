// Cases go over to other rules: where one stands after its move, what becomes of its limits, and that a move can be taken back.
import type { Locality } from '@gridwright/core'
import { describe, expect, test } from 'vitest'
import { foldCase, type CaseRow } from '../src/index.ts'
import { day, deskOf, hour, offeredTo, result, taken, villageLocality, type Desk } from './desk.ts'
import { handledAs, longer, move, moveBack, order, planFor, renamed, storeys, villageAs } from './moving.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)
/** Whoever has taken an order is not asked to bring parts any more. */
const withoutWaiting = handledAs([
  `        "doing": {
          "on": { "PAUSE": "waiting", "DONE": { "target": "#handle.review", "meta": { "form": "result" } } }
        },
        "waiting": {
          "meta": { "deadlines": { "parts": { "within": "P2D", "clock": "natural", "onExpire": "ARRIVED" } } },
          "on": { "RESUME": "doing", "ARRIVED": "doing" }
        }`,
  `        "doing": { "on": { "DONE": { "target": "#handle.review", "meta": { "form": "result" } } } }`
])
/** A desk whose case has been submitted under the old rules; the new ones are published. */
async function under(to: Locality, begin: (desk: Desk) => Promise<unknown> = desk => desk.submit('resident')) {
  const desk = deskOf()
  await begin(desk)
  desk.locality = to
  return desk
}
const dueOf = (desk: Desk, name: string) => desk.row.deadlines.find(deadline => deadline.name === name)?.due
const replayed = (desk: Desk) => desk.journal.reduce<CaseRow | undefined>(foldCase, undefined)

describe('a move', () => {
  test('leads to the state that the plan says, by the new rules from then on', async () => {
    const desk = await under(renamed)
    const plan = planFor(villageLocality, renamed, { states: { received: 'asked' } })
    expect(await result(desk, move(desk, plan))).toBe('asked')
    expect(desk.row).toEqual(replayed(desk))
    expect(desk.journal.at(-1)).toMatchObject({
      event: 'MIGRATED',
      transition: null,
      from: 'received',
      to: 'asked',
      actor: 'system'
    })
    expect(desk.row.deadlines.map(({ state, name }) => [state, name])).toEqual([
      [null, 'total'],
      ['asked', 'dispatch']
    ])
    await offeredNow(desk)
    expect(desk.journal.at(-1)?.procedure).toBe(plan.moves[0]?.to)
  })

  test('runs no effects, and tells nobody who knew before', async () => {
    const desk = await under(renamed)
    const told = desk.store.notices.length
    await move(desk, planFor(villageLocality, renamed, { states: { received: 'asked' } }))
    expect([desk.store.notices.length, desk.row.rung]).toEqual([told, 0])
  })

  test('tells whoever owns the case now', async () => {
    const officers = handledAs(['"owner": "rung"', '"owner": { "post": "officer" }'])
    const desk = await under(officers)
    await move(desk, planFor(villageLocality, officers))
    expect([desk.told('officer'), desk.row.owners]).toEqual([['case.todo'], [expect.stringMatching(/^post:officer@/)]])
  })

  test('is one, however often it is sent', async () => {
    const desk = await under(longer)
    const id = '00000000-0000-8000-8000-000000000001'
    const plan = planFor(villageLocality, longer)
    const answers = [await move(desk, plan, { id }), await move(desk, plan, { id })]
    expect(answers).toEqual([
      { case: desk.row.id, revision: 2 },
      { case: desk.row.id, revision: 2 }
    ])
    expect(desk.events).toEqual(['SUBMIT', 'MIGRATED'])
  })

  test('keeps the offer and those who were passed over where the state knows of one, and closes it elsewhere', async () => {
    const desk = await under(longer, begun => offeredTo(begun, 'zhao'))
    await move(desk, planFor(villageLocality, longer))
    expect([desk.row.offerOpen, await result(desk, desk.act('zhao', 'TAKE'))]).toEqual([true, 'working.doing'])
    const back = await under(longer, begun => offeredTo(begun, 'zhao'))
    await move(back, planFor(villageLocality, longer, { states: { offered: 'received' } }))
    expect([back.row.offerOpen, back.row.owners]).toEqual([false, [expect.stringMatching(/^post:window@/)]])
  })

  test('leaves the work with whoever took it', async () => {
    const desk = await under(withoutWaiting, begun => taken(begun))
    await desk.act('zhao', 'PAUSE')
    await move(desk, planFor(villageLocality, withoutWaiting, { states: { 'working.waiting': 'working.doing' } }))
    expect([desk.row.state, desk.row.assignee, desk.row.deadlines.map(({ name }) => name)]).toEqual([
      'working.doing',
      'zhao',
      ['total', 'finish']
    ])
  })

  test('brings a case down to the highest rung that there is, with the area that this serves', async () => {
    const flat = handledAs(['[{ "post": "window" }, { "post": "officer" }]', '[{ "post": "window" }]'])
    const desk = await under(flat, async begun => {
      await begun.submit('resident')
      await begun.wait(4 * hour)
    })
    expect([desk.row.rung, desk.row.owners]).toEqual([1, [expect.stringMatching(/^post:officer@/)]])
    await move(desk, planFor(villageLocality, flat))
    expect([desk.row.rung, desk.row.handlingArea, desk.row.owners]).toEqual([
      0,
      desk.row.area,
      [`post:window@${desk.row.area}`]
    ])
  })

  test('changes the answers as the plan says, and the journal still has those of before', async () => {
    const to = order([storeys, ''], ['"what":', '"wrong":'], ['["what"]', '["wrong"]'])
    const desk = await under(to, begun => begun.submit('resident', { answers: { what: '水管漏水', storeys: 3 } }))
    const plan = planFor(villageLocality, to, { answers: { rename: { what: 'wrong' }, drop: ['storeys'] } })
    await move(desk, plan)
    expect([desk.row.answers, desk.journal.map(({ answers }) => answers)]).toEqual([
      { wrong: '水管漏水' },
      [{ what: '水管漏水', storeys: 3 }, { wrong: '水管漏水' }]
    ])
    expect(desk.row).toEqual(replayed(desk))
    expect(JSON.stringify(desk.journal.at(-1)?.changed)).not.toContain('水管漏水')
    await moveBack(desk, plan)
    expect([desk.row.answers, desk.row]).toEqual([{ what: '水管漏水', storeys: 3 }, replayed(desk)])
  })

  test.each<[string, Promise<Desk>, ReturnType<typeof planFor>, string]>([
    [
      'a state that the plan leaves where it is',
      under(longer),
      planFor(villageLocality, longer, { states: { received: null } }),
      'migration.pinned'
    ],
    [
      'a state in which no case can rest',
      under(longer),
      planFor(villageLocality, longer, { states: { received: 'closed' } }),
      'migration.state-unknown'
    ],
    [
      'a case by other rules',
      under(longer),
      planFor(renamed, longer, { states: { asked: 'received' } }),
      'migration.other-rules'
    ],
    ['rules that are not live', under(villageLocality), planFor(villageLocality, longer), 'migration.not-live'],
    [
      'a case that nobody has taken, where the work is its assignee’s',
      under(longer),
      planFor(villageLocality, longer, { states: { received: 'working.doing' } }),
      'migration.nobody'
    ],
    [
      'a case that is offered to nobody, where it waits for an offer to be taken',
      under(longer),
      planFor(villageLocality, longer, { states: { received: 'offered' } }),
      'migration.nobody'
    ],
    [
      'answers that do not fit',
      under(order(['"maxLength": 200', '"maxLength": 2'])),
      planFor(villageLocality, order(['"maxLength": 200', '"maxLength": 2'])),
      'migration.answers'
    ],
    [
      'a case that has ended',
      under(longer, async desk => {
        await desk.submit('resident')
        await desk.act('resident', 'WITHDRAW')
      }),
      planFor(villageLocality, longer),
      'case.closed'
    ]
  ])('is refused for %s, and nothing is kept of it', async (_, made, plan, refused) => {
    const desk = await made
    const before = desk.row
    expect([await result(desk, move(desk, plan)), desk.row]).toEqual([refused, before])
  })
})

describe('a running limit', () => {
  test.each([
    ['keep', '2026-03-02T08:00', '2026-03-02T10:30', '2026-03-02T12:00'],
    ['recompute', '2026-03-02T08:00', '2026-03-02T10:30', '2026-03-02T16:00'],
    ['restart', '2026-03-02T08:00', '2026-03-02T10:30', '2026-03-03T08:30'],
    // 2026-10-01 to 07 are holidays: two of the hours lie before them.
    ['keep', '2026-09-30T16:00', '2026-10-05T09:00', '2026-10-08T10:00'],
    ['recompute', '2026-09-30T16:00', '2026-10-05T09:00', '2026-10-08T12:00'],
    ['restart', '2026-09-30T16:00', '2026-10-05T09:00', '2026-10-08T16:00']
  ] as const)(
    'of 4 working hours, then 6: %s, begun %s and moved %s, is due %s',
    async (treatment, begun, moved, due) => {
      const desk = deskOf()
      desk.now = at(begun)
      await desk.submit('resident')
      desk.locality = longer
      desk.now = at(moved)
      await move(
        desk,
        planFor(villageLocality, longer, { deadlines: { total: 'keep', 'received/dispatch': treatment } })
      )
      expect(dueOf(desk, 'dispatch')).toBe(at(due))
      expect(dueOf(desk, 'total')).toBe(at(begun) + 60 * day)
      await desk.wait(at(due) - desk.now - 1)
      expect(desk.events).not.toContain('UNDISPATCHED')
      await desk.wait(1)
      expect(desk.events.at(-1)).toBe('UNDISPATCHED')
    }
  )

  test('of a category, worked out anew over a holiday and a make-up day', async () => {
    const to = villageAs({ 'categories.json': [['"P3D"', '"P5D"']] })
    const desk = deskOf()
    desk.now = at('2026-09-30T10:00')
    await taken(desk)
    expect(dueOf(desk, 'finish')).toBe(at('2026-10-10T18:00'))
    desk.locality = to
    await move(desk, planFor(villageLocality, to))
    expect(dueOf(desk, 'finish')).toBe(at('2026-10-13T18:00'))
  })

  test('that the new rules do not have ends, and one that only they have begins at the move', async () => {
    const to = handledAs([
      '"deadlines": { "dispatch": {',
      '"deadlines": { "look": { "within": "PT1H", "clock": "natural", "onExpire": "UNSOLVED" }, "sort": {'
    ])
    const desk = await under(to)
    desk.now += hour
    await move(desk, planFor(villageLocality, to))
    expect(desk.row.deadlines.map(({ name, entry, startedAt }) => [name, entry, startedAt])).toEqual([
      ['total', 1, desk.now - hour],
      ['look', 2, desk.now],
      ['sort', 2, desk.now]
    ])
  })

  test('runs on once, as the innermost of its name, where its state has another name', async () => {
    const inner = handledAs(
      ['"TAKE": "working"', '"TAKE": "mending"'],
      ['"target": "working"', '"target": "mending"'],
      ['    "working": {', '    "mending": {'],
      [
        '        "doing": {',
        '        "doing": { "meta": { "deadlines": { "finish": { "within": "P9D", "clock": "days", "onExpire": "LATE" } } },'
      ]
    )
    const desk = await under(inner, taken)
    desk.now += hour
    await move(desk, planFor(villageLocality, inner, { states: { 'working.doing': 'mending.doing' }, deadlines: {} }))
    expect(desk.row.deadlines.map(({ state, name, startedAt }) => [state, name, startedAt])).toEqual([
      [null, 'total', desk.now - hour],
      ['mending', 'finish', desk.now],
      ['mending.doing', 'finish', desk.now - hour]
    ])
  })

  test('that was warned of is not warned of again unless it starts anew', async () => {
    const events = async (treatment: 'recompute' | 'restart') => {
      const desk = await under(longer, async begun => {
        await begun.submit('resident')
        await begun.wait(3 * hour)
      })
      await move(desk, planFor(villageLocality, longer, { deadlines: { 'received/dispatch': treatment } }))
      await desk.wait(5 * hour)
      return desk.events
    }
    expect(await events('recompute')).toEqual(['SUBMIT', 'WARNED', 'MIGRATED', 'UNDISPATCHED'])
    expect(await events('restart')).toEqual(['SUBMIT', 'WARNED', 'MIGRATED', 'WARNED'])
  })

  const once = handledAs([', "repeat": { "every": "P1D", "max": 2, "onExhausted": "UNDONE" }', ''])
  const late = (desk: Desk) =>
    taken(desk)
      .then(() => desk.wait(4 * day))
      .then(() => expect(desk.events.at(-1)).toBe('LATE'))

  test('that has expired by the old rules does so by the new ones at once, if it is worked out anew', async () => {
    const desk = await under(once, late)
    await move(desk, planFor(villageLocality, once, { deadlines: { 'working/finish': 'recompute' } }))
    expect(desk.row.deadlines.find(({ name }) => name === 'finish')?.due).toBeLessThan(desk.now)
    await desk.wait(0)
    expect(desk.events.slice(-2)).toEqual(['MIGRATED', 'LATE'])
    expect(desk.row.deadlines.find(({ name }) => name === 'finish')).toMatchObject({ due: null, spent: true })
  })

  test('that has expired for good stays so, unless the case would then wait without a limit', async () => {
    const spent = await under(once, late)
    await move(spent, planFor(villageLocality, once, { deadlines: { 'working/finish': 'recompute' } }))
    await spent.wait(0)
    const endless = handledAs(
      ['"deadlines": { "total": { "within": "P60D", "clock": "natural", "onExpire": "OVERDUE" } },', ''],
      ['"on": { "OVERDUE": ".unsolved" },', ''],
      ['"OVERDUE": "超过总时限", ', '']
    )
    spent.locality = villageLocality
    await move(spent, planFor(once, villageLocality))
    expect(spent.row.deadlines.map(({ name, spent: over }) => [name, over])).toEqual([
      ['total', undefined],
      ['finish', true]
    ])
    spent.locality = endless
    await move(spent, planFor(villageLocality, endless))
    expect(spent.row.deadlines).toMatchObject([{ name: 'finish', startedAt: spent.now, expired: 0 }])
  })

  test('that has expired for good begins anew where by the new rules it alone would move the case on', async () => {
    const urging = handledAs(
      ['"total": { "within": "P60D"', '"total": { "within": "P3D"'],
      ['"on": { "OVERDUE": ".unsolved" }', '"on": { "OVERDUE": { "actions": [{ "type": "urge" }] } }']
    )
    const desk = deskOf(urging)
    await taken(desk)
    await desk.wait(3 * day)
    expect(desk.row.deadlines.map(({ name, spent }) => [name, spent])).toEqual([
      ['total', true],
      ['finish', undefined]
    ])
    desk.locality = once
    await move(desk, planFor(urging, once, { deadlines: { total: 'keep' } }))
    expect(desk.row.deadlines).toMatchObject([
      { name: 'total', startedAt: desk.now, expired: 0 },
      { name: 'finish', startedAt: desk.now - 3 * day }
    ])
    await desk.wait(60 * day)
    expect(desk.row.state).toBe('unsolved')
  })
})

describe('taking a move back', () => {
  const plan = planFor(villageLocality, renamed, { states: { received: 'asked' } })

  test('gives the case as it was, due instants and all, whenever that is', async () => {
    const desk = await under(renamed)
    const { revision: _, updatedAt: __, lastHash: ___, counts: ____, ...before } = desk.row
    await move(desk, plan)
    desk.now += hour
    expect(await result(desk, moveBack(desk, plan))).toBe('received')
    expect(desk.row).toMatchObject({ ...before, moved: null })
    expect([desk.row.undo, desk.row]).toEqual([undefined, replayed(desk)])
    expect(await result(desk, offeredNow(desk))).toBe('offered')
  })

  test('is refused once anything else has happened, and a second time', async () => {
    const desk = await under(renamed)
    await move(desk, plan)
    await offeredNow(desk)
    expect(await result(desk, moveBack(desk, plan))).toBe('migration.moved-on')
    const other = await under(renamed)
    await move(other, plan)
    expect(await result(other, moveBack(other, planFor(villageLocality, longer)))).toBe('migration.moved-on')
    await moveBack(other, plan)
    expect(await result(other, moveBack(other, plan))).toBe('migration.moved-on')
  })

  test('leaves the way open for another move', async () => {
    const desk = await under(renamed)
    await move(desk, plan)
    await moveBack(desk, plan)
    expect([await result(desk, move(desk, plan)), desk.events]).toEqual([
      'asked',
      ['SUBMIT', 'MIGRATED', 'UNMIGRATED', 'MIGRATED']
    ])
  })
})

const offeredNow = (desk: Desk) => desk.act('wang', 'DISPATCH', { to: ['zhao'] })
