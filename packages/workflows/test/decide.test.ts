// What the command door refuses, in the words of the village: each code, and which comes first where several hold.
import { describe, expect, test } from 'vitest'
import type { Act, Submit } from '../src/index.ts'
import { deskOf, east, monday, offeredTo, result, taken, town, type Desk } from './desk.ts'

const contact = (name: string, phone: string) => ({ channel: 'phone', applicant: { contact: { name, phone } } })
type Refused = { readonly refused: string; readonly path?: string; readonly details?: unknown }

describe('a submission', () => {
  const stranger = 'nobody'
  test.each<[string, string, Partial<Submit>, Refused]>([
    [
      'of a service that there is not',
      'resident',
      { service: 'gardening' },
      { refused: 'service.unknown', path: '/service' }
    ],
    [
      'of a service named like a property of JavaScript',
      'resident',
      { service: 'constructor' },
      { refused: 'service.unknown', path: '/service' }
    ],
    ['in an area that there is not', 'resident', { area: '999' }, { refused: 'area.unknown', path: '/area' }],
    [
      'in an area of another level',
      'resident',
      { area: town },
      { refused: 'area.wrong-level', path: '/area', details: { level: 'town', expected: 'community' } }
    ],
    ['by someone who is not registered', stranger, {}, { refused: 'actor.unknown' }],
    [
      'by a channel that the service is not offered by',
      'resident',
      { channel: 'fax' },
      { refused: 'channel.not-offered', path: '/channel', details: { channels: ['web', 'phone'] } }
    ],
    [
      'by phone, from someone who enters no orders',
      'resident',
      { channel: 'phone' },
      { refused: 'channel.not-yours', path: '/channel' }
    ],
    [
      'by phone, from the window of another community',
      'li',
      { channel: 'phone' },
      { refused: 'channel.not-yours', path: '/channel' }
    ],
    [
      'for someone else, on the web',
      'resident',
      { applicant: { person: 'neighbour' } },
      { refused: 'applicant.not-yours', path: '/applicant' }
    ],
    [
      'for someone without an account, on the web',
      'resident',
      { applicant: { contact: { name: '韦', phone: '13800000000' } } },
      { refused: 'applicant.not-yours', path: '/applicant' }
    ],
    [
      'for someone who is not registered',
      'wang',
      { channel: 'phone', applicant: { person: stranger } },
      { refused: 'applicant.unknown', path: '/applicant' }
    ],
    [
      'for a caller without a name',
      'wang',
      contact('  ', '13800000000'),
      { refused: 'contact.name-invalid', path: '/applicant/contact/name' }
    ],
    [
      'for a caller with a name of 61 characters',
      'wang',
      contact('名'.repeat(61), '13800000000'),
      { refused: 'contact.name-invalid', path: '/applicant/contact/name' }
    ],
    [
      'for a caller whose phone is none',
      'wang',
      contact('韦', 'tomorrow'),
      { refused: 'contact.phone-invalid', path: '/applicant/contact/phone' }
    ],
    ['without its required answer', 'resident', { answers: {} }, { refused: 'answers.invalid', path: '/answers/what' }],
    [
      'with an answer that nobody asks for',
      'resident',
      { answers: { what: '水管', price: 3 } },
      { refused: 'answers.invalid', path: '/answers/price' }
    ],
    [
      'that the service is not for',
      'officer',
      {},
      { refused: 'eligibility.denied', details: { reason: '镇干部不代办平房' } }
    ]
  ])('%s is refused', async (_, as, more, expected) => {
    expect(await deskOf().submit(as, more)).toMatchObject(expected)
  })

  test('goes wrong in the order from the most basic: each mistake mended shows the next', async () => {
    const caller = (name: string, phone: string) => ({ applicant: { contact: { name, phone } } })
    const mended: readonly [string, Partial<Submit>][] = [
      ['service.unknown', { service: 'gardening', area: '999', channel: 'fax', ...caller('', ''), answers: {} }],
      ['area.unknown', { service: 'mending' }],
      ['area.wrong-level', { area: town }],
      ['actor.unknown', { area: east }],
      ['channel.not-offered', { actor: { person: 'resident' } }],
      ['channel.not-yours', { channel: 'phone' }],
      ['applicant.not-yours', { channel: 'web' }],
      ['contact.name-invalid', { actor: { person: 'officer' }, channel: 'phone' }],
      ['contact.phone-invalid', caller('韦', '')],
      ['answers.invalid', caller('韦', '13800000000')],
      ['eligibility.denied', { answers: { what: '水管' } }],
      ['received', { answers: { what: '水管', storeys: 2 } }]
    ]
    const desk = deskOf()
    const codes: string[] = []
    for (const i of mended.keys()) {
      const wrongs = Object.assign({}, ...mended.slice(0, i + 1).map(([, change]) => change)) as Partial<Submit>
      codes.push(await result(desk, desk.submit('nobody', wrongs)))
    }
    expect(codes).toEqual(mended.map(([code]) => code))
  })

  test('for a caller is spoken for by the post that entered it', async () => {
    const desk = deskOf()
    await desk.submit('wang', contact('韦某', '138 0000 0000'))
    const { applicant, speaker, enteredBy } = desk.row
    expect({ applicant: applicant.split(':')[0], speaker, enteredBy }).toEqual({
      applicant: 'contact',
      speaker: [`post:window@${east}`],
      enteredBy: 'wang'
    })
    expect([...desk.store.contacts]).toEqual([
      [applicant.slice('contact:'.length), { name: '韦某', phone: '138 0000 0000' }]
    ])
    expect(await result(desk, desk.act('wang', 'WITHDRAW'))).toBe('withdrawn')
    expect(desk.told('wang')).toContain('case.replied')
  })

  test('for someone with an account, entered by the window, is spoken for by that person', async () => {
    const desk = deskOf()
    await desk.submit('wang', { channel: 'phone', applicant: { person: 'neighbour' } })
    expect(await result(desk, desk.act('wang', 'WITHDRAW'))).toBe('event.not-yours')
    expect(await result(desk, desk.act('neighbour', 'WITHDRAW'))).toBe('withdrawn')
  })
})

