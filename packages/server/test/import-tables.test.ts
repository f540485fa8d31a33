// Single tables from people's own files: what they change, what they refuse, and what stays when they come again.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDataset, type TableName } from '@gridwright/core'
import type { CellValue } from 'hucre/xlsx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataRows } from '../src/export-data.ts'
import { faultLines } from '../src/fault-words.ts'
import type { ImportOptions } from '../src/import.ts'
import type { TableChange } from '../src/import-store.ts'
import { isStoreFault } from '../src/store-fault.ts'
import { readTableFile } from '../src/table-file.ts'
import { writeTable } from '../src/table-write.ts'
import { filesWith } from './points-town.ts'
import { fileOf, pathFor, sheetFile } from './sheets.ts'
import { monday, openZiyun, type Ziyun } from './ziyun.ts'

let ziyun: Ziyun
let shop: Ziyun
beforeAll(async () => {
  ziyun = await openZiyun()
  shop = await openZiyun(filesWith(10))
})
afterAll(async () => {
  await ziyun.close()
  await shop.close()
})

async function importFile(table: TableName, path: string, options: Partial<ImportOptions> = {}, into = ziyun) {
  const { dataset } = await readTableFile(path)
  const { tables } = await into.store.importTables('ziyun', [{ table, file: `${table}.csv`, dataset }], {
    now: monday,
    ...options
  })
  return tables[0]!
}
const importText = (table: TableName, text: string, options?: Partial<ImportOptions>) =>
  importFile(table, fileOf(text), options)

const told = ({ added, changed, ended, missing, examples }: TableChange) =>
  `+${added} ~${changed} -${ended} ?${missing} ${examples.map(({ kind, key }) => `${kind} ${key}`).join(', ')}`.trim()

type Broken = {
  readonly plant: string
  readonly table: TableName
  readonly text?: string
  readonly rows?: CellValue[][]
  readonly merges?: readonly [number, number, number, number][]
  readonly complete?: boolean
  readonly zh: readonly string[]
  readonly en: readonly string[]
}
const corpus: readonly Broken[] = JSON.parse(readFileSync(join(import.meta.dirname, 'broken-tables.json'), 'utf8'))

test.each(corpus.map(broken => [broken.plant, broken] as const))(
  '%s is refused with every line that shows it',
  async (_, broken) => {
    const { table, text, rows = [], merges = [], complete, zh, en } = broken
    const spans = merges.map(([startRow, startCol, endRow, endCol]) => ({ startRow, startCol, endRow, endCol }))
    const path = text === undefined ? await sheetFile(rows, { merges: spans }) : fileOf(text)
    const error: unknown = await importFile(table, path, complete ? { complete } : {}).catch(
      (thrown: unknown) => thrown
    )
    const lines = (language: string) => faultLines(error, { language }).slice(1)
    expect({ zh: lines('zh-CN'), en: lines('en') }).toEqual({ zh, en })
  }
)

test('a table adds what is new, changes what differs, and the second time nothing', async () => {
  const text = '人员编号,姓名,手机号\nresident-001,王改名,13800009999\nnew-1,新来的,\n'
  expect(told(await importText('people', text, { dryRun: true }))).toBe('+1 ~1 -0 ?0 changed resident-001, added new-1')
  expect((await ziyun.store.people('ziyun', ['new-1'])).size).toBe(0)
  expect(told(await importText('people', text))).toBe('+1 ~1 -0 ?0 changed resident-001, added new-1')
  expect((await ziyun.store.people('ziyun', ['new-1'])).get('new-1')).toEqual({
    id: 'new-1',
    name: '新来的',
    phone: null
  })
  expect(told(await importText('people', text))).toBe('+0 ~0 -0 ?0')
})

test('a table without a column for households leaves them as they are', async () => {
  const text = 'id,name,phone\nresident-004,改名,1\n'
  expect(told(await importFile('people', fileOf(text), {}, shop))).toBe('+0 ~1 -0 ?0 changed resident-004')
  expect(await shop.store.books.households('ziyun', ['resident-004'])).toEqual(new Map([['resident-004', 'h-004']]))
})

