import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { parsePattern, patternMatcher } from '../src/pattern.ts'
import { re2Pattern } from '../src/pattern-re2.ts'

const class1 = fc.constantFrom(
  '[abc]',
  '[^a]',
  '[a-c1-3]',
  '[\\d_]',
  '[^\\w]',
  '[-a]',
  '[a\\-b]',
  '[一-龥]',
  '[\\u4e00-\\u9fa5]',
  '[.]',
  '[^]',
  '[]'
)
const single = fc.constantFrom(
  'a',
  'b',
  '1',
  '楼',
  '😀',
  '.',
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '\\.',
  '\\n',
  '\\u0061',
  '\\u{1F600}',
  '\\/'
)
const { pattern: patterns } = fc.letrec<{ pattern: string; atom: string }>(tie => ({
  atom: fc.oneof(
    { maxDepth: 3 },
    single,
    class1,
    tie('pattern').map(inner => `(${inner})`),
    tie('pattern').map(inner => `(?:${inner})`)
  ),
  pattern: fc
    .array(
      fc.oneof(
        fc
          .tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,2}', '{1,}'))
          .map(([atom, times]) => atom + times),
        fc.constantFrom('^', '$', '|')
      ),
      { maxLength: 5 }
    )
    .map(parts => parts.join(''))
}))
const texts = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', '_', '-', '.', '/', ' ', '\n', '\r', '\u2028', '\u3000', '楼', '😀'),
  maxLength: 6
}) // the oracle takes exponential time

test('a pattern matches alike in ECMA-262, in our matcher and in RE2', () => {
  fc.assert(
    fc.property(patterns, texts, (source, text) => {
      const pattern = re2Pattern(source)
      if (pattern === undefined) return
      const expected = new RegExp(source, 'u').test(text)
      expect([patternMatcher(parsePattern(source)!)(text), RE2JS.compile(pattern).test(text)]).toEqual([
        expected,
        expected
      ])
    }),
    { numRuns: 3000 }
  )
})

test.each([
  ['^1[3-9]\\d{9}$', '13800000000', true],
  ['^1[3-9]\\d{9}$', '138000000001', false],
  ['^[A-Z]{2}\\d{4}$', 'GZ0001', true],
  ['[一-龥]{2,4}', 'x王小二', true],
  ['^(男|女)$', '女', true],
  ['^(男|女)$', '女\n', false]
])('%s on %j is %s', (source, text, expected) => {
  expect(patternMatcher(parsePattern(source)!)(text)).toBe(expected)
})

test.each([
  'a(?=b)',
  '(?<n>a)',
  '(a)\\1',
  'a*?',
  'a**',
  '\\bword\\b',
  '(a',
  'a)',
  '[a',
  '*',
  'a{2',
  'a{3,2}',
  '[b-a]',
  '\\p{L}',
  '\\x41',
  '\\',
  '^*',
  '(a{99}){99}',
  '((a{9}){9}){99}',
  'a{0}',
  'a{0,0}',
  '\\U0061',
  '[\\d-z]',
  ']',
  '{'
])('%s is refused, because engines read it differently or it grows too large', source => {
  expect(re2Pattern(source)).toBeUndefined()
})

test('whatever is written as a pattern is either refused or compiles everywhere', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('ab1.^$|()[]{}*+?\\-,:dwsu09é😀')), maxLength: 14 }),
      source => {
        const pattern = re2Pattern(source)
        if (pattern === undefined) return
        RE2JS.compile(pattern)
        patternMatcher(parsePattern(source)!)
      }
    ),
    { numRuns: 5000 }
  )
})

test('a pattern that takes exponential time elsewhere is linear here', () => {
  const matches = patternMatcher(parsePattern('^(a+)+$')!)
  const started = performance.now()
  expect(matches(`${'a'.repeat(5000)}b`)).toBe(false)
  expect(performance.now() - started).toBeLessThan(200)
})
