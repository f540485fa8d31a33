// The signed file of a release: read back as it was written, and nothing else is read.
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { canonicalJson } from '@gridwright/core'
import { expect, test } from 'vitest'
import { maxBundleBytes, publicKeyOf, readBundle, writeBundle } from '../src/bundle.ts'
import { secretFile } from '../src/cli-data.ts'
import { isCommandFault } from '../src/terminal.ts'

const { privateKey: key } = generateKeyPairSync('ed25519')
const saying = {
  locality: 'ziyun',
  release: 'a'.repeat(64),
  who: '张三',
  why: '“快”一点 \\ 更好',
  effectiveFrom: null,
  at: '2026-11-25T21:35:27.237+08:00'
}
const texts = {
  'locality.json': '{ "id": "ziyun" }\n',
  'services/repair.json': '{ "title": "维修 🛠" }\r\n',
  'data/areas.csv': 'code,name\n1,\u0000\ufffd\u2028\n',
  '../county/locality.json': '{}'
}
const written = writeBundle(saying, texts, key)
const bytes = Buffer.from(written)

/** How reading `altered` is refused: the code, and what the words name. */
function refusal(altered: Uint8Array | string): string | undefined {
  try {
    readBundle(Buffer.from(altered), 'b')
    return undefined
  } catch (error) {
    if (!isCommandFault(error)) throw error
    return error.message
  }
}

test('a bundle is read as it was written', () => {
  const { statement, texts: read } = readBundle(bytes, 'b')
  expect(statement).toMatchObject({ ...saying, signer: publicKeyOf(key) })
  expect(Object.fromEntries(read)).toEqual(texts)
})

test('what is written is read back, whatever the texts are', () => {
  const path = fc.stringMatching(/^[a-z0-9_]{1,8}(\/[a-z0-9_]{1,8})?\.json$/)
  fc.assert(
    fc.property(fc.dictionary(path, fc.string({ unit: 'grapheme' })), some => {
      const { texts: read } = readBundle(Buffer.from(writeBundle(saying, some, key)), 'b')
      expect(read).toEqual(new Map(Object.entries(some)))
    })
  )
})

test('no byte can be changed, taken out or put in', () => {
  const place = fc.nat(bytes.length - 1)
  const byte = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(place, byte, fc.constantFrom('change', 'take', 'put'), (at, put, how) => {
      fc.pre(how !== 'change' || put !== bytes[at])
      const middle = how === 'take' ? [] : [put]
      const altered = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(middle),
        bytes.subarray(how === 'put' ? at : at + 1)
      ])
      expect(refusal(altered)).toMatch(/^bundle\.(altered|file-altered|not-one|newer) /)
    }),
    { numRuns: 2_000 }
  )
})

test.each([
  ['a text', '维修', '维护', 'bundle.file-altered  services/repair.json'],
  [
    'the name of a text',
    '"services/repair.json": "{',
    '"services/other.json": "{',
    'bundle.file-altered  services/repair.json'
  ],
  ['the hash of a text', /"data\/areas.csv": "[0-9a-f]/, '"data/areas.csv": "', 'bundle.not-one'],
  ['who signed', '张三', '李四', 'bundle.altered'],
  ['the day', '2026-11-25', '2026-11-26', 'bundle.altered'],
  ['the key', publicKeyOf(key), publicKeyOf(generateKeyPairSync('ed25519').privateKey), 'bundle.altered'],
  ['an escape that means the same', '张三', '\\u5f20三', 'bundle.altered'],
  ['a blank', '"version": 1', '"version":  1', 'bundle.altered'],
  ['a member said twice', ' "version": 1,\n', ' "version": 1,\n "version": 1,\n', 'bundle.altered'],
  ['a member too many', ' "version": 1,\n', ' "version": 1,\n "extra": 1,\n', 'bundle.not-one'],
  ['line ends', /\n/g, '\r\n', 'bundle.altered'],
  ['a newer version', '"version": 1', '"version": 2', 'bundle.newer'],
  ['a lone surrogate for what no text can be', '\ufffd', '\\ud800', 'bundle.not-one']
])('%s altered is told as what it is', (_, find, put, told) => {
  const altered = written.replace(find, () => put)
  expect(altered).not.toBe(written)
  const [code, what = ''] = told.split('  ')
  expect(refusal(altered)).toMatch(new RegExp(`^${code?.replaceAll('.', '\\.')}  .*${what}`))
})

test.each([
  ['nothing', ''],
  ['no JSON', '{'],
  ['another document', '{"format":"other"}'],
  ['a list', '[]'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
  ['a packed file', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0])],
  ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])],
  ['deep brackets', '['.repeat(5_000_000)],
  ['deep objects', '{"a":'.repeat(1_000_000)],
  ['very many values', `[${'1,'.repeat(5_000_000)}1]`]
])('%s is refused as no bundle, in little memory', (_, text) => {
  const before = process.memoryUsage().heapUsed
  expect(refusal(text)).toMatch(/^bundle\.not-one /)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000)
})

test.each([
  ['../../../etc/passwd/../x.json', false],
  ['a/../../x.json', false],
  ['/etc/x.json', false],
  ['a//x.json', false],
  ['./x.json', false],
  ['..', false],
  ['a\\..\\x.json', false],
  ['a\u001b[2J.json', false],
  [`${'a'.repeat(300)}.json`, false],
  ['../county/forms/x.json', true],
  ['__proto__', true]
])('%j as the path of a file is taken: %s', (path, taken) => {
  const some = Object.fromEntries([[path, 'x']])
  // Signed by hand, as somebody would who does not use our writer.
  const files = Object.fromEntries([[path, '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881']])
  const statement = { format: 'gridwright-bundle', version: 1, ...saying, signer: publicKeyOf(key), files }
  const signature = sign(null, Buffer.from(canonicalJson(statement)), key).toString('hex')
  const { files: _, ...said } = statement
  const hostile = `${JSON.stringify({ ...said, signature, files, texts: some }, null, 1)}\n`
  if (taken) {
    expect(refusal(hostile)).toBeUndefined()
    expect(writeBundle(saying, some, key)).toBe(hostile)
  } else {
    expect(refusal(hostile)).toMatch(/^bundle\.not-one /)
    expect(() => writeBundle(saying, some, key)).toThrow(/^bundle\.unfit/)
  }
  expect({}).not.toHaveProperty('x')
})

test('what could not be taken is not made', () => {
  const make = (more: Partial<typeof saying>, some: Record<string, string> = texts) =>
    writeBundle({ ...saying, ...more }, some, key)
  expect(() => make({ who: '' })).toThrow('bundle.unfit  this cannot be put into a bundle: who')
  expect(() => make({ why: 'a\nb' })).toThrow(/bundle\.unfit.*why/)
  expect(() => make({}, { 'a.json': '\ud800' })).toThrow(/bundle\.unfit.*a\.json/)
  expect(() => make({}, { 'a.csv': 'a'.repeat(maxBundleBytes + 1) })).toThrow(/bundle\.too-large/)
})

test('the key that signs, as any secret of a data folder, is whole and the same for all who need it first at once', async () => {
  const data = mkdtempSync(join(tmpdir(), 'gridwright-'))
  const long = 4_000_000 // so long that a file is not written in one go
  const asked = Array.from({ length: 8 }, (_, i) => secretFile(join(data, 'secret'), () => String(i).repeat(long)))
  try {
    const secrets = new Set(await Promise.all(asked))
    expect([...secrets].map(({ length }) => length)).toEqual([long])
    expect(readdirSync(data)).toEqual(['secret'])
  } finally {
    rmSync(data, { recursive: true })
  }
})
