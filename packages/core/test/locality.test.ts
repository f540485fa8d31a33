// A folder's files as a locality: what is read, what is hashed, what is passed over with a warning.
import { expect, test } from 'vitest'
import { load } from '../src/locality.ts'
import { fileOf, hamlet, hamletWith } from './hamlet.ts'

const told = (files: ReadonlyMap<string, string>) =>
  load(files).issues.map(({ file, code, severity, params }) => [file, code, severity, params])
const hashes = (changes: Readonly<Record<string, unknown>>) => {
  const { locality } = load(hamletWith(changes))
  return [locality?.hash === load(hamlet).locality?.hash, locality?.world === load(hamlet).locality?.world]
}

test('the smallest folder is a locality', () => {
  const { locality, issues } = load(hamlet)
  expect(issues).toEqual([])
  expect(locality?.id).toBe('hamlet')
  expect([...(locality?.services.keys() ?? [])]).toEqual(['ask'])
  expect(locality?.levels.map(({ id }) => id)).toEqual(['county', 'street'])
})

test('no folder at all lacks every file that a locality has', () => {
  expect(told(new Map()).map(([file, code]) => [file, code])).toEqual(
    ['calendar.json', 'categories.json', 'grid.json', 'locality.json', 'posts.json'].map(file => [file, 'file.missing'])
  )
})

test.each<[string, string, unknown]>([
  ['in a folder below', 'services/more/ask.json', { name: 'services/more/ask.json' }],
  ['whose name is no id', 'services/Ask Me.json', { name: 'services/Ask Me.json', suggestion: 'services/ask-me.json' }],
  ['with another ending', 'forms/ask_more.jsonc', { name: 'forms/ask_more.jsonc', suggestion: 'forms/ask-more.json' }],
  ['in a misspelt folder', 'form/ask.json', { name: 'form/ask.json', suggestion: 'forms/ask.json' }],
  ['with a misspelt name', 'post.json', { name: 'post.json', suggestion: 'posts.json' }],
  ['like nothing here', 'package.json', { name: 'package.json' }]
])('a file %s is told and passed over, whatever it holds', (_, path, params) => {
  const files = hamletWith({ [path]: ['nothing', 'of', 'this'] })
  expect(told(files)).toEqual([[path, 'file.unknown', 'warning', params]])
  const { locality } = load(files)
  expect([locality?.services.size, locality?.forms.size, locality?.hash]).toEqual([1, 1, load(hamlet).locality?.hash])
})

test('files that are no config are not read', () => {
  expect(told(hamletWith({ 'README.md': '{', 'data/areas.csv': '"', 'data/notes.json': '{' }))).toEqual([])
})

test.each<[string, Readonly<Record<string, unknown>>, readonly [boolean, boolean]]>([
  [
    'comments, spaces and the order of keys',
    { 'calendar.json': '// clocks\n{ "clocks": { "natural": { "kind": "natural" } } }' },
    [true, true]
  ],
  [
    'scenarios',
    {
      'tests/one.json': {
        name: '一',
        now: '2026-01-01T00:00Z',
        given: { people: { wang: {} } },
        steps: [{ wait: 'P1D' }]
      }
    },
    [true, true]
  ],
  ['data', { 'data/areas.csv': 'code,level\n520425,county\n' }, [true, true]],
  ['a form', { 'forms/ask.json': { ...fileOf('forms/ask.json'), title: '问' } }, [false, true]],
  ['a post', { 'posts.json': { posts: { clerk: { label: '文员', level: 'street' } } } }, [false, false]],
  [
    'a year',
    { 'calendar.json': { ...fileOf('calendar.json'), years: { 2026: { holidays: [], workdays: [] } } } },
    [false, false]
  ],
  [
    'a clock',
    {
      'calendar.json': { clocks: { ...fileOf('calendar.json').clocks, more: { kind: 'natural' } } }
    },
    [false, true]
  ]
])('of %s the hash of the config and that of the world know as much as they should', (_, changes, same) => {
  expect(hashes(changes)).toEqual(same)
})

test('nothing of a locality can be changed', () => {
  const { locality } = load(hamlet)
  const service = locality?.services.get('ask') as { title: string; channels: string[] }
  expect(() => (service.title = 'x')).toThrow(TypeError)
  expect(() => service.channels.push('x')).toThrow(TypeError)
  expect(() => ((locality as { id: string }).id = 'x')).toThrow(TypeError)
})

test('issues of all files come at once, sorted, and no locality', () => {
  const { locality, issues } = load(hamletWith({ 'services/ask.json': '{', 'grid.json': [], 'posts.json': null }))
  expect(issues.map(({ file, code }) => [file, code])).toEqual([
    ['grid.json', 'schema.type'],
    ['posts.json', 'file.missing'],
    ['services/ask.json', 'json.syntax']
  ])
  expect(locality).toBeUndefined()
})
