// What `gridwright test` prints: where a scenario went otherwise, what none has tried, and when that is too much.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder, type TestOptions } from '../src/cli-test.ts'
import { folder } from './server-process.ts'

const starter = resolve(import.meta.dirname, '../../../examples/starter')

function town(): string {
  const place = join(folder(), 'town')
  mkdirSync(place)
  cpSync(starter, place, { recursive: true })
  return place
}

function edit(place: string, file: string, find: string, put: string): void {
  const before = readFileSync(join(place, file), 'utf8')
  expect(before).toContain(find)
  writeFileSync(join(place, file), before.replace(find, put))
}

async function tested(place: string, { format = 'text', minCoverage = 0 }: Partial<TestOptions> = {}, language = 'en') {
  const lines: string[] = []
  const terminal = { language, print: (line: string) => void lines.push(line), complain: () => undefined }
  const status = await testFolder(terminal, place, { format, minCoverage })
  return { status, text: lines.join('\n') }
}

test('a step that went otherwise is shown where it stands, what was got right under what was expected, and the journal', async () => {
  const place = town()
  edit(place, 'categories.json', '"P3D"', '"P2D"')
  const { status, text } = await tested(place)
  expect(status).toBe(1)
  expect(text).toContain(`
    tests/repaired-in-time.json:35:89  /steps/5/expect/due/finish
      expected  "2026-03-05T18:00+08:00"
      got       "2026-03-04T18:00+08:00"
    journal
      2026-03-02T09:00:00+08:00 SUBMIT person:resident – → applied
      2026-03-02T09:00:00+08:00 ACCEPT person:window applied → handling
`)
  expect((await tested(place, {}, 'zh-CN')).text).toContain(`
      应为  "2026-03-05T18:00+08:00"
      实为  "2026-03-04T18:00+08:00"
    流水
`)
})

test('what no scenario has tried is listed by name, by kind', async () => {
  const place = town()
  rmSync(join(place, 'tests/late-climbs.json'))
  edit(
    place,
    'services/repair.json',
    '"form"',
    '"eligible": { "cel": "answers.what != \'\'", "otherwise": "?" }, "form"'
  )
  expect((await tested(place)).text.split('\n').slice(-8)).toEqual([
    '2 passed, 0 failed',
    'transitions 6/9 (66 %), guards 1/2 (50 %), rule rows 1/1 (100 %)',
    'transitions never taken:',
    '  handle:applied#UNACCEPTED/0',
    '  handle:applied#UNSOLVED/0',
    '  handle:handling#LATE/0',
    'guards never seen so:',
    '  services/repair.json#/eligible=false'
  ])
})

test.each<[string, (place: string) => void]>([
  ['transitions', place => rmSync(join(place, 'tests/late-climbs.json'))],
  [
    'guards',
    place =>
      edit(
        place,
        'services/repair.json',
        '"form"',
        '"eligible": { "cel": "answers.what != \'\'", "otherwise": "?" }, "form"'
      )
  ],
  [
    'rule rows',
    place => {
      cpSync(join(place, 'services/repair.json'), join(place, 'services/greening.json'))
      edit(place, 'services/greening.json', '"repair"', '"greening"')
      edit(place, 'locality.json', '"services": 1', '"services": 2')
      edit(
        place,
        'categories.json',
        '"categories": {',
        '"categories": { "greening": { "label": "?", "limits": { "finish": { "within": "P1D", "clock": "workdays" } } },'
      )
    }
  ]
])('the least coverage is asked of %s by themselves', async (_, change) => {
  const place = town()
  expect((await tested(place, { minCoverage: 100 })).status).toBe(0)
  change(place)
  expect((await tested(place, { minCoverage: 50 })).status).toBe(0)
  expect((await tested(place, { minCoverage: 100 })).status).toBe(1)
})

test('as JSON it is one document: scenarios with their failures, and coverage; or the issues of a folder that is broken', async () => {
  const place = town()
  edit(place, 'categories.json', '"P3D"', '"P2D"')
  const { status, text } = await tested(place, { format: 'json' })
  const { scenarios, coverage } = JSON.parse(text)
  expect(status).toBe(1)
  expect(scenarios.map(({ file, passed }: { file: string; passed: boolean }) => [file, passed])).toEqual([
    ['tests/late-climbs.json', false],
    ['tests/repaired-in-time.json', false],
    ['tests/second-try.json', true]
  ])
  expect(scenarios[1].failures).toEqual([
    {
      step: 5,
      path: '/steps/5/expect/due/finish',
      expected: '"2026-03-05T18:00+08:00"',
      actual: '"2026-03-04T18:00+08:00"',
      line: 35,
      column: 89
    }
  ])
  expect(scenarios[1].journal).toHaveLength(2)
  expect(coverage).toMatchObject({
    transitions: { total: 9, covered: 6, percent: 66 },
    guards: { total: 0, covered: 0, percent: 100, missing: [] },
    rows: { total: 1, covered: 1, percent: 100, missing: [] }
  })
  edit(place, 'services/repair.json', '"title"', '"titel"')
  const broken = await tested(place, { format: 'json' })
  expect(broken.status).toBe(1)
  expect(JSON.parse(broken.text).issues).toMatchObject([{ code: 'schema.unknown-field', line: 5 }])
})
