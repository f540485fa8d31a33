// The examples prove what they promise: each scenario passes, all of them try all there is, and without any of the lines that carry one, it does not.
import { fileURLToPath } from 'node:url'
import { applyEdits, findNodeAtLocation, modify, parseTree, type JSONPath } from 'jsonc-parser'
import { reload } from '@gridwright/core'
import { describe, expect, test } from 'vitest'
import { defineScenarioTests } from '../../server/src/vitest.ts'
import { areasOf, check, runScenario, type AreaFacts } from '../src/index.ts'
import { exampleNames, filesOf, type Files } from './folder.ts'

const examples = exampleNames.map(name => {
  const files = filesOf(`examples/${name}`)
  const { locality, issues } = check(files)
  return { name, files, locality, issues, scenarios: [...(locality?.scenarios ?? [])], areas: areasOf(files) }
})

/** Where `file#/pointer` stands in its file; undefined where there is nothing. Numbers are indices in lists and names elsewhere. */
function placeOf(files: Files, carrier: string): { readonly file: string; readonly path: JSONPath } | undefined {
  const [file = '', pointer = ''] = carrier.split('#')
  const path: (string | number)[] = []
  let node = parseTree(files.get(file) ?? '')
  for (const token of pointer.slice(1).split('/')) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(node?.type === 'array' ? Number(name) : name)
    node = node && findNodeAtLocation(node, path.slice(-1))
  }
  return node && { file, path }
}

/** The files without that property or list item; undefined where it does not stand there. */
function without(files: Files, carrier: string): Files | undefined {
  const place = placeOf(files, carrier)
  const text = files.get(place?.file ?? '') ?? ''
  return place && new Map([...files, [place.file, applyEdits(text, modify(text, place.path, undefined, {}))]])
}

/** Whether the check or the scenario notices; data are counted last, which is slow. */
async function isRed(files: Files, scenario: string, areas: readonly AreaFacts[]): Promise<boolean> {
  const config = [...(without(files, 'locality.json#/expect') ?? files)].filter(([path]) => !path.startsWith('data/'))
  const { locality } = check(new Map(config))
  const found = locality?.scenarios.get(scenario)
  if (!locality || !found || (await runScenario(locality, found, areas)).failures.length > 0) return true
  return check(files).issues.some(({ severity }) => severity === 'error')
}

for (const name of exampleNames)
  await defineScenarioTests(fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url)), { minCoverage: 100 })

describe.each(examples)('examples/$name', ({ files, locality, issues, scenarios, areas }) => {
  test('is checked without an alarm', () => {
    expect(issues).toEqual([])
  })

  test('is the same locality when its config is read again, in whatever order', () => {
    const config = [...files].filter(([path]) => !/(^|\/)(data|tests)\//.test(path))
    expect(reload(new Map(config.reverse())).hash).toBe(locality?.hash)
  })

  const lines = scenarios.flatMap(([name, { carriedBy }]) => (carriedBy ?? []).map(line => ({ name, line })))
  test.each(lines)('the scenario $name fails without $line', async ({ name, line }) => {
    const rest = without(files, line)
    expect(rest && (await isRed(rest, name, areas))).toBe(true)
  })
})
