// `gridwright impact` on a real database: what a changed folder would have done to the cases and scores that are there.
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { load, type Locality } from '@gridwright/core'
import type { Act } from '@gridwright/workflows'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { tellImpact, type ImpactCommand } from '../src/cli-impact.ts'
import { faultLines } from '../src/fault-words.ts'
import { accepted, actBy, edited, monday, onDisk, openZiyun, submitBy, ziyunFiles, type Ziyun } from './ziyun.ts'

const hour = 3_600_000
const orders = 'workflows/three-orders.json'
const label = (zh: string, en: string) => ({ 'zh-CN': zh, en })
// Orders dispatched within the hour give 100, after five hours 0.
const quick = {
  title: label('派单快', 'Quick'),
  subjects: { post: 'liaison' },
  window: { every: 'month', closesAfterDays: 5 },
  indicators: {
    quick: {
      label: label('派单快', 'Quick'),
      weight: '1',
      fold: { duration: { from: ['SUBMIT'], to: { on: ['DISPATCH'], credit: 'actor' }, unit: 'hours' }, empty: '50' },
      scale: { from: '5', to: '1' }
    }
  },
  rounding: { line: 2, total: 1, mode: 'half-up' },
  bands: [
    { from: '0', label: label('一星', 'One star'), stars: 1 },
    { from: '60', label: label('三星', 'Three stars'), stars: 3 }
  ],
  publishedBy: { post: 'street-officer' }
}
const files = ziyunFiles().set('evaluations/quick.json', JSON.stringify(quick))
const shorter = edited(files, orders, '"within": "PT4H"', '"within": "PT2H"')

let ziyun: Ziyun
beforeAll(async () => {
  ziyun = await openZiyun(files)
  for (const after of [0.5, 1, 1.5, 2.5, 2.75]) await closed(after * hour)
  const officer = { actor: { person: 'street-officer-001' }, evaluation: 'quick', window: '2026-03' }
  const now = Date.parse('2026-04-10T09:00+08:00')
  await ziyun.store.runEvaluation('ziyun', { ...officer, kind: 'publish-scores', id: randomUUID(), now })
  vi.stubEnv('DATABASE_URL', ziyun.database.url)
  vi.stubEnv('DATABASE_APP_URL', ziyun.database.appUrl)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await ziyun.close()
})

/** A case of its own from order to review, dispatched so long after it came. */
async function closed(dispatchedAfter: number): Promise<void> {
  const { store } = ziyun
  const { case: id } = await accepted(store, submitBy('resident-001'))
  const does = async (person: string, event: string, after: number, more: Partial<Act> = {}) =>
    accepted(store, actBy(person, id, event, { now: monday + dispatchedAfter + after, ...more }))
  await does('liaison-001', 'DISPATCH', 0, { answers: { to: ['party-member-001'] } })
  await does('party-member-001', 'ACCEPT', hour)
  await does('party-member-001', 'DONE', 2 * hour, { answers: { done: '已调解' } })
  await does('resident-001', 'SATISFIED', 3 * hour)
}

const localityOf = (folder: ReadonlyMap<string, string>): Locality => {
  const { locality, issues } = load(folder)
  if (!locality) throw new Error(JSON.stringify(issues))
  return locality
}
const now = Date.parse('2026-05-01T00:00+08:00')

test('the rules that are live make no difference, nor when every case is played again', async () => {
  const { store } = ziyun
  const same = await store.impact({ rules: localityOf(files), now })
  const year = edited(
    files,
    'calendar.json',
    '"years": {',
    '"years": { "2023": { "holidays": ["2023-01-01"], "workdays": [] },'
  )
  const again = await store.impact({ rules: localityOf(year), now })
  for (const report of [same, again]) {
    expect(report.cases).toEqual({ read: 5, same: 5, earlier: 0 })
    expect(report).toMatchObject({
      late: { before: 0, after: 0 },
      stopped: { count: 0 },
      scores: { read: 4, count: 0 }
    })
    expect(report.work.posts).toEqual([{ kind: 'post', id: 'liaison', before: 5, after: 5 }])
  }
})

