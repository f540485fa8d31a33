/** `gridwright test`: the scenarios of a folder run, and how much of it they prove. Exit status 1 where anything is wrong. */
import type { Coverage, Covered } from '@gridwright/workflows'
import { issueJson, printIssues } from './cli-check.ts'
import { readFolder } from './folder.ts'
import { failureLines, provenFolder, reportOf, type ScenarioReport } from './scenario-report.ts'
import { said, type Terminal } from './terminal.ts'
import { watchFolder } from './watch.ts'

/** `minCoverage` is the least share, in per cent, of each kind that is covered; `watch` runs again after every change, until it is ended. */
export type TestOptions = { readonly format: 'text' | 'json'; readonly minCoverage: number; readonly watch?: boolean }

/** Runs every scenario of `folder`: a failing step shows what differed and the case's journal; then what no scenario has tried, of what the folder itself declares. */
export async function testFolder(
  terminal: Terminal,
  folder: string,
  { format, minCoverage, watch = false }: TestOptions
): Promise<number> {
  const judge = async (files: ReadonlyMap<string, string>) => {
    const proven = provenFolder(files)
    if ('issues' in proven) {
      const issues = proven.issues.map(issue => issueJson(issue, terminal.language))
      if (format === 'text') printIssues(terminal, proven.issues)
      else terminal.print(JSON.stringify({ issues }, null, 2))
      return 1
    }
    const { reports, coverage } = await reportOf(proven, one => format === 'text' && printScenario(terminal, one))
    if (format === 'text') printSums(terminal, reports, coverage)
    else terminal.print(JSON.stringify(asJson(reports, coverage), null, 2))
    return reports.every(isPassed) && isCovered(coverage, minCoverage) ? 0 : 1
  }
  return watch ? watchFolder(terminal, folder, judge) : judge(await readFolder(folder))
}

function isPassed({ failures }: ScenarioReport): boolean {
  return failures.length === 0
}

/** Whether each kind is covered to at least so many per cent. */
export function isCovered({ transitions, guards, rows }: Coverage, minCoverage: number): boolean {
  return [transitions, guards, rows].every(kind => percentOf(kind) >= minCoverage)
}

function printScenario(terminal: Terminal, report: ScenarioReport): void {
  terminal.print(`${isPassed(report) ? '✓' : '✗'} ${report.name}  ${report.file}`)
  for (const line of failureLines(report, terminal.language)) terminal.print(`    ${line}`)
}

function printSums(terminal: Terminal, reports: readonly ScenarioReport[], coverage: Coverage): void {
  const passed = reports.filter(isPassed).length
  const failed = reports.length - passed
  terminal.print(said(terminal, `${passed} 个通过，${failed} 个失败`, `${passed} passed, ${failed} failed`))
  for (const line of coverageLines(coverage, terminal)) terminal.print(line)
}

/** The shares that are covered, in a line, and what is missing, by kind. */
export function coverageLines(coverage: Coverage, terminal: Pick<Terminal, 'language'>): readonly string[] {
  const { transitions, guards, rows } = coverage
  const kinds = [
    [transitions, said(terminal, '转换', 'transitions'), said(terminal, '没走过的转换', 'transitions never taken')],
    [guards, said(terminal, '条件', 'guards'), said(terminal, '没出现过的条件结果', 'guards never seen so')],
    [rows, said(terminal, '规则行', 'rule rows'), said(terminal, '没用到的规则行', 'rule rows never used')]
  ] as const
  const shares = kinds
    .filter(([{ all }]) => all.length > 0)
    .map(([kind, noun]) => `${noun} ${countOf(kind)}/${kind.all.length} (${percentOf(kind)} %)`)
  const missing = kinds.flatMap(([kind, , never]) =>
    kind.missing.length === 0 ? [] : [never + said(terminal, '：', ':'), ...kind.missing.map(name => `  ${name}`)]
  )
  return [...(shares.length > 0 ? [shares.join(said(terminal, '，', ', '))] : []), ...missing]
}

function countOf({ all, missing }: Covered): number {
  return all.length - missing.length
}

/** Per cent, rounded down; all where there is nothing to cover. */
function percentOf(kind: Covered): number {
  return kind.all.length === 0 ? 100 : Math.floor((100 * countOf(kind)) / kind.all.length)
}

function asJson(reports: readonly ScenarioReport[], { transitions, guards, rows }: Coverage): object {
  const kind = (covered: Covered) => ({
    total: covered.all.length,
    covered: countOf(covered),
    percent: percentOf(covered),
    missing: covered.missing
  })
  return {
    scenarios: reports.map(({ file, name, failures, journal }) =>
      failures.length === 0 ? { file, name, passed: true } : { file, name, passed: false, failures, journal }
    ),
    coverage: { transitions: kind(transitions), guards: kind(guards), rows: kind(rows) }
  }
}
