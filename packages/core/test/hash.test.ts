// Canonical JSON and the hashes over it: equal values, equal bytes, whatever order they were written in.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, contentHash, derivedUuid, sha256Hex } from '../src/hash.ts'

test.each<[string, unknown, string]>([
  ['sorted keys', { b: 1, a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1},"b":1}'],
  [
    'keys sorted by UTF-16 code units (RFC 8785, 3.2.3)',
    { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}'
  ],
  ['undefined members left out, in lists null', { a: undefined, b: [undefined, null] }, '{"b":[null,null]}'],
  [
    'maps as objects, sets as lists',
    {
      m: new Map([
        ['b', 1],
        ['a', 2]
      ]),
      s: new Set(['y', 'x'])
    },
    '{"m":{"a":2,"b":1},"s":["y","x"]}'
  ],
  ['text as JSON escapes it', 'a"\\\n\u0001字', '"a\\"\\\\\\n\\u0001字"'],
  ['numbers as JavaScript writes them', [1e21, 0.1, -0, 1e-7, 100], '[1e+21,0.1,0,1e-7,100]'],
  [
    'objects without a prototype',
    Object.assign(Object.create(null) as object, { constructor: 1 }),
    '{"constructor":1}'
  ],
  ['a key named __proto__', JSON.parse('{ "__proto__": 1, "a": 2 }'), '{"__proto__":1,"a":2}'],
  ['true, false and null', [true, false, null], '[true,false,null]']
])('canonical JSON has %s', (_, value, text) => {
  expect(canonicalJson(value)).toBe(text)
})

test.each<[string, unknown]>([
  ['NaN', Number.NaN],
  ['Infinity', [Number.POSITIVE_INFINITY]],
  ['functions', { f: () => 1 }],
  ['big integers', 1n],
  ['symbols', Symbol('s')],
  ['nothing at all', undefined]
])('canonical JSON has no %s', (_, value) => {
  expect(() => canonicalJson(value)).toThrow('canonical JSON has no')
})

test('equal values hash alike in any order of keys, and read back as they were', () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, item]) => [key, shuffled(item)])
          )
        : value
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(contentHash(shuffled(value))).toBe(contentHash(value))
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
    })
  )
})

test('SHA-256 is that of the platform, over UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(sha256Hex(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'))
    })
  )
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('an id derived from a seed is a UUID of version 8, the same for the same seed', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(derivedUuid(a)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(derivedUuid(a) === derivedUuid(b)).toBe(a === b)
    })
  )
})