test('who would be late, who gets the work and which scores move is counted on the journal', async () => {
  const { store } = ziyun
  const slow = edited(
    shorter,
    'evaluations/quick.json',
    '"scale":{"from":"5","to":"1"}',
    '"scale":{"from":"2","to":"1"}'
  )
  const report = await store.impact({ rules: localityOf(slow), now })
  expect(report.cases).toEqual({ read: 5, same: 3, earlier: 0 })
  // Of five, two were dispatched after more than two hours of the morning: the street would have dispatched them.
  expect(report.late).toMatchObject({
    before: 0,
    after: 2,
    newly: 2,
    limits: [{ service: 'mediation', state: 'ordered', name: 'dispatch', before: 0, after: 2 }]
  })
  expect(report.handovers.kinds.items).toEqual([
    { service: 'mediation', event: 'DISPATCH', from: 'post:liaison', to: ['post:street-officer'], count: 2 }
  ])
  expect(report.work.posts).toEqual([
    { kind: 'post', id: 'liaison', before: 5, after: 5 },
    { kind: 'post', id: 'street-officer', before: 0, after: 2 }
  ])
  // 1.65 hours on average: (5 − 1.65) / 4 = 83.75 of a hundred, and now (2 − 1.65) / 1 = 35.
  expect(report.scores.items).toEqual([
    {
      evaluation: 'quick',
      window: '2026-03',
      subject: 'person:liaison-001',
      before: { total: '83.8', band: '三星', stars: 3, card: null },
      after: { total: '35.0', band: '一星', stars: 1, card: null }
    }
  ])
  expect(await store.verify('ziyun')).toEqual([])
})

test('cases are chosen by day and service', async () => {
  const { store } = ziyun
  const rules = localityOf(shorter)
  const read = async (choice: { since?: number; service?: string }) =>
    (await store.impact({ rules, now, ...choice })).cases.read
  expect(await read({ since: monday })).toBe(5)
  expect(await read({ since: monday + 1 })).toBe(0)
  expect([await read({ service: 'mediation' }), await read({ service: 'appeal' })]).toEqual([5, 0])
})

/** What the command prints, or the words of its refusal, and its exit status. */
async function tell(command: Partial<ImpactCommand> & { folder: string }, language = 'zh-CN') {
  const lines: string[] = []
  const terminal = {
    language,
    print: (line: string) => void lines.push(line),
    complain: (line: string) => void lines.push(line)
  }
  const status = await tellImpact(terminal, { data: 'unused', format: 'text', ...command }).catch((error: unknown) => {
    lines.push(...faultLines(error, terminal))
    return 1
  })
  return { status, text: lines.join('\n') }
}

test('a director reads how many would be late, whose work it would be, and which cases tell it', async () => {
  const folder = onDisk(shorter)
  const { status, text } = await tell({ folder })
  expect(status).toBe(0)
  expect(text).toMatch(/^\S+（ziyun）[0-9a-f]{12} ↔ [0-9a-f]{12}：5 件按新配置重放，3 件照旧\n/)
  expect(text).toContain('2 件会超期（现在 0 件）：2 件新超期，0 件不再超期\n  纠纷调解  待派单 dispatch  0 → 2\n')
  expect(text).toContain('2 件里有的事不再归原来的人\n  纠纷调解  派单  联络员 → 街道党建干部  2 件\n')
  expect(text).toMatch(/\n {2}联络员 {8}5 █{20}\n {16}5 █{20}\n {2}街道党建干部 {2}0\n {16}2 █{8} {2}\+2\n/)
  expect(text).toMatch(/\n {2}520425001001-20260302-[0-9A-F]{6} {2}纠纷调解 {2}超期：待派单 dispatch；换人办$/)
  const english = await tell({ folder }, 'en')
  expect(english.text).toContain('2 cases would be late (0 now): 2 newly, 0 no longer')
  const same = await tell({ folder: onDisk(files) })
  expect(same.text).toContain('没有一件会不一样，没有一份成绩会动。')
})

