// Migration plans: what they guess, what they ask, and what they may not say.
import { formatIssue } from '@gridwright/core'
import { describe, expect, test } from 'vitest'
import { villageLocality } from './desk.ts'
import { handledAs, limit, longer, order, planFor, planIssues, renamed, storeys, villageAs } from './moving.ts'

describe('a plan', () => {
  test('maps what has the same name, and asks about states and fields that are gone', () => {
    const [{ states, answers } = { states: {}, answers: {} }] = planFor(villageLocality, renamed).moves
    expect([states, answers]).toEqual([
      {
        received: '?',
        offered: 'offered',
        'working.doing': 'working.doing',
        'working.waiting': 'working.waiting',
        review: 'review'
      },
      { rename: {}, default: {}, drop: [] }
    ])
  })

  test.each([
    ['a field that is gone', order([storeys, '']), { rename: { storeys: '?' }, default: {}, drop: [] }],
    [
      'a field that must now be answered',
      order(
        ['"required": ["what"]', '"required": ["what", "where"]'],
        [storeys, `${storeys}, "where": { "type": "string", "title": "哪里" }`]
      ),
      { rename: {}, default: { where: '?' }, drop: [] }
    ],
    [
      'one with a default',
      order(
        ['"required": ["what"]', '"required": ["what", "where"]'],
        [storeys, `${storeys}, "where": { "type": "string", "title": "哪里", "default": "家里" }`]
      ),
      { rename: {}, default: { where: '家里' }, drop: [] }
    ]
  ])('says what becomes of %s', (_, to, answers) => {
    expect(planFor(villageLocality, to).moves[0]?.answers).toEqual(answers)
  })

  test.each([
    ['the same', villageLocality, 'keep'],
    ['shorter on the same clock', handledAs([limit, limit.replace('PT4H', 'PT2H')]), 'keep'],
    ['longer', longer, 'recompute'],
    ['on another clock', handledAs([limit, limit.replace('"work"', '"natural"')]), 'recompute'],
    ['warned of at another time', handledAs([limit, limit.replace('0.5', '0.75')]), 'recompute']
  ])('a limit that is %s is treated so that nobody is late because the rules have changed', (_, to, treatment) => {
    const { deadlines } = planFor(villageLocality, to).moves[0]!
    expect(deadlines).toMatchObject({ total: 'keep', 'received/dispatch': treatment, 'working/finish': 'keep' })
  })

  test('a limit of a category that has changed is worked out anew', () => {
    const to = villageAs({ 'categories.json': [['"P3D"', '"P5D"']] })
    expect(planFor(villageLocality, to).moves[0]?.deadlines).toMatchObject({
      'working/finish': 'recompute',
      total: 'keep'
    })
  })
})

describe('a plan is told', () => {
  const plan = planFor(villageLocality, renamed, { states: { received: 'asked' } })
  const [first] = plan.moves
  const other = (changed: object) => ({ ...plan, moves: [{ ...first, ...changed }] })

  test('nothing where nothing is wrong', () => {
    expect(planIssues(plan, villageLocality, renamed)).toEqual([])
  })

  test.each<[string, unknown, string]>([
    [
      'that a state is not decided, with what there is',
      other({ states: { ...first?.states, received: '?' } }),
      'plan.json:10:21  it is not decided where the cases in “received” go on; write a state of the new rules, or null to leave them where they are; known here: asked offered working.doing working.waiting review'
    ],
    [
      'that a state is missing',
      other({ states: { ...first?.states, received: undefined } }),
      'plan.json:9:7  it is not said where the cases in “received” go on; add it, or null to leave them where they are'
    ],
    [
      'a state that the old rules do not have',
      other({ states: { ...first?.states, recieved: 'asked' } }),
      'plan.json:15:9  there is no state named “recieved”; did you mean “received”?'
    ],
    [
      'a state that the new rules do not have, or in which no case rests',
      other({ states: { ...first?.states, received: 'closed' } }),
      'plan.json:10:21  there is no state named “closed”; known here: asked offered working.doing working.waiting review'
    ],
    [
      'a limit that the new rules do not have',
      other({ deadlines: { 'received/dispatch': 'keep' } }),
      'plan.json:17:9  there is no deadline named “received/dispatch”; known here: total asked/dispatch offered/take working/finish working.waiting/parts review/answer'
    ],
    [
      'another word for what becomes of a limit',
      other({ deadlines: { total: 'extend' } }),
      'plan.json:17:18  "extend" is not one of the choices; known here: keep restart recompute'
    ],
    [
      'a field that the new form does not have',
      other({ answers: { rename: { what: 'which' } } }),
      'plan.json:26:19  there is no field named “which”; known here: what storeys'
    ],
    [
      'a field that the old form does not have',
      other({ answers: { drop: ['storey'] } }),
      'plan.json:26:11  there is no field named “storey”; did you mean “storeys”?'
    ],
    [
      'that a field is not decided',
      other({ answers: { rename: { storeys: '?' } } }),
      'plan.json:26:22  it is not decided what becomes of the field “storeys”; write its new name or what to fill in, or move it to drop'
    ],
    [
      'the same rules twice',
      { ...plan, moves: [first, first] },
      'plan.json:30:5  the same rules of “mending” stand here twice; keep one'
    ],
    [
      'rules that are not live',
      other({ to: 'a'.repeat(64) }),
      'plan.json:8:13  the live release has no procedure aaaaaaaaaaaa of “mending”; write a new plan'
    ],
    [
      'a release that is not live',
      { ...plan, to: 'a'.repeat(64) },
      `plan.json:3:9  the plan goes over to release aaaaaaaaaaaa but ${renamed.hash.slice(0, 12)} is live; write a new plan`
    ],
    [
      'another locality',
      { ...plan, locality: 'vilage' },
      'plan.json:2:15  this plan is for “vilage”; use one of this locality; did you mean “village”?'
    ],
    [
      'a service that there is not',
      other({ service: 'mendin' }),
      'plan.json:6:18  there is no service named “mendin”; did you mean “mending”?'
    ]
  ])('%s', (_, wrong, told) => {
    expect(planIssues(wrong, villageLocality, renamed).map(issue => formatIssue(issue, 'en'))).toEqual([told])
  })
})
