// `gridwright explain` on a real database: where the points of a published score came from, and whether they come out the same again.
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { explainScores, type ExplainCommand } from '../src/cli-explain.ts'
import { faultLines } from '../src/fault-words.ts'
import { accepted, actBy, monday, openZiyun, submitBy, ziyunFiles, type Ziyun } from './ziyun.ts'

const label = (zh: string, en: string) => ({ 'zh-CN': zh, en })
// Orders dispatched within the hour give 100, after five hours 0; at least two dispatched of all that came in; the street's marks.
const stars = {
  title: label('联络员评星', 'Stars of liaisons'),
  subjects: { post: 'liaison' },
  window: { every: 'month', closesAfterDays: 5 },
  sheets: { street: { label: label('街道评价', 'The street’s'), raters: { post: 'street-officer' }, highest: '10' } },
  indicators: {
    quick: {
      label: label('派单快', 'Quick'),
      weight: '0.5',
      fold: { duration: { from: ['SUBMIT'], to: { on: ['DISPATCH'], credit: 'actor' }, unit: 'hours' }, empty: '50' },
      scale: { from: '5', to: '1' }
    },
    done: {
      label: label('派了几成', 'Dispatched'),
      weight: '0.25',
      fold: {
        ratio: {
          of: [{ on: ['DISPATCH'], credit: 'actor', weight: '0.5' }],
          to: { on: ['DISPATCH'], credit: 'actor' }
        },
        empty: '60',
        least: 2
      }
    },
    street: { label: label('街道评价', 'The street’s'), weight: '0.25', fold: { sheet: 'street', empty: '50' } }
  },
  rounding: { line: 2, total: 1, mode: 'half-up' },
  bands: [
    { from: '0', label: label('一星', 'One star'), stars: 1 },
    { from: '60', label: label('三星', 'Three stars'), stars: 3, card: 'yellow' }
  ],
  publishedBy: { post: 'street-officer' }
}
const quarter = {
  ...stars,
  window: { every: 'quarter', closesAfterDays: 0 },
  sheets: undefined,
  indicators: { stars: { label: '评星平均', weight: '1', fold: { scores: 'stars', empty: '0' } } }
}

