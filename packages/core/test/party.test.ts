// Parties and the keys that stand for them: who is meant on a case, and what a person holds.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  areaKey,
  contactKey,
  keysOf,
  partiesOf,
  partyKeys,
  personKey,
  postKey,
  registrationKey,
  type PartyContext
} from '../src/party.ts'
import type { OneParty } from '../src/schema-types.ts'

const context: PartyContext = {
  applicant: ['person:wang'],
  assignee: 'zhao',
  offered: ['person:qian', 'registration:volunteer@c1'],
  rungPost: 'liaison',
  places: { street: 's1', community: 'c1' },
  postLevel: post => ({ liaison: 'community', officer: 'street', keeper: 'building' })[post],
  registrationLevel: kind => ({ volunteer: 'community', tenant: 'building' })[kind]
}

test.each<[OneParty, readonly string[]]>([
  ['applicant', ['person:wang']],
  ['assignee', ['person:zhao']],
  ['offered', ['person:qian', 'registration:volunteer@c1']],
  ['rung', ['post:liaison@c1']],
  ['system', []],
  [{ post: 'officer' }, ['post:officer@s1']],
  [{ post: 'liaison', exceptBy: ['DONE'] }, ['post:liaison@c1']],
  [{ registration: 'volunteer' }, ['registration:volunteer@c1']],
  [{ post: 'keeper' }, []],
  [{ post: 'nobody' }, []],
  [{ registration: 'tenant' }, []],
  [{ registration: 'nobody' }, []]
])('%j is %j', (party, keys) => {
  expect(partyKeys(party, context)).toEqual(keys)
})

describe('nobody', () => {
  test.each<[string, OneParty, Partial<PartyContext>]>([
    ['is the assignee of a case that nobody has taken', 'assignee', { assignee: null }],
    ['is the rung where there is no ladder', 'rung', { rungPost: null }],
    ['holds a post above the areas of the case', { post: 'officer' }, { places: { community: 'c1' } }],
    ['is offered what has not been offered', 'offered', { offered: [] }]
  ])('%s', (_, party, more) => {
    expect(partyKeys(party, { ...context, ...more })).toEqual([])
  })
})

test('a person holds the keys of being themselves, of their posts and of their registrations, each once', () => {
  const person = {
    id: 'zhao',
    appointments: [
      { post: 'liaison', area: 'c1' },
      { post: 'liaison', area: 'c1' },
      { post: 'officer', area: 's1' }
    ],
    registrations: [{ kind: 'volunteer', area: 'c2' }]
  }
  expect([...keysOf(person)]).toEqual([
    'person:zhao',
    'post:liaison@c1',
    'post:officer@s1',
    'registration:volunteer@c2'
  ])
})

test('who holds a post at an area is the party of that post there, and nowhere else', () => {
  const area = fc.constantFrom('c1', 'c2', 's1')
  fc.assert(
    fc.property(area, area, (held, place) => {
      const keys = keysOf({ id: 'li', appointments: [{ post: 'liaison', area: held }], registrations: [] })
      const found = partyKeys({ post: 'liaison' }, { ...context, places: { community: place } })
      expect(found.some(key => keys.has(key))).toBe(held === place)
    })
  )
})

test('keys of different kinds never meet', () => {
  const id = fc.stringMatching(/^[a-z0-9-]{1,8}$/)
  fc.assert(
    fc.property(id, id, (a, b) => {
      const keys = [personKey(a), contactKey(a), areaKey(a), postKey(a, b), registrationKey(a, b)]
      expect(new Set(keys).size).toBe(5)
    })
  )
})

test('one party and a list of parties read alike', () => {
  expect([partiesOf('rung'), partiesOf(['rung', { post: 'officer' }])]).toEqual([
    ['rung'],
    ['rung', { post: 'officer' }]
  ])
})
