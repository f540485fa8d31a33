// Guards and the ways of one event: who meets which condition takes which way, and a condition that cannot be judged lets nobody through.
import { describe, expect, test } from 'vitest'
import { deskOf, result, taken, villagers, east, type Desk } from './desk.ts'
import { localityOf, village } from './folder.ts'
import { offersTo } from './walk.ts'

/** A desk of the village whose TAKE (when `accept`) or DONE event has these ways instead. */
function deskWith(event: 'TAKE' | 'DONE', ways: unknown): Desk {
  const find = {
    TAKE: '"TAKE": "working"',
    DONE: '"DONE": { "target": "#handle.review", "meta": { "form": "result" } }'
  }[event]
  const text = village.get('workflows/handle.json') ?? ''
  expect(text.split(find)).toHaveLength(2)
  return deskOf(
    localityOf(
      new Map([...village, ['workflows/handle.json', text.replace(find, () => `"${event}": ${JSON.stringify(ways)}`)]])
    )
  )
}
const when = (cel: string) => ({ guard: { type: 'when', params: { cel } } })
const dispatched = async (desk: Desk, to: readonly string[], answers = { what: '水管漏水' }): Promise<Desk> => {
  await desk.submit('resident', { answers })
  await desk.act('wang', 'DISPATCH', { to })
  return desk
}

describe('the ways of one event', () => {
  test('are tried in order, and the first whose guard holds is taken', async () => {
    const ways = [{ target: 'working', ...when('has(answers.storeys) && answers.storeys > 6') }, { target: 'received' }]
    const high = await dispatched(deskWith('TAKE', ways), ['zhao'], { what: '水管', storeys: 9 } as never)
    expect(await result(high, high.act('zhao', 'TAKE'))).toBe('working.doing')
    const low = await dispatched(deskWith('TAKE', ways), ['zhao'])
    expect(await result(low, low.act('zhao', 'TAKE'))).toBe('received')
  })

  test('that none is open refuse, and are not offered', async () => {
    const desk = await dispatched(deskWith('TAKE', [{ target: 'working', ...when("'window' in actor.posts") }]), [
      'zhao',
      'both'
    ])
    expect(offersTo(desk, 'zhao')).toEqual([])
    expect(await desk.act('zhao', 'TAKE')).toEqual({ refused: 'condition.unmet', details: { event: 'TAKE' } })
    expect(await result(desk, desk.act('both', 'TAKE'))).toBe('working.doing')
  })

  test('each ask their own form, and only the open one’s is filled in', async () => {
    const ways = [
      { target: '#handle.review', ...when("'window' in actor.posts"), meta: { form: 'result' } },
      { target: 'waiting', meta: { form: 'complaint' } }
    ]
    const desk = await dispatched(deskWith('DONE', ways), ['zhao'])
    await desk.act('zhao', 'TAKE')
    expect(offersTo(desk, 'zhao').find(({ event }) => event === 'DONE')?.form).toBe('complaint')
    expect(await result(desk, desk.act('zhao', 'DONE', { done: '好了' }))).toBe('answers.invalid')
    expect(await result(desk, desk.act('zhao', 'DONE', { reason: '缺件' }))).toBe('working.waiting')
  })

  test('that differ by who may take them are told apart by who does', async () => {
    const ways = [{ target: 'working' }, { target: 'received', meta: { by: { post: 'officer' } } }]
    const desk = await dispatched(deskWith('TAKE', ways), ['zhao'])
    expect(offersTo(desk, 'officer').map(({ event }) => event)).toEqual(['TAKE'])
    expect(await result(desk, desk.act('officer', 'TAKE'))).toBe('received')
    expect(desk.row.assignee).toBeNull()
  })

  test('inside come before those around, and give way to them when they are closed', async () => {
    const text = (village.get('workflows/handle.json') ?? '').replace(
      '"UNDONE": {',
      () => `"PAUSE": { "target": "received" }, "UNDONE": {`
    )
    const inner = text.replace(
      '"PAUSE": "waiting"',
      () => `"PAUSE": ${JSON.stringify({ target: 'waiting', ...when("history.count('PAUSE') < 1") })}`
    )
    const desk = deskOf(localityOf(new Map([...village, ['workflows/handle.json', inner]])))
    await taken(desk)
    expect(await result(desk, desk.act('zhao', 'PAUSE'))).toBe('working.waiting')
    await desk.act('zhao', 'RESUME')
    expect(await result(desk, desk.act('zhao', 'PAUSE'))).toBe('received')
  })
})

