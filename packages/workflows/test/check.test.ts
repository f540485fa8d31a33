// Broken configs beside the one issue that each must give: its code, its place, its words, its cure. And sound ones, which give none.
import { exampleIn, formatIssue, issueMessages, load, type Severity } from '@gridwright/core'
import fc from 'fast-check'
import { parseTree, type Node } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { check, graphOf } from '../src/index.ts'
import broken from './broken-configs.json' with { type: 'json' }
import { eastLayer, starter, village, ziyun, type Files } from './folder.ts'
import sound from './sound-configs.json' with { type: 'json' }

/** A change to one file of the village: texts replaced (each stands there once), the whole file, or null for no file. */
type Edit = { readonly in: string; readonly edits?: readonly (readonly string[])[]; readonly text?: string | null }
type Plant = Edit & {
  readonly plant: string
  readonly code: string
  readonly severity?: Severity
  readonly zh: string
  readonly en: string
}

/** Texts too long or too repetitive to stand in the table. */
const placeholders: Readonly<Record<string, string>> = {
  '@@LONG@@': '字'.repeat(333_334),
  '@@COPY@@': (village.get('workflows/handle.json') ?? '')
    .replace('"handle"', '"other"')
    .replaceAll('#handle', '#other')
}

function edited({ in: file, edits = [], text }: Edit): Files {
  const files = new Map(village)
  if (text === null) files.delete(file)
  else if (text !== undefined)
    files.set(
      file,
      text.replace(/@@\w+@@/, name => placeholders[name] ?? name)
    )
  for (const [find = '', put = ''] of edits) {
    const pieces = (files.get(file) ?? '').split(find)
    if (pieces.length !== 2) throw new Error(`“${find}” stands ${pieces.length - 1} times in ${file}`)
    files.set(file, pieces.join(put))
  }
  return files
}

const strangeNames = [
  '__proto__',
  'constructor',
  'toString',
  'xstate.init',
  'a.b',
  '#handle.closed',
  '.working',
  '',
  ' ',
  'received',
  'UNSOLVED',
  'TAKE',
  'working',
  'PT0S',
  '\u0000'
]

const plants: readonly Plant[] = broken.map(plant => plant as Plant) // JSON knows severities as strings only

test.each(plants)('$plant is told once, with its place and its cure: $code', plant => {
  const { issues, locality } = check(edited(plant))
  const told = issues.map(issue => ({
    code: issue.code,
    severity: issue.severity,
    zh: formatIssue(issue, 'zh-CN'),
    en: formatIssue(issue, 'en-GB')
  }))
  const { code, severity = 'error', zh, en } = plant
  expect(told).toEqual([{ code, severity, zh, en }])
  expect(locality === undefined).toBe(severity === 'error')
})

test.each(sound)('no alarm about $plant', plant => {
  expect(check(edited(plant)).issues).toEqual([])
})

const elsewhere: Readonly<Record<string, string>> = {
  'schema.invalid': 'says something of keywords that no schema has so far',
  'area.outside-layer': 'is shown by the tests of layers',
  'rule.event-missing': 'is shown by the tests of points.json, as are the two below',
  'scores.subjects': 'takes two evaluations, and is shown by their own tests',
  'quantity.optional': 'is shown there',
  'shop.not-spendable': 'is shown there'
}

test('every code of issues has a broken config that shows it, but those that their own tests show', () => {
  const shown = new Set(plants.map(({ code }) => code))
  const missing = Object.keys(issueMessages).filter(
    code => !shown.has(code) && !(code in elsewhere) && !/^(form|points|layer|migration)\./.test(code)
  )
  expect(missing).toEqual([])
})

const traced = plants.filter(({ in: file, en }) => file.startsWith('workflows/') && en.includes('path: '))

test.each(traced)('the events that lead into $plant lead from the start to the state it names', plant => {
  const files = edited(plant)
  const workflow = load(files).locality?.workflows.get('handle')
  const [issue] = check(files).issues
  const graph = graphOf(workflow!)
  const [first, ...events] = exampleIn(issue!) ?? []
  expect(first).toBe('SUBMIT')
  let at: readonly string[] = [graph.begun.to]
  const stations = [at]
  for (const event of events) {
    at = at.flatMap(leaf => (graph.out.get(leaf) ?? []).filter(({ rule }) => rule.event === event).map(({ to }) => to))
    stations.push(at)
  }
  // Where it is, or before the last event: one that cannot be taken for sure, or whose raise is not handled there.
  const stood = stations.slice(-2).flat()
  expect(stood).toContain(issue!.params.state ?? stood.at(-1))
})

