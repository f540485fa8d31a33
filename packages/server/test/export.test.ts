// Exports of cases and points: only what the exporter may see, as clearly as their rights allow, in the words of the config.
import { randomUUID } from 'node:crypto'
import type { PointsCommand } from '@gridwright/workflows'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operatorOf, viewerOf, type Clearance } from '../src/access.ts'
import { caseTable, type CaseFilter, type Exporting } from '../src/export-cases.ts'
import { transferTable } from '../src/export-transfers.ts'
import { filesWith } from './points-town.ts'
import { accepted, actBy, errandsDone, monday, openZiyun, submitBy, type Ziyun } from './ziyun.ts'

let ziyun: Ziyun
let caseId: string
beforeAll(async () => {
  ziyun = await openZiyun(filesWith(10))
  const { store } = ziyun
  ;({ case: caseId } = await accepted(
    store,
    submitBy('resident-001', { answers: { what: '=HYPERLINK("http://x")', when: 'evening' } })
  ))
  await accepted(store, actBy('liaison-001', caseId, 'DISPATCH', { answers: { to: ['party-member-001'] } }))
  await accepted(store, actBy('party-member-001', caseId, 'ACCEPT'))
  await accepted(store, submitBy('resident-004', { area: '520425001002', now: monday + 60_000 }))
  const entered = { channel: 'phone', applicant: { contact: { name: '王小明', phone: '13912345678' } } }
  await accepted(store, submitBy('liaison-001', { ...entered, now: monday + 120_000 }))
  await errandsDone(store)
})
afterAll(() => ziyun.close())

async function exporting(who: string, language = 'zh-CN'): Promise<Exporting> {
  const { locality, hash } = (await ziyun.store.published('ziyun'))!
  const facts = await ziyun.store.personFacts('ziyun', who, monday)
  const viewer = facts ? viewerOf(locality, facts) : operatorOf(['520425'], who as Clearance)
  return { store: ziyun.store, locality, release: hash, language, now: monday, viewer }
}

async function table(rows: AsyncIterable<readonly unknown[]>) {
  const all: (readonly unknown[])[] = []
  for await (const row of rows) all.push(row)
  const [heading = [], ...below] = all
  return below.map(row => Object.fromEntries(heading.map((name, i) => [String(name), row[i]])))
}
const casesOf = async (who: string, filter: CaseFilter = {}, language?: string) =>
  table(caseTable(await exporting(who, language), filter))

test('a case is a row in the words of the config, in the language asked for', async () => {
  const [first] = await casesOf('liaison-001')
  expect(first).toMatchObject({
    事项: '纠纷调解',
    地点: '教场社区',
    渠道: '网上点单',
    状态: '办理中',
    在办: '是',
    提交时间: '2026-03-02 09:00',
    办结时间: '',
    催办次数: 0
  })
  const [english] = await casesOf('liaison-001', {}, 'en')
  expect(english).toMatchObject({ Channel: 'Order on the web', Open: 'yes', Closed: '' })
})

test('a service’s cases have the answers to its form, with labels for choices', async () => {
  const rows = await casesOf('liaison-001', { service: 'mediation' })
  expect(rows.map(row => [row['要办什么事'], row['什么时候方便'], row['在哪里']])).toEqual([
    ['=HYPERLINK("http://x")', '晚上', ''],
    ['两家为过道争执', '', '']
  ])
})

test.each<[string, readonly string[]]>([
  ['liaison-001', ['韦丽林 13800000501', '王小明 13912345678']],
  ['street-officer-001', ['韦** 138****0501', '刘** 138****0504', '王** 139****5678']],
  ['clear', ['韦丽林 13800000501', '刘瑞红 13800000504', '王小明 13912345678']],
  ['mask', ['韦** 138****0501', '刘** 138****0504', '王** 139****5678']],
  ['absent', [' ', ' ', ' ']],
  ['resident-004', ['刘瑞红 13800000504']],
  ['resident-003', []]
])('%s sees the applicants of their cases as clearly as they may', async (who, shown) => {
  expect((await casesOf(who)).map(row => [row['申请人'], row['申请人电话']].join(' '))).toEqual(shown)
})

test.each<[string, string, CaseFilter, number]>([
  ['all', 'mask', {}, 3],
  ['closed', 'mask', { open: false }, 0],
  ['of one community', 'mask', { area: '520425001002' }, 1],
  ['in one state', 'mask', { state: 'accepted' }, 1],
  ['on a list of one’s own', 'party-member-001', { box: 'ASSIGNED' }, 1],
  ['of a service nobody asked for', 'mask', { service: 'hardship' }, 0]
])('the list’s filters hold for an export: %s', async (_, who, filter, count) => {
  expect(await casesOf(who, filter)).toHaveLength(count)
})

test('a case on many pages is exported once', async () => {
  const before = (await casesOf('mask')).length
  for (let i = 0; i < 510; i++)
    await accepted(ziyun.store, submitBy('resident-002', { now: monday + 300_000 + (i % 7) }))
  const numbers = (await casesOf('mask')).map(row => row['编号'])
  expect([numbers.length, new Set(numbers).size]).toEqual([before + 510, before + 510])
})

const settle = (person: string, command: object) =>
  ziyun.store.runPoints('ziyun', { id: randomUUID(), actor: { person }, now: monday, ...command } as PointsCommand) // a settlement

test('points are exported passbook by passbook, to each as they may see them', async () => {
  const all = await table(transferTable(await exporting('mask'), {}))
  expect(all.map(row => row['持有人'])).toEqual(all.map(() => expect.stringMatching(/^.\*\*$/)))
  const mine = await table(transferTable(await exporting('resident-001'), {}))
  expect(mine).toMatchObject([{ 积分账: '居民积分', 类别: '积分', 状态: '待定', 积分: 3, 事由: '上报', 确认时间: '' }])
  const rejected = String(mine[0]?.['流水号'])
  expect(
    await settle('liaison-001', { kind: 'certify', transfer: rejected, verdict: 'reject', reason: '王大爷说没去' })
  ).not.toHaveProperty('refused')
  const reasons = async (who: string) =>
    (await table(transferTable(await exporting(who), { state: 'voided' }))).map(row => row['说明'])
  expect([
    await reasons('resident-001'),
    await reasons('clear'),
    await reasons('mask'),
    await reasons('absent')
  ]).toEqual([['王大爷说没去'], ['王大爷说没去'], ['***'], ['']])
  expect(await table(transferTable(await exporting('clear'), { ledger: 'none' }))).toEqual([])
  expect(await table(transferTable(await exporting('resident-003'), {}))).toEqual([])
})
