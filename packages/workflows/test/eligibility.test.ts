// Who is told that a service is not for them before there is an application: only what no answer and no place could change is judged.
import { procedureOf, type PersonFacts } from '@gridwright/core'
import { describe, expect, test } from 'vitest'
import { eligibility } from '../src/index.ts'
import { east, monday } from './desk.ts'
import { localityOf, village } from './folder.ts'

const facts = (posts: readonly string[], kinds: readonly string[]): PersonFacts => ({
  id: 'someone',
  appointments: posts.map(post => ({ post, area: east })),
  registrations: kinds.map(kind => ({ kind, area: east }))
})
const resident = facts([], [])
const officer = facts(['officer'], [])
const volunteer = facts([], ['volunteer'])

/** What someone hears of the village's service under the condition `cel`, with nothing filled in and no area chosen. */
function beforehand(cel: string, person: PersonFacts): string {
  const service = village.get('services/mending.json') ?? ''
  const declared = /"cel": ".*",/
  expect(service).toMatch(declared)
  const changed = service.replace(declared, `"cel": ${JSON.stringify(cel)},`)
  const locality = localityOf(new Map([...village, ['services/mending.json', changed]]))
  const procedure = procedureOf(locality, 'mending')
  if (!procedure) throw new Error('the village mends')
  return eligibility(locality, procedure, { actor: person, applicant: person, now: monday })?.refused ?? 'open'
}

describe('before an application', () => {
  test.each([
    ['a volunteer', "'volunteer' in applicant.registrations", volunteer, 'open'],
    ['who is no volunteer', "'volunteer' in applicant.registrations", resident, 'eligibility.denied'],
    ['whoever answers may qualify', "answers.what != '房子'", resident, 'open'],
    ['an officer may still answer', "has(answers.storeys) || !('officer' in actor.posts)", officer, 'open'],
    [
      'no answer makes a volunteer',
      "'volunteer' in applicant.registrations && answers.what != ''",
      resident,
      'eligibility.denied'
    ],
    ['a place may still be chosen', "area.code == '330521102001'", resident, 'open'],
    [
      'no place makes a volunteer',
      "area.code == '330521102001' && 'volunteer' in applicant.registrations",
      resident,
      'eligibility.denied'
    ]
  ])('%s: under %s', (_, cel, person, told) => {
    expect(beforehand(cel, person)).toBe(told)
  })
})