const posts = async (person: string, now: number) =>
  ((await ziyun.store.personFacts('ziyun', person, now))?.appointments ?? []).map(({ post, area }) => `${post} ${area}`)

test('who is not in a table goes on, unless the table is complete: then they end as today begins', async () => {
  const before = await importText(
    'appointments',
    'person,post,area,from,to\nliaison-001,联络员,520425001001,2026-01-01,\n'
  )
  expect([before.added, before.changed, before.ended, before.missing]).toEqual([0, 0, 0, 79])
  const coming = 'person,post,area,from,to\nliaison-002,pioneer,520425001001,2026-06-01,\n'
  expect((await importText('appointments', coming)).added).toBe(1)
  const complete = await importText(
    'appointments',
    'person,post,area,from,to\nliaison-001,liaison,520425001001,2026-01-01,\n',
    { complete: true }
  )
  expect([complete.ended, complete.missing]).toEqual([80, 0])
  expect(await posts('liaison-002', monday)).toEqual([])
  expect(await posts('liaison-002', monday - 10 * 3_600_000)).toEqual(['liaison 520425001002']) // on Sunday
  expect(await posts('liaison-002', Date.parse('2026-06-02T09:00+08:00'))).toEqual([]) // what never began
  expect(await posts('liaison-001', monday)).toEqual(['liaison 520425001001'])
  const again = await importText(
    'appointments',
    'person,post,area,from,to\nliaison-001,liaison,520425001001,2026-01-01,\n',
    { complete: true }
  )
  expect(told(again)).toBe('+0 ~0 -0 ?0')
})

test('posts that are then held by too many or too few are told', async () => {
  const dataset = parseDataset('person,post,area,from,to\nliaison-003,liaison,520425001001,2026-01-01,\n')
  const table = { table: 'appointments', file: 'a.csv', dataset } as const
  const { staffing } = await shop.store.importTables('ziyun', [table], { now: monday, dryRun: true })
  expect(staffing).toEqual([{ post: 'liaison', area: '520425001001', count: 2, min: 1, max: 1 }])
  const complete = await shop.store.importTables('ziyun', [table], { now: monday, dryRun: true, complete: true })
  expect(complete.staffing.map(({ count }) => count)).toEqual(Array.from({ length: 20 }, () => 0))
})

test('an import that fails at its end has changed nothing', async () => {
  const text = '代码,名称,层级,上级\n520425001,改名街道,街道,\n'
  const error: unknown = await importText('areas', text).catch((thrown: unknown) => thrown)
  expect(isStoreFault(error, 'import.refused') && error.problems[0]).toMatchObject({ problem: 'left-behind', line: 2 })
  expect((await ziyun.store.areasById('ziyun', ['520425001'])).get('520425001')?.name).toBe('松山街道')
})

test.each<[TableName, string, string]>([
  ['areas', 'zh-CN', 'xlsx'],
  ['people', 'en', 'csv'],
  ['appointments', 'zh-CN', 'csv'],
  ['registrations', 'en', 'xlsx'],
  ['goods', 'zh-CN', 'csv']
])('%s exported (%s, .%s) are what an import finds unchanged', async (table, language, format) => {
  const { locality } = (await shop.store.published('ziyun'))!
  const file = pathFor(`${table}.${format}`)
  const rows = await writeTable(file, dataRows({ store: shop.store, locality, language }, table, 'clear'), table)
  expect(rows).toBeGreaterThan(1)
  const change = await importFile(table, file, {}, shop)
  expect([change.rows, told(change)]).toEqual([rows, '+0 ~0 -0 ?0'])
})

test('a hundred thousand rows come in at once, are told as they go, and change nothing when they come again', async () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => `bulk-${i},居民${i},1390${String(i).padStart(7, '0')}\n`)
  const path = fileOf(`编号,姓名,电话\n${rows.join('')}`)
  const heard: number[] = []
  const began = performance.now()
  const first = await importFile('people', path, { onProgress: ({ rows: done }) => void heard.push(done) })
  console.info(`100,000 people: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  expect([first.added, first.examples.length]).toEqual([100_000, 20])
  expect(heard).toHaveLength(20)
  expect(told(await importFile('people', path))).toBe('+0 ~0 -0 ?0')
})
