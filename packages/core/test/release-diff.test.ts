import { expect, test } from 'vitest'
import { differences } from '../src/release-diff.ts'
import { describedAt } from '../src/schema.ts'

const between = (from: Record<string, string>, to: Record<string, string>) =>
  differences(new Map(Object.entries(from)), new Map(Object.entries(to)))

test.each([
  [
    'white space, order and comments are no change',
    { 'posts.json': '{"a":1,"b":2}' },
    { 'posts.json': '// x\n{ "b": 2, "a": 1 }' },
    []
  ],
  [
    'a value',
    { 'posts.json': '{"a":{"b/c":1}}' },
    { 'posts.json': '{"a":{"b/c":2}}' },
    [{ file: 'posts.json', path: '/a/b~1c', from: 1, to: 2 }]
  ],
  [
    'a new property',
    { 'services/x.json': '{}' },
    { 'services/x.json': '{"a":1}' },
    [{ file: 'services/x.json', path: '/a', to: 1 }]
  ],
  [
    'a list of values as a whole',
    { 'grid.json': '{"a":[1,2]}' },
    { 'grid.json': '{"a":[1]}' },
    [{ file: 'grid.json', path: '/a', from: [1, 2], to: [1] }]
  ],
  [
    'an item of a list',
    { 'grid.json': '[{"id":"a","n":1}]' },
    { 'grid.json': '[{"id":"a","n":2}]' },
    [{ file: 'grid.json', path: '/0/n', from: 1, to: 2 }]
  ],
  [
    'a file that is gone, of a layer',
    { 'lane/forms/x.json': '{"a":1}' },
    {},
    [{ file: 'lane/forms/x.json', path: '', from: { a: 1 } }]
  ],
  [
    'tables, scenarios and what is no config',
    { 'data/areas.csv': 'a', 'tests/a.json': '{}', 'x.json': '1' },
    { 'tests/a.json': '[]' },
    []
  ]
])('%s', (_, from, to, expected) => {
  expect(between(from, to)).toEqual(expected)
})

test.each([
  ['categories.json', '/categories/repair/limits/finish/within', /期限|时长/, /duration/],
  ['locality.json', '/secondApproval', /第二个人/, /second person/],
  ['workflows/x.json', '/states/a/meta/deadlines/b/within', /期限|时长/, /duration/]
])('a value of %s at %s is described in both languages', (file, pointer, zh, en) => {
  const about = describedAt(file, pointer)
  expect([about?.['zh-CN'], about?.en]).toEqual([expect.stringMatching(zh), expect.stringMatching(en)])
})

test('a place that no schema knows has no description', () => {
  expect(describedAt('categories.json', '/nothing/at/all')).toBeUndefined()
  expect(describedAt('unknown.json', '/a')).toBeUndefined()
})
