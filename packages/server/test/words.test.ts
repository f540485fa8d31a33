// What the server and its command line say: every refusal has words in both languages, and cures name only what there is.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reservedEvents } from '@gridwright/workflows'
import { expect, test } from 'vitest'
import { faultLines } from '../src/fault-words.ts'
import { storeFault } from '../src/store-fault.ts'
import { commandFault, counted } from '../src/terminal.ts'
import { engineEventText, refusalText } from '../src/texts.ts'

const root = join(import.meta.dirname, '../../..')
const sources = (pattern: string) =>
  globSync(pattern, { cwd: root }).map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** Every code that stands as `refused: 'noun.reason'`, also where two are chosen between. */
const refused = ['packages/workflows/src/*.ts', 'packages/server/src/*.ts']
  .flatMap(sources)
  .flatMap(({ text }) => [...text.matchAll(/\brefused: (?:[^'\n]*\? )?'([a-z.-]+)'(?: : '([a-z.-]+)')?/g)])
  .flatMap(([, code = '', other]) => (other === undefined ? [code] : [code, other]))
const codes = [...new Set(refused)].sort()

test('the search for refusal codes finds them', () => {
  expect(codes).toEqual(
    expect.arrayContaining(['command.id-invalid', 'offer.taken', 'offer.closed', 'event.not-yours'])
  )
  expect(codes.length).toBeGreaterThan(30)
})

test.each(codes)('the refusal %s is told in words, in Chinese and in English', code => {
  const details = { reason: '理由 reason', expected: 'x', limit: 1 }
  expect(refusalText(code, details, 'zh-CN')).toMatch(/\p{Script=Han}/u)
  expect(refusalText(code, details, 'en')).toMatch(/^(?!.*\.[a-z]+-)[A-Z理].+ /)
  expect(refusalText(code, details, 'en')).not.toContain('{')
})

test.each(reservedEvents)('what the engine writes into journals, %s, has a label in Chinese and in English', event => {
  expect(engineEventText(event, 'zh-CN')).toMatch(/\p{Script=Han}/u)
  expect(engineEventText(event, 'en')).toMatch(/^[A-Z]/)
})

test('an extension’s refusal stands for itself', () => {
  expect(refusalText('vendor.too-late', undefined, 'en')).toBe('vendor.too-late')
})

test('what people are told to set or run is there to be set or run', () => {
  const said = sources('packages/server/src/{postgres-fault,fault-words,folder,cli-*}.ts')
  const all = (pattern: RegExp) => said.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name]) => name))
  const read = all(/\b([A-Z]+(?:_[A-Z]+)+)(?:'\]|: \w+,? )(?=.*process\.env|$)/gm)
  expect(new Set(read)).toEqual(new Set(['DATABASE_URL', 'DATABASE_APP_URL', 'GRIDWRIGHT_SECRET']))
  expect(all(/\b([A-Z]+(?:_[A-Z]+)*_URL)\b/g).filter(name => !read.includes(name))).toEqual([])
  const declared = sources('packages/server/src/cli{,-declare-*}.ts').map(({ text }) => text)
  const commands = [...declared.join('\n').matchAll(/\.command\('([a-z]+)'\)/g)].map(([, name]) => name)
  expect(all(/\bgridwright ([a-z]+)/g).filter(name => !commands.includes(name))).toEqual([])
})

test('one error is one error', () => {
  expect([0, 1, 2].map(count => counted(count, 'error'))).toEqual(['0 errors', '1 error', '2 errors'])
})

test.each([
  [storeFault('locality.unknown', 'nowhere', {}), [/^locality\.unknown .*“nowhere”/, /gridwright start/]],
  [
    storeFault('import.refused', '', {
      problems: [{ file: 'data/people.csv', line: 3, column: 'id', problem: 'duplicate', value: 'wang' }],
      beyond: 2
    }),
    [/^import\.refused /, /^data\/people\.csv:3 {2}id “wang” {2}stands there twice; delete one/, /^and 2 more$/]
  ],
  [storeFault('release.refused', '', { issues: [] }), [/^release\.refused /]],
  [commandFault(['坏', 'broken'], ['修', 'mend']), [/^broken$/, /^mend$/]],
  [new Error('timeout exceeded when trying to connect'), [/^the database did not answer/, /^If the machine is busy/]],
  [Object.assign(new Error('no such file'), { code: 'ENOENT' }), [/^Error: no such file\n {4}at /]],
  [new Error('a bug'), [/^Error: a bug\n {4}at /]]
])('a fault is told with its cure, a bug with its stack: %s', (error, lines) => {
  expect(faultLines(error, { language: 'en' })).toEqual(lines.map(line => expect.stringMatching(line)))
})
