// The check as other programs read it: a SARIF 2.1.0 log, held against the part of the OASIS schema that it uses.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check } from '@gridwright/workflows'
import { expect, test } from 'vitest'
import { checkFolder } from '../src/cli-check.ts'
import { readFolder } from '../src/folder.ts'
import { sarifOf } from '../src/sarif.ts'
import { folder } from './server-process.ts'

const root = resolve(import.meta.dirname, '../../..')

type Shape =
  | { readonly pattern: RegExp }
  | { readonly choices: readonly string[] }
  | { readonly least: number }
  | { readonly items: Shape }
  | { readonly values: Shape }
  | { readonly required: readonly string[]; readonly members: Readonly<Record<string, Shape>> }

const closed = (required: readonly string[], members: Readonly<Record<string, Shape>>): Shape => ({ required, members })
const text: Shape = { pattern: /^[^]*$/ }
const absolute: Shape = { pattern: /^[a-z]+:\/\/[^\s{}"<>\\^`|]+$/ }
const reference: Shape = { pattern: /^(?:[\w.~:/?#@!$&'()*+,;=-]|%[0-9A-F]{2})+$/ }
const message = closed(['text'], { text })
const location = closed([], {
  physicalLocation: closed(['artifactLocation'], {
    artifactLocation: closed(['uri'], { uri: reference, uriBaseId: text }),
    region: closed(['startLine'], { startLine: { least: 1 }, startColumn: { least: 1 } })
  }),
  logicalLocations: { items: closed([], { fullyQualifiedName: text }) }
})
const result = closed(['message'], {
  ruleId: text,
  ruleIndex: { least: -1 },
  level: { choices: ['none', 'note', 'warning', 'error'] },
  message,
  locations: { items: location },
  properties: closed([], { example: { items: text } })
})
const rule = closed(['id'], { id: text, shortDescription: message, helpUri: absolute })
const run = closed(['tool'], {
  tool: closed(['driver'], { driver: closed(['name'], { name: text, rules: { items: rule } }) }),
  language: { pattern: /^[a-zA-Z]{2}(-[a-zA-Z]{2})?$/ },
  columnKind: { choices: ['utf16CodeUnits', 'unicodeCodePoints'] },
  originalUriBaseIds: { values: closed([], { uri: { pattern: /^[a-z]+:\/\/[^\s]*\/$/ } }) },
  results: { items: result }
})
const log = closed(['version', 'runs'], { $schema: absolute, version: { choices: ['2.1.0'] }, runs: { items: run } })

/** Where `value` is not of this shape. */
function faults(value: unknown, shape: Shape, at = ''): readonly string[] {
  const wrong = (is: boolean) => (is ? [] : [`${at}: ${JSON.stringify(value)}`])
  if ('pattern' in shape) return wrong(typeof value === 'string' && shape.pattern.test(value))
  if ('choices' in shape) return wrong(typeof value === 'string' && shape.choices.includes(value))
  if ('least' in shape) return wrong(Number.isSafeInteger(value) && Number(value) >= shape.least)
  if ('items' in shape)
    return Array.isArray(value) ? value.flatMap((item, i) => faults(item, shape.items, `${at}/${i}`)) : wrong(false)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(false)
  const entries = Object.entries(value)
  if ('values' in shape) return entries.flatMap(([name, member]) => faults(member, shape.values, `${at}/${name}`))
  return [
    ...shape.required.filter(name => !Object.hasOwn(value, name)).map(name => `${at}/${name} is missing`),
    ...entries.flatMap(([name, member]) => {
      const known = shape.members[name]
      return known ? faults(member, known, `${at}/${name}`) : [`${at}/${name} is unknown`]
    })
  ]
}

type Log = {
  runs: [
    {
      tool: { driver: { rules: { id: string; helpUri: string }[] } }
      originalUriBaseIds: { '%SRCROOT%': { uri: string } }
      results: {
        ruleId: string
        ruleIndex: number
        level: string
        message: { text: string }
        locations: [
          { physicalLocation: { artifactLocation: { uri: string }; region: object }; logicalLocations: object }
        ]
      }[]
    }
  ]
}

/** The starter in a folder with a name that a URI must escape, with one file changed (or taken away: no text to put). */
function spoilt(file: string, find: string, put?: string): string {
  const place = join(folder(), '示范 镇#1')
  mkdirSync(place, { recursive: true })
  cpSync(join(root, 'examples/starter'), place, { recursive: true })
  const before = readFileSync(join(place, file), 'utf8')
  expect(before).toContain(find)
  if (put === undefined) rmSync(join(place, file))
  else writeFileSync(join(place, file), before.replace(find, put))
  return place
}

async function sarif(place: string, at: string, language = 'en'): Promise<Log> {
  const { issues } = check(await readFolder(place))
  expect(issues.length).toBeGreaterThan(0)
  return JSON.parse(JSON.stringify(sarifOf(issues, { folder: place, root: at, language })))
}

test.each([
  ['a file that is no JSON', 'posts.json', '{', ''],
  ['a file that is not there', 'calendar.json', '{'],
  ['a field that is none', 'services/repair.json', '"title"', '"titel"'],
  ['a wrong code in a table', 'data/areas.csv', '999999001001', '99999900100x'],
  ['a wait that may last for ever', 'workflows/handle.json', '"deadlines": { "answer"', '"deadlinez": { "answer"']
])('%s is a result of a valid log', async (_, file, find, put?: string) => {
  for (const language of ['zh-CN', 'en']) {
    const place = spoilt(file, find, put)
    const told = await sarif(place, dirname(place), language)
    expect(faults(told, log)).toEqual([])
    const [{ tool, results }] = told.runs
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
  }
})

test('a result has the level, the words with the cure, and the place of its issue, named from where the check runs', async () => {
  const place = spoilt('services/repair.json', '"title"', '"titel"')
  const [{ results, originalUriBaseIds }] = (await sarif(place, dirname(place))).runs
  expect(results).toEqual([
    {
      ruleId: 'schema.unknown-field',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'unknown field “titel”; did you mean “title”?' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: {
              uri: '%E7%A4%BA%E8%8C%83%20%E9%95%87%231/services/repair.json',
              uriBaseId: '%SRCROOT%'
            },
            region: { startLine: 5, startColumn: 3 }
          },
          logicalLocations: [{ fullyQualifiedName: '/titel' }]
        }
      ]
    }
  ])
  const { uri } = originalUriBaseIds['%SRCROOT%']
  expect(existsSync(fileURLToPath(new URL(results[0]!.locations[0].physicalLocation.artifactLocation.uri, uri)))).toBe(
    true
  )
})

test('an issue of a workflow has the events that lead into it, in SARIF and in JSON', async () => {
  const place = spoilt('workflows/handle.json', '"SILENT": "closed"', '"SILENCE": "closed"')
  const [{ results }] = (await sarif(place, root)).runs
  expect(results).toMatchObject([
    { ruleId: 'deadline.unhandled', properties: { example: ['SUBMIT', 'ACCEPT', 'DONE'] } }
  ])
  const lines: string[] = []
  const terminal = { language: 'en', print: (line: string) => void lines.push(line), complain: () => undefined }
  await checkFolder(terminal, place, { format: 'json' })
  expect(JSON.parse(lines.join('\n')).issues).toMatchObject([
    { code: 'deadline.unhandled', example: ['SUBMIT', 'ACCEPT', 'DONE'] }
  ])
})

test('a file outside of where the check runs is named by its whole address', async () => {
  const place = spoilt('services/repair.json', '"title"', '"titel"')
  const [{ results }] = (await sarif(place, root)).runs
  const { uri } = results[0]!.locations[0].physicalLocation.artifactLocation
  expect(fileURLToPath(uri)).toBe(join(place, 'services/repair.json'))
})

test('a rule leads to the paragraph that explains its code', async () => {
  const [{ tool }] = (await sarif(spoilt('services/repair.json', '"title"', '"titel"'), root)).runs
  for (const { id, helpUri } of tool.driver.rules) {
    const { pathname, hash } = new URL(helpUri)
    expect(hash).toBe(`#${id}`)
    expect(readFileSync(pathname, 'utf8')).toContain(`<a id="${id}">`)
  }
})
