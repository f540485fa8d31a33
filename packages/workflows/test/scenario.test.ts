// The runner of scenarios: what it reports when an expectation fails, where, and what has happened by then.
import type { ScenarioFile } from '@gridwright/core'
import { expect, test } from 'vitest'
import { areasOf, check, runScenario } from '../src/index.ts'
import { villageLocality, east, town } from './desk.ts'
import { village } from './folder.ts'

type Step = ScenarioFile['steps'][number]
const people: ScenarioFile['given']['people'] = {
  resident: {},
  wang: { appointments: [{ post: 'window', area: east }] },
  zhao: { registrations: [{ kind: 'volunteer', area: east }] },
  officer: { appointments: [{ post: 'officer', area: town, to: '2026-03-03T00:00+08:00' }] }
}
const areas = areasOf(village)
const run = (...steps: readonly Step[]) =>
  runScenario(
    villageLocality,
    { name: '试', now: '2026-03-02T08:00+08:00', given: { people }, steps: [...steps] },
    areas
  )
const submit: Step = {
  as: 'resident',
  do: 'submit',
  service: 'mending',
  area: east,
  answers: { what: '水管漏水' },
  case: 'c1'
}
const dispatch: Step = { as: 'wang', do: 'DISPATCH', case: 'c1', answers: { to: ['zhao'] } }
const briefly = async (...steps: readonly Step[]) =>
  (await run(...steps)).failures.map(({ path, expected, actual }) => [path, expected, actual])

test('a failed expectation is reported with its pointer, both values and the journal so far', async () => {
  const { failures } = await run(submit, dispatch, {
    expect: { case: 'c1', state: 'received', owner: ['zhao'], urged: 1 }
  })
  const journal = [
    '2026-03-02T08:00:00+08:00 SUBMIT person:resident – → received',
    '2026-03-02T08:00:00+08:00 DISPATCH person:wang received → offered'
  ]
  expect(failures).toEqual([
    { step: 2, path: '/steps/2/expect/state', expected: '"received"', actual: '"offered"', journal },
    { step: 2, path: '/steps/2/expect/urged', expected: '1', actual: '0', journal }
  ])
})

test.each<[string, Step, readonly string[]]>([
  ['an owner', { expect: { case: 'c1', owner: ['wang'] } }, ['/steps/2/expect/owner', '["wang"]', '["zhao"]']],
  [
    'an applicant',
    { expect: { case: 'c1', applicant: 'wang' } },
    ['/steps/2/expect/applicant', '"wang"', '"resident"']
  ],
  ['who entered it', { expect: { case: 'c1', enteredBy: 'wang' } }, ['/steps/2/expect/enteredBy', '"wang"', 'null']],
  ['who has taken it', { expect: { case: 'c1', assignee: 'zhao' } }, ['/steps/2/expect/assignee', '"zhao"', 'null']],
  [
    'a rung',
    { expect: { case: 'c1', rung: { post: 'officer' } } },
    ['/steps/2/expect/rung/post', '"officer"', '"window"']
  ],
  [
    'an instant',
    { expect: { case: 'c1', due: { take: '2026-03-03T09:00+08:00' } } },
    ['/steps/2/expect/due/take', '"2026-03-03T09:00+08:00"', '"2026-03-03T08:00+08:00"']
  ],
  [
    'that a limit is gone',
    { expect: { case: 'c1', due: { take: null } } },
    ['/steps/2/expect/due/take', 'null', '"2026-03-03T08:00+08:00"']
  ],
  [
    'a limit that is gone',
    { expect: { case: 'c1', due: { dispatch: '2026-03-02T12:00+08:00' } } },
    ['/steps/2/expect/due/dispatch', '"2026-03-02T12:00+08:00"', 'null']
  ],
  ['a warning', { expect: { case: 'c1', warned: ['take'] } }, ['/steps/2/expect/warned', '["take"]', '[]']],
  [
    'notices to a person',
    { expect: { case: 'c1', notified: { zhao: [] } } },
    ['/steps/2/expect/notified/zhao', '[]', '["offer.made"]']
  ],
  [
    'notices to a post',
    { expect: { case: 'c1', notified: { [`window@${east}`]: ['offer.made'] } } },
    [`/steps/2/expect/notified/window@${east}`, '["offer.made"]', '["case.todo"]']
  ],
  ['a reply', { expect: { case: 'c1', reply: 'closed' } }, ['/steps/2/expect/reply', '"closed"', '""']],
  ['a review', { expect: { case: 'c1', review: 'CONTENT' } }, ['/steps/2/expect/review', '"CONTENT"', '""']],
  [
    'events',
    { expect: { case: 'c1', events: ['SUBMIT'] } },
    ['/steps/2/expect/events', '["SUBMIT"]', '["SUBMIT","DISPATCH"]']
  ],
  [
    'a case that there is not',
    { expect: { case: 'c2', state: 'received' } },
    ['/steps/2/expect/case', 'c2', 'no such case']
  ],
  [
    'to be refused, and is not',
    { as: 'zhao', do: 'TAKE', case: 'c1', refused: 'offer.missing' },
    ['/steps/2/refused', 'offer.missing', 'accepted']
  ],
  [
    'to be accepted, and is not',
    { as: 'wang', do: 'TAKE', case: 'c1' },
    ['/steps/2/refused', 'accepted', '{"refused":"offer.missing","details":{"event":"TAKE"}}']
  ],
  [
    'another refusal',
    { as: 'wang', do: 'TAKE', case: 'c1', refused: 'event.not-now' },
    ['/steps/2/refused', 'event.not-now', '{"refused":"offer.missing","details":{"event":"TAKE"}}']
  ],
  [
    'an event on a case that there is not',
    { as: 'wang', do: 'TAKE', case: 'c9' },
    ['/steps/2/refused', 'accepted', '{"refused":"case.unknown"}']
  ]
])('it expects %s', async (_, step, expected) => {
  expect(await briefly(submit, dispatch, step)).toEqual([expected])
})

