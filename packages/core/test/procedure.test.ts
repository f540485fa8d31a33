// What a case is pinned to when it begins: its own procedure, whatever else the locality has.
import { expect, test } from 'vitest'
import { load } from '../src/locality.ts'
import { limitsOf, procedureOf } from '../src/procedure.ts'
import type { Category } from '../src/schema-types.ts'
import { fileOf, hamletWith } from './hamlet.ts'

const localityWith = (changes: Readonly<Record<string, unknown>> = {}) => {
  const { locality, issues } = load(hamletWith(changes))
  if (!locality) throw new Error(JSON.stringify(issues))
  return locality
}
const hashWith = (changes?: Readonly<Record<string, unknown>>) => procedureOf(localityWith(changes), 'ask')?.hash
const service = fileOf('services/ask.json')
const workflow = fileOf('workflows/answer.json')

test('a procedure holds the service, its workflow, and the forms of its application and events', () => {
  const nested = {
    ...workflow,
    states: {
      ...workflow.states,
      asked: { ...workflow.states?.asked, on: { TELL: [{ target: 'told', meta: { form: 'tell' } }] } }
    }
  }
  const form = fileOf('forms/ask.json')
  const procedure = procedureOf(
    localityWith({ 'workflows/answer.json': nested, 'forms/tell.json': form, 'forms/other.json': form }),
    'ask'
  )
  expect([...(procedure?.forms.keys() ?? [])]).toEqual(['ask', 'tell'])
  expect(procedure).toMatchObject({ id: 'ask', service: { title: '问事' }, workflow: { id: 'answer' } })
})

test('there is none for a service that there is not', () => {
  expect([procedureOf(localityWith(), 'dig'), procedureOf(localityWith(), 'constructor')]).toEqual([
    undefined,
    undefined
  ])
})

test('it is made once for each locality', () => {
  const locality = localityWith()
  expect(procedureOf(locality, 'ask')).toBe(procedureOf(locality, 'ask'))
})

test.each<[string, Readonly<Record<string, unknown>>, boolean]>([
  ['its own service', { 'services/ask.json': { ...service, title: '咨询' } }, true],
  ['its form', { 'forms/ask.json': { ...fileOf('forms/ask.json'), required: ['what'] } }, true],
  [
    'its workflow',
    {
      'workflows/answer.json': {
        ...workflow,
        meta: { ...fileOf('workflows/answer.json').meta, label: '答' }
      }
    },
    true
  ],
  [
    'its category’s limits',
    {
      'categories.json': {
        categories: { all: { label: '全部', limits: { finish: { within: 'P1D', clock: 'natural' } } } }
      }
    },
    true
  ],
  ['a clock', { 'calendar.json': { clocks: { natural: { kind: 'natural' }, more: { kind: 'natural' } } } }, true],
  ['another service', { 'services/other.json': service }, false],
  ['another form', { 'forms/other.json': fileOf('forms/ask.json') }, false],
  [
    'a calendar year',
    { 'calendar.json': { years: { 2026: { holidays: [], workdays: [] } }, clocks: { natural: { kind: 'natural' } } } },
    false
  ],
  ['a post', { 'posts.json': { posts: { clerk: { label: '文员', level: 'street' } } } }, false],
  ['a category’s label', { 'categories.json': { categories: { all: { label: '所有' } } } }, false]
])('its hash changes with what it is made of: %s', (_, changes, differs) => {
  expect(hashWith(changes) !== hashWith()).toBe(differs)
})

test('limits that a category does not set come from its parents, the nearest first; a circle ends', () => {
  const limit = (within: string) => ({ within, clock: 'natural' })
  const categories = new Map<string, Category>([
    ['top', { label: '', limits: { finish: limit('P9D'), accept: limit('P1D'), reply: limit('P3D') } }],
    ['middle', { label: '', parent: 'top', limits: { finish: limit('P5D') } }],
    ['leaf', { label: '', parent: 'middle', limits: { accept: limit('PT2H') } }],
    ['round', { label: '', parent: 'about', limits: { finish: limit('P2D') } }],
    ['about', { label: '', parent: 'round' }]
  ])
  const within = (category: string) =>
    Object.fromEntries([...limitsOf(categories, category)].map(([stage, found]) => [stage, found.within]))
  expect(within('leaf')).toEqual({ accept: 'PT2H', finish: 'P5D', reply: 'P3D' })
  expect([within('about'), within('nothing')]).toEqual([{ finish: 'P2D' }, {}])
})