describe('an event', () => {
  const dispatched = () => offeredTo(deskOf(), 'zhao')
  const accepted = () => taken(deskOf())
  const closed = async () => {
    const desk = await taken(deskOf())
    await desk.act('zhao', 'DONE', { done: '换了水管' })
    await desk.act('resident', 'CONTENT')
    return desk
  }
  const submitted = async () => {
    const desk = deskOf()
    await desk.submit('resident')
    return desk
  }

  test.each<[string, () => Promise<Desk>, string, string, Act['answers'], Partial<Act>, Refused]>([
    [
      'on a case that there is not',
      submitted,
      'wang',
      'DISPATCH',
      undefined,
      { case: 'x' },
      { refused: 'case.unknown' }
    ],
    ['by someone who is not registered', submitted, 'nobody', 'DISPATCH', undefined, {}, { refused: 'actor.unknown' }],
    [
      'upon a revision that is past',
      submitted,
      'wang',
      'DISPATCH',
      undefined,
      { expectedRevision: 0 },
      { refused: 'case.changed', details: { revision: 1, expected: 0 } }
    ],
    [
      'that the workflow does not have',
      submitted,
      'wang',
      'REPAINT',
      undefined,
      {},
      { refused: 'event.unknown', path: '/event', details: { event: 'REPAINT' } }
    ],
    [
      'that the engine sends on expiry',
      submitted,
      'wang',
      'UNDISPATCHED',
      undefined,
      {},
      { refused: 'event.not-yours', path: '/event' }
    ],
    [
      'that the engine sends on exhaustion',
      accepted,
      'zhao',
      'UNDONE',
      undefined,
      {},
      { refused: 'event.not-yours', path: '/event' }
    ],
    [
      'that the engine sends at the top of the ladder',
      submitted,
      'officer',
      'UNSOLVED',
      undefined,
      {},
      { refused: 'event.not-yours', path: '/event' }
    ],
    [
      'that is taken elsewhere',
      submitted,
      'wang',
      'DONE',
      undefined,
      {},
      { refused: 'event.not-now', details: { event: 'DONE', state: 'received' } }
    ],
    [
      'by the applicant, where it is the window’s',
      submitted,
      'resident',
      'DISPATCH',
      undefined,
      {},
      { refused: 'event.not-yours', details: { event: 'DISPATCH' } }
    ],
    [
      'by the window, where it is the applicant’s',
      submitted,
      'wang',
      'WITHDRAW',
      undefined,
      {},
      { refused: 'event.not-yours' }
    ],
    ['by the window of another community', submitted, 'li', 'DISPATCH', undefined, {}, { refused: 'event.not-yours' }],
    ['by the rung above', submitted, 'officer', 'DISPATCH', undefined, {}, { refused: 'event.not-yours' }],
    [
      'with answers that its form does not ask for',
      submitted,
      'wang',
      'DISPATCH',
      { who: 'zhao' },
      {},
      { refused: 'answers.invalid', path: '/answers/who' }
    ],
    [
      'that offers to someone who may not have it',
      submitted,
      'wang',
      'DISPATCH',
      { to: ['zhao', 'sun'] },
      {},
      { refused: 'offer.not-eligible', path: '/to', details: { person: 'sun' } }
    ],
    [
      'that offers to someone who is not registered',
      submitted,
      'wang',
      'DISPATCH',
      { to: ['nobody'] },
      {},
      { refused: 'offer.not-eligible', path: '/to', details: { person: 'nobody' } }
    ],
    ['that takes what was not offered to one', dispatched, 'qian', 'TAKE', undefined, {}, { refused: 'offer.missing' }],
    [
      'without a form, with answers',
      dispatched,
      'zhao',
      'TAKE',
      { note: 'x' },
      {},
      { refused: 'answers.unexpected', path: '/answers' }
    ],
    [
      'with a form, without its required answer',
      accepted,
      'zhao',
      'DONE',
      undefined,
      {},
      { refused: 'answers.invalid', path: '/answers/done' }
    ],
    ['once the case has ended', closed, 'wang', 'DISPATCH', undefined, {}, { refused: 'case.closed' }],
    ['taken twice by the same person', accepted, 'zhao', 'TAKE', undefined, {}, { refused: 'event.not-now' }]
  ])('%s is refused', async (_, begun, as, event, answers, more, expected) => {
    const desk = await begun()
    const before = desk.store.cases.size === 0 ? undefined : desk.row
    expect(await desk.act(as, event, answers, more)).toMatchObject(expected)
    expect(desk.row).toEqual(before)
  })

  test.each([
    'xstate.init',
    'xstate.stop',
    'xstate.after.1.handle.received',
    'done.state.handle',
    '__proto__',
    'constructor',
    '*',
    '',
    'dispatch'
  ])('of the name %j, which no workflow has, is refused', async event => {
    const desk = await submitted()
    expect(await result(desk, desk.act('wang', event))).toBe('event.unknown')
    expect(desk.row.state).toBe('received')
  })

  test('upon the revision that is there is taken', async () => {
    const desk = await submitted()
    expect(await result(desk, desk.act('wang', 'DISPATCH', { to: ['zhao'] }, { expectedRevision: 1 }))).toBe('offered')
  })

  test('goes wrong in the order from the most basic', async () => {
    const desk = await dispatched()
    expect(await result(desk, desk.act('nobody', 'REPAINT', { x: 1 }, { expectedRevision: 9 }))).toBe('actor.unknown')
    expect(await result(desk, desk.act('qian', 'REPAINT', { x: 1 }, { expectedRevision: 9 }))).toBe('case.changed')
    expect(await result(desk, desk.act('qian', 'REPAINT', { x: 1 }))).toBe('event.unknown')
    expect(await result(desk, desk.act('qian', 'UNTAKEN', { x: 1 }))).toBe('event.not-yours')
    expect(await result(desk, desk.act('qian', 'DONE', { x: 1 }))).toBe('event.not-now')
    expect(await result(desk, desk.act('qian', 'TAKE', { x: 1 }))).toBe('offer.missing')
    expect(await result(desk, desk.act('zhao', 'TAKE', { x: 1 }))).toBe('answers.unexpected')
  })
})

test('a submission’s number says where and when it began, in the locality’s own date', async () => {
  const desk = deskOf()
  desk.now = Date.parse('2026-03-02T16:30Z') // half past midnight of the 3rd
  await desk.submit('resident')
  expect(desk.row.number).toMatch(/^330521102001-20260303-[0-9A-F]{6}$/)
  expect(desk.now > monday).toBe(true)
})