describe('a condition', () => {
  test('that asks the form is judged once it is filled in', async () => {
    const ways = [{ target: '#handle.review', ...when("form.done != '没办'"), meta: { form: 'result' } }]
    const desk = await dispatched(deskWith('DONE', ways), ['zhao'])
    await desk.act('zhao', 'TAKE')
    expect(offersTo(desk, 'zhao').map(({ event }) => event)).toContain('DONE')
    expect(await result(desk, desk.act('zhao', 'DONE'))).toBe('answers.invalid')
    expect(await result(desk, desk.act('zhao', 'DONE', { done: '没办' }))).toBe('condition.unmet')
    expect(await result(desk, desk.act('zhao', 'DONE', { done: '办了' }))).toBe('review')
  })

  test('that cannot be judged refuses, says why, and is not offered', async () => {
    const desk = await dispatched(deskWith('TAKE', [{ target: 'working', ...when("answers.what == '水管漏水'") }]), [
      'zhao'
    ])
    const row = { ...desk.row, answers: {} } // answers erased since
    await desk.store.transaction(tx => tx.apply([{ kind: 'case', row, created: false }]))
    expect(await desk.act('zhao', 'TAKE')).toEqual({
      refused: 'condition.failed',
      details: { reason: expect.stringContaining('what') as string }
    })
    expect(offersTo(desk, 'zhao')).toEqual([])
  })

  test('sees where, when, by whom and how often', async () => {
    const cel = [
      `case.area == '${east}' && case.state == 'offered' && case.service == 'mending' && case.category == 'repair'`,
      `area.level == 'community' && area.code == '${east}' && '330521102' in area.path && area.id == '${east}'`,
      "actor.id == 'zhao' && 'volunteer' in actor.registrations && !('window' in actor.posts)",
      "'volunteer' in applicant.registrations && history.count('DISPATCH') == 1 && history.count('DONE') == 0",
      "today == '2026-03-02' && now == case.submitted + 1000.0 && case.id != ''"
    ].join(' && ')
    const desk = deskWith('TAKE', [{ target: 'working', ...when(cel) }])
    await desk.submit('qian')
    await desk.act('wang', 'DISPATCH', { to: ['zhao'] })
    desk.now += 1000
    expect(await result(desk, desk.act('zhao', 'TAKE'))).toBe('working.doing')
  })

  test('on an expiry sees the applicant, and no actor', async () => {
    const silent = `"SILENT": ${JSON.stringify([{ target: 'received', ...when("'volunteer' in applicant.registrations && actor.id == ''") }, { target: 'closed' }])}`
    const locality = localityOf(
      new Map([
        ...village,
        [
          'workflows/handle.json',
          (village.get('workflows/handle.json') ?? '').replace('"SILENT": "closed"', () => silent)
        ]
      ])
    )
    const states = await Promise.all(
      ['sun', 'resident'].map(async applicant => {
        const desk = deskOf(locality, villagers)
        await desk.submit(applicant)
        await desk.act('wang', 'DISPATCH', { to: ['zhao'] })
        await desk.act('zhao', 'TAKE')
        await desk.act('zhao', 'DONE', { done: '好了' })
        await desk.wait(7 * 86_400_000)
        return desk.row.state
      })
    )
    expect(states).toEqual(['received', 'closed'])
  })
})
