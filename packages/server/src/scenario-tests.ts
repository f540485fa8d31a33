/** The scenarios of a locality folder as tests of Vitest, for those who run their own tests beside them. */
import { relative, resolve } from 'node:path'
import { formatIssue } from '@gridwright/core'
import { describe, test } from 'vitest'
import { coverageLines, isCovered } from './cli-test.ts'
import { readFolder } from './folder.ts'
import { failureLines, provenFolder, reportOf, runOne, type ScenarioReport } from './scenario-report.ts'
import { said } from './terminal.ts'

/** `language` is that of what a failure says, zh-CN if left out; `minCoverage` (per cent) asks for a share of each kind in one more test. */
export type ScenarioTestOptions = { readonly language?: string; readonly minCoverage?: number }

/**
 * Registers a test for each scenario of `folder`, named by its sentence; one that fails says what `gridwright test` says, and points into the
 * scenario’s file. A folder with errors has one test, which fails with all of them. To be awaited at the top of a test file.
 */
export async function defineScenarioTests(
  folder: string,
  { language = 'zh-CN', minCoverage }: ScenarioTestOptions = {}
): Promise<void> {
  const files = await readFolder(folder)
  const proven = provenFolder(files)
  describe(relative('', folder) || '.', () => {
    if ('issues' in proven) {
      const lines = proven.issues.map(issue => formatIssue(issue, language))
      test(said({ language }, '配置没有错误', 'has no errors'), () => fail(lines.join('\n')))
      return
    }
    for (const [id, scenario] of proven.locality.scenarios)
      test(scenario.name, async () => {
        const { report } = await runOne(proven, id, scenario)
        if (report.failures.length > 0) fail(failureLines(report, language).join('\n'), placeOf(folder, report))
      })
    if (minCoverage !== undefined)
      test(said({ language }, `覆盖率到 ${minCoverage} %`, `covers ${minCoverage} %`), async () => {
        const { coverage } = await reportOf(proven)
        if (!isCovered(coverage, minCoverage)) fail(coverageLines(coverage, { language }).join('\n'))
      })
  })
}

function placeOf(folder: string, { file, failures }: ScenarioReport): string {
  const [first] = failures
  return `    at ${resolve(folder, file)}:${first?.line}:${first?.column}`
}

/** Throws these words; `place` stands where the stack would, so that the scenario is shown and not this file. */
function fail(words: string, place = ''): never {
  const error = new Error(words)
  error.stack = `Error: ${words}\n${place}`
  throw error
}