test('the report as JSON says where it comes from, and can be written to a file', async () => {
  const folder = onDisk(
    edited(
      edited(shorter, 'forms/result.json', '"required": ["done"]', '"required": ["done", "why"]'),
      'forms/result.json',
      '"properties": {',
      '"properties": { "why": { "type": "string", "title": "为何", "maxLength": 20 },'
    )
  )
  const out = join(folder, 'impact.json')
  expect(await tell({ folder, format: 'json', out, since: '2026-03-01', service: 'mediation' })).toEqual({
    status: 0,
    text: ''
  })
  const report = JSON.parse(readFileSync(out, 'utf8'))
  expect(report).toMatchObject({
    locality: 'ziyun',
    live: (await ziyun.store.published('ziyun'))?.hash,
    since: '2026-03-01',
    service: 'mediation',
    cases: { read: 5, same: 0 },
    stopped: { count: 5, kinds: { items: [{ event: 'DONE', code: 'answers.invalid', count: 5 }], more: 0 } }
  })
  expect(report.stopped.cases.items[0]).toMatchObject({
    number: expect.stringMatching(/^520425001001-/),
    ordinal: 4,
    at: expect.stringMatching(/^2026-03-02T1\d:\d\d:00\+08:00$/),
    refusal: { refused: 'answers.invalid', path: '/answers/why', message: '有些地方还没有填对' }
  })
})

test('a folder with errors, no date and no service are refused with their cure', async () => {
  const broken = edited(files, orders, '"within": "PT4H"', '"within": "soon"')
  const refused = await tell({ folder: onDisk(broken) })
  expect([refused.status, refused.text]).toEqual([1, expect.stringContaining(`${orders}:`)])
  const folder = onDisk(files)
  expect((await tell({ folder, since: 'spring' })).text).toBe('“spring” 不是日期\n写成 2026-01-01')
  expect((await tell({ folder, service: 'nothing' }, 'en')).text).toMatch(/^there is no service “nothing”\nthere are: /)
})

test('a terminal that can write over its line shows how far the replay has come, and then nothing', async () => {
  const shown: string[] = []
  const terminal = { language: 'zh-CN', print: () => undefined, complain: () => undefined }
  const progress = (line: string) => void shown.push(line)
  await tellImpact({ ...terminal, progress }, { folder: onDisk(files), data: 'unused', format: 'text' })
  expect(shown).toEqual([expect.stringMatching(/^░{24} 重放 0\/5 件，每秒 0 件$/), ''])
})

test('cases that went by rules which have changed since are told apart', async () => {
  const { store } = ziyun
  await store.publish(shorter, { who: 'test', why: 'shorter', now: Date.now() })
  const { text } = await tell({ folder: onDisk(shorter) })
  await store.publish(files, { who: 'test', why: 'back', now: Date.now() })
  expect(text).toMatch(/：5 件按新配置重放（其中 5 件当时按更早的规矩办），3 件照旧\n/)
})

test('it is a command of the command line, and it and diff tell of each other', () => {
  const cli = resolve(import.meta.dirname, '../src/cli.ts')
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--conditions=source', cli, ...args], { encoding: 'utf8' })
  const { status, stdout } = run('impact', onDisk(shorter), '--format', 'json', '--lang', 'en')
  expect([status, JSON.parse(stdout).late.after]).toEqual([0, 2])
  expect([run('impact', '--help').stdout, run('diff', '--help').stdout]).toEqual([
    expect.stringMatching(/see\s+diff/),
    expect.stringMatching(/see\s+impact/)
  ])
}, 60_000)
