// Lists over twenty thousand cases: the same as a plain search would give, from as few pages of the database as among a hundred.
import { areaKey, personKey, postKey } from '@gridwright/core'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaseQuery } from '../src/store.ts'
import { statementOf } from '../src/store-lists.ts'
import { planning } from '../src/store-session.ts'
import { accepted, openZiyun, submitBy, type Ziyun } from './ziyun.ts'

const total = 20_000
let ziyun: Ziyun
let app: Client
let all: { id: string; submitted: number; due: number; open: boolean; service: string; grid: string }[]

beforeAll(async () => {
  ziyun = await openZiyun()
  const { case: id } = await accepted(ziyun.store, submitBy('resident-001'))
  const owner = new Client(ziyun.database.url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
  // copies of one case: seven communities, one in ten open, each with its own instants
  await owner.query(
    `insert into case_record select locality, ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, number, case when n % 4 = 0 then 'hardship' else service end, procedure, channel,
      area, handling_area, state, n % 10 = 0, revision, submitted_at + n * interval '37 s', updated_at, closed_at,
      case when n % 10 = 0 then submitted_at + (n * 7919 % 20011) * interval '61 s' else 'infinity' end, awaits_calendar, applicant, assignee,
      case when n % 10 = 0 then array['post:liaison@c' || n % 7] else '{}' end, array['area:c' || n % 7, 'area:county', 'post:liaison@c' || n % 7, 'person:p' || n % 500], body
    from case_record, generate_series(1, ${total}) n where id = $1`,
    [id]
  )
  await owner.query(
    `insert into case_key select c.locality, k, c.open, c.submitted_at, c.id from case_record c, unnest(c.audience) k where c.id <> $1`,
    [id]
  )
  const { rows } = await owner.query(
    `select id, extract(epoch from submitted_at) * 1000 as submitted, case when next_due_at < 'infinity' then extract(epoch from next_due_at) * 1000 else 9e15 end as due, open, service, audience[1] as grid from case_record where id <> $1`,
    [id]
  )
  all = rows.map(row => ({ ...row, submitted: Number(row.submitted), due: Number(row.due) }))
  await owner.end()
  app = new Client({ connectionString: ziyun.database.appUrl, options: planning })
  await app.connect()
  await app.query(`set gridwright.locality = 'ziyun'`)
})
afterAll(async () => {
  await app.end()
  await ziyun.close()
})

const county = {
  keys: [areaKey('county')],
  box: 'ALL',
  person: 'x',
  ownKeys: [personKey('x')],
  sort: 'SUBMITTED_DESC',
  first: 20
} as const
const queries: [string, CaseQuery, (row: (typeof all)[number]) => boolean][] = [
  ['all of the county', county, () => true],
  ['open in the county', { ...county, open: true }, row => row.open],
  ['open in a grid of the county', { ...county, open: true, area: 'c3' }, row => row.open && row.grid === 'area:c3'],
  [
    'oldest open in a grid, one service',
    { ...county, keys: [areaKey('c3')], open: true, service: 'hardship', sort: 'SUBMITTED_ASC' },
    row => row.open && row.grid === 'area:c3' && row.service === 'hardship'
  ],
  [
    'several keys that overlap',
    { ...county, keys: [areaKey('c1'), postKey('liaison', 'c1'), areaKey('c2')], open: false },
    row => !row.open && ['area:c1', 'area:c2'].includes(row.grid)
  ],
  [
    'on the list of a liaison',
    { ...county, keys: [postKey('liaison', 'c4')], ownKeys: [postKey('liaison', 'c4')], box: 'TODO' },
    row => row.open && row.grid === 'area:c4'
  ],
  ['due in the county', { ...county, sort: 'DUE_ASC' }, row => row.open],
  [
    'due in a grid of the county',
    { ...county, sort: 'DUE_ASC', area: 'c3' },
    row => row.open && row.grid === 'area:c3'
  ],
  [
    'due on the list of a liaison',
    { ...county, keys: [postKey('liaison', 'c4')], ownKeys: [postKey('liaison', 'c4')], box: 'TODO', sort: 'DUE_ASC' },
    row => row.open && row.grid === 'area:c4'
  ]
]

function expected(query: CaseQuery, holds: (row: (typeof all)[number]) => boolean, from: number): string[] {
  const by = (a: (typeof all)[number], b: (typeof all)[number]) =>
    query.sort === 'DUE_ASC'
      ? a.due - b.due || (a.id < b.id ? -1 : 1)
      : (query.sort === 'SUBMITTED_ASC' ? 1 : -1) * (a.submitted - b.submitted || (a.id < b.id ? -1 : 1))
  return all
    .filter(holds)
    .sort(by)
    .slice(from, from + query.first)
    .map(({ id }) => id)
}

test.each(queries)('%s: two pages as a plain search gives them', async (_, query, holds) => {
  const first = await ziyun.store.cases('ziyun', query)
  const second = await ziyun.store.cases('ziyun', { ...query, after: first.items.at(-1)?.cursor ?? '' })
  expect(first.items.map(({ node }) => node.id)).toEqual(expected(query, holds, 0))
  expect(second.items.map(({ node }) => node.id)).toEqual(expected(query, holds, query.first))
})

type Plan = { 'Shared Hit Blocks': number; 'Shared Read Blocks': number }

/** Pages of the database that the statement touches, planned as the store's connections plan it. */
async function blocksOf(query: CaseQuery, wide: boolean): Promise<number> {
  const { sql, params } = statementOf('ziyun', query, wide)
  await app.query(`prepare list as ${sql}`)
  const literals = params.map(value => app.escapeLiteral(Array.isArray(value) ? `{${value.join()}}` : String(value)))
  const { rows } = await app.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `explain (analyze, buffers, format json) execute list(${literals.join()})`
  )
  await app.query('deallocate list')
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
  return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)
}

test.each(queries)('%s: few pages of the database are touched', async (name, query) => {
  const wide = query.sort === 'DUE_ASC' && query.box === 'ALL' && query.area === undefined
  const blocks = await blocksOf(query, wide)
  if (process.env.GRIDWRIGHT_PLANS) console.log(name, blocks, 'blocks')
  expect(blocks).toBeLessThan(query.sort === 'DUE_ASC' && !wide ? 2_500 : 900)
})

test('either way of finding what is due gives the same', async () => {
  for (const [, query] of queries.filter(([, { sort }]) => sort === 'DUE_ASC')) {
    const [wide, narrow] = await Promise.all(
      [true, false].map(async way => {
        const { sql, params } = statementOf('ziyun', query, way)
        return (await ziyun.store.session.read<{ id: string }>('ziyun', sql, params)).map(({ id }) => id)
      })
    )
    expect(wide).toEqual(narrow)
  }
})