test('every message is made of what its issue knows', () => {
  const unfilled = plants.flatMap(({ zh, en }) => [zh, en]).filter(line => /(^|\s)\{\w+\}|undefined/.test(line))
  expect(unfilled).toEqual([])
})

describe.each(Object.entries({ village, ziyun, starter }))('%s', (_, files) => {
  test('is checked without an alarm', () => {
    expect(check(files).issues).toEqual([])
  })

  test('is read the same with line ends of Windows and byte order marks', () => {
    const windows = new Map(
      [...files].map(([path, text]) => [path, path.endsWith('.json') ? `\uFEFF${text.replaceAll('\n', '\r\n')}` : text])
    )
    const [before, after] = [check(files), check(windows)]
    expect([after.issues, after.locality?.hash]).toEqual([[], before.locality?.hash])
  })
})

test('two mistakes in two files are both told, sorted by file', () => {
  const first = edited({ in: 'services/mending.json', edits: [['"title"', '"titel"']] })
  const second = edited({ in: 'calendar.json', edits: [['"kind": "natural"', '"kind": "natrual"']] })
  const files = new Map([...first, ['calendar.json', second.get('calendar.json') ?? '']])
  expect(check(files).issues.map(({ file, code }) => [file, code])).toEqual([
    ['calendar.json', 'schema.choice'],
    ['services/mending.json', 'schema.unknown-field']
  ])
})

test('the same files give the same bytes, in whatever order they come', () => {
  const shuffled = new Map([...edited(plants[0] ?? { in: '' })].reverse())
  const lines = (files: Files) => JSON.stringify(check(files).issues)
  expect(lines(shuffled)).toBe(lines(edited(plants[0] ?? { in: '' })))
  expect(JSON.stringify(check(new Map([...ziyun].reverse())).locality?.hash)).toBe(
    JSON.stringify(check(ziyun).locality?.hash)
  )
})

describe.each(Object.entries({ village, eastLayer }))('whatever is changed in the config of %s', (_, whole) => {
  const paths = [...whole.keys()].filter(path => path.endsWith('.json'))
  const strange = fc.oneof(
    fc.constantFrom(...strangeNames, null, {}, [], 0, -1, 1e99, true),
    fc.json({ maxDepth: 3 }).map(text => JSON.parse(text) as unknown)
  )
  const change = fc.record({
    path: fc.constantFrom(...paths),
    at: fc.nat(),
    value: strange,
    kind: fc.constantFrom('put', 'drop', 'rename', 'swap')
  })

  test('the check neither throws nor hangs, and can word what it finds', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), changes => {
        const files = new Map(whole)
        for (const { path, at, value, kind } of changes)
          files.set(path, changedAt(files.get(path) ?? '', at, kind, value))
        const { issues, locality } = check(files)
        for (const issue of issues) expect(formatIssue(issue, 'zh-CN')).toMatch(/^[^:]+:\d+:\d+ {2}\S/)
        expect(locality === undefined).toBe(issues.some(({ severity }) => severity === 'error'))
      }),
      { numRuns: 400 }
    )
  })
})

/** The text with its `at`-th value replaced, dropped, renamed, or exchanged for the value before it. */
function changedAt(text: string, at: number, kind: string, value: unknown): string {
  const root = parseTree(text)
  const nodes: Node[] = []
  const collect = (node: Node) => {
    if (node.parent) nodes.push(node)
    for (const child of node.children ?? []) collect(child)
  }
  if (root) collect(root)
  const node = nodes[at % Math.max(1, nodes.length)]
  const other = nodes[(at + 7) % Math.max(1, nodes.length)]
  if (!node || !other) return text
  const whole = kind === 'drop' && node.parent?.type === 'property' ? node.parent : node
  const name = typeof value === 'string' ? value : strangeNames[at % strangeNames.length]
  const put =
    kind === 'drop'
      ? ''
      : kind === 'rename'
        ? JSON.stringify(name)
        : kind === 'swap'
          ? text.slice(other.offset, other.offset + other.length)
          : JSON.stringify(value)
  return text.slice(0, whole.offset) + put + text.slice(whole.offset + whole.length)
}
