// Points on PostgreSQL: what a case earns is awarded once by whichever process, the last good is sold once, and the audit knows the books.
import { randomUUID } from 'node:crypto'
import type { PointsCommand } from '@gridwright/workflows'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runErrands } from '../src/errands.ts'
import { openStore, type Store } from '../src/store.ts'
import { buyers, filesWith } from './points-town.ts'
import { accepted, by, community, errandsDone, monday, quiet, submitBy } from './ziyun.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let store: Store
let second: Store
let owner: Client

beforeAll(async () => {
  database = await testDatabase()
  store = await openStore({ ...database, log: quiet })
  second = await openStore({ ...database, log: quiet, poolSize: 4 })
  await store.publish(filesWith(10), by)
  await store.importData('ziyun', filesWith(10))
  owner = new Client(database.url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
})
afterAll(async () => {
  await Promise.all([owner.end(), second.close(), store.close()])
  await database.drop()
})

const settle = (person: string, command: object) =>
  store.runPoints('ziyun', { id: randomUUID(), actor: { person }, now: monday, ...command } as PointsCommand) // one of those below
const pendingOf = async (holder: string): Promise<readonly string[]> =>
  (
    await owner.query(
      `select id from transfer where holder = $1 and state = 'pending' and kind = 'award' order by id`,
      [holder]
    )
  ).rows.map(({ id }) => id)
const account = async (holder: string) =>
  (await owner.query(`select posted::int, held::int, pending::int from account where key = $1`, [`holder:${holder}`]))
    .rows[0]
const stockOf = async (good: string) =>
  (await owner.query('select stock from good where id = $1', [good])).rows[0].stock

async function earn(people: readonly string[]): Promise<void> {
  for (const person of people) await accepted(store, submitBy(person))
  await errandsDone(store)
  for (const person of people)
    for (const transfer of await pendingOf(person))
      await settle('liaison-001', { kind: 'certify', transfer, verdict: 'accept' })
}

test('what two processes find of the same errands is awarded once each', async () => {
  for (let i = 0; i < 5; i++) await accepted(store, submitBy('resident-001'))
  await Promise.all([runErrands(store, 'ziyun', quiet), runErrands(second, 'ziyun', quiet)])
  await owner.query(`update errand set done_at = null, leased_until = '-infinity'`) // as if both had died before marking them
  await Promise.all([runErrands(store, 'ziyun', quiet), runErrands(second, 'ziyun', quiet)])
  expect(await account('resident-001')).toEqual({ posted: 0, held: 0, pending: 30 })
  expect(await pendingOf('resident-001')).toHaveLength(5)
})

test('of fifty who buy the last one at once, one gets it and the others hear that it is sold out', async () => {
  await earn(buyers)
  const outcomes = await Promise.all(
    buyers.map(person => settle(person, { kind: 'redeem', good: 'toothpaste', area: community }))
  )
  const refused = outcomes.flatMap(outcome => ('refused' in outcome ? [outcome.refused] : []))
  expect(refused).toEqual(Array.from({ length: 49 }, () => 'good.sold-out'))
  expect(await stockOf('toothpaste')).toBe(0)
  expect(
    (
      await owner.query('select sum(held)::int as held from account where key = any($1)', [
        buyers.map(id => `holder:${id}`)
      ])
    ).rows[0]
  ).toEqual({ held: 6 })
}, 60_000)

test('one who clicks twelve times spends only what there is: 3 points are two of 1.5', async () => {
  await earn(['resident-002'])
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, () => settle('resident-002', { kind: 'redeem', good: 'soap', area: community }))
  )
  const codes = outcomes.map(outcome => ('refused' in outcome ? outcome.refused : 'bought'))
  expect(codes.filter(code => code === 'bought')).toHaveLength(2)
  expect(codes.filter(code => code === 'points.insufficient')).toHaveLength(10)
  expect([await account('resident-002'), await stockOf('soap')]).toEqual([{ posted: 6, held: 6, pending: 0 }, 8])
})

test('goods that are delivered are added to what was not sold, and no file takes back what was', async () => {
  await store.importData('ziyun', filesWith(15))
  expect(await stockOf('soap')).toBe(13)
  await expect(store.importData('ziyun', filesWith(1))).rejects.toMatchObject({
    problems: [{ file: 'data/goods.csv', line: 3, column: 'stock', problem: 'fewer-than-sold', value: '1' }]
  })
})

test('an id that only the engine gives is refused from people', async () => {
  const id = '00000000-0000-8000-8000-000000000001'
  expect(await settle('resident-002', { kind: 'redeem', good: 'soap', area: community, id })).toMatchObject({
    refused: 'command.id-invalid'
  })
})

test.each([
  [`update account set posted = posted + 1 where key = 'holder:resident-002'`, 'account.differs'],
  [`update transfer set amount = amount + 1 where holder = 'resident-002' and kind = 'redemption'`, 'account.differs'],
  [`delete from account where key = 'shop'`, 'account.differs'],
  [`update transfer set ordinal = ordinal + 100 where holder = 'resident-002' and kind = 'award'`, 'award.unfounded']
])('books that were changed behind the engine’s back are found: %s', async (sql, code) => {
  expect(await store.verify('ziyun')).toEqual([])
  for (const table of ['account', 'transfer'])
    await owner.query(`create temp table kept_${table} as select * from ${table}`)
  expect((await owner.query(sql)).rowCount).toBeGreaterThan(0)
  const found = (await store.verify('ziyun')).map(fault => fault.code)
  for (const table of ['account', 'transfer'])
    await owner.query(
      `delete from ${table}; insert into ${table} select * from kept_${table}; drop table kept_${table}`
    )
  expect([...new Set(found)]).toEqual([code])
})
