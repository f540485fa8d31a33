// One id, one outcome: a command sent again gets its first answer, whatever has happened since. And what a review leaves behind.
import { describe, expect, test } from 'vitest'
import type { Act, Submit } from '../src/index.ts'
import { day, deskOf, east, monday, offeredTo, result, taken, type Desk } from './desk.ts'

const submission = (more: Partial<Submit> = {}): Submit => ({
  id: '11111111-1111-4111-8111-111111111111',
  kind: 'submit',
  actor: { person: 'resident' },
  now: monday,
  salt: 'a'.repeat(32),
  service: 'mending',
  area: east,
  answers: { what: '水管漏水' },
  ...more
})

describe('a command sent again', () => {
  test('with the same content gets the same answer, and nothing is done twice', async () => {
    const desk = deskOf()
    const first = await desk.send(submission())
    expect(await desk.send(submission({ now: monday + day, salt: 'b'.repeat(32) }))).toEqual(first)
    expect([desk.store.cases.size, desk.store.events.length, desk.store.notices.length]).toEqual([1, 1, 2])
  })

  test.each<[string, Partial<Submit>]>([
    ['other answers', { answers: { what: '路灯不亮' } }],
    ['another place', { area: '330521102002' }],
    ['another sender', { actor: { person: 'neighbour' } }],
    ['another service', { service: 'gardening' }]
  ])('with %s is refused', async (_, more) => {
    const desk = deskOf()
    await desk.send(submission())
    expect(await desk.send(submission(more))).toEqual({ refused: 'command.reused' })
  })

  test('as another kind of command is refused', async () => {
    const desk = deskOf()
    const { id, now, salt } = submission()
    await desk.send(submission())
    const act: Act = { id, now, salt, kind: 'act', actor: { person: 'wang' }, case: id, event: 'DISPATCH' }
    expect(await desk.send(act)).toEqual({ refused: 'command.reused' })
  })

  test('that was refused stays refused, though it would be allowed by now', async () => {
    const desk = await offeredTo(deskOf(), 'qian')
    const take: Partial<Act> = { id: '22222222-2222-4222-8222-222222222222' }
    expect(await desk.act('zhao', 'TAKE', undefined, take)).toMatchObject({ refused: 'offer.missing' })
    await desk.wait(day)
    await desk.act('officer', 'DISPATCH', { to: ['zhao'] })
    expect(await desk.act('zhao', 'TAKE', undefined, take)).toMatchObject({ refused: 'offer.missing' })
    expect(await result(desk, desk.act('zhao', 'TAKE'))).toBe('working.doing')
  })

  test('by the engine, once there is something to do, does it, though there was nothing before', async () => {
    const desk = deskOf()
    await desk.submit('resident')
    const tick = {
      id: '33333333-3333-4333-8333-333333333333',
      kind: 'expire',
      case: desk.row.id,
      actor: 'system',
      salt: ''
    } as const
    expect(await desk.send({ ...tick, now: monday })).toEqual({ refused: 'deadline.none' })
    expect(await desk.send({ ...tick, now: monday + day })).toEqual({ case: desk.row.id, revision: 2 })
  })

  test('under the id of a case that is there already is refused, even where the command has been forgotten', async () => {
    const desk = deskOf()
    await desk.submit('resident')
    const row = { ...desk.row, id: submission().id }
    await desk.store.transaction(tx => tx.apply([{ kind: 'case', row, created: true }]))
    expect(await desk.send(submission())).toEqual({ refused: 'case.exists' })
  })

  test('by the engine leaves no outcome behind when there is nothing to do', async () => {
    const desk = deskOf()
    await desk.submit('resident')
    expect(await result(desk, desk.tick())).toBe('deadline.none')
    expect(await result(desk, desk.tick('recompute'))).toBe('deadline.none')
    expect(desk.events).toEqual(['SUBMIT'])
  })
})

describe('a review', () => {
  const done = async (): Promise<Desk> => {
    const desk = await taken(deskOf())
    await desk.act('zhao', 'DONE', { done: '换了水管' })
    return desk
  }

  test('is asked of the applicant and recorded with its value', async () => {
    const desk = await done()
    expect([desk.row.owners, desk.told('resident')]).toEqual([['person:resident'], ['case.received', 'review.asked']])
    await desk.wait(day)
    await desk.act('resident', 'CONTENT')
    expect(desk.row.review).toEqual({ scale: 'contentment', event: 'CONTENT', value: '1', at: monday + day })
    expect([desk.row.reply, desk.row.open, desk.row.closedAt, desk.told('resident').at(-1)]).toEqual([
      'closed',
      false,
      monday + day,
      'case.replied'
    ])
  })

  test('may be given by the window on the applicant’s behalf, but never by who did the work', async () => {
    const desk = deskOf()
    await desk.submit('resident')
    await desk.act('wang', 'DISPATCH', { to: ['both'] })
    await desk.act('both', 'TAKE')
    await desk.act('both', 'DONE', { done: '换了水管' })
    expect(await result(desk, desk.act('both', 'CONTENT'))).toBe('event.not-yours')
    expect(await result(desk, desk.act('zhao', 'CONTENT'))).toBe('event.not-yours')
    expect(await result(desk, desk.act('wang', 'CONTENT'))).toBe('closed')
  })

  test('of discontent opens the work again, the third time it climbs', async () => {
    const desk = await done()
    for (const round of [1, 2]) {
      expect(await result(desk, desk.act('resident', 'DISCONTENT', { reason: '还漏' }))).toBe('working.doing')
      expect([desk.row.counts.DISCONTENT, desk.row.review?.event, desk.row.assignee]).toEqual([
        round,
        'DISCONTENT',
        'zhao'
      ])
      await desk.act('zhao', 'DONE', { done: '又换了' })
    }
    expect(await result(desk, desk.act('resident', 'DISCONTENT', { reason: '还漏' }))).toBe('received')
    expect([desk.row.rung, desk.row.owners, desk.row.handlingArea]).toEqual([
      1,
      ['post:officer@330521102'],
      '330521102'
    ])
  })

  test('says by its form which way is taken', async () => {
    const desk = await done()
    expect(await result(desk, desk.act('resident', 'DISCONTENT', { badly: true }))).toBe('received')
  })

  test('of discontent at the top of the ladder ends unsolved, with a reply', async () => {
    const desk = await done()
    await desk.act('resident', 'DISCONTENT', { badly: true })
    await desk.act('officer', 'DISPATCH', { to: ['qian'] })
    await desk.act('qian', 'TAKE')
    await desk.act('qian', 'DONE', { done: '又修了' })
    expect(await result(desk, desk.act('resident', 'DISCONTENT', { badly: true }))).toBe('unsolved')
    expect([desk.row.reply, desk.row.rung, desk.events.slice(-2)]).toEqual(['unsolved', 1, ['DISCONTENT', 'UNSOLVED']])
  })

  test('that does not come closes the case in silence', async () => {
    const desk = await done()
    await desk.wait(7 * day)
    expect([desk.row.state, desk.row.review]).toEqual(['closed', null])
  })
})
