/** What the scenarios of a folder come to: each with the steps that went otherwise, where they stand in its file, and what all of them have tried. */
import type { Issue, Loaded, Locality, ScenarioFile, Source } from '@gridwright/core'
import {
  areasOf,
  check,
  coverageOf,
  runScenario,
  type Coverage,
  type ScenarioFailure,
  type ScenarioResult
} from '@gridwright/workflows'
import { said } from './terminal.ts'

/** One scenario that was run: `file` from the folder; failures with their line and column in it, and the case's journal until then. */
export type ScenarioReport = {
  readonly file: string
  readonly name: string
  readonly failures: readonly (Omit<ScenarioFailure, 'journal'> & { readonly line: number; readonly column: number })[]
  readonly journal: readonly string[]
}

/** A folder without errors, with all that its scenarios need. */
export type ProvenFolder = Pick<Loaded, 'sources'> & {
  readonly locality: Locality
  readonly areas: ReturnType<typeof areasOf>
}

/** `coverage` counts what the folder itself declares. */
export type FolderReport = { readonly reports: readonly ScenarioReport[]; readonly coverage: Coverage }

/** What `check` makes of `files`: a folder whose scenarios can be run, or its issues. */
export function provenFolder(files: ReadonlyMap<string, string>): ProvenFolder | { readonly issues: readonly Issue[] } {
  const { locality, issues, sources } = check(files)
  return locality ? { locality, sources, areas: areasOf(files, locality) } : { issues }
}

/** Runs every scenario of `folder`; `told` hears of each as it ends. */
export async function reportOf(
  folder: ProvenFolder,
  told: (report: ScenarioReport) => void = () => undefined
): Promise<FolderReport> {
  const reports: ScenarioReport[] = []
  const results: ScenarioResult[] = []
  for (const [id, scenario] of folder.locality.scenarios) {
    const { report, result } = await runOne(folder, id, scenario)
    told(report)
    reports.push(report)
    results.push(result)
  }
  return { reports, coverage: coverageOf(folder.locality, folder.sources, results) }
}

/** Runs the scenario of tests/<id>.json. */
export async function runOne(
  { locality, sources, areas }: ProvenFolder,
  id: string,
  scenario: ScenarioFile
): Promise<{ readonly report: ScenarioReport; readonly result: ScenarioResult }> {
  const result = await runScenario(locality, scenario, areas)
  const file = `tests/${id}.json`
  const failures = result.failures.map(({ step, path, expected, actual }) => ({
    step,
    path,
    expected,
    actual,
    ...placeOf(sources.get(file), path)
  }))
  return { report: { file, name: result.name, failures, journal: result.failures[0]?.journal ?? [] }, result }
}

function placeOf(source: Source | undefined, pointer: string): { readonly line: number; readonly column: number } {
  const { line, column } = source?.issue(pointer, '') ?? { line: 1, column: 1 }
  return { line, column }
}

/** The lines that tell what went otherwise: the place of each difference, what was expected above what was got, and the journal. */
export function failureLines({ file, failures, journal }: ScenarioReport, language: string): readonly string[] {
  const [expects, gets, before] = said({ language }, '应为  |实为  |流水', 'expected  |got       |journal').split('|')
  return [
    ...failures.flatMap(({ path, line, column, expected, actual }) => [
      `${file}:${line}:${column}  ${path}`,
      `  ${expects}${expected}`,
      `  ${gets}${actual}`
    ]),
    ...(journal.length > 0 ? [`${before}`, ...journal.map(entry => `  ${entry}`)] : [])
  ]
}
