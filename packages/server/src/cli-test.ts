/** `gridwright test`: the scenarios of a folder run, and how much of it they prove. Exit status 1 where anything is wrong. */
import type { Locality } from '@gridwright/core'
import { areasOf, check, machineOf, runScenario, type ScenarioFailure } from '@gridwright/workflows'
import { printIssues } from './cli-check.ts'
import { readFolder } from './folder.ts'
import { counted, said, type Terminal } from './terminal.ts'

/** Runs every scenario of `folder`; a failing step shows what differed and the case's journal. Coverage is the share of transitions taken, of the folder’s own workflows. */
export async function testFolder(terminal: Terminal, folder: string, minCoverage: number): Promise<number> {
  const files = await readFolder(folder)
  const { locality, issues } = check(files)
  if (!locality) {
    printIssues(terminal, issues)
    return 1
  }
  const { taken, failed } = await runScenarios(terminal, locality, areasOf(files, locality))
  const own = [...locality.workflows].filter(([id]) => files.has(`workflows/${id}.json`)) // those of a base are tried where it stands
  const all = own.flatMap(([id, workflow]) => [...machineOf(workflow).rules.keys()].map(rule => `${id}:${rule}`))
  const missing = all.filter(transition => !taken.has(transition))
  const gone = all.length - missing.length
  const coverage = all.length === 0 ? 100 : Math.floor((100 * gone) / all.length)
  const passed = locality.scenarios.size - failed
  terminal.print(
    said(
      terminal,
      `${passed} 个通过，${failed} 个失败；走过 ${all.length} 条转换中的 ${gone} 条（${coverage} %）`,
      `${passed} passed, ${failed} failed; ${gone} of ${counted(all.length, 'transition')} taken (${coverage} %)`
    )
  )
  if (missing.length > 0) terminal.print(`${said(terminal, '没走过', 'never taken')}: ${missing.join(' ')}`)
  return failed > 0 || coverage < minCoverage ? 1 : 0
}

async function runScenarios(terminal: Terminal, locality: Locality, areas: ReturnType<typeof areasOf>) {
  const taken = new Set<string>()
  let failed = 0
  for (const [file, scenario] of locality.scenarios) {
    const result = await runScenario(locality, scenario, areas)
    for (const transition of result.taken) taken.add(transition)
    terminal.print(`${result.failures.length === 0 ? '✓' : '✗'} ${result.name}  tests/${file}.json`)
    for (const failure of result.failures) printFailure(terminal, failure)
    if (result.failures.length > 0) failed++
  }
  return { taken, failed }
}

function printFailure(terminal: Terminal, { path, expected, actual, journal }: ScenarioFailure): void {
  const differs = said(terminal, `应为 ${expected}，实为 ${actual}`, `expected ${expected}, got ${actual}`)
  terminal.print(`    ${path}  ${differs}`)
  for (const line of journal) terminal.print(`      ${line}`)
}
