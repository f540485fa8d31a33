// Names that files of a locality use of each other: that they exist, that none is left over, that a circle is told once.
import { expect, test } from 'vitest'
import { load } from '../src/locality.ts'
import { fileOf, hamletWith } from './hamlet.ts'

const told = (changes: Readonly<Record<string, unknown>>) =>
  load(hamletWith(changes)).issues.map(({ file, path, code, severity, params }) => [
    `${file}#${path}`,
    code,
    severity === 'error' ? params : { warning: params.name }
  ])
const service = fileOf('services/ask.json')
const locality = fileOf('locality.json')

test.each<[string, Readonly<Record<string, unknown>>, readonly unknown[]]>([
  [
    'a form nobody has',
    { 'services/ask.json': { ...service, form: 'aks' } },
    [['services/ask.json#/form', 'name.unknown', { kind: 'form', name: 'aks', suggestion: 'ask' }]]
  ],
  [
    'a name like no other',
    { 'services/ask.json': { ...service, form: 'questionnaire' } },
    [['services/ask.json#/form', 'name.unknown', { kind: 'form', name: 'questionnaire', known: 'ask' }]]
  ],
  [
    'two unknown names',
    { 'services/ask.json': { ...service, category: 'x-ray', channels: ['wbe'] } },
    [
      ['services/ask.json#/category', 'name.unknown', { kind: 'category', name: 'x-ray', known: 'all' }],
      ['services/ask.json#/channels/0', 'name.unknown', { kind: 'channel', name: 'wbe', suggestion: 'web' }]
    ]
  ],
  [
    'a channel that nothing uses',
    { 'locality.json': { ...locality, channels: { web: { label: '网' }, fax: { label: '传真' } } } },
    [['locality.json#/channels/fax', 'name.unused', { warning: 'fax' }]]
  ],
  [
    'a category that only a child uses',
    { 'categories.json': { categories: { top: { label: '上' }, all: { label: '全部', parent: 'top' } } } },
    []
  ],
  [
    'a circle of three categories',
    {
      'categories.json': {
        categories: {
          all: { label: 'a', parent: 'b' },
          b: { label: 'b', parent: 'c' },
          c: { label: 'c', parent: 'all' }
        }
      }
    },
    [['categories.json#/categories/all/parent', 'category.circular', { trace: 'all → b → c → all' }]]
  ],
  [
    'a category that hangs on a circle',
    { 'categories.json': { categories: { all: { label: 'a', parent: 'b' }, b: { label: 'b', parent: 'b' } } } },
    [['categories.json#/categories/b/parent', 'category.circular', { trace: 'b → b' }]]
  ],
  [
    'a channel entered by a post nobody knows',
    {
      'locality.json': {
        ...locality,
        channels: { web: { label: '网', enteredBy: [{ post: 'clerk' }, { post: 'clerks' }] } }
      }
    },
    [
      [
        'locality.json#/channels/web/enteredBy/1/post',
        'name.unknown',
        { kind: 'post', name: 'clerks', suggestion: 'clerk' }
      ]
    ]
  ],
  [
    'a channel entered by a registration nobody knows',
    { 'locality.json': { ...locality, channels: { web: { label: '网', enteredBy: { registration: 'member' } } } } },
    [
      [
        'locality.json#/channels/web/enteredBy/registration',
        'name.unknown',
        { kind: 'registration', name: 'member', known: '–' }
      ]
    ]
  ],
  [
    'a registration at a level that there is not',
    { 'posts.json': { ...fileOf('posts.json'), registrations: { member: { label: '成员', level: 'lane' } } } },
    [
      [
        'posts.json#/registrations/member/level',
        'name.unknown',
        { kind: 'level', name: 'lane', known: 'county street' }
      ]
    ]
  ],
  [
    'names like properties of JavaScript',
    { 'services/ask.json': { ...service, form: 'constructor', category: 'valueof' } },
    [
      ['services/ask.json#/category', 'name.unknown', { kind: 'category', name: 'valueof', known: 'all' }],
      ['services/ask.json#/form', 'name.unknown', { kind: 'form', name: 'constructor', known: 'ask' }]
    ]
  ],
  [
    'counts that are right',
    {
      'locality.json': { ...locality, expect: { services: 1, areas: { county: 1 } } },
      'data/areas.csv': 'code,level\n520425,county\n'
    },
    []
  ],
  ['counts of nothing, without data', { 'locality.json': { ...locality, expect: { areas: {} } } }, []],
  [
    'a count of none where there is one',
    {
      'locality.json': { ...locality, expect: { areas: { county: 0 } } },
      'data/areas.csv': 'code,level\n520425,county\n'
    },
    [['locality.json#/expect/areas/county', 'expect.count', { what: 'data/areas.csv county', expected: 0, actual: 1 }]]
  ],
  [
    'a table with an open quote',
    {
      'locality.json': { ...locality, expect: { areas: { county: 1, street: 3 } } },
      'data/areas.csv': 'code,level\n"520425,county\n'
    },
    [['data/areas.csv#', 'data.malformed', { problem: 'CSV_QUOTE_NOT_CLOSED' }]]
  ]
])('%s', (_, changes, expected) => {
  expect(told(changes)).toEqual(expected)
})

test('an eligibility is checked with the answers of the service’s form', () => {
  const eligible = (cel: string) => told({ 'services/ask.json': { ...service, eligible: { cel, otherwise: '不行' } } })
  expect(eligible("has(answers.what) && answers.what != '' || 'clerk' in applicant.posts")).toEqual([])
  expect(eligible('answers.what == 1.0').map(([place, code]) => [place, code])).toEqual([
    ['services/ask.json#/eligible/cel', 'condition.unguarded'],
    ['services/ask.json#/eligible/cel', 'condition.type']
  ])
})
