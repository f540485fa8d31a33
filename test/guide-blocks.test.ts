// What the guides show of config is config: each block stands in an example and passes its check, or brings just the issues shown below it; scenarios run.
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { formatIssue } from '@gridwright/core'
import { areasOf, check, runScenario } from '@gridwright/workflows'
import { findNodeAtLocation, parse, parseTree, type ParseError } from 'jsonc-parser'
import { expect, test } from 'vitest'
import { filesIn, root } from './sources.ts'

/** A block of JSON; `place` is "<example> <file>" or "<example> <file>#<JSON Pointer>", `issues` what the block after it says that `check` tells. */
type Block = {
  readonly document: string
  readonly line: number
  readonly place: string
  readonly text: string
  readonly issues: readonly string[]
}

const guides = filesIn('docs/guide').filter(path => path.endsWith('.md'))
const blocks = guides.flatMap(document => jsonBlocks(document, readFileSync(join(root, document), 'utf8')))
const placed = blocks.filter(({ place }) => place !== '')

/** The ```json blocks of a document; the rest of a block's first line says where it belongs. */
function jsonBlocks(document: string, text: string): readonly Block[] {
  const fences = [...text.matchAll(/^```(\w+)(?: ([^\n]*))?\n([^]*?)^```/gm)]
  return fences.flatMap(([, language, place = '', body = ''], i) => {
    if (language !== 'json') return []
    const next = fences[i + 1]
    const shown = next?.[1] === 'text' ? (next[3] ?? '').split('\n') : []
    const issues = shown.filter(line => /^[✗!] \S+\.json:/.test(line))
    const line = text.slice(0, fences[i]?.index).split('\n').length
    return [{ document, line, place, text: body.trimEnd(), issues }]
  })
}

test.each(blocks)('$document:$line is JSON', ({ text }) => {
  const errors: ParseError[] = []
  parse(text, errors)
  expect(errors).toEqual([])
})

test.each(blocks)('$document:$line says where it belongs, if it is a whole file', ({ text, place }) => {
  const { $schema }: { $schema?: string } = parse(text)
  expect(place !== '' || $schema === undefined).toBe(true)
})

test.each(placed)('$document:$line: $place is as the guide says', async block => {
  const { example, file, pointer } = placeOf(block)
  const files = filesFor(block, example)
  const text = pointer === undefined ? block.text : withValue(files.get(file) ?? '', pointer, block.text)
  files.set(file, text)
  const { issues, locality } = check(files)
  const language = block.document.includes('/en/') ? 'en' : 'zh-CN'
  const told = issues.map(
    issue => `${issue.severity === 'error' ? '✗' : '!'} ${formatIssue(issue, language)}  [${issue.code}]`
  )
  expect(told).toEqual(block.issues)
  if (!locality || !file.startsWith('tests/')) return
  const scenario = locality.scenarios.get(posix.basename(file, '.json'))
  expect((await runScenario(locality, scenario!, areasOf(files, locality))).failures).toEqual([])
})

test('a value is set where its pointer says, and all else stays', () => {
  expect(withValue('{\n  // kept\n  "a": { "b/c": [1, 2] }\n}', '/a/b~1c/1', '{ "d": 3 }')).toBe(
    '{\n  // kept\n  "a": { "b/c": [1, { "d": 3 }] }\n}'
  )
})

test('a block knows its line, its place, and the issues that the next block shows', () => {
  const text =
    'A\n\n```json town a.json#/b\n1\n```\nthen\n```text\n✗ a.json:1:2  Wrong  [a.b]\n1 error\n```\n```json\n2\n```\n'
  expect(jsonBlocks('a.md', text)).toMatchObject([
    { line: 3, place: 'town a.json#/b', text: '1', issues: ['✗ a.json:1:2  Wrong  [a.b]'] },
    { line: 11, place: '', issues: [] }
  ])
})

function placeOf({ place }: Block) {
  const [example = '', target = ''] = place.split(' ')
  const [file = '', pointer] = target.split('#')
  return { example, file, pointer }
}

/** The files of an example, with the whole files that the document has shown before this block. */
function filesFor(block: Block, example: string): Map<string, string> {
  const paths = filesIn(`examples/${example}`)
  const files = new Map(
    paths.map(path => [posix.relative(`examples/${example}`, path), readFileSync(join(root, path), 'utf8')])
  )
  for (const earlier of placed.filter(({ document, line }) => document === block.document && line < block.line)) {
    const { example: other, file, pointer } = placeOf(earlier)
    if (other === example && pointer === undefined) files.set(file, earlier.text)
  }
  return files
}

/** `text` with `value` in place of what stands at `pointer`, all else to the letter as it was. */
function withValue(text: string, pointer: string, value: string): string {
  const keys = pointer
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const path = keys.map(key => (/^\d+$/.test(key) ? Number(key) : key))
  const tree = parseTree(text)
  const node = tree && findNodeAtLocation(tree, path)
  if (!node) throw new Error(`there is nothing at ${pointer}`)
  return text.slice(0, node.offset) + value + text.slice(node.offset + node.length)
}