let ziyun: Ziyun
let owner: Client
beforeAll(async () => {
  const files = ziyunFiles()
    .set('evaluations/stars.json', JSON.stringify(stars))
    .set('evaluations/quarter.json', JSON.stringify(quarter))
  ziyun = await openZiyun(files)
  owner = new Client(ziyun.database.url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
  const { store } = ziyun
  for (let i = 0; i < 12; i++) {
    const { case: id } = await accepted(store, submitBy('resident-001'))
    const now = monday + (i % 2 === 0 ? 1 : 3) * 3_600_000 // one hour, three hours: two on average
    await accepted(store, actBy('liaison-001', id, 'DISPATCH', { answers: { to: ['party-member-001'] }, now }))
  }
  const round = { id: randomUUID(), actor: { person: 'street-officer-001' }, evaluation: 'stars', window: '2026-03' }
  const mark = { sheet: 'street', subject: 'person:liaison-001', marks: '9', now: monday }
  await store.runEvaluation('ziyun', { ...round, ...mark, kind: 'rate' })
  const later = Date.parse('2026-04-10T09:00+08:00')
  await store.runEvaluation('ziyun', { ...round, kind: 'publish-scores', id: randomUUID(), now: later })
  const ofQuarter = { evaluation: 'quarter', window: '2026-Q1', id: randomUUID(), now: later + 1000 }
  await store.runEvaluation('ziyun', { ...round, ...ofQuarter, kind: 'publish-scores' })
  vi.stubEnv('DATABASE_URL', ziyun.database.url)
  vi.stubEnv('DATABASE_APP_URL', ziyun.database.appUrl)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await owner.end()
  await ziyun.close()
})

const asked: ExplainCommand = {
  place: 'ziyun',
  evaluation: 'stars',
  window: '2026-03',
  subject: undefined,
  data: '/dev/null/none',
  format: 'text'
}

/** What the command prints (or the words of its refusal), and its exit status. */
async function explain(command: Partial<ExplainCommand>, language = 'zh-CN') {
  const lines: string[] = []
  const terminal = { language, print: (line: string) => void lines.push(line), complain: () => undefined }
  const status = await explainScores(terminal, { ...asked, ...command }).catch((error: unknown) => {
    lines.push(...faultLines(error, terminal))
    return 1
  })
  return { status, text: lines.join('\n') }
}

test('a score is told line by line, with the cases and marks that it counted; of many the first ten', async () => {
  const { status, text } = await explain({ subject: 'liaison-001' })
  // 0.5 × (5 − 2) / (5 − 1) + 0.25 × 0.5 + 0.25 × 9 / 10 = 0.375 + 0.125 + 0.225
  expect(status).toBe(0)
  const [head, , name, published, ...lines] = text.split('\n')
  expect(head).toBe('联络员评星  2026-03  (stars)')
  expect(name).toMatch(/^\S+ {2}person:liaison-001 {2}三星 ★★★ 黄牌 {2}72\.5$/)
  expect(published).toMatch(/^2026-04-10 09:00 由 \S+ 公布，版本 [0-9a-f]{12}$/)
  const told = lines.join('\n')
  expect(told).toContain(
    '  派单快  0.5 × 75.00 = 37.5\n    12 件平均 2 小时；5 得 0 分，1 得 100 分，其间按比例\n    数到\n      '
  )
  expect(told.match(/^ {6}\S+ {2}DISPATCH {2}2026-03-02 1[02]:00$/gm)).toHaveLength(30)
  expect(told.match(/^ {6}… 还有 2 个$/gm)).toHaveLength(3)
  expect(told).toContain('  派了几成  0.25 × 50.00 = 12.5\n    12 件各自折算，除以 12 件，得 0.5；')
  expect(told).toMatch(
    / {4}“街道评价”1 人打分，平均 9，满分 10；0 得 0 分，10 得 100 分，其间按比例\n {4}数到\n {6}打分 9 {2}/
  )
  expect(told.split('\n').at(-1)).toBe('  37.5 + 12.5 + 22.5 → 72.5')
  expect(told).not.toContain('street-officer-001')
})

test('a line with too little to judge by says what is declared for it', async () => {
  const { text } = await explain({ subject: 'person:liaison-002' }, 'en')
  expect(text).toContain('  Quick  0.5 × 50.00 = 25\n    nothing to judge by: 50 points as declared\n')
  expect(text).toContain('  Dispatched  0.25 × 60.00 = 15\n    only 0, fewer than 2: 60 points as declared\n')
})

test('without a subject all are a table, in which an empty line carries a star', async () => {
  const { text } = await explain({}, 'en')
  const rows = text.split('\n').map(line => line.split(/ {2,}/))
  expect(rows[2]).toEqual(['Subject', 'Band', 'Total', 'Quick × 0.5', 'Dispatched × 0.25', 'The street’s × 0.25'])
  expect(rows[3]?.slice(1)).toEqual([
    'person:liaison-001',
    'Three stars ★★★ yellow card',
    '72.5',
    '75.00',
    '50.00',
    '90.00'
  ])
  expect(rows[4]?.slice(1)).toEqual(['person:liaison-002', 'One star ★', '52.5', '50.00*', '60.00*', '50.00*'])
  expect(text).toContain('* nothing to judge by: points as declared')
})

test('as JSON nothing is cut, and a total of totals names the scores that it is of', async () => {
  const { text } = await explain({ format: 'json', subject: 'liaison-001' })
  const [score] = JSON.parse(text).scores
  expect(score.lines[0].counted).toHaveLength(12)
  expect(score.lines[0].counted[0]).toMatchObject({ kind: 'event', event: 'DISPATCH', number: expect.any(String) })
  expect(score.lines[1].outOf).toHaveLength(12)
  expect(score).toMatchObject({ total: '72.5', band: { stars: 3, card: 'yellow' }, at: '2026-04-10T09:00:00+08:00' })
  const ofQuarter = await explain({ evaluation: 'quarter', window: '2026-Q1', format: 'json', subject: 'liaison-001' })
  expect(JSON.parse(ofQuarter.text).scores[0].lines[0]).toMatchObject({
    how: '“联络员评星”公布的 1 个总分，平均 72.5；0 得 0 分，100 得 100 分，其间按比例',
    counted: [{ kind: 'total', subject: 'person:liaison-001', window: '2026-03', total: '72.5' }]
  })
})

test('computed again it is the same; what was changed behind the engine’s back differs, and the status says so', async () => {
  expect(await explain({ recompute: true })).toEqual({
    status: 0,
    text: expect.stringMatching(/重算\n(.* =\n){4}[^]*重算 4 份，一字不差。$/)
  })
  await owner.query(`create temp table kept as select * from rating`)
  await owner.query(`update rating set marks = '5'`)
  const changed = await explain({ recompute: true })
  const one = await explain({ recompute: true, subject: 'liaison-001', format: 'json' })
  await owner.query(`delete from rating`)
  const lost = await explain({ recompute: true, subject: 'liaison-001' })
  await owner.query(`insert into rating select * from kept`)
  expect(changed.status).toBe(1)
  expect(changed.text).toMatch(/^✗ \S+ {2}总分：公布 72\.5，重算 62\.5$/m)
  expect(changed.text).toMatch(/^✗ \S+ {2}街道评价 得分：公布 90\.00，重算 50\.00$/m)
  expect(changed.text).toContain('重算 4 份，1 份不符。')
  expect(JSON.parse(one.text).scores[0].recomputed).toMatchObject({
    equal: false,
    differences: [
      { what: 'total', indicator: null, published: ['72.5'], computed: ['62.5'] },
      { what: 'value', indicator: 'street' },
      { what: 'points', indicator: 'street' }
    ]
  })
  expect(lost.status).toBe(1)
  expect(lost.text).toMatch(/（数据库里已经没有）[^]*街道评价 数到的：只在公布的里 \S+，只在重算的里 –/)
})

test.each<[string, Partial<ExplainCommand>, RegExp]>([
  ['locality', { place: 'nowhere' }, /^locality\.unknown {2}.*“nowhere”\n现有：ziyun$/],
  ['evaluation', { evaluation: 'star' }, /^evaluation\.unknown {2}没有考评 “star”\n现有：quarter、stars$/],
  ['window', { window: '2026-3' }, /^window\.unknown {2}.*“2026-3”.*\n考评期写成 2026-10 的样子；现有：2026-03$/],
  [
    'publication',
    { window: '2026-02' },
    /^score\.unpublished {2}“2026-02”.*\n考评期写成 2026-10 的样子；现有：2026-03$/
  ],
  ['subject', { subject: 'wang' }, /^subject\.unknown {2}.*“wang”.*\n现有：person:liaison-001、person:liaison-002、/]
])('for an unknown %s it says what there is', async (_, command, words) => {
  expect(await explain(command)).toEqual({ status: 1, text: expect.stringMatching(words) })
})

test('it is a command of the command line', () => {
  const cli = resolve(import.meta.dirname, '../src/cli.ts')
  const args = ['explain', 'ziyun', 'stars', '2026-03', 'liaison-001', '--recompute', '--lang', 'en']
  const { status, stdout } = spawnSync(process.execPath, ['--conditions=source', cli, ...args], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([0, expect.stringContaining('1 score computed again: the same to the digit.')])
}, 60_000)
