// Which needs of the five localities the examples meet: a need is met by a scenario that names its number, and by nothing else.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'jsonc-parser'

const root = fileURLToPath(new URL('..', import.meta.url))

type Need = { readonly need: number; readonly locality: string; readonly 'zh-CN': string; readonly en: string }
type Met = { readonly path: string; readonly name: string }

/** docs/needs.md: every need with the scenarios that meet it. Throws where a scenario names a need that there is not. */
export function needsPage(): string {
  const needs = JSON.parse(readFileSync(join(root, 'examples/needs.json'), 'utf8')) as readonly Need[] // as that file is written
  const met = scenariosByNeed()
  const unknown = [...met.keys()].filter(number => !needs.some(({ need }) => need === number))
  if (unknown.length > 0) throw new Error(`scenarios name needs that there are not: ${unknown.join(', ')}`)
  const rows = needs.map(each => {
    const scenarios = met.get(each.need) ?? []
    const links = scenarios.map(({ path, name }) => `[${name.replaceAll('|', '／')}](../${path})`)
    return `| <a id="n${each.need}"></a>N${each.need} | ${each.locality} | ${each['zh-CN']}<br>${each.en} | ${links.join('<br>') || '–'} |`
  })
  const total = new Set([...met.values()].flat().map(({ path }) => path)).size
  return `# 需求 · Needs

五个属地的 ${needs.length} 条需求，${met.size} 条有情景证明，情景共 ${total} 个。情景由 \`gridwright test\` 运行；删去它的 \`carriedBy\` 指到的任一行配置，情景就变红。
Of the ${needs.length} needs of the five localities ${met.size} are proved by ${total} scenarios. \`gridwright test\` runs them; without any config line that its \`carriedBy\` names, a scenario fails.

| N | 属地 locality | 需求 need | 情景 scenarios |
|---|---|---|---|
${rows.join('\n')}
`
}

function scenariosByNeed(): ReadonlyMap<number, readonly Met[]> {
  const met = new Map<number, Met[]>()
  const paths = globSync('examples/**/tests/*.json', { cwd: root }).map(path => path.replaceAll('\\', '/'))
  for (const path of paths.sort()) {
    const { needs = [], name } = parse(readFileSync(join(root, path), 'utf8')) as { needs?: number[]; name: string } // a scenario, which check has read
    for (const need of needs) met.set(need, [...(met.get(need) ?? []), { path, name }])
  }
  return met
}
