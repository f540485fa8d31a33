// Config text as read: positions by JSON Pointer, and what is refused before any schema is asked.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSource, soundSource } from '../src/source.ts'

const placeOf = (text: string, pointer: string, options = {}) => {
  const { line, column } = parseSource('a.json', text).issue(pointer, 'x.y', {}, options)
  return `${line}:${column}`
}
const refusals = (text: string) =>
  parseSource('a.json', text).issues.map(({ line, column, path, code, params }) => [
    `${line}:${column}`,
    path,
    code,
    params
  ])

test.each<[string, string, unknown]>([
  ['comments and trailing commas', '{ // one\n "a": 1, /* two */ "b": [2,],\n}', { a: 1, b: [2] }],
  ['a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
  ['line ends of Windows', '{\r\n"a": 1\r\n}\r\n', { a: 1 }],
  ['an empty object', '{}', {}],
  ['a null', 'null', null]
])('%s are read', (_, text, value) => {
  const source = parseSource('a.json', text)
  expect([source.value, source.issues]).toEqual([value, []])
})

test.each<[string, string, readonly unknown[]]>([
  ['an empty file', '', [['1:1', '', 'json.syntax', { problem: 'ValueExpected' }]]],
  ['a file of comments only', '// {\n', [['2:1', '', 'json.syntax', { problem: 'ValueExpected' }]]],
  ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', [['3:3', '', 'json.syntax', { problem: 'CommaExpected' }]]],
  ['a missing value', '{ "a": }', [['1:8', '', 'json.syntax', { problem: 'ValueExpected' }]]],
  ['text after the end', '{} {}', [['1:4', '', 'json.syntax', { problem: 'EndOfFileExpected' }]]],
  ['single quotes', "{ 'a': 1 }", [['1:3', '', 'json.syntax', { problem: 'InvalidSymbol' }]]],
  ['a key written twice', '{ "a": 1,\n "a": 2 }', [['2:2', '/a', 'json.duplicate-key', { name: 'a' }]]],
  [
    'a key written twice below',
    '{ "a": [{ "b/c": 1, "b/c": 1 }] }',
    [['1:21', '/a/0/b~1c', 'json.duplicate-key', { name: 'b/c' }]]
  ],
  [
    'two duplicates of JavaScript’s own names',
    '{ "__proto__": 1, "__proto__": 2 }',
    [['1:19', '/__proto__', 'json.duplicate-key', { name: '__proto__' }]]
  ]
])('%s is refused where it stands', (_, text, expected) => {
  expect(refusals(text)).toEqual(expected)
})

describe('limits', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

  test('nesting of 60 is read, of 61 is refused at the bracket too many', () => {
    expect(refusals(nested(60))).toEqual([])
    expect(refusals(nested(61))).toEqual([['1:61', '', 'json.too-deep', { limit: 60 }]])
  })

  test('nesting of a hundred thousand is refused and does not overflow', () => {
    expect(refusals(nested(100_000))).toEqual([['1:61', '', 'json.too-deep', { limit: 60 }]])
  })

  test.each([
    ['line comments', `{\n${'// { [ "\n'.repeat(70)}"a": 1 }`],
    ['block comments', `{ /* ${'{['.repeat(70)} */ "a": 1 }`],
    ['strings', `{ "a": ${JSON.stringify('{["\\'.repeat(70))} }`]
  ])('brackets in %s are no nesting', (_, text) => {
    expect(refusals(text)).toEqual([])
  })

  test('a comment that opens a quote hides no nesting', () => {
    expect(refusals(`/* " */ ${nested(61)}`)).toEqual([['1:69', '', 'json.too-deep', { limit: 60 }]])
  })

  test('a file has at most a million bytes, in UTF-8', () => {
    const filled = (text: string, count: number) => JSON.stringify(text.repeat(count))
    const tooLarge = [['1:1', '', 'json.too-large', { limit: 1_000_000 }]]
    expect(refusals(filled('a', 999_998))).toEqual([])
    expect(refusals(filled('a', 999_999))).toEqual(tooLarge)
    expect(refusals(filled('字', 333_332))).toEqual([])
    expect(refusals(filled('字', 333_333))).toEqual(tooLarge)
  })
})

describe('positions', () => {
  const text = '{\n  "a": { "b/c": [1, "x\\"y\\u4e00z"] }\n}'

  test.each([
    ['', {}, '1:1'],
    ['/a', {}, '2:8'],
    ['/a', { at: 'key' }, '2:3'],
    ['/a/b~1c', { at: 'key' }, '2:10'],
    ['/a/b~1c/0', {}, '2:18'],
    ['/a/b~1c/1', {}, '2:21']
  ])('%s %o is at %s', (pointer, options, place) => {
    expect(placeOf(text, pointer, options)).toBe(place)
  })

  test('a pointer to what is missing is at the nearest thing above it, and keeps its path', () => {
    const issue = parseSource('a.json', text).issue('/a/none/deeper', 'x.y')
    expect([issue.path, `${issue.line}:${issue.column}`]).toEqual(['/a/none/deeper', '2:8'])
  })

  test.each([
    [0, '2:22'],
    [2, '2:25'],
    [3, '2:26'],
    [4, '2:32']
  ])('character %i of a string is at %s, escapes counted as written', (within, place) => {
    expect(placeOf(text, '/a/b~1c/1', { within })).toBe(place)
  })

  test('columns after a byte order mark and before line ends of Windows are those an editor shows', () => {
    expect(placeOf('\uFEFF{\r\n  "a": 1\r\n}', '/a', { at: 'key' })).toBe('2:3')
    expect(placeOf('\uFEFF{"a": 1}', '/a', { at: 'key' })).toBe('1:2')
  })
})

test('JavaScript’s own names are ordinary keys', () => {
  const { value } = parseSource('a.json', '{ "__proto__": { "polluted": true }, "constructor": 1, "toString": 2 }')
  expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'toString'])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('every JSON value is read as JSON.parse reads it', () => {
  const members = (value: unknown) => JSON.stringify(value)
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), text => {
      expect(members(parseSource('a.json', text).value)).toBe(members(JSON.parse(text)))
    })
  )
})

test('no text makes it throw', () => {
  const scraps = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '//',
      '/*',
      '*/',
      '\n',
      '\\',
      '\\u',
      '1',
      'true',
      '"a"',
      '\uFEFF'
    ),
    { maxLength: 60 }
  )
  fc.assert(
    fc.property(scraps, pieces => {
      const source = parseSource('a.json', pieces.join(''))
      expect(source.value === undefined).toBe(source.issues.some(({ code }) => code !== 'json.duplicate-key'))
    }),
    { numRuns: 500 }
  )
})

test('a text that was found sound before is read to the same values and places', () => {
  const named = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a/b')), fc.jsonValue())
  fc.assert(
    fc.property(named, fc.boolean(), (value, isCommented) => {
      const plain = JSON.stringify(value, undefined, 2)
      const text = isCommented ? `// "why"\n${plain.replaceAll('\n}', ', /* { */\n}')}` : plain
      const [parsed, sound] = [parseSource('a.json', text), soundSource('a.json', text)]
      expect(isDeepStrictEqual(sound.value, parsed.value)).toBe(true)
      expect(sound.issues).toEqual([])
      for (const name of Object.keys(value)) {
        const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
        expect([sound.has(pointer), sound.issue(pointer, 'x.y')]).toEqual([true, parsed.issue(pointer, 'x.y')])
        for (const below of ['0', '1', 'length', 'a', ''])
          expect(sound.has(`${pointer}/${below}`)).toBe(parsed.has(`${pointer}/${below}`))
      }
    })
  )
})
