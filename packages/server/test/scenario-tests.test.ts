// Scenarios as tests of Vitest, in a run of its own: what it registers, and what a red one says.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')

/** A test file for a copy of the starter, in which one text is replaced. */
function town(
  place: string,
  name: string,
  [file, find, put]: readonly [string, string, string],
  options: string
): void {
  cpSync(join(root, 'examples/starter'), join(place, name), { recursive: true })
  const text = readFileSync(join(place, name, file), 'utf8')
  expect(text).toContain(find)
  writeFileSync(join(place, name, file), text.replace(find, put))
  writeFileSync(
    join(place, `${name}.test.mjs`),
    `import { defineScenarioTests } from '${join(root, 'packages/server/src/vitest.ts')}'\nawait defineScenarioTests('${name}', ${options})\n`
  )
}

async function vitest(place: string): Promise<{ readonly status: number; readonly out: string }> {
  const config = {
    ssr: { resolve: { conditions: ['source', 'module', 'node'] } },
    test: { api: { host: '127.0.0.1' } }
  }
  writeFileSync(join(place, 'vitest.config.mjs'), `export default ${JSON.stringify(config)}`)
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter', 'verbose', '--maxWorkers', '1']
  return new Promise(done =>
    execFile(process.execPath, args, { cwd: place }, (error, stdout, stderr) =>
      done({ status: error ? 1 : 0, out: stripVTControlCharacters(stdout + stderr) })
    )
  )
}

test('each scenario is a test by its sentence; a red one says what differed and points into its file, a broken folder all that is wrong', async () => {
  const place = mkdtempSync(join(root, '.scenarios-'))
  onTestFinished(() => rmSync(place, { recursive: true }))
  town(place, 'green', ['categories.json', '"P3D"', '"P3D"'], "{ minCoverage: 100, language: 'en' }")
  town(place, 'red', ['categories.json', '"P3D"', '"P2D"'], "{ minCoverage: 100, language: 'en' }")
  town(place, 'broken', ['services/repair.json', '"title"', '"titel"'], '{}')
  const { status, out } = await vitest(place)
  expect(status).toBe(1)

  expect(out).toMatch(/✓ green\.test\.mjs > green > 逾期未受理，升到街道；街道也逾期，如实答复/)
  expect(out).toMatch(/✓ green\.test\.mjs > green > covers 100 %/)
  expect(out).not.toContain('× green')

  expect(out).toContain(`Error: tests/late-climbs.json:36:73  /steps/8/expect/due/finish
  expected  "2026-03-12T18:00+08:00"
  got       "2026-03-11T18:00+08:00"
journal
  2026-03-06T17:00:00+08:00 SUBMIT person:window – → applied
`)
  expect(out).toContain('❯ red/tests/late-climbs.json:36:73\n')
  expect(out).toContain(
    'Error: transitions 6/9 (66 %), rule rows 1/1 (100 %)\ntransitions never taken:\n  handle:applied#UNSOLVED/0'
  )

  expect(out).toContain('Error: services/repair.json:5:3  不认识的字段 “titel”；是否想写 “title”？')
  expect(out).toMatch(/Tests +4 failed \| 5 passed \(9\)/)
})