test('it stops at the first step that fails, since the rest would be told in vain', async () => {
  expect(
    await briefly(submit, { expect: { case: 'c1', state: 'closed' } }, { expect: { case: 'c1', state: 'closed' } })
  ).toHaveLength(1)
})

test('the same instant may be written in any zone', async () => {
  expect(await briefly(submit, { expect: { case: 'c1', due: { dispatch: '2026-03-02T04:00Z' } } })).toEqual([])
})

test('time that passes fires what falls due in it, in order, each at its instant', async () => {
  const { failures } = await run(submit, { wait: 'P1D' }, { expect: { case: 'c1', state: 'received', events: [] } })
  expect(failures[0]?.journal).toEqual([
    '2026-03-02T08:00:00+08:00 SUBMIT person:resident – → received',
    '2026-03-02T10:00:00+08:00 WARNED system received → received',
    '2026-03-02T12:00:00+08:00 UNDISPATCHED system received → received',
    '2026-03-02T16:00:00+08:00 WARNED system received → received',
    '2026-03-02T18:00:00+08:00 UNDISPATCHED system received → received',
    '2026-03-02T18:00:00+08:00 UNSOLVED system received → unsolved'
  ])
})

test('a post is held until its end', async () => {
  const late: Step = { as: 'officer', do: 'DISPATCH', case: 'c1', answers: {}, refused: 'event.not-yours' }
  expect(await briefly(submit, { wait: 'PT4H' }, { expect: { case: 'c1', rung: { post: 'officer' } } }, late)).toEqual([
    ['/steps/3/refused', 'event.not-yours', 'accepted']
  ])
  expect(await briefly({ wait: 'PT23H' }, { wait: 'PT1H' }, submit, { wait: 'PT4H' }, late)).toEqual([])
})

test('transitions taken are named by workflow', async () => {
  const { taken } = await run(submit, dispatch, { as: 'zhao', do: 'TAKE', case: 'c1' })
  expect([...taken]).toEqual(['handle:received#DISPATCH/0', 'handle:offered#TAKE/0'])
})

test('a table with local headings and labels is the same to check and to scenarios', () => {
  const files = new Map(village)
  files.set(
    'locality.json',
    (village.get('locality.json') ?? '').replace(
      '"channels"',
      '"columns": { "areas": { "网格号": "code" } }, "channels"'
    )
  )
  files.set(
    'data/areas.csv',
    (village.get('data/areas.csv') ?? '')
      .replace('code,name,level,parent', '网格号,名称,层级,上级')
      .replace(/,town,/, ',镇,')
  )
  const { locality: local, issues } = check(files)
  expect(issues).toEqual([])
  expect(areasOf(files, local)).toEqual(areasOf(village))
})

test('areas know the areas above them; a parent that there is not, or that goes round, ends the way up', () => {
  const csv = 'code,name,level,parent\n1,A,town,\n11,B,community,1\n12,C,community,9\n21,D,town,22\n22,E,town,21\n'
  expect(areasOf(new Map([['data/areas.csv', csv]])).map(({ code, places }) => [code, places])).toEqual([
    ['1', { town: '1' }],
    ['11', { town: '1', community: '11' }],
    ['12', { community: '12' }],
    ['21', { town: '21' }],
    ['22', { town: '22' }]
  ])
  expect([areasOf(new Map()), areasOf(new Map([['data/areas.csv', 'code,level\n1,town,x\n']]))]).toEqual([[], []])
})
